"""The chronology of a dossier: one line per fact, gathered from what the dossier holds.

It reads and never writes; the trail (casefile.audit) proves, the chronology tells. It reads only the columns that it
tells: the text of a page, of a message or of a letter never leaves the database for it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.chronology_rows import recent, whole
from casefile.models.evidence import DateKind, Publication
from casefile.models.ledger import Letter, LetterState
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import IdentificationStep, ProceduralAct, StepState


@dataclass(frozen=True, slots=True)
class Event:
    """One line: the day it happened, what kind it is, the sentence, a detail, what it tells about, who did it."""

    on: date
    at: datetime | None
    kind: str
    text: str
    detail: str = ""
    table: str = ""  # of the object that it tells about
    subject_id: uuid.UUID | None = None
    by: uuid.UUID | None = None  # None when no person of the firm did it


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a dossier holds and its pages show besides: a page that shows and tells it reads each table once.

    Each row has at least the columns of TOLD.
    """

    publications: Sequence[Any]
    acts: Sequence[Any]
    steps: Sequence[Any]
    letters: Sequence[Any]


_publication = Publication.__table__.c
_act = ProceduralAct.__table__.c
_step = IdentificationStep.__table__.c
_letter = Letter.__table__.c
# What is told of what is held, in the order of `Holdings`: columns of tables, since nothing here needs an object.
TOLD: tuple[tuple[Any, ...], ...] = (
    (
        _publication.id,
        _publication.title,
        _publication.platform,
        _publication.created_at,
        _publication.date_kind,
        _publication.published_on,
        _publication.discovered_on,
        _publication.removed_on,
    ),
    (
        _act.id,
        _act.act_type,
        _act.done_on,
        _act.note,
        _act.entered_by_id,
        _act.withdrawn_at,
    ),
    (
        _step.id,
        _step.label,
        _step.state,
        _step.started_on,
        _step.answered_on,
        _step.result,
    ),
    (
        _letter.id,
        _letter.title,
        _letter.state,
        _letter.created_at,
        _letter.validated_at,
        _letter.written_by_id,
        _letter.validated_by_id,
    ),
)


def holdings_of(session: Session, matter: Matter) -> Holdings:
    """Read what a dossier holds, in the columns that are told."""
    return Holdings(*(session.execute(statement, {"matter": matter.id}).all() for statement in _held()))


def events_of(session: Session, matter: Matter) -> list[Event]:
    """Gather every event of a dossier, newest first; events of one day keep their hour."""
    return _told(matter, _opener(session, matter), holdings_of(session, matter), whole(session, matter))


def newest(session: Session, matter: Matter, held: Holdings, limit: int, opener: str | None = None) -> list[Event]:
    """Give the newest events only, reading no more than so many rows of each table that is not held.

    `opener` is the name of the responsible lawyer, where it is known already.
    """
    opener = _opener(session, matter) if opener is None else opener
    return _told(matter, opener, held, recent(session, matter, limit))[:limit]


def _told(matter: Matter, opener: str, held: Holdings, rows: dict[str, list[Any]]) -> list[Event]:
    events = [
        *_opening(matter, opener),
        *_publications(held.publications),
        *_captures(rows.get("capture", ())),
        *_qualifications(rows.get("qualification", ())),
        *_acts(held.acts),
        *_deadlines(rows.get("deadline", ())),
        *_steps(held.steps),
        *_letters(held.letters),
        *_dispatches(rows.get("dispatch", ())),
        *_notes(rows.get("note", ())),
        *_mails(rows.get("filed_mail", ())),
    ]
    return sorted(events, key=_order, reverse=True)


def _order(event: Event) -> tuple[date, float]:
    return event.on, event.at.timestamp() if event.at else 0.0


def _of(
    row: Any, on: date, kind: str, text: str, detail: str = "", *, table: str, by: uuid.UUID | None = None
) -> Event:
    """Tell of a day without an hour."""
    return Event(on, None, kind, text, detail, table, row.id, by)


def _made(
    row: Any, at: datetime, kind: str, text: str, detail: str = "", *, table: str, by: uuid.UUID | None = None
) -> Event:
    """Tell of an instant, on its day in Paris."""
    return Event(clock.day_of(at), at, kind, text, detail, table, row.id, by)


