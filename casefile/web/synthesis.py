"""What the first page of a dossier gathers: limitations drawn, contents, qualifications, documents, next steps.

Each section is read once, in the columns that it shows: neither the text of a page nor what fills a letter comes along.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, func, select

from casefile import chronology, clock
from casefile.chronology import Event, Holdings
from casefile.models.evidence import Capture, CaptureState, Passage, Publication
from casefile.models.ledger import Exhibit, Letter, LetterState
from casefile.models.matter import Matter
from casefile.models.procedure import (
    Deadline,
    DeadlineKind,
    DeadlineState,
    IdentificationStep,
    ProceduralAct,
    Qualification,
    QualificationState,
    StepState,
)
from casefile.web.filters import typography
from casefile.web.guards import db
from casefile.web.matter_frame import by_prudent_day
from casefile.web.qualification_lines import PassageRow
from casefile.web.timeline import Line

RECENT = 8
AHEAD = frozenset({StepState.PLANNED, StepState.STARTED, StepState.ANSWERED})


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One content of the dossier with its proofs."""

    publication: Any
    extract: str
    sealed: int


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything the page shows, loaded in a fixed number of queries: rows, not objects."""

    deadlines: list[Any]
    limitations: list[Any]
    acts: list[Any]
    contents: list[ContentLine]
    passages: list[PassageRow]
    letters: list[Any]
    exhibits: list[Any]
    steps: list[Any]
    next_deadlines: list[Any]
    events: list[Event]
    today: Any


def synthesis_of(matter: Matter, opener: str | None = None) -> Synthesis:
    """Load the synthesis of one dossier; `opener` is the responsible lawyer's name, where it is known."""
    held = Holdings(_read(_contents, matter), _read(_acts, matter), _read(_steps, matter), _read(_letters, matter))
    deadlines = by_prudent_day(_read(_deadlines, matter))
    passages = _passage_rows(matter)
    return Synthesis(
        deadlines=deadlines,
        limitations=[row for row in deadlines if row.kind is DeadlineKind.LIMITATION],
        acts=[act for act in held.acts if act.withdrawn_at is None],
        contents=_lines(held.publications, passages),
        passages=passages,
        letters=[row for row in held.letters if row.state is not LetterState.ABANDONED],
        exhibits=_read(_exhibits, matter),
        steps=[row for row in held.steps if row.state in AHEAD],
        next_deadlines=[row for row in deadlines if row.prudent_on][:RECENT],
        events=chronology.newest(db(), matter, held, RECENT, opener),
        today=clock.today(),
    )


def contents_of(matter: Matter) -> list[ContentLine]:
    """Load the contents alone, with their first words and their proofs."""
    return _lines(_read(_contents, matter), _passage_rows(matter))


def acts_of(synthesis: Synthesis, deadline: Deadline) -> list[ProceduralAct]:
    """Keep the acts that concern a limitation: those of its content and those of the whole dossier."""
    return [act for act in synthesis.acts if act.publication_id in {None, deadline.publication_id}]


def next_steps(synthesis: Synthesis) -> list[Line]:
    """Mix the coming days of deadlines and of identification steps, nearest first."""
    days = [
        (row.last_useful_day or row.prudent_on, row.label, "dernier jour utile" if row.last_useful_day else "")
        for row in synthesis.next_deadlines
    ]
    days += [(step.due_on, step.label, "identification") for step in synthesis.steps]
    coming = sorted(((on, text, detail) for on, text, detail in days if on), key=lambda day: day[0])
    return [Line(on, typography(text), detail, None, "todo") for on, text, detail in coming[:RECENT]]


def _read(statement: Any, matter: Matter) -> list[Any]:
    return list(db().execute(statement(), {"matter": matter.id}))


def _passage_rows(matter: Matter) -> list[PassageRow]:
    return [PassageRow(row, row if row.chosen else None) for row in _read(_passages, matter)]


def _lines(publications: Any, passages: list[PassageRow]) -> list[ContentLine]:
    first: dict[uuid.UUID, str] = {}
    for line in passages:
        first.setdefault(line.passage.publication_id, line.passage.exact)
    return [ContentLine(row, first.get(row.id, ""), row.sealed) for row in publications]


# Columns of tables, not of classes: what is only shown needs no object.
_publication = Publication.__table__.c
_act = ProceduralAct.__table__.c
_step = IdentificationStep.__table__.c
_letter = Letter.__table__.c
_passage = Passage.__table__.c
_qualification = Qualification.__table__.c
_exhibit = Exhibit.__table__.c
_capture = Capture.__table__.c
_deadline = Deadline.__table__.c
# Each question is built once: the page asks them all at each visit.
_MATTER = bindparam("matter", type_=Uuid())
_PUBLICATION, _ACT, _STEP, _LETTER = chronology.TOLD


@cache
def _contents() -> Select[Any]:
    sealed = (
        select(func.count(_capture.id))
        .where(_capture.publication_id == _publication.id, _capture.state == CaptureState.SEALED)
        .scalar_subquery()
        .label("sealed")
    )
    shown = (_publication.published_from, _publication.published_to, _publication.relative_text)
    return (
        select(*_PUBLICATION, *shown, _publication.relative_seen_on, sealed)
        .where(_publication.matter_id == _MATTER)
        .order_by(_publication.created_at)
    )


@cache
def _passages() -> Any:
    standing = (_qualification.passage_id == _passage.id) & (_qualification.state == QualificationState.CHOSEN)
    passage = (_passage.id, _passage.matter_id, _passage.publication_id, _passage.exact)
    return (
        select(*passage, _qualification.chosen, _qualification.facts_on)
        .outerjoin(Qualification.__table__, standing)
        .where(_passage.matter_id == _MATTER, _passage.withdrawn_at.is_(None))
        .order_by(_passage.publication_id, _passage.start)
    )


@cache
def _acts() -> Select[Any]:
    return select(*_ACT, _act.publication_id).where(_act.matter_id == _MATTER).order_by(_act.done_on)


@cache
def _steps() -> Select[Any]:
    return select(*_STEP, _step.due_on).where(_step.matter_id == _MATTER).order_by(_step.position)


@cache
def _letters() -> Select[Any]:
    return (
        select(*_LETTER, _letter.letter_type, _letter.dated_on)
        .where(_letter.matter_id == _MATTER)
        .order_by(_letter.created_at.desc())
    )


@cache
def _exhibits() -> Any:
    shown = (_exhibit.number, _exhibit.title, _exhibit.pages)
    return select(*shown).where(_exhibit.matter_id == _MATTER).order_by(_exhibit.number)


@cache
def _deadlines() -> Select[Any]:
    return select(*_deadline).where(_deadline.matter_id == _MATTER, _deadline.state == DeadlineState.OPEN)
