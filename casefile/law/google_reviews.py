"""The microsecond timestamps that travel beside a Google review's relative date.

Public extraction tools read them at fixed places of the answer (gosom/google-maps-scraper, pull request 278, 2026):
second element of the review, then its third (created) and fourth (last edited) values. Places may move, so a value
counts only when it is plausible, from 2007 to the capture plus 24 hours, and agrees with the text displayed.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.law.candidates import FUTURE_TOLERANCE, UNIX_EPOCH, Candidate, Reliability, exact, upper_bound
from casefile.law.displayed import agrees, shown_interval

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_REVIEW = datetime(2007, 1, 1, tzinfo=UTC)
GUARD = ")]}'"
MOST_REVIEWS = 50
_DECODER = json.JSONDecoder()
_REVIEW_START = re.compile(r'\["Ch[A-Za-z0-9_-]{20,80}",\[')
_RELATIVE = re.compile(r"\bil y a\b|\bago\b|\bhier\b|\byesterday\b|semaine dernière|last week", re.IGNORECASE)
MOST_NODES = 2_000_000
SOURCE = (
    "Réponse réseau de Google Maps, horodatage en microsecondes (lecture publique : gosom/google-maps-scraper, PR 278)"
)
METHOD = "payload:google_review"
EDITED_WORDS = ("modifié", "modifie", "edited")


def review_dates(payload: str, review_id: str, seen_at: datetime) -> list[Candidate]:
    """Read the dates of one review, or of every review when its identifier is not known."""
    found: list[Candidate] = []
    for review in _reviews(payload, review_id):
        found += _dates_of(review, seen_at, "" if review_id else review[0])
        if len(found) >= MOST_REVIEWS:
            break
    return found


def _reviews(payload: str, review_id: str) -> Iterator[list[Any]]:
    for root in _documents(payload):
        for node in _lists(root):
            if not _looks_like_review(node):
                continue
            if not review_id or node[0] == review_id:
                yield node


def _documents(payload: str) -> Iterator[Any]:
    text = payload.lstrip().removeprefix(GUARD).lstrip()
    if text.startswith(("[", "{")):
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            return
    else:
        yield from _embedded(text)


def _embedded(page: str) -> Iterator[Any]:
    """Read the reviews written inside a page's scripts, quoted once or twice."""
    text = page.replace('\\"', '"') if '[\\"Ch' in page else page
    for found in list(_REVIEW_START.finditer(text))[:MOST_REVIEWS]:
        try:
            yield _DECODER.raw_decode(text, found.start())[0]
        except (ValueError, RecursionError):
            continue


def _lists(root: Any) -> Iterator[list[Any]]:
    """Walk without recursion, so that a payload built to be deep stops nothing."""
    waiting, seen = [root], 0
    while waiting and seen < MOST_NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, dict):
            waiting.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            yield node
            waiting.extend(reversed(node))
        elif isinstance(node, str) and node[:2] in {"[[", '["'}:
            waiting.extend(_documents(node))


def _looks_like_review(node: list[Any]) -> bool:
    return (
        len(node) > 1
        and isinstance(node[0], str)
        and isinstance(node[1], list)
        and any(_microseconds(value) for value in node[1][2:4])
    )


def _dates_of(review: list[Any], seen_at: datetime, subject: str) -> list[Candidate]:
    values = [_plausible(value, seen_at) for value in review[1][2:4]]
    instants = sorted({value for value in values if value})
    shown = _shown_text(review[1])
    edited = any(word in shown.casefold() for word in EDITED_WORDS)
    if edited and len(instants) == 1:
        return [_edited(instants[0], subject)]
    return [
        _created(instant, shown, subject, seen_at) if instant == instants[0] else _edited(instant, subject)
        for instant in instants
    ]


def _created(instant: datetime, shown: str, subject: str, seen_at: datetime) -> Candidate:
    label, reliability, note = "Horodatage de l’avis Google", Reliability.HIGH, ""
    if shown:
        note = f"Texte affiché à côté : « {shown} »."
        if not _agrees_with(instant, shown, seen_at):
            reliability, note = Reliability.LOW, f"{note} L’horodatage ne lui correspond pas : à recouper."
    return exact(instant, METHOD, label, reliability, SOURCE, note=note, subject=subject)


def _agrees_with(instant: datetime, shown: str, seen_at: datetime) -> bool:
    try:
        return agrees(instant, shown_interval(shown, "google_maps", seen_at, field="capture"))
    except InvalidInput:
        return True  # an unreadable text says nothing against the instant


def _edited(instant: datetime, subject: str) -> Candidate:
    return upper_bound(
        instant,
        f"{METHOD}_edited",
        "Dernière modification de l’avis Google",
        Reliability.MEDIUM,
        SOURCE,
        note="Date une modification : la première publication est à cette date ou avant.",
        subject=subject,
    )


def _microseconds(value: Any) -> int | None:
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(digits) if len(digits) == 16 and digits.isascii() and digits.isdigit() else None  # noqa: PLR2004 - µs


def _plausible(value: Any, seen_at: datetime) -> datetime | None:
    number = _microseconds(value)
    if number is None:
        return None
    instant = UNIX_EPOCH + timedelta(microseconds=number)
    return instant if FIRST_REVIEW <= instant <= seen_at + FUTURE_TOLERANCE else None


def _shown_text(metadata: list[Any]) -> str:
    texts = [value for value in metadata if isinstance(value, str)]
    return next((text for text in texts if _RELATIVE.search(text[:80])), "")[:80]
