"""Dual control: a critical date stays red until somebody else retypes it from the source, blind to the first entry.

Nobody controls their own entry. One who works alone retypes it after a night. A mismatch reopens the date.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, func, or_, select
from sqlalchemy.orm import Session

from casefile import access, audit, clock, desk
from casefile.deadlines import ladder
from casefile.deadlines.decisive import Decisive, decisive_fact
from casefile.errors import NotFound, Refused
from casefile.models.base import Instant
from casefile.models.desk import DeskDeadline
from casefile.models.evidence import Publication
from casefile.models.matter import Matter, TeamFunction, TeamMember, WallEntry
from casefile.models.people import Person, PersonState
from casefile.models.procedure import ControlState, Deadline, DeadlineControl, DeadlineState

NIGHT = timedelta(hours=24)
RED = (ControlState.AWAITED, ControlState.MISMATCH)


@dataclass(frozen=True, slots=True)
class Card:
    """What the controller may see: which date to look for and where, never the date itself."""

    deadline_id: uuid.UUID
    matter_id: uuid.UUID
    reference: str
    asks_for: str
    publication_id: uuid.UUID | None
    publication_title: str
    entered_by: str
    entered_at: datetime
    mismatch: bool


def cards_for(session: Session, person: Person, now: datetime) -> list[Card]:
    """List the dates that this person may control now."""
    rows = session.execute(
        select(Deadline, Matter, Publication.title, Person.full_name)
        .join(Matter, Matter.id == Deadline.matter_id)
        .outerjoin(Publication, Publication.id == Deadline.publication_id)
        .outerjoin(Person, Person.id == Deadline.entered_by_id)
        .where(
            access.visible_to(person),
            _place(TeamMember.person_id == person.id),
            Deadline.state == DeadlineState.OPEN,
            Deadline.control_state.in_(RED),
        )
        .order_by(Deadline.prudent_on)
    )
    return [
        Card(
            deadline.id,
            matter.id,
            matter.reference,
            decisive_fact(session, deadline).name,
            deadline.publication_id,
            title or "",
            name or "",
            deadline.created_at,
            deadline.control_state is ControlState.MISMATCH,
        )
        for deadline, matter, title, name in rows
        if not why_not(session, person, deadline, now)
    ]


def waiting_count(session: Session, person: Person, now: datetime) -> int:
    """Count the dates that wait for this person, in one query: others' entries, and their own when they work alone."""
    return session.scalar(_waiting(), {"reader": person.id, "instant": now, "rested": now - NIGHT}) or 0


@cache
def _waiting() -> Any:
    reader: Any = bindparam("reader", type_=Uuid())
    rested = Deadline.created_at <= bindparam("rested", type_=Instant())
    own_rested = rested & ~_place(TeamMember.person_id != reader)
    return (
        select(func.count(Deadline.id))
        .select_from(DeskDeadline)
        .join(Deadline, Deadline.id == DeskDeadline.deadline_id)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(
            desk.mine(DeskDeadline),
            DeskDeadline.control_state.in_(RED),
            _place(TeamMember.person_id == reader),
            or_(Deadline.entered_by_id.is_(None), Deadline.entered_by_id != reader, own_rested),
        )
    )


def _place(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """Give the condition that somebody of the dossier's team may control its dates: no reader, nobody walled."""
    walled = (
        select(WallEntry.id)
        .where(
            WallEntry.matter_id == TeamMember.matter_id,
            WallEntry.person_id == TeamMember.person_id,
            WallEntry.lifted_at.is_(None),
        )
        .exists()
    )
    may = [role for role, granted in access.ROLES.items() if access.Permission.DEADLINE_CONTROL in granted]
    return (
        select(TeamMember.id)
        .join(Person, Person.id == TeamMember.person_id)
        .where(
            TeamMember.matter_id == Matter.id,
            TeamMember.function != TeamFunction.READER,
            Person.state == PersonState.ACTIVE,
            Person.role.in_(may),
            ~walled,
            whose,
        )
        .correlate(Matter)
        .exists()
    )


def control(session: Session, actor: Person, deadline: Deadline, typed_on: date) -> DeadlineControl:
    """Compare a date retyped from the source with the entry; a mismatch reopens it and tells the responsible.

    Raises Refused, with the reason, for one who may not control this date now.
    """
    now = clock.now()
    reason = why_not(session, actor, deadline, now)
    if reason:
        raise Refused(reason)
    matches = typed_on == decisive_fact(session, deadline).on
    row = DeadlineControl(
        deadline_id=deadline.id, person_id=actor.id, typed_on=typed_on, matches=matches, created_at=now
    )
    session.add(row)
    deadline.control_state = ControlState.CONFIRMED if matches else ControlState.MISMATCH
    session.flush()
    if not matches:
        ladder.owe(session, deadline, deadline.responsible_id, f"contrôle-{row.id.hex[:8]}", now)
    audit.record(session, actor, "deadline.controlled", deadline, {"matches": matches, "typed_on": typed_on})
    return row


def why_not(session: Session, person: Person, deadline: Deadline, now: datetime) -> str:
    """Say why this person may not control this date now; an empty text when they may."""
    if deadline.state is not DeadlineState.OPEN or deadline.control_state not in RED:
        return "Cette date n'attend pas de contrôle."
    if not _sees(session, person, deadline):
        raise NotFound("Cette échéance n'existe pas, ou vous n'y avez pas accès.")
    fact = decisive_fact(session, deadline)
    if person.id in fact.entered_by and (_others(session, deadline, fact) or now < deadline.created_at + NIGHT):
        return (
            "Vous avez saisi cette date : une autre personne doit la contrôler, ou vous-même après 24 heures "
            "si vous travaillez seul sur ce dossier."
        )
    last = session.scalar(
        select(DeadlineControl.created_at)
        .where(DeadlineControl.deadline_id == deadline.id, DeadlineControl.person_id == person.id)
        .order_by(DeadlineControl.created_at.desc())
        .limit(1)
    )
    if last is not None and now < last + NIGHT:
        return "Votre date ne concordait pas : la personne responsable doit d'abord vérifier la sienne."
    return ""


def _sees(session: Session, person: Person, deadline: Deadline) -> bool:
    matter = session.get_one(Matter, deadline.matter_id)
    return access.may(session, person, matter, access.Permission.DEADLINE_CONTROL)


def _others(session: Session, deadline: Deadline, fact: Decisive) -> bool:
    people = session.scalars(
        select(Person)
        .join(Matter, Matter.id == deadline.matter_id)
        .where(Person.state == PersonState.ACTIVE, Person.id.not_in(fact.entered_by), access.visible_to_each())
    )
    return any(_sees(session, one, deadline) for one in people)
