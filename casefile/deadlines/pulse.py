"""The pulse of the installation: what ran today, which bulletins left, what waits or was given up.

For people who watch the machine, not the dossiers: a message of a dossier that one does not see shows no subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casefile import audit, clock, mail
from casefile.access import visible_to
from casefile.deadlines import heartbeat
from casefile.deadlines.alarm import TASK_NAMES, signs
from casefile.deadlines.bulletin import readers
from casefile.deadlines.reminders import send_again
from casefile.errors import InvalidInput, Refused
from casefile.models.ledger import MailState, OutgoingMail
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Reminder, ReminderState

SHORTEST_REASON = 5
GONE = (MailState.SENT, MailState.KEPT)


@dataclass(frozen=True, slots=True)
class Task:
    """One daily task: when it is due in Paris, when it was last done, whether it is missing."""

    name: str
    hour: str
    last_on: date | None
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Today's bulletin of one person; no state when it was not written."""

    reader: str
    state: MailState | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Messages and reminders: what waits, since when, and what comes next."""

    waiting: int
    waiting_since: datetime | None
    sent_today: int
    next_reminder_at: datetime | None


def tasks(session: Session, now: datetime) -> list[Task]:
    """List the daily tasks in the order of their hours."""
    known = signs(session, now)
    done, missing = heartbeat.last_days(known.beats), heartbeat.overdue_tasks(known.beats, known.began_at, now)
    return [
        Task(TASK_NAMES[name], f"{hour:02d}:{minute:02d}", done.get(name), name in missing)
        for name, (hour, minute) in heartbeat.DAILY.items()
    ]


def bulletins(session: Session, now: datetime) -> list[Bulletin]:
    """Say of each person who is owed one whether today's bulletin was written and left."""
    people, day = readers(session), clock.day_of(now)
    names = {mail.message_id("bulletin", day, person.id): person.full_name for person in people}
    written = {
        row.message_id: row
        for row in session.scalars(select(OutgoingMail).where(OutgoingMail.message_id.in_(list(names))))
    }
    return [
        Bulletin(name, row.state if (row := written.get(key)) else None, row.sent_at if row else None)
        for key, name in names.items()
    ]


def traffic(session: Session, now: datetime) -> Traffic:
    """Count what waits and what left today."""
    midnight = datetime.combine(clock.day_of(now), time(), tzinfo=clock.PARIS)
    waiting = session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.state == MailState.QUEUED))
    sent = session.scalar(
        select(func.count(OutgoingMail.id)).where(OutgoingMail.state.in_(GONE), OutgoingMail.sent_at >= midnight)
    )
    coming = session.scalar(
        select(Reminder.due_at).where(Reminder.state == ReminderState.DUE).order_by(Reminder.due_at).limit(1)
    )
    oldest = session.scalar(
        select(OutgoingMail.created_at)
        .where(OutgoingMail.state == MailState.QUEUED)
        .order_by(OutgoingMail.created_at)
        .limit(1)
    )
    return Traffic(waiting or 0, oldest, sent or 0, coming)


def given_up(session: Session, viewer: Person) -> list[tuple[OutgoingMail, str, bool]]:
    """List the messages given up, with their reader's name, and whether the viewer may read their subject."""
    seen = or_(
        OutgoingMail.matter_id.is_(None),
        select(Matter.id).where(Matter.id == OutgoingMail.matter_id, visible_to(viewer)).exists(),
    )
    rows = session.execute(
        select(OutgoingMail, Person.full_name, seen)
        .outerjoin(Person, Person.id == OutgoingMail.recipient_id)
        .where(OutgoingMail.state == MailState.FAILED)
        .order_by(OutgoingMail.created_at)
    )
    return [(message, name or message.recipient_address, bool(readable)) for message, name, readable in rows]


def retry(session: Session, actor: Person, message: OutgoingMail) -> None:
    """Put a message given up back in the queue."""
    _must_be_given_up(message)
    send_again(session, actor, message)


def dismiss(session: Session, actor: Person, message: OutgoingMail, reason: str) -> None:
    """Take a message given up off the alarm, because its reader was told otherwise; who and why stay in the trail."""
    _must_be_given_up(message)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise InvalidInput("Dites comment son destinataire a été prévenu.", field="reason")
    message.state, message.last_error = MailState.VOID, f"Traité autrement : {reason}"[:500]
    session.flush()
    audit.record(session, actor, "mail.dismissed", message)


def _must_be_given_up(message: OutgoingMail) -> None:
    if message.state is not MailState.FAILED:
        raise Refused("Ce message n'est plus en échec : rechargez la page.")
