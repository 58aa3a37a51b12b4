"""The life of a notice, per content and per platform: each stage with its day and proof, and what comes next.

Notified, acknowledged, decided, complained of, then the out-of-court body, the regulator, the judge; and, whatever was
answered, what the captures show. A stage that has no day says until when it is open.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from casefile import clock
from casefile.identification import notices
from casefile.identification.notices import ACKNOWLEDGED, COMPLAINT, NOTICES, REFUSALS, REMOVAL_WRIT, Notice
from casefile.identification.recourses import NextAction, recourse_action
from casefile.identification.seen import Seen
from casefile.identification.situation import events_of
from casefile.models.evidence import Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.people import Person

DATED, OPEN, CLOSED, NOT_YET = "dated", "open", "closed", "not_yet"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its day when it happened, with its words and proof; else whether it is open, and until when."""

    title: str
    state: str
    on: date | None = None
    words: str = ""
    dispatch_id: uuid.UUID | None = None
    capture_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to one content before one platform."""

    publication: Publication
    recipient: str
    stages: tuple[Stage, ...]
    action: NextAction
    warnings: tuple[str, ...] = ()


def lives(session: Session, person: Person, publication: Publication) -> list[Life]:
    """Give the life of each recipient's notices about a content, in the order in which they were first written to."""
    within = (
        Dispatch.matter_id == publication.matter_id,
        Letter.letter_type.in_(notices.BY_CONTENT),
        or_(Letter.publication_id == publication.id, Letter.publication_id.is_(None)),
    )
    sent = [row for row in notices.sent(session, person, *within) if row.content_id == publication.id]
    events = events_of(session, publication)
    writs = [row for row in sent if row.letter.letter_type == REMOVAL_WRIT]
    if writs:  # a writ is served on its defendant: it is no notice of its own, and seizes the judge for them all
        events.setdefault("judge_seized", writs[0].dispatch.sent_on)
    groups: dict[str, list[Notice]] = {}
    for row in sent:
        if row.letter.letter_type == REMOVAL_WRIT:
            continue
        groups.setdefault(" ".join(row.dispatch.recipient.split()).casefold(), []).append(row)
    return [_life(publication, rows, events) for rows in groups.values()]


def _life(publication: Publication, rows: list[Notice], events: Mapping[str, date]) -> Life:
    written = [row for row in rows if row.letter.letter_type in NOTICES] or rows
    complaints = [row for row in rows if row.letter.letter_type == COMPLAINT]
    shown = rows[0].seen
    stages = (
        _notified(written),
        _acknowledged(written),
        *_decided(written, "Décision de la plateforme"),
        _complaint(written, complaints),
        *(_decided(complaints, "Décision sur la réclamation") if complaints else ()),
        *_recourses(events),
        _removal(shown),
    )
    action = _next((complaints or written)[-1], events)
    return Life(publication, rows[0].dispatch.recipient, stages, action, tuple(_contradictions(rows)))


def _notified(written: list[Notice]) -> Stage:
    first = written[0].dispatch
    told = [f"ticket {first.tracking_number}"] if first.tracking_number else []
    told += [first.proof_note] if first.proof_note else []
    again = [row.dispatch.sent_on for row in written[1:]]
    told += [f"de nouveau le {day:%d/%m/%Y}" for day in again]
    return Stage("Notification", DATED, first.sent_on, ", ".join(told), first.id, first.proof_capture_id)


def _acknowledged(written: list[Notice]) -> Stage:
    found = [(answer["on"], row, answer) for row, answer in _answers(written) if answer["kind"] == ACKNOWLEDGED]
    if found:
        on, row, answer = min(found, key=lambda one: str(one[0]))
        return Stage("Accusé de réception", DATED, date.fromisoformat(on), answer["note"], row.dispatch.id)
    return Stage("Accusé de réception", NOT_YET, words="aucun accusé enregistré")


