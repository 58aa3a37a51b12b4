"""Reads a received message, .eml or Outlook .msg: who, when, what, with which files and which dates.

It proposes dates with the words around them and sets none: « reçu le » is not a service.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from casefile.errors import InvalidInput

OLE = b"\xd0\xcf\x11\xe0"
LARGEST = 50_000_000
MOST_PARTS, MOST_DATES, LONGEST_TEXT, AROUND = 200, 20, 500_000, 120
REFERENCE = re.compile(r"\b(20\d{2}/\d{4})\b")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
IN_WORDS = re.compile(rf"\b(1er|\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b", re.IGNORECASE)
IN_FIGURES = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b", re.ASCII)
SENTENCE = re.compile(r"[.;!?]\s|\n\s*\n")
# A date is proposed only beside a word that starts clocks.
TELLING = re.compile(
    r"signifi|notifi|assign|citation|convo|audience|jugement|ordonnance|arrêt|mis[e]? en ligne|publi|reç|plainte|appel",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One attached file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """What a message says."""

    message_id: str
    subject: str
    sender: str
    recipients: str
    sent_at: datetime | None
    text: str
    parts: tuple[Part, ...]

    @property
    def addresses(self) -> frozenset[str]:
        """Give every address of the message, in lower case."""
        found = getaddresses([self.sender, self.recipients])
        return frozenset(address.casefold() for _, address in found if "@" in address)

    @property
    def references(self) -> tuple[str, ...]:
        """Give the numbers of dossiers that the subject names, or else the text."""
        return tuple(dict.fromkeys(REFERENCE.findall(self.subject) or REFERENCE.findall(self.text)))


def read(raw: bytes) -> Received:
    """Read a message; raises InvalidInput with what to send instead."""
    if not raw or len(raw) > LARGEST:
        raise InvalidInput("Ce courriel est vide ou dépasse 50 Mo : enregistrez-le de nouveau.", field="files")
    return _outlook(raw) if raw.startswith(OLE) else _internet(raw)


def dates_in(text: str) -> list[dict[str, str]]:
    """Propose the dates written beside a word that starts clocks, each with the words around it."""
    found = []
    for pattern in (IN_WORDS, IN_FIGURES):
        for match in pattern.finditer(text):
            before = SENTENCE.split(text[max(0, match.start() - AROUND) : match.start()])[-1]
            after = SENTENCE.split(text[match.end() : match.end() + AROUND])[0]
            around = " ".join(f"{before}{match[0]}{after}".split())
            day = _day(match)
            if day is not None and TELLING.search(around):
                found.append({"on": day.isoformat(), "words": around})
    return sorted(found, key=lambda one: one["on"])[:MOST_DATES]


def _day(match: re.Match[str]) -> date | None:
    day, month, year = match.groups()
    number = MONTHS.index(month.casefold()) + 1 if month.casefold() in MONTHS else month
    try:
        return date(int(year), int(number), int(day.removesuffix("er")))
    except ValueError:
        return None


def _internet(raw: bytes) -> Received:
    message = BytesParser(policy=policy.default).parsebytes(raw)
    if not (message.get("From") or message.get("Subject") or message.get("Received")):
        raise InvalidInput(
            "Ce fichier n'est pas un courriel : enregistrez le message au format .eml ou .msg.", field="files"
        )
    return Received(
        message_id=_header(message, "Message-ID"),
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        recipients=", ".join(value for name in ("To", "Cc") if (value := _header(message, name))),
        sent_at=_instant(_header(message, "Date")),
        text=_text(message)[:LONGEST_TEXT],
        parts=tuple(_parts(message)),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).replace("\0", "").split())
    except (ValueError, IndexError, AttributeError, TypeError):  # what the library's parser makes of hostile headers
        return ""


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    content = _decoded(body).decode(_charset(body), "replace").replace("\0", "")
    return _plain(content) if body.get_content_type() == "text/html" else content


def _parts(message: EmailMessage) -> list[Part]:
    found = []
    for number, part in enumerate(message.iter_attachments(), start=1):
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            content, suffix = inner.as_bytes() if isinstance(inner, EmailMessage) else b"", ".eml"
        else:
            content, suffix = _decoded(part), ""
        name = (part.get_filename() or f"piece-{number}{suffix}").replace("\0", "")
        found.append(Part(name[:300], part.get_content_type()[:100], content))
    return found[:MOST_PARTS]


def _decoded(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: MIMEPart) -> str:
    name = part.get_content_charset() or "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def _outlook(raw: bytes) -> Received:
    from oxmsg import Message as OutlookMessage

    try:
        message = OutlookMessage.load(io.BytesIO(raw))
        headers = message.message_headers or {}
        sent = message.sent_date
        return Received(
            message_id=str(headers.get("Message-ID", "") or "").strip(),
            subject=(message.subject or "").replace("\0", ""),
            sender=(message.sender or "").replace("\0", ""),
            recipients=", ".join(f"{one.name} <{one.email_address}>" for one in message.recipients),
            sent_at=(sent if sent.tzinfo else sent.replace(tzinfo=UTC)) if sent else None,
            text=(message.body or _plain(message.html_body or "")).replace("\0", "")[:LONGEST_TEXT],
            parts=tuple(
                Part((one.file_name or f"piece-{n}")[:300], (one.mime_type or "")[:100], one.file_bytes or b"")
                for n, one in enumerate(message.attachments, start=1)
            )[:MOST_PARTS],
        )
    except Exception as problem:  # the reader of a foreign binary format raises anything
        raise InvalidInput(
            "Ce message Outlook est illisible : enregistrez-le au format .eml, puis déposez-le.", field="files"
        ) from problem


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        """Note what is not read aloud, and where lines break."""
        self.silent += tag in {"script", "style", "head"}
        if tag in {"p", "div", "br", "tr", "li"}:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Come back to what is read."""
        self.silent -= tag in {"script", "style", "head"} and self.silent > 0

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self.silent:
            self.found.append(data)


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html)
    return re.sub(r"\n\s*\n+", "\n\n", "".join(words.found)).strip()
