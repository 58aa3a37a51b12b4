"""When nobody takes charge: the deputy, then the partner, after the times that the firm chose.

Somebody walled from the dossier is never told. A partner outside the team learns its reference and its date only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from casefile import clock
from casefile.access import visible_to_each
from casefile.deadlines import absences, ladder
from casefile.errors import InvalidInput
from casefile.models.matter import Matter, WallEntry
from casefile.models.people import OUTSIDERS, Firm, Person, PersonState, Role
from casefile.models.procedure import Acknowledgement, Deadline, DeadlineState, Reminder, ReminderState

DEPUTY, PARTNER = "suppléant", "associé"
TOLD = (ReminderState.SENT, ReminderState.QUEUED, ReminderState.FAILED)
LONGEST_HOURS = 168


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

    def check(self) -> None:
        """Raise InvalidInput for times under which somebody would be told too late, or before the deputy."""
        for late, field in ((self.from_days < self.urgent_days, "from_days"), (self.urgent_days < 1, "urgent_days")):
            if late:
                raise InvalidInput("Prévoyez au moins un jour, et l'urgence après le début du suivi.", field=field)
        for deputy, partner, field in (
            (self.deputy_hours, self.partner_hours, "partner_hours"),
            (self.urgent_deputy_hours, self.urgent_partner_hours, "urgent_partner_hours"),
        ):
            if deputy < 1 or partner < deputy or partner > LONGEST_HOURS:
                raise InvalidInput(
                    f"L'associé est prévenu après le suppléant, et en {LONGEST_HOURS} heures au plus.", field=field
                )

    def hours(self, days_left: int) -> tuple[int, int]:
        """Give the hours before the deputy is told, then the partner."""
        if days_left <= self.urgent_days:
            return self.urgent_deputy_hours, self.urgent_partner_hours
        return self.deputy_hours, self.partner_hours


def escalate(session: Session, now: datetime) -> int:
    """Owe a reminder to the deputy or the partner for each deadline left unanswered; give how many.

    What ends a right, and a hearing, climb from the firm's number of days on; the rest once its day has come.
    """
    patience, today, written = Patience.of(session.get(Firm, 1)), clock.day_of(now), 0
    for deadline, sent_at, stage in _unanswered(session, now, patience):
        assert deadline.prudent_on is not None
        days_left = (deadline.prudent_on - today).days if _weighs(deadline) else patience.urgent_days + 1
        deputy_hours, partner_hours = patience.hours(days_left)
        waited = now - sent_at
        if waited >= timedelta(hours=deputy_hours):
            written += _tell(session, deadline, stand_in(session, deadline), f"{stage} {DEPUTY}", now)
        if waited >= timedelta(hours=partner_hours):
            for partner in partners(session, deadline):
                written += _tell(session, deadline, partner, f"{stage} {PARTNER}", now)
    return written


def stand_in(session: Session, deadline: Deadline) -> Person | None:
    """Find who stands in for the responsible, if present and in the dossier; otherwise somebody else of its team."""
    responsible = session.get_one(Person, deadline.responsible_id)
    away = absences.away_on(session, clock.today())
    present = [one for one in _team(session, deadline) if one.id != responsible.id and one.id not in away]
    chosen = away.get(responsible.id) or responsible.deputy_id
    named = next((one for one in present if one.id == chosen), None)
    usual = next((one for one in present if one.id == responsible.deputy_id), None)
    return named or usual or next((one for one in present if one.is_lawyer), None) or (present[0] if present else None)


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


def weighing() -> ColumnElement[bool]:
    """Give the condition of what is never left to rest: what is critical, and whatever ends a right."""
    return or_(Deadline.is_critical, Deadline.kind.in_(ladder.RIGHTS))


def _weighs(deadline: Deadline) -> bool:
    return deadline.is_critical or deadline.kind in ladder.RIGHTS


def _team(session: Session, deadline: Deadline) -> list[Person]:
    return list(
        session.scalars(
            select(Person)
            .join(Matter, Matter.id == deadline.matter_id)
            .where(
                Person.state == PersonState.ACTIVE,
                Person.role.not_in((Role.ADMINISTRATOR, *OUTSIDERS)),
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
    # A message that could not leave waits like one that nobody answers: a full mailbox must not silence the rest.
    told_at = func.coalesce(Reminder.sent_at, Reminder.due_at)
    # Asked of each deadline that is near: what was ever told in the firm is not read again every minute.
    earlier = aliased(Reminder)
    last = (
        select(func.max(earlier.due_at))
        .where(earlier.deadline_id == Deadline.id, earlier.state.in_(TOLD))
        .where(earlier.stage.like("J%"), ~earlier.stage.contains(" "))
        .correlate(Deadline)
        .scalar_subquery()
    )
    answered = exists().where(Acknowledgement.deadline_id == Deadline.id, Acknowledgement.created_at >= told_at)
    today = clock.day_of(now)
    near = weighing() & (Deadline.prudent_on <= today + timedelta(days=patience.from_days))
    rows = session.execute(
        select(Deadline, Reminder.sent_at, Reminder.due_at, Reminder.stage)
        .join(Reminder, (Reminder.deadline_id == Deadline.id) & (Reminder.due_at == last))
        .where(
            Deadline.state == DeadlineState.OPEN,
            Deadline.prudent_on <= today + timedelta(days=max(patience.from_days, 0)),
            or_(near, (Deadline.prudent_on <= today) & (Reminder.stage == ladder.stage_name(0))),
            Reminder.state.in_(TOLD),
            Reminder.recipient_id == Deadline.responsible_id,
            told_at <= now,
            ~answered,
        )
    )
    return [(deadline, sent_at or due_at, stage) for deadline, sent_at, due_at, stage in rows]
