"""No silent dossier, no unchecked evening: what the night looks for, and the signed reason that quiets it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casefile import access, audit, clock
from casefile.deadlines import escalation, ladder
from casefile.errors import InvalidInput, Refused
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
    return list(
        session.scalars(
            select(Deadline)
            .join(Matter, Matter.id == Deadline.matter_id)
            .where(
                access.visible_to(viewer),
                Deadline.state != DeadlineState.SUPERSEDED,
                or_(Deadline.prudent_on == day, Deadline.last_useful_day == day),
            )
            .order_by(Deadline.state, Deadline.prudent_on)
        )
    )


def tell_partners(session: Session, now: datetime) -> int:
    """In the evening, owe the partners what nobody settled: today's dates, and the critical ones reached before."""
    day = clock.day_of(now)
    weighs = or_(Deadline.is_critical, Deadline.kind.in_(ladder.RIGHTS))
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
