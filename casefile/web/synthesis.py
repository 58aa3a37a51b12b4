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
from casefile.web.guards import db

RECENT = 8


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One content of the dossier with its proofs."""

    publication: Publication
    extract: str
    sealed: int


@dataclass(frozen=True, slots=True)
class PassageLine:
    """One passage with the qualification that stands, if any."""

    passage: Passage
    qualification: Qualification | None


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything the page shows, loaded in a fixed number of queries."""

    limitations: list[Deadline]
    acts: list[ProceduralAct]
    contents: list[ContentLine]
    passages: list[PassageLine]
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


def _passages(matter: Matter) -> list[PassageLine]:
    rows = db().execute(
        select(Passage, Qualification)
        .outerjoin(
            Qualification,
            (Qualification.passage_id == Passage.id) & (Qualification.state == QualificationState.CHOSEN),
        )
        .where(Passage.matter_id == matter.id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.publication_id, Passage.start)
    )
    return [PassageLine(passage, qualification) for passage, qualification in rows]


def _contents(matter: Matter, passages: list[PassageLine]) -> list[ContentLine]:
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
