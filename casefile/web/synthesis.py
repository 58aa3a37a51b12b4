"""What the first page of a dossier gathers: limitations drawn, contents, qualifications, documents, next steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from casefile import chronology, clock
from casefile.chronology import Event
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
from casefile.web.qualification_lines import PassageRow
from casefile.web.timeline import Line

RECENT = 8


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One content of the dossier with its proofs."""

    publication: Publication
    extract: str
    sealed: int


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything the page shows, loaded in a fixed number of queries."""

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
    session = db()
    deadlines = list(
        session.scalars(
            select(Deadline)
            .where(Deadline.matter_id == matter.id, Deadline.state == DeadlineState.OPEN)
            .order_by(Deadline.prudent_on.is_not(None), Deadline.prudent_on)
        )
    )
    passages = _passages(matter)
    return Synthesis(
        limitations=[row for row in deadlines if row.kind is DeadlineKind.LIMITATION],
        acts=list(
            session.scalars(
                select(ProceduralAct)
                .where(ProceduralAct.matter_id == matter.id, ProceduralAct.withdrawn_at.is_(None))
                .order_by(ProceduralAct.done_on)
            )
        ),
        contents=_contents(matter, passages),
        passages=passages,
        letters=list(
            session.scalars(
                select(Letter)
                .where(Letter.matter_id == matter.id, Letter.state != LetterState.ABANDONED)
                .order_by(Letter.created_at.desc())
            )
        ),
        exhibits=list(session.scalars(select(Exhibit).where(Exhibit.matter_id == matter.id).order_by(Exhibit.number))),
        steps=list(
            session.scalars(
                select(IdentificationStep)
                .where(
                    IdentificationStep.matter_id == matter.id,
                    IdentificationStep.state.in_((StepState.PLANNED, StepState.STARTED, StepState.ANSWERED)),
                )
                .order_by(IdentificationStep.position)
            )
        ),
        next_deadlines=[row for row in deadlines if row.prudent_on][:RECENT],
        events=chronology.events_of(session, matter)[:RECENT],
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


def _contents(matter: Matter, passages: list[PassageRow]) -> list[ContentLine]:
    counts = (
        select(Capture.publication_id, func.count())
        .where(Capture.matter_id == matter.id, Capture.state == CaptureState.SEALED)
        .group_by(Capture.publication_id)
    )
    sealed: dict[Any, int] = {row[0]: row[1] for row in db().execute(counts)}
    first: dict[Any, str] = {}
    for line in passages:
        first.setdefault(line.passage.publication_id, line.passage.exact)
    rows = db().scalars(select(Publication).where(Publication.matter_id == matter.id).order_by(Publication.created_at))
    return [ContentLine(row, first.get(row.id, ""), sealed.get(row.id, 0)) for row in rows]