def _decided(rows: list[Notice], title: str) -> tuple[Stage, ...]:
    decision = _decision(rows)
    if decision is None:
        return (Stage(title, NOT_YET, words="attendue"),)
    row, answer = decision
    said = notices.ANSWER_WORDS.get(answer["kind"], answer["kind"])
    reasons = answer["note"] or "aucun motif reçu : réclamez-le"
    on = date.fromisoformat(answer["on"])
    return (
        Stage(title, DATED, on, said, row.dispatch.id),
        Stage("Motifs donnés", DATED if answer["note"] else NOT_YET, on if answer["note"] else None, reasons),
    )


def _complaint(written: list[Notice], complaints: list[Notice]) -> Stage:
    title = "Réclamation interne (DSA, art. 20)"
    if complaints:
        first = complaints[0].dispatch
        return Stage(title, DATED, first.sent_on, first.proof_note, first.id, first.proof_capture_id)
    decision = _decision(written)
    if decision is None or decision[1]["kind"] not in REFUSALS:
        return Stage(title, NOT_YET, words="après une décision de refus")
    limit = notices.complain(date.fromisoformat(decision[1]["on"])).limit_on
    is_open = limit is not None and limit >= clock.today()
    return Stage(title, OPEN if is_open else CLOSED, limit)


def _recourses(events: Mapping[str, date]) -> tuple[Stage, ...]:
    return (
        _happened("Organe extrajudiciaire (DSA, art. 21)", events.get("body_seized")),
        *([_happened("Issue devant l’organe", events["body_answered"])] if "body_answered" in events else ()),
        _happened("Coordinateur, plainte (DSA, art. 53)", events.get("regulator_seized")),
        _happened("Juge (LCEN, art. 6-3)", events.get("judge_seized")),
        *([_happened("Décision du juge", events["judgment"])] if "judgment" in events else ()),
    )


def _happened(title: str, on: date | None) -> Stage:
    return Stage(title, DATED if on else NOT_YET, on, "" if on else "non saisi")


def _removal(shown: Seen) -> Stage:
    if shown.is_proved_removed:
        return Stage("Retrait prouvé par capture", DATED, shown.removed_on, capture_id=shown.proof_id)
    if shown.removed_on:
        return Stage("Retrait", NOT_YET, words="noté au dossier, à prouver par une capture")
    last = (
        f"encore en ligne à la capture du {shown.online_on:%d/%m/%Y}" if shown.online_on else "aucune capture récente"
    )
    return Stage("Retrait", NOT_YET, words=last)


def _next(last: Notice, events: Mapping[str, date]) -> NextAction:
    """Propose what follows from the farthest stage reached; what a capture shows of a removal comes first."""
    if last.seen.removed_on or last.dispatch.answer_kind == "removed":
        return last.action
    limit = last.action.limit_on
    if recourse := recourse_action(events):
        return recourse
    if limit and limit < clock.today():
        why = f"Réclamation fermée depuis le {limit:%d/%m/%Y} : {notices.RECOURSE.lower()}"
        return NextAction(why, source=notices.RECOURSE_SOURCE)
    return last.action


def _answers(rows: Iterable[Notice]) -> list[tuple[Notice, dict[str, Any]]]:
    return [(row, answer) for row in rows for answer in row.dispatch.answers]


def _decision(rows: list[Notice]) -> tuple[Notice, dict[str, Any]] | None:
    decided = [pair for pair in _answers(rows) if pair[1]["kind"] not in {ACKNOWLEDGED, "returned"}]
    return max(decided, key=lambda pair: str(pair[1]["on"]), default=None)


def _contradictions(rows: list[Notice]) -> Iterable[str]:
    """Say which sendings got two different decisions on one day: both are kept, one must be asked about."""
    for row in rows:
        by_day: dict[str, set[str]] = {}
        for answer in row.dispatch.answers:
            if answer["kind"] not in {ACKNOWLEDGED, "returned"}:
                by_day.setdefault(answer["on"], set()).add(answer["kind"])
        for day, kinds in by_day.items():
            if len(kinds) > 1:
                shown = f"{date.fromisoformat(day):%d/%m/%Y}"
                yield f"Deux réponses du {shown} se contredisent : les deux sont conservées, demandez laquelle vaut."
