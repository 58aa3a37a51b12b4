"""When nobody takes charge: the deputy, then the partner, after the times that the firm chose.

Somebody walled from the dossier is never told. A partner outside the team learns its reference and its date only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.access import visible_to_each
from casefile.deadlines import ladder
from casefile.models.matter import Matter, WallEntry
from casefile.models.people import Firm, Person, PersonState, Role
from casefile.models.procedure import Acknowledgement, Deadline, DeadlineState, Reminder, ReminderState

DEPUTY, PARTNER = "suppléant", "associé"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an unanswered reminder may rest, and from which nearness of the date."""

    from_days: int = 14
    deputy_hours: int = 24
    partner_hours: int = 48
    urgent_days: int = 3
    urgent_deputy_hours: int = 2
    urgent_partner_hours: int = 4

    @classmethod
    def of(cls, firm: Firm | None) -> Patience:
        """Read the firm's times; what it does not say keeps our default."""
        chosen: dict[str, Any] = (firm.settings.get("escalation") or {}) if firm else {}
        return cls(**{name: int(value) for name, value in chosen.items() if name in cls.__dataclass_fields__})

    def hours(self, days_left: int) -> tuple[int, int]:
        """Give the hours before the deputy is told, then the partner."""
        if days_left <= self.urgent_days:
            return self.urgent_deputy_hours, self.urgent_partner_hours
        return self.deputy_hours, self.partner_hours


def escalate(session: Session, now: datetime) -> int:
    """Owe a reminder to the deputy or the partner for each critical deadline left unanswered; give how many."""
    patience, today, written = Patience.of(session.get(Firm, 1)), clock.day_of(now), 0
    for deadline, sent_at, stage in _unanswered(session, now, patience):
        assert deadline.prudent_on is not None
        deputy_hours, partner_hours = patience.hours((deadline.prudent_on - today).days)
        waited = now - sent_at
        if waited >= timedelta(hours=deputy_hours):
            written += _tell(session, deadline, stand_in(session, deadline), f"{stage} {DEPUTY}", now)
        if waited >= timedelta(hours=partner_hours):
            for partner in partners(session, deadline):
                written += _tell(session, deadline, partner, f"{stage} {PARTNER}", now)
    return written


def stand_in(session: Session, deadline: Deadline) -> Person | None:
    """Find the deputy of the responsible, if present and in the dossier; otherwise somebody else of its team."""
    responsible = session.get_one(Person, deadline.responsible_id)
    team = _team(session, deadline)
    today = clock.today()
    present = [one for one in team if one.id != responsible.id and not is_absent(one, today)]
    chosen = next((one for one in present if one.id == responsible.deputy_id), None)
    return chosen or next((one for one in present if one.is_lawyer), None) or (present[0] if present else None)


def partners(session: Session, deadline: Deadline) -> list[Person]:
    """Give the partners of the team; without any, the firm's partners who are not walled from the dossier."""
    inside = [one for one in _team(session, deadline) if one.role is Role.PARTNER]
    if inside:
        return inside
    walled = exists().where(
        WallEntry.matter_id == deadline.matter_id, WallEntry.person_id == Person.id, WallEntry.lifted_at.is_(None)
    )
    return list(
        session.scalars(select(Person).where(Person.role == Role.PARTNER, Person.state == PersonState.ACTIVE, ~walled))
    )


def is_absent(person: Person, day: Any) -> bool:
    """Tell whether a person announced an absence for this day."""
    return (
        person.absent_from is not None
        and person.absent_from <= day
        and (person.absent_until is None or day <= person.absent_until)
    )


def _team(session: Session, deadline: Deadline) -> list[Person]:
    return list(
        session.scalars(
            select(Person)
            .join(Matter, Matter.id == deadline.matter_id)
            .where(
                Person.state == PersonState.ACTIVE,
                Person.role.not_in((Role.ADMINISTRATOR, Role.GUEST)),
                visible_to_each(),
            )
            .order_by(Person.created_at)
        )
    )


def _tell(session: Session, deadline: Deadline, person: Person | None, stage: str, now: datetime) -> int:
    if person is None or person.id == deadline.responsible_id:
        return 0
    return int(ladder.owe(session, deadline, person.id, stage, now) is not None)


def _unanswered(session: Session, now: datetime, patience: Patience) -> list[tuple[Deadline, datetime, str]]:
    last = (
        select(Reminder.deadline_id, func.max(Reminder.due_at).label("due_at"))
        .where(Reminder.state == ReminderState.SENT, Reminder.stage.like("J%"), ~Reminder.stage.contains(" "))
        .group_by(Reminder.deadline_id)
        .subquery()
    )
    answered = exists().where(
        Acknowledgement.deadline_id == Deadline.id, Acknowledgement.created_at >= Reminder.sent_at
    )
    horizon = clock.day_of(now) + timedelta(days=patience.from_days)
    rows = session.execute(
        select(Deadline, Reminder.sent_at, Reminder.stage)
        .join(last, last.c.deadline_id == Deadline.id)
        .join(Reminder, (Reminder.deadline_id == Deadline.id) & (Reminder.due_at == last.c.due_at))
        .where(
            Deadline.state == DeadlineState.OPEN,
            Deadline.is_critical,
            Deadline.prudent_on <= horizon,
            Reminder.state == ReminderState.SENT,
            Reminder.recipient_id == Deadline.responsible_id,
            Reminder.sent_at <= now,
            ~answered,
        )
    )
    return [(deadline, sent_at, stage) for deadline, sent_at, stage in rows if sent_at is not None]
