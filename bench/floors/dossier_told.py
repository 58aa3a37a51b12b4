"""The eight newest events of a dossier by hand: one statement beside the rows that its page has read already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from bench.floors.desk import dashed
from casefile import clock
from casefile.cipher import Keyring
from casefile.web.filters import typography

NEWEST = 8
# Each part gives: what it tells, its row, when, the day where it is another one, a second day, a word that chooses the
# sentence, words in clear, a detail in clear, two words encrypted.
CAPTURED = (
    "'capture', id, sealed_at, NULL, NULL, origin, CASE WHEN file_name <> '' THEN file_name ELSE requested_url END, "
    "'', NULL, NULL FROM capture WHERE matter_id = :matter AND state = 'sealed' ORDER BY sealed_at DESC"
)
FAILED = (
    "'capture', id, coalesce(ended_at, created_at), NULL, NULL, 'failed', '', failure, NULL, NULL "
    "FROM capture WHERE matter_id = :matter AND state = 'failed' ORDER BY 3 DESC"
)
QUALIFIED = (
    "'qualification', q.id, q.chosen_at, NULL, NULL, '', a.exact, p.full_name, NULL, NULL FROM qualification q "
    "JOIN passage a ON a.id = q.passage_id LEFT JOIN person p ON p.id = q.chosen_by_id "
    "WHERE q.matter_id = :matter AND q.state <> 'draft' AND q.chosen_at IS NOT NULL ORDER BY q.chosen_at DESC"
)
DATED = (
    "'deadline', id, CASE WHEN state = 'done' AND settled_at IS NOT NULL THEN settled_at ELSE created_at END, "
    "NULL, NULL, CASE WHEN state = 'done' AND settled_at IS NULL THEN 'open' ELSE state END, label, "
    "superseded_reason, settled_proof, NULL FROM deadline WHERE matter_id = :matter ORDER BY 3 DESC"
)
SENT = (
    "'dispatch', s.id, s.created_at, s.sent_on, s.answered_on, '', l.title, s.recipient, s.answer_note, NULL "
    "FROM dispatch s JOIN letter l ON l.id = s.letter_id WHERE s.matter_id = :matter ORDER BY "
    "CASE WHEN s.answered_on > s.sent_on THEN s.answered_on ELSE s.sent_on END DESC, s.created_at DESC"
)
NOTED = (
    "'note', n.id, n.created_at, NULL, NULL, '', '', p.full_name, n.body, NULL FROM note n "
    "JOIN person p ON p.id = n.author_id WHERE n.matter_id = :matter ORDER BY n.created_at DESC"
)
RECEIVED = (
    "'filed_mail', id, coalesce(sent_at, created_at), NULL, NULL, '', '', '', subject, sender FROM filed_mail "
    "WHERE matter_id = :matter ORDER BY 3 DESC"
)
PARTS = (CAPTURED, FAILED, QUALIFIED, DATED, SENT, NOTED, RECEIVED)
STATEMENT = " UNION ALL ".join(f"SELECT * FROM (SELECT {part} LIMIT {NEWEST})" for part in PARTS)


class Event(NamedTuple):
    """What happened; an instant is the database's text, empty when the hour is not known."""

    on: date
    at: str
    text: str
    detail: str
    place: str = ""  # of its page in the dossier
    kind: str | None = None
    typed: bool = False  # words of somebody, shown as they are


class Line(NamedTuple):
    """What the timeline draws."""

    on: date
    text: str
    detail: str
    url: str | None
    kind: str | None


def lines(events: list[Event], address: str) -> list[Line]:
    """Draw the newest events."""
    events.sort(key=lambda event: event[:2], reverse=True)
    return [
        Line(
            instant(event.at) if event.at else event.on,
            event.text if event.typed else typography(event.text),
            event.detail if event.typed else typography(event.detail),
            f"{address}/{event.place}" if event.place else None,
            event.kind,
        )
        for event in events[:NEWEST]
    ]


def told(rows: list[Any], keys: Keyring) -> dict[str, list[Event]]:
    """Tell the rows of the statement, by table."""
    found: dict[str, list[Event]] = {}
    for table, *row in rows:
        found.setdefault(table, []).extend(TELLERS[table](keys, *row))
    return found


def made(
    at: str, text: str, detail: str = "", place: str = "", kind: str | None = None, *, typed: bool = False
) -> Event:
    """Tell of an instant, on its day in Paris."""
    return Event(clock.day_of(instant(at)), at, text, detail, place, kind, typed)


def instant(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opened(keys: Keyring, locked: str | None, purpose: str) -> str:
    """Open an encrypted text."""
    return keys.unlock(locked, purpose) if locked else ""


def _capture(_keys: Keyring, key: str, at: str, *row: Any) -> Iterator[Event]:
    _day, _later, origin, words, failure, *_ = row
    place = f"captures/{dashed(key)}"
    if origin == "failed":
        yield made(at, "Capture impossible", failure, place, "void")
    else:
        yield made(at, "Capture scellée" if origin == "browser" else "Pièce déposée et scellée", words, place, "proof")


def _qualification(_keys: Keyring, _key: str, at: str, *row: Any) -> Iterator[Event]:
    _day, _later, _word, words, who, *_ = row
    short = words if len(words) <= 80 else f"{words[:79]}…"
    yield made(at, f"Passage qualifié\u00a0: «\u00a0{short}\u00a0»", who or "")


def _deadline(keys: Keyring, key: str, at: str, *row: Any) -> Iterator[Event]:
    _day, _later, state, label, reason, proof, _ = row
    place = f"delais/{dashed(key)}"
    if state == "done":
        detail = opened(keys, proof, "deadline.settled_proof")
        yield made(at, f"Échéance accomplie\u00a0: {label}", detail, place)
    elif state == "superseded":
        yield made(at, f"Échéance remplacée\u00a0: {label}", reason, place, "void")
    else:
        yield made(at, f"Échéance ouverte\u00a0: {label}", "", place)


def _dispatch(keys: Keyring, _key: str, at: str, *row: Any) -> Iterator[Event]:
    sent_on, answered_on, _word, title, recipient, note, _ = row
    yield Event(date.fromisoformat(sent_on), at, f"Envoyé\u00a0: {title}", recipient)
    if answered_on:
        detail = opened(keys, note, "dispatch.answer_note")
        yield Event(date.fromisoformat(answered_on), "", f"Réponse à\u00a0: {title}", detail)


def _note(keys: Keyring, _key: str, at: str, *row: Any) -> Iterator[Event]:
    *_, who, body, _ = row
    yield made(at, opened(keys, body, "note.body"), who, typed=True)


def _mail(keys: Keyring, key: str, at: str, *row: Any) -> Iterator[Event]:
    *_, subject, sender = row
    text = f"Courriel reçu\u00a0: {opened(keys, subject, 'filed_mail.subject')}"
    yield made(at, text, opened(keys, sender, "filed_mail.sender"), f"courriels/{dashed(key)}", typed=True)


TELLERS = {
    "capture": _capture,
    "qualification": _qualification,
    "deadline": _deadline,
    "dispatch": _dispatch,
    "note": _note,
    "filed_mail": _mail,
}
