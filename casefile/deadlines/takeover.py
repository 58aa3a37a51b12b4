"""Forty dossiers change hands at once: their deadlines, reminders and steps follow, or the dossier does not move.

A partner may hand over the dossiers of somebody who left without opening them: only numbers and dates are shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from casefile import audit, clock, mail, matters
from casefile.access import visible_to
from casefile.deadlines import ladder
from casefile.errors import CasefileError, InvalidInput
from casefile.models.matter import Matter, MatterState, TeamFunction, TeamMember, WallEntry
from casefile.models.people import Person, Role
from casefile.models.procedure import ControlState, Deadline, DeadlineState, IdentificationStep, StepState

SHORTEST_REASON = 5
UNFINISHED = (StepState.PLANNED, StepState.STARTED, StepState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Line:
    """One dossier that may be handed over; its title only for who may open it."""

    matter: Matter
    visible: bool
    deadlines: int
    uncontrolled: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was handed over, and what was not, with the sentence that says why."""

    done: tuple[Matter, ...]
    refused: tuple[tuple[Matter, str], ...]
    deadlines: int
    reminders: int


def dossiers_of(session: Session, actor: Person, leaver: Person) -> list[Line]:
    """List the open dossiers that the actor may take from this person's hands, the most urgent first."""
    opened = select(func.count()).where(Deadline.matter_id == Matter.id, Deadline.state == DeadlineState.OPEN)
    awaited = opened.where(Deadline.control_state.in_((ControlState.AWAITED, ControlState.MISMATCH)))
    seen = Matter.id.in_(select(Matter.id).where(visible_to(actor)))
    walls = select(WallEntry.matter_id).where(WallEntry.person_id == actor.id, WallEntry.lifted_at.is_(None))
    reads_only = select(TeamMember.matter_id).where(
        TeamMember.person_id == actor.id, TeamMember.function == TeamFunction.READER
    )
    allowed = Matter.id.not_in(walls) if actor.role is Role.PARTNER else seen & Matter.id.not_in(reads_only)
    rows = session.execute(
        select(
            Matter,
            case((seen, 1), else_=0),
            opened.correlate(Matter).scalar_subquery(),
            awaited.correlate(Matter).scalar_subquery(),
        )
        .where(Matter.responsible_id == leaver.id, Matter.state == MatterState.OPEN, allowed)
        .order_by(Matter.next_prudent_on.is_(None), Matter.next_prudent_on, Matter.year, Matter.number)
    )
    return [Line(matter, bool(visible), count, uncontrolled) for matter, visible, count, uncontrolled in rows]


def take_over(
    session: Session,
    actor: Person,
    leaver: Person,
    taker: Person,
    chosen: Sequence[uuid.UUID],
    *,
    reason: str,
    leaves_team: bool,
    base_url: str,
) -> Outcome:
    """Hand the chosen dossiers over; a dossier that cannot follow stays where it is and is named with the reason."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput("Dites pourquoi ces dossiers changent de mains : l'équipe le lira.", field="reason")
    if taker.id == leaver.id:
        raise InvalidInput("Choisissez une autre personne que le responsable actuel.", field="taker")
    offered = {line.matter.id: line.matter for line in dossiers_of(session, actor, leaver)}
    wanted = [offered[key] for key in chosen if key in offered]
    if not wanted:
        raise InvalidInput("Cochez au moins un dossier.", field="dossiers")
    done: list[Matter] = []
    refused: list[tuple[Matter, str]] = []
    deadlines = reminders = 0
    for matter in wanted:
        try:
            with session.begin_nested():
                moved = _hand_over(session, actor, matter, (leaver, taker), reason.strip())
                if leaves_team:
                    _leave(session, actor, matter, leaver)
        except CasefileError as error:
            refused.append((matter, error.message))
            continue
        done.append(matter)
        deadlines, reminders = deadlines + moved[0], reminders + moved[1]
    if done:
        _tell(session, actor, (leaver, taker), done, base_url)
    return Outcome(tuple(done), tuple(refused), deadlines, reminders)


def _hand_over(
    session: Session, actor: Person, matter: Matter, hands: tuple[Person, Person], reason: str
) -> tuple[int, int]:
    leaver, taker = hands
    matters.hand_over(session, actor, matter, taker)
    mine = select(Deadline).where(
        Deadline.matter_id == matter.id, Deadline.state == DeadlineState.OPEN, Deadline.responsible_id == leaver.id
    )
    rows = session.scalars(mine).all()
    reminders = 0
    for row in rows:
        row.responsible_id = taker.id
        ladder.void(session, row)  # what was owed to the one who leaves
        reminders += len(ladder.hang(session, row, clock.now()))
        audit.record(session, actor, "deadline.handed_over", row, {"from": leaver.id, "to": taker.id})
    steps = select(IdentificationStep).where(
        IdentificationStep.matter_id == matter.id,
        IdentificationStep.responsible_id == leaver.id,
        IdentificationStep.state.in_(UNFINISHED),
    )
    for step in session.scalars(steps):
        step.responsible_id = taker.id
    names = f"{leaver.full_name} à {taker.full_name}"
    matters.add_note(session, actor, matter, f"Dossier transmis de {names}. Raison : {reason}")
    return len(rows), reminders


def _leave(session: Session, actor: Person, matter: Matter, leaver: Person) -> None:
    member = session.scalar(
        select(TeamMember).where(TeamMember.matter_id == matter.id, TeamMember.person_id == leaver.id)
    )
    if member is not None:
        matters.leave_team(session, actor, matter, member)


def _tell(session: Session, actor: Person, hands: tuple[Person, Person], done: Sequence[Matter], base_url: str) -> None:
    """Write to both hands, with numbers and dates only."""
    leaver, taker = hands
    lines = [(matter.reference, _day(matter.next_prudent_on)) for matter in done]
    facts = {"actor": actor.full_name, "leaver": leaver.full_name, "taker": taker.full_name, "lines": lines}
    for person in {leaver.id: leaver, taker.id: taker}.values():
        if person.id == actor.id:
            continue
        identifier = mail.message_id("takeover", person.id, clock.now().isoformat(), *(m.id for m in done))
        mail.queue(session, person, identifier, "takeover", {**facts, "url": f"{base_url}/"})


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "aucune date critique"
