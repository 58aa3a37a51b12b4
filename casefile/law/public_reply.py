"""Review a public reply to an online review before anybody publishes it; publishes nothing, rewrites nothing.

The safest reply may be none: the order of physicians advises it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from casefile.law import reference

MOST_WORDS = 120
ADVISED_WORDS = (60, 90)
STRUCTURE = (
    "remercier de façon neutre pour l’expression",
    "rappeler que le secret interdit tout échange public, sans dire si la personne est connue",
    "dire l’attachement général à la qualité de l’accueil",
    "inviter à écrire au cabinet, par un canal privé",
    "conclure calmement, par la fonction et non par le prénom",
)
MODEL = (
    "Nous vous remercions d’avoir pris le temps de vous exprimer. Le secret professionnel nous interdit tout échange "
    "public sur une situation individuelle, et de dire si une personne nous est connue. La qualité de l’accueil et de "
    "l’écoute compte beaucoup pour toute l’équipe. Si vous le souhaitez, vous pouvez écrire au cabinet ou appeler le "
    "secrétariat : nous prendrons le temps de vous lire et de vous répondre en privé. Bien cordialement, la direction "
    "du cabinet."
)
SOURCE = "référence, réponse publique ; CSP, art. R. 4127-4"
PRIVATE_CHANNEL = re.compile(
    r"\b(?:ecri\w+|contact\w*|appel\w+|joindre|courriel|secretariat|telephon\w+|message prive|en prive)\b"
)


@dataclass(frozen=True)
class Count:
    """One thing a reply must not contain, as the reference states it."""

    id: str
    level: str
    text: str
    source: str
    health_only: bool
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Warning:  # noqa: A001  # the word of the trade, and this module raises no Python warning
    """One count raised, on which words; `start` and `end` are offsets in the text, equal when it is the whole."""

    id: str
    level: str
    text: str
    source: str
    excerpt: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class ReplyContext:
    """What surrounds the reply: who writes, what was already answered, what is pending."""

    is_health_professional: bool = True
    shown_author: str = ""
    earlier_replies: int = 0
    same_text_elsewhere: bool = False
    action_pending: bool = False
    validated_by_lawyer: bool = False


def review(text: str, context: ReplyContext | None = None) -> tuple[Warning, ...]:
    """Give every warning about a draft, in the order of the text; none means that nothing forbidden was found."""
    around = context or ReplyContext()
    plain = _plain(text)
    found = [warning for count in _counts() if _concerns(count, around) for warning in _raised(count, text, plain)]
    found += _author_named(around.shown_author, text, plain)
    found.sort(key=lambda warning: warning.start)
    return (*found, *_about_the_whole(text, plain), *_about_the_context(around))


def word_count(text: str) -> int:
    """Count words as a reader does: an elided article counts with its noun."""
    return len(re.findall(r"\w[\w’'-]*", text))


@cache
def _counts() -> tuple[Count, ...]:
    return reference.rows("public_reply", Count)


def _concerns(count: Count, around: ReplyContext) -> bool:
    return around.is_health_professional or not count.health_only


def _raised(count: Count, text: str, plain: str) -> list[Warning]:
    spans = {match.span() for pattern in count.patterns for match in re.finditer(pattern, plain)}
    return [_on(count, text, start, end) for start, end in sorted(spans)]


def _on(count: Count, text: str, start: int, end: int) -> Warning:
    return Warning(count.id, count.level, count.text, count.source, text[start:end], start, end)


def _author_named(shown_author: str, text: str, plain: str) -> list[Warning]:
    named = next(count for count in _counts() if count.id == "named_person")
    names = [name for name in re.findall(r"\w{3,}", _plain(shown_author)) if name]
    return [
        _on(named, text, *match.span()) for name in names for match in re.finditer(rf"\b{re.escape(name)}\b", plain)
    ]


def _about_the_whole(text: str, plain: str) -> list[Warning]:
    found = []
    words = word_count(text)
    if words == 0:
        return [Warning("empty", "block", "La réponse est vide. Ne pas répondre est aussi un choix.", SOURCE)]
    if words > MOST_WORDS:
        lower, upper = ADVISED_WORDS
        text_fr = f"La réponse est trop longue : {words} mots, pour {lower} à {upper} conseillés."
        found.append(Warning("length", "warn", text_fr, SOURCE))
    if not PRIVATE_CHANNEL.search(plain):
        found.append(Warning("no_private_channel", "warn", "Invitez l’auteur à un échange privé.", SOURCE))
    return found


def _about_the_context(around: ReplyContext) -> list[Warning]:
    cases = (
        (
            around.earlier_replies > 0,
            "second_reply",
            "C’est la seconde réponse au même avis : la polémique s’installe.",
        ),
        (around.same_text_elsewhere, "copied", "Le même texte répond déjà à un autre avis : il paraîtra automatique."),
        (
            around.action_pending and not around.validated_by_lawyer,
            "action_pending",
            "Une action est en cours : l’avocat doit valider la réponse avant sa publication.",
        ),
    )
    return [Warning(identifier, "warn", text, SOURCE) for applies, identifier, text in cases if applies]


def _plain(text: str) -> str:
    """Lower the text and strip its accents, letter for letter, so that offsets stay those of the text."""
    return "".join(_plain_letter(letter) for letter in text)


def _plain_letter(letter: str) -> str:
    if letter in "’ʼ‘":
        return "'"
    if letter in "\u00a0\u202f\n\t":
        return " "
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter
