"""The tick: turns due reminders into messages, has them sent, escalates what nobody answers, shouts when it cannot.

The reminder table is the only truth. Composing is one transaction (rows and message together); sending is leased and
marked one by one. Killing a worker anywhere loses nothing and doubles at most the message that was on the wire.
"""

from __future__ import annotations

import itertools
from collections.abc import Container
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session, defer

from casefile import audit, clock, mail
from casefile.access import visible_to_each
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import absences, escalation, heartbeat, ladder
from casefile.deadlines.wording import KIND_NAMES, distance, french_day, public_label
from casefile.models.ledger import MailState, OutgoingMail
from casefile.models.matter import Matter, WallEntry
from casefile.models.people import Person, PersonState, Role
from casefile.models.procedure import Deadline, DeadlineState, Reminder, ReminderState

RECIPIENTS_PER_ROUND = 50
# From this many for one person, or from two when some are late by more than an hour: one digest.
DIGEST_FROM = 5
LATE = timedelta(hours=1)
COMPOSE_LOCK = 0x0CA5EF12
# What becomes of the reminders that a message carries.
BECAME = {
    MailState.SENT: ReminderState.SENT,
    MailState.KEPT: ReminderState.SENT,
    MailState.FAILED: ReminderState.FAILED,
    MailState.VOID: ReminderState.VOID,
    MailState.QUEUED: ReminderState.QUEUED,
}


@dataclass(slots=True)
class Summary:
    """What one tick did, as `casefile remind` prints it."""

    escalated: int = 0
    composed: int = 0
    digests: int = 0
    voided: int = 0
    sent: int = 0
    kept: int = 0
    retried: int = 0
    failed: int = 0
    dropped: int = 0

    def as_json(self) -> dict[str, int]:
        """Give plain numbers."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Owed:
    """One due reminder with what its message needs."""

    reminder: Reminder
    deadline: Deadline
    matter: Matter
    recipient: Person
    visible: bool
    walled: bool

    @property
    def may_be_told(self) -> bool:
        """Tell whether this person may learn of it: of the team, or an unwalled partner told by escalation."""
        if self.recipient.state is not PersonState.ACTIVE or self.walled:
            return False
        partner = self.recipient.role is Role.PARTNER and self.reminder.stage.endswith(escalation.PARTNER)
        return self.visible or partner


def tick(database: Database, settings: Settings, now: datetime, *, lease: timedelta = mail.LEASE) -> Summary:
    """Do all that is due at this instant, once: idempotent, and safe to run twice at the same time."""
    summary = Summary()
    with database.transaction() as session:
        heartbeat.beat(session, now)
        summary.escalated = escalation.escalate(session, now)
    while compose(database, settings, now, summary):
        pass
    delivery = mail.deliver(database, settings, now, mail.Hooks(_is_wanted, _settled), lease=lease)
    for name, value in asdict(delivery).items():
        setattr(summary, name, value)
    return summary


def compose(database: Database, settings: Settings, now: datetime, summary: Summary) -> bool:
    """Write the messages of some people's due reminders in one transaction; false when nothing was due."""
    with database.transaction() as session:
        if not database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": COMPOSE_LOCK})
        owed = _due(session, now)
        away = absences.away_on(session, clock.day_of(now)) if owed else {}
        for _, group in itertools.groupby(owed, key=lambda one: one.recipient.id):
            _write_for(session, settings, list(group), now, summary, away=away)
    return bool(owed)


def _due(session: Session, now: datetime) -> list[Owed]:
    due = (Reminder.state == ReminderState.DUE, Reminder.due_at <= now)
    recipients = select(Reminder.recipient_id).where(*due).distinct().limit(RECIPIENTS_PER_ROUND)
    walled = (
        select(WallEntry.id)
        .where(WallEntry.matter_id == Matter.id, WallEntry.person_id == Person.id, WallEntry.lifted_at.is_(None))
        .exists()
    )
    rows = session.execute(
        select(Reminder, Deadline, Matter, Person, visible_to_each(), walled)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(Matter, Matter.id == Deadline.matter_id)
        .join(Person, Person.id == Reminder.recipient_id)
        .where(*due, Reminder.recipient_id.in_(list(session.scalars(recipients))))
        .options(
            defer(Deadline.trace), defer(Deadline.settled_proof), defer(Matter.summary), defer(Matter.quiet_reason)
        )
        .order_by(Reminder.recipient_id, Deadline.prudent_on, Reminder.due_at, Reminder.id)
        .with_for_update(of=Reminder, skip_locked=True)
    )
    return [Owed(*row) for row in rows]


def _write_for(
    session: Session, settings: Settings, owed: list[Owed], now: datetime, summary: Summary, *, away: Container[Any]
) -> None:
    kept: list[Owed] = []
    for one in owed:
        if one.deadline.state is not DeadlineState.OPEN:
            one.reminder.state = ReminderState.VOID
            summary.voided += 1
        elif not one.may_be_told:
            one.reminder.state, one.reminder.last_error = ReminderState.VOID, "destinataire sans accès"
            summary.voided += 1
            _pass_on(session, one, now)
        else:
            if one.recipient.id in away:
                _pass_on(session, one, now)
            kept.append(one)
    late = any(one.reminder.due_at < now - LATE for one in kept)
    if len(kept) >= DIGEST_FROM or (late and len(kept) > 1):
        _compose_digest(session, settings, kept, now)
        summary.digests += 1
    else:
        for one in kept:
            _compose_one(session, settings, one, now)
    for one in kept:
        one.reminder.state = ReminderState.QUEUED
    summary.composed += len(kept)


def _pass_on(session: Session, one: Owed, now: datetime) -> None:
    """Owe the same step to somebody who is there: an absent or departed responsible is not a reason for silence."""
    stage = one.reminder.stage.partition(" ")[0]
    found = escalation.stand_in(session, one.deadline)
    if found is not None and found.id != one.recipient.id:
        ladder.owe(session, one.deadline, found.id, f"{stage} {escalation.DEPUTY}", now)
        return
    for partner in escalation.partners(session, one.deadline):
        if partner.id != one.recipient.id:
            ladder.owe(session, one.deadline, partner.id, f"{stage} {escalation.PARTNER}", now)


def _compose_one(session: Session, settings: Settings, one: Owed, now: datetime) -> None:
    facts = {"line": line_of(settings, one, clock.day_of(now))}
    mail.queue(session, one.recipient, one.reminder.message_id, "reminder", facts, matter_id=one.matter.id)


def _compose_digest(session: Session, settings: Settings, owed: list[Owed], now: datetime) -> None:
    identifier = mail.message_id("digest", *sorted(str(one.reminder.id) for one in owed))
    today = clock.day_of(now)
    lines = [line_of(settings, one, today) for one in owed]
    facts = {
        "lines": lines,
        "urgent": sum(1 for line in lines if line["days_left"] <= escalation.Patience().urgent_days),
        "agenda_url": f"{settings.base_url}/agenda",
    }
    mail.queue(session, owed[0].recipient, identifier, "digest", facts)
    for one in owed:
        one.reminder.message_id = identifier


def line_of(settings: Settings, one: Owed, today: date) -> dict[str, Any]:
    """Give what a message may say of one deadline: its reference, its dates, what the rules call it."""
    deadline = one.deadline
    assert deadline.prudent_on is not None
    page = f"/dossiers/{one.matter.id}/delais/{deadline.id}" if one.visible else "/"
    return {
        "reference": one.matter.reference,
        "kind": KIND_NAMES[deadline.kind],
        "label": public_label(deadline) if one.visible else KIND_NAMES[deadline.kind].capitalize(),
        "stage": one.reminder.stage,
        "day": french_day(deadline.prudent_on),
        "distance": distance(deadline.prudent_on, today),
        "days_left": (deadline.prudent_on - today).days,
        "last_useful": french_day(deadline.last_useful_day) if deadline.last_useful_day else "",
        "provisional": deadline.is_provisional,
        "escalated": " " in one.reminder.stage,
        "to_partner": one.reminder.stage.endswith(escalation.PARTNER),
        "url": settings.base_url + page,
    }


def _is_wanted(session: Session, message: OutgoingMail) -> bool:
    """Tell whether a message still has a live reminder; one that carries none (a bulletin) always goes."""
    states = session.scalars(_states(), {"message": message.message_id}).all()
    return not states or any(state is not ReminderState.VOID for state in states)


def _settled(session: Session, message: OutgoingMail) -> None:
    """Mark the reminders of a message in the transaction that marks the message itself."""
    told = {"told_at": message.sent_at, "tries": message.attempts, "error": message.last_error}
    told |= {"message": message.message_id, "became": BECAME[message.state]}
    count = session.connection().execute(_marking(), told).rowcount
    if count and message.state in {MailState.SENT, MailState.KEPT, MailState.FAILED}:
        facts = {"message_id": message.message_id, "reminders": count}
        audit.record(session, None, f"reminder.{message.state.value}", message, facts)


# Built once each: a drain asks them of every message.
@cache
def _states() -> Any:
    return select(Reminder.state).where(Reminder.message_id == bindparam("message"))


@cache
def _marking() -> Any:
    rows: Any = Reminder.__table__
    names = {"state": "became", "sent_at": "told_at", "attempts": "tries", "last_error": "error"}
    queued = (rows.c.message_id == bindparam("message")) & (rows.c.state == ReminderState.QUEUED)
    return update(rows).where(queued).values({name: bindparam(given) for name, given in names.items()})


def send_again(session: Session, actor: Person, message: OutgoingMail) -> None:
    """Put a message given up back in the queue, under the same Message-ID."""
    if message.state is not MailState.FAILED:
        return
    message.state, message.attempts, message.next_attempt_at = MailState.QUEUED, 0, None
    session.execute(
        update(Reminder)
        .where(Reminder.message_id == message.message_id, Reminder.state == ReminderState.FAILED)
        .values(state=ReminderState.QUEUED)
    )
    audit.record(session, actor, "mail.requeued", message)
