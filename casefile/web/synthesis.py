"""What the first page of a dossier gathers: limitations drawn, contents, qualifications, documents, next steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casefile import chronology, clock
from casefile.chronology import Event, Holdings
from casefile.models.evidence import CaptureState, Passage, Publication
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

    publication: Publication
    extract: str
    sealed: int


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything the page shows, loaded in a fixed number of queries."""

    deadlines: list[Deadline]
    limitations: list[Deadline]
    acts: list[ProceduralAct]
    contents: list[ContentLine]
    passages: list[PassageRow]
    letters: list[Letter]
    exhibits: list[Exhibit]
    steps: list[IdentificationStep]
    next_deadlines: list[Deadline]
    events: list[Event]
    today: Any


def synthesis_of(matter: Matter) -> Synthesis:
    """Load the synthesis of one dossier."""
    held = chronology.holdings_of(db(), matter)
    deadlines = by_prudent_day(row for row in held.deadlines if row.state is DeadlineState.OPEN)
    passages = _passages(matter)
    acts = [act for act in held.acts if act.withdrawn_at is None]
    letters = [row for row in held.letters if row.state is not LetterState.ABANDONED]
    return Synthesis(
        deadlines=deadlines,
        limitations=[row for row in deadlines if row.kind is DeadlineKind.LIMITATION],
        acts=sorted(acts, key=lambda act: act.done_on),
        contents=_contents(held, passages),
        passages=passages,
        letters=sorted(letters, key=lambda row: row.created_at, reverse=True),
        exhibits=list(db().scalars(select(Exhibit).where(Exhibit.matter_id == matter.id).order_by(Exhibit.number))),
        steps=sorted((row for row in held.steps if row.state in AHEAD), key=lambda row: row.position),
        next_deadlines=[row for row in deadlines if row.prudent_on][:RECENT],
        events=chronology.events_of(db(), matter, held)[:RECENT],
        today=clock.today(),
    )


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


def _passages(matter: Matter) -> list[PassageRow]:
    rows = db().execute(
        select(Passage, Qualification)
        .outerjoin(
            Qualification,
            (Qualification.passage_id == Passage.id) & (Qualification.state == QualificationState.CHOSEN),
        )
        .where(Passage.matter_id == matter.id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.publication_id, Passage.start)
    )
    return [PassageRow(passage, qualification) for passage, qualification in rows]


def _contents(held: Holdings, passages: list[PassageRow]) -> list[ContentLine]:
    sealed = Counter(row.publication_id for row in held.captures if row.state is CaptureState.SEALED)
    first: dict[Any, str] = {}
    for line in passages:
        first.setdefault(line.passage.publication_id, line.passage.exact)
    rows = sorted(held.publications, key=lambda row: row.created_at)
    return [ContentLine(row, first.get(row.id, ""), sealed[row.id]) for row in rows]