def _opening(matter: Matter, opener: str) -> Iterator[Event]:
    yield Event(matter.opened_on, matter.created_at, "matter", "Dossier ouvert", opener, "matter", matter.id)
    if matter.closed_on:
        yield Event(matter.closed_on, None, "matter", "Dossier clos", "", "matter", matter.id)


def _publications(rows: Sequence[Any]) -> Iterator[Event]:
    table = "publication"
    for row in rows:
        added = f"Contenu ajouté\u00a0: {row.title}"
        yield _made(row, row.created_at, "publication", added, row.platform, table=table)
        if row.date_kind is DateKind.EXACT and row.published_on:
            online = f"Mise en ligne\u00a0: {row.title}"
            yield _of(row, row.published_on, "publication", online, "date exacte", table=table)
        if row.discovered_on:
            yield _of(row, row.discovered_on, "publication", f"Découverte\u00a0: {row.title}", table=table)
        if row.removed_on:
            yield _of(row, row.removed_on, "removed", f"Contenu retiré\u00a0: {row.title}", table=table)


def _captures(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        if row.state == "sealed":
            what = "Capture scellée" if row.origin == "browser" else "Pièce déposée et scellée"
            yield _made(row, row.at, "proof", what, row.words, table="capture", by=row.by)
        else:
            yield _made(row, row.at, "void", "Capture impossible", row.detail, table="capture", by=row.by)


def _qualifications(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        told = f"Passage qualifié\u00a0: «\u00a0{_short(row.words)}\u00a0»"
        yield _made(row, row.at, "qualification", told, row.detail or "", table="qualification", by=row.by)


def _acts(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        if row.withdrawn_at is None:
            told = f"Acte\u00a0: {row.act_type.replace('_', ' ')}"
            yield _of(row, row.done_on, "act", told, row.note, table="procedural_act", by=row.entered_by_id)


def _deadlines(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        kind, verb, detail = {
            "done": ("deadline", "accomplie", row.settled_proof),
            "superseded": ("void", "remplacée", row.detail),
            "opened": ("deadline", "ouverte", ""),
        }[row.state]
        yield _made(row, row.at, kind, f"Échéance {verb}\u00a0: {row.words}", detail, table="deadline", by=row.by)


def _steps(rows: Sequence[Any]) -> Iterator[Event]:
    table = "identification_step"
    for row in rows:
        if row.started_on:
            yield _of(row, row.started_on, "step", f"Démarche engagée\u00a0: {row.label}", table=table)
        if row.answered_on and row.state in {StepState.ANSWERED, StepState.DONE}:
            yield _of(row, row.answered_on, "step", f"Réponse reçue\u00a0: {row.label}", row.result, table=table)


def _letters(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        written = {"table": "letter", "by": row.written_by_id}
        yield _made(row, row.created_at, "letter", f"Document rédigé\u00a0: {row.title}", **written)
        if row.validated_at:
            told = f"Document validé\u00a0: {row.title}"
            yield _made(row, row.validated_at, "letter", told, table="letter", by=row.validated_by_id)
        if row.state is LetterState.ABANDONED:
            yield _made(row, row.created_at, "void", f"Document abandonné\u00a0: {row.title}", **written)


def _dispatches(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        yield Event(row.day, row.at, "letter", f"Envoyé\u00a0: {row.words}", row.detail, "dispatch", row.id, row.by)
        if row.answered_on:
            told = f"Réponse à\u00a0: {row.words}"
            yield _of(row, row.answered_on, "letter", told, row.answer_note, table="dispatch")


def _notes(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        yield _made(row, row.at, "note", row.body, row.detail, table="note", by=row.by)


def _mails(rows: Sequence[Any]) -> Iterator[Event]:
    for row in rows:
        yield _made(
            row, row.at, "mail", f"Courriel reçu\u00a0: {row.subject}", row.sender, table="filed_mail", by=row.by
        )


def _short(words: str, limit: int = 80) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _opener(session: Session, matter: Matter) -> str:
    return session.scalar(_name(), {"person": matter.responsible_id}) or ""


@cache
def _name() -> Select[str]:
    return select(Person.full_name).where(Person.id == bindparam("person", type_=Uuid()))


@cache
def _held() -> tuple[Select[Any], ...]:
    """Build the questions once, in the order of `Holdings`."""
    matter = bindparam("matter", type_=Uuid())
    return tuple(select(*columns).where(columns[0].table.c.matter_id == matter) for columns in TOLD)
