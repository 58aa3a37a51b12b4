"""The platform's own signed e-mail as a witness: its DKIM signature, checked offline with the key kept in time.

Green only when a signature aligned with the sender covers the very words: a valid signature over other words, over
a part of the body, or by another domain attests nothing about them.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING

from casefile.errors import CasefileError
from casefile.evidence.reading import mail_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MIN_BITS = 1024


class KeyUnavailable(CasefileError):
    """The signer's key is no longer published."""

    code = "dkim_key_unavailable"
    status = 424


@dataclass(frozen=True)
class Signature:
    """One DKIM signature and what it is worth."""

    domain: str
    selector: str
    algorithm: str
    headers: tuple[str, ...]
    valid: bool
    aligned: bool
    whole_body: bool

    @property
    def key_name(self) -> str:
        """Give the DNS name of the signer's key."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True)
class Testimony:
    """What a message attests about some words."""

    sha256: str
    sender: str
    subject: str
    date: str
    signatures: tuple[Signature, ...]
    words_found: bool
    attested: bool
    reasons: tuple[str, ...]


def key_names(raw: bytes) -> list[str]:
    """Give the DNS names whose answers must be kept with the message, before the signer rotates its keys."""
    return list(dict.fromkeys(f"{t['s']}._domainkey.{t['d']}" for t in _tags(raw) if "s" in t and "d" in t))


def fetch_keys(raw: bytes, resolve: Callable[[str], str] | None = None) -> dict[str, str]:
    """Ask the DNS for the keys of a message's signatures; they are stored and time-stamped with it."""
    from dns.exception import DNSException

    ask = resolve or _ask_dns
    kept = {}
    for name in key_names(raw):
        try:
            kept[name] = ask(name)
        except (DNSException, OSError) as problem:
            raise KeyUnavailable(
                f"La clé publique « {name} » n’est pas publiée ou le DNS ne répond pas : la signature ne peut pas être "
                "vérifiée. Conservez le message, réessayez ensuite."
            ) from problem
    return kept


def examine(raw: bytes, keys: Mapping[str, str], words: str) -> Testimony:
    """Verify a message offline with the kept keys, and tell whether its signature attests the words."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    sender = parseaddr(str(message["From"] or ""))[1]
    found = normalise(words) in normalise(mail_text(message)) if words.strip() else False
    signatures = tuple(_check(raw, index, tags, keys, sender) for index, tags in enumerate(_tags(raw)))
    good = [s for s in signatures if s.valid and s.aligned and s.whole_body and "from" in s.headers]
    return Testimony(
        hashlib.sha256(raw).hexdigest(),
        sender,
        str(message["Subject"] or ""),
        str(message["Date"] or ""),
        signatures,
        found,
        bool(good) and found,
        tuple(_reasons(signatures, good, found=found)),
    )


def is_signed(raw: bytes, keys: Mapping[str, str]) -> bool:
    """Tell whether the sender's own domain signed the whole message, whatever its words."""
    testimony = examine(raw, keys, "")
    return any(s.valid and s.aligned and s.whole_body and "from" in s.headers for s in testimony.signatures)


def normalise(text: str) -> str:
    """Reduce a text to what must match: composed letters, simple spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _check(raw: bytes, index: int, tags: dict[str, str], keys: Mapping[str, str], sender: str) -> Signature:
    import dkim

    def lookup(name: bytes | str, timeout: int = 5) -> bytes | None:
        del timeout
        text = name.decode() if isinstance(name, bytes) else name
        record = keys.get(text.rstrip("."))
        return record.encode() if record is not None else None

    try:
        valid = bool(dkim.DKIM(raw, minkey=_MIN_BITS).verify(idx=index, dnsfunc=lookup))
    except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError):
        valid = False
    domain = tags.get("d", "").lower()
    sender_domain = sender.rpartition("@")[2].lower()
    aligned = bool(domain) and (sender_domain == domain or sender_domain.endswith(f".{domain}"))
    headers = tuple(h.strip().lower() for h in tags.get("h", "").split(":"))
    strong = valid and tags.get("a", "").lower() != "rsa-sha1"
    return Signature(domain, tags.get("s", ""), tags.get("a", ""), headers, strong, aligned, "l" not in tags)


def _tags(raw: bytes) -> list[dict[str, str]]:
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("latin-1")
    found = []
    for line in unfolded.splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "dkim-signature":
            pairs = (item.partition("=")[::2] for item in value.split(";") if "=" in item)
            found.append({key.strip(): "".join(content.split()) for key, content in pairs})
    return found


def _reasons(signatures: tuple[Signature, ...], good: list[Signature], *, found: bool) -> list[str]:
    if good and found:
        return [f"Le domaine {good[0].domain} a signé ce message ; les mots y figurent dans le corps signé."]
    reasons = []
    if not signatures:
        reasons.append("Le message ne porte aucune signature DKIM.")
    for signature in signatures:
        if not signature.valid:
            reasons.append(f"La signature de {signature.domain} ne se vérifie pas avec la clé conservée.")
        elif not signature.aligned:
            reasons.append(f"{signature.domain} a signé, mais l’expéditeur affiché est d’un autre domaine.")
        elif not signature.whole_body:
            reasons.append(f"La signature de {signature.domain} ne couvre qu’une partie du corps (balise l=).")
    if not found:
        reasons.append("Les mots poursuivis ne figurent pas dans le corps du message.")
    return reasons


def _ask_dns(name: str) -> str:
    from dns.resolver import resolve

    answer = resolve(name, "TXT", lifetime=5)
    return "".join(part.decode("latin-1") for part in next(iter(answer)).strings)
