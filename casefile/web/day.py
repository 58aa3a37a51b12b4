"""What the first page of the day gathers: open deadlines, reminders not taken up, contents gone, silent dossiers.

Every query carries the wall; the number of queries does not grow with the dossiers.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Uuid, bindparam, func, select

from casefile import backup, clock, desk
from casefile.access import visible_to_reader
from casefile.deadlines import heartbeat
from casefile.deadlines.silence import silent_references
from casefile.models.desk import DeskMatter
from casefile.models.evidence import Publication
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Person
from casefile.models.procedure import (
    Acknowledgement,
    Deadline,
    DeadlineState,
    Reminder,
    ReminderState,
)
from casefile.web import surroundings
from casefile.web.filters import clock_time, counted
from casefile.web.guards import db

SHOWN = 12  # lines of a side card; its count is of all of them
RECENTLY = timedelta(days=14)
DAY_HOURS = 24
COLUMNS = (Matter.id, Matter.reference, Matter.title)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a side card."""

    title: str
    when: Any  # a date or an aware instant
    reference: str
    matter_id: uuid.UUID
    detail: str
    tone: str = "info"
    state: str = ""
    deadline_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Few:
    """The first of a card's rows, and how many there are in all."""

    rows: list[Any]
    total: int

    @property
    def more(self) -> int:
        """Count those that are not shown."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Health:
    """One sign of life of the installation."""

    tone: str
    text: str


def open_count(person: Person) -> tuple[int, int]:
    """Count the open dossiers of this person, and those in which a dated deadline runs."""
    every, running = db().execute(_open_counts(), _values(person)).one()
    return every, running


def to_acknowledge(person: Person) -> Few:
    """Give the newest reminders sent to this person about open deadlines and taken up by nobody since."""
    rows = db().execute(_to_acknowledge(), _values(person)).all()
    lines: list[Any] = [
        Line(label, sent_at, reference, matter_id, title, deadline_id=deadline_id)
        for matter_id, reference, title, deadline_id, label, sent_at, _total in rows
    ]
    return Few(lines, rows[0][-1] if rows else 0)


def gone(person: Person) -> Few:
    """Give the contents last found removed, of the last two weeks."""
    rows = db().execute(_gone(), {**_values(person), "lately": clock.today() - RECENTLY}).all()
    lines: list[Any] = [
        Line(title, removed_on, reference, matter_id, "retrait constaté", "ok", "Retiré")
        for matter_id, reference, _title, title, removed_on, _total in rows
    ]
    return Few(lines, rows[0][-1] if rows else 0)


# Built once each: this page is the most often opened, and putting the wall into words again cost as much as asking.
@cache
def _open_counts() -> Any:
    count = select(func.count(), func.count(DeskMatter.next_prudent_on))
    return count.where(desk.mine(DeskMatter), DeskMatter.state == MatterState.OPEN)


@cache
def _to_acknowledge() -> Any:
    taken_up = select(Acknowledgement.id).where(
        Acknowledgement.deadline_id == Reminder.deadline_id, Acknowledgement.created_at >= Reminder.sent_at
    )
    return (
        select(*COLUMNS, Deadline.id, Deadline.label, func.max(Reminder.sent_at), func.count().over())
        .select_from(Reminder)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(
            Reminder.recipient_id == bindparam("reader", type_=Uuid()),
            Reminder.state == ReminderState.SENT,
            Reminder.sent_at.is_not(None),
            Deadline.state == DeadlineState.OPEN,
            visible_to_reader(),
            ~taken_up.exists(),
        )
        .group_by(Deadline.id, Matter.id)
        .order_by(func.max(Reminder.sent_at).desc(), Deadline.id)
        .limit(SHOWN)
    )


@cache
def _gone() -> Any:
    return (
        select(*COLUMNS, Publication.title, Publication.removed_on, func.count().over())
        .select_from(Publication)
        .join(Matter, Matter.id == Publication.matter_id)
        .where(visible_to_reader(), Publication.removed_on >= bindparam("lately", type_=Date()))
        .order_by(Publication.removed_on.desc(), Publication.id)
        .limit(SHOWN)
    )


def _values(person: Person) -> dict[str, Any]:
    return {"reader": person.id, "instant": clock.now()}


def silent(person: Person) -> Few:
    """Give the oldest open dossiers with no deadline that runs and no signed reason for it: identifier, reference."""
    rows, total = silent_references(db(), person, clock.today(), SHOWN)
    return Few(rows, total)


def health() -> list[Health]:
    """Say when the worker was last alive, and how old the last backup is."""
    signs = surroundings.read().signs
    return [_worker_health(signs.last()), _backup_health(signs.last(backup.HEARTBEAT))]


def _backup_health(made_at: datetime | None) -> Health:
    if made_at is None:
        return Health("crit", "Sauvegarde\u00a0: jamais faite")
    age = clock.now() - made_at
    hours = max(0, int(age.total_seconds() // 3600))
    told = f"{hours}\u00a0h" if hours < 2 * DAY_HOURS else counted(hours // DAY_HOURS, "jour")
    return Health("crit" if backup.is_late(age) else "ok", f"Sauvegarde\u00a0: il y a {told}")


def _worker_health(beat_at: datetime | None) -> Health:
    if beat_at is None:
        return Health("crit", "Rappels\u00a0: jamais démarrés")
    if heartbeat.is_silent(beat_at, clock.now()):
        return Health("late", "Rappels arrêtés")
    return Health("ok", f"Rappels {clock_time(beat_at)}")
