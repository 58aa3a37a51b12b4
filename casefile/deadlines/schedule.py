"""Putting a date on the calendar, and taking one off: what every kind of deadline shares.

A date is never overwritten: another one supersedes it, its reminders are void in the same transaction, and both stay
visible with who and why.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.deadlines import ladder
from casefile.deadlines.decisive import decisive_fact
from casefile.errors import InvalidInput
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import ControlState, Deadline, DeadlineState


def put_on(session: Session, actor: Person | None, deadline: Deadline, *, reason: str = "") -> Deadline:
    """Enter a new deadline: its reminders, the dossier's nearest date and the trail go with it."""
    if deadline.is_critical and deadline.prudent_on is not None:
        deadline.control_state = ControlState.AWAITED
    deadline.entered_by_id = deadline.entered_by_id or (actor.id if actor else None)
    session.add(deadline)
    session.flush()
    deadline.facts.setdefault("uid", str(deadline.id))
    ladder.hang(session, deadline, clock.now())
    keep_next(session, deadline.matter_id)
    if deadline.is_critical:  # whatever reason the dossier had for being quiet has ended
        _set_on_matter(session, deadline.matter_id, quiet_reason=None, quiet_by_id=None, quiet_at=None)
    audit.record(session, actor, "deadline.entered", deadline, {**_dates(deadline), "reason": reason})
    return deadline


def replace(session: Session, actor: Person, old: Deadline, new: Deadline, reason: str) -> Deadline:
    """Put a recomputed deadline in the place of another; the calendar entry keeps its identity and moves."""
    new.supersedes_id = old.id
    new.facts["uid"] = old.facts.get("uid", str(old.id))
    new.facts["sequence"] = int(old.facts.get("sequence", 0)) + old.version
    take_off(session, actor, old, reason)
    put_on(session, actor, new, reason=reason)
    # What a second person already confirmed need not be asked again when only the rule or the firm's lead moved.
    if old.control_state is ControlState.CONFIRMED and _same_fact(session, old, new):
        new.control_state = ControlState.CONFIRMED
    return new


def take_off(session: Session, actor: Person, deadline: Deadline, reason: str) -> None:
    """Supersede a deadline: it stays visible with the reason, and its reminders are void at once."""
    if not reason.strip():
        raise InvalidInput("Indiquez pourquoi cette date change.", field="reason")
    deadline.state, deadline.superseded_reason = DeadlineState.SUPERSEDED, reason
    ladder.void(session, deadline)
    keep_next(session, deadline.matter_id)
    audit.record(session, actor, "deadline.superseded", deadline, {**_dates(deadline), "reason": reason})


def keep_next(session: Session, matter_id: Any) -> None:
    """Repeat on the dossier the nearest prudent date of its open critical deadlines."""
    session.flush()
    nearest = session.scalar(
        select(func.min(Deadline.prudent_on)).where(
            Deadline.matter_id == matter_id, Deadline.state == DeadlineState.OPEN, Deadline.is_critical
        )
    )
    _set_on_matter(session, matter_id, next_prudent_on=nearest)


def _set_on_matter(session: Session, matter_id: Any, **values: Any) -> None:
    # Not an edit of the dossier's record: its version, which protects two editors from each other, stays.
    session.execute(update(Matter).where(Matter.id == matter_id).values(**values))


def _same_fact(session: Session, old: Deadline, new: Deadline) -> bool:
    before, after = decisive_fact(session, old), decisive_fact(session, new)
    return (before.name, before.on) == (after.name, after.on)


def _dates(deadline: Deadline) -> dict[str, Any]:
    return {
        "kind": deadline.kind,
        "rule": deadline.rule_id,
        "rule_version": deadline.rule_version,
        "prudent_on": deadline.prudent_on,
        "admitted_on": deadline.admitted_on,
    }
