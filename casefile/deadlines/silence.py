"""No silent dossier, no unchecked evening: what the night looks for, and the signed reason that quiets it."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from casefile import access, audit, clock, desk
from casefile.deadlines import escalation, ladder
from casefile.errors import InvalidInput, Refused
from casefile.models.desk import DeskDeadline, DeskMatter
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineState

SHORTEST_REASON = 5


def silent_matters(session: Session, viewer: Person | None, today: date) -> list[Matter]:
    """List the open dossiers without a running critical deadline and without a signed reason; all, or the viewer's."""
    query = select(Matter).where(_is_silent(today)).order_by(Matter.year, Matter.number)
    if viewer is not None:
        query = query.where(access.visible_to(viewer))
    return list(session.scalars(query))


def silent_references(session: Session, viewer: Person, today: date, limit: int) -> tuple[list[Any], int]:
    """Give the identifier and reference of the first such dossiers of a viewer, and how many there are in all."""
    values = {"reader": viewer.id, "instant": clock.now(), "today": today, "limit": limit}
    rows = session.execute(_silent_of_reader(), values).all()
    return list(rows), rows[0].total if rows else 0


@cache
def _silent_of_reader() -> Any:
    running = select(DeskDeadline.matter_id).where(
        desk.mine(DeskDeadline), DeskDeadline.is_critical, DeskDeadline.prudent_on >= bindparam("today", type_=Date())
    )
    first = (
        select(DeskMatter.matter_id, DeskMatter.year, DeskMatter.number, func.count().over().label("total"))
        .where(desk.mine(DeskMatter), DeskMatter.state == MatterState.OPEN, ~DeskMatter.is_quiet)
        .where(DeskMatter.matter_id.not_in(running))
        .order_by(DeskMatter.year, DeskMatter.number)
        .limit(bindparam("limit"))
        .subquery()
    )
    found = select(Matter.id, Matter.reference, first.c.total).join(first, first.c.matter_id == Matter.id)
    return found.where(access.visible_to_reader()).order_by(first.c.year, first.c.number)


def sign_quiet(session: Session, actor: Person, matter: Matter, reason: str) -> None:
    """Sign, as a lawyer, why no critical deadline runs; the next critical deadline ends the reason."""
    if not actor.is_lawyer:
        raise Refused("Seul un avocat peut dire qu'un dossier n'a pas d'échéance.")
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise InvalidInput("Indiquez pourquoi aucune échéance ne court dans ce dossier.", field="reason")
    matter.quiet_reason, matter.quiet_by_id, matter.quiet_at = reason, actor.id, clock.now()
    session.flush()
    audit.record(session, actor, "matter.quiet_signed", matter)


def evening_list(session: Session, viewer: Person, day: date) -> list[Deadline]:
    """List the day's deadlines of the viewer's dossiers; settled ones stay, with their proof."""
    found = _in_the_evening(viewer).where(
        Deadline.state != DeadlineState.SUPERSEDED,
        or_(Deadline.prudent_on == day, Deadline.last_useful_day == day),
    )
    return list(session.scalars(found.order_by(Deadline.state, Deadline.prudent_on, Deadline.id)))


def left_open(session: Session, viewer: Person, day: date) -> list[Deadline]:
    """List what earlier days left open and what weighs: it follows every evening until somebody answers."""
    found = _in_the_evening(viewer).where(
        Deadline.state == DeadlineState.OPEN, Deadline.prudent_on < day, escalation.weighing()
    )
    return list(session.scalars(found.order_by(Deadline.prudent_on, Deadline.id)))


def signed_tonight(session: Session, person: Person, day: date) -> datetime | None:
    """Tell when this person signed the evening check of a day, if they did."""
    found = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.actor_id == person.id, AuditEntry.action == "evening.checked")
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).first()
    return found.at if found is not None and clock.day_of(found.at) == day else None


def _in_the_evening(viewer: Person) -> Select[Any]:
    return (
        select(Deadline)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(access.visible_to(viewer))
        .options(contains_eager(Deadline.matter), joinedload(Deadline.responsible))
    )


def tell_partners(session: Session, now: datetime) -> int:
    """In the evening, owe the partners what nobody settled: today's dates, and the critical ones reached before."""
    day = clock.day_of(now)
    weighs = escalation.weighing()
    reached = session.scalars(
        select(Deadline).where(
            Deadline.state == DeadlineState.OPEN,
            or_(
                Deadline.prudent_on == day,
                weighs & or_(Deadline.prudent_on <= day, Deadline.last_useful_day <= day),
            ),
        )
    )
    written = 0
    for deadline in reached:
        for partner in escalation.partners(session, deadline):
            stage = f"soir-{day.isoformat()} {escalation.PARTNER}"
            written += ladder.owe(session, deadline, partner.id, stage, now) is not None
    return written


def note_silence(session: Session, now: datetime) -> int:
    """Write tonight's check into the trail; give how many dossiers are silent."""
    found = silent_matters(session, None, clock.day_of(now))
    audit.record(session, None, "silence.checked", None, {"silent": [matter.reference for matter in found]})
    return len(found)


def _is_silent(today: date) -> ColumnElement[bool]:
    running = (
        select(Deadline.id)
        .where(
            Deadline.matter_id == Matter.id,
            Deadline.state == DeadlineState.OPEN,
            Deadline.is_critical,
            Deadline.prudent_on >= today,
        )
        .correlate(Matter)
        .exists()
    )
    return (Matter.state == MatterState.OPEN) & Matter.quiet_at.is_(None) & ~running
