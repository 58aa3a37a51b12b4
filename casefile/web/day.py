"""What the first page of the day gathers: open deadlines, reminders not taken up, contents gone, silent dossiers.

Every query carries the wall; the number of queries does not grow with the dossiers.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from casefile import backup, clock
from casefile.access import visible_to
from casefile.deadlines import heartbeat
from casefile.deadlines.silence import silent_matters
from casefile.law.calendar import is_working_day
from casefile.models.evidence import Publication
from casefile.models.ledger import Heartbeat
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Person
from casefile.models.procedure import (
    Acknowledgement,
    ControlState,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Reminder,
    ReminderState,
)
from casefile.web.deadline_lines import DeadlineLine, line_of
from casefile.web.filters import clock_time, counted
from casefile.web.guards import db, hold_heartbeats
from casefile.web.paging import Pager
from casefile.web.urgency import CRITICAL_DAYS, Group, urgency_of

SHOWN = 200  # rows of the table; the page « Délais » has them all
RECENTLY = timedelta(days=14)
ONE_DAY = timedelta(days=1)
DAY_HOURS = 24


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
class Health:
    """One sign of life of the installation."""

    tone: str
    text: str


def open_lines(person: Person, *, mine: bool, kind: str = "", control: str = "") -> list[DeadlineLine]:
    """Load the nearest open deadlines of the dossiers that this person may see."""
    found = _open(select(Deadline), person, kind, control)
    if mine:
        found = found.where(or_(Deadline.responsible_id == person.id, Matter.responsible_id == person.id))
    return _loaded(found.limit(SHOWN))


def open_page(
    person: Person, kind: str, chosen: Group | None, page_of: Callable[[int], Pager]
) -> tuple[Counter[Group], Pager, list[DeadlineLine]]:
    """Count every open deadline that this person may see by its urgency, and load one page of those chosen."""
    today = clock.today()
    dates = select(Deadline.id, Deadline.prudent_on, Deadline.last_useful_day, Deadline.admitted_on)
    groups = [
        (key, urgency_of(prudent, useful, admitted, today).group)
        for key, prudent, useful, admitted in db().execute(_open(dates, person, kind, ""))
    ]
    ids = [key for key, group in groups if chosen is None or group is chosen]
    pages = page_of(len(ids))
    wanted = ids[pages.offset : pages.offset + pages.size]
    lines = _loaded(_open(select(Deadline), person, kind, "").where(Deadline.id.in_(wanted)))
    return Counter(group for _, group in groups), pages, lines


def _open(found: Any, person: Person, kind: str, control: str) -> Any:
    found = (
        found.join(Matter, Matter.id == Deadline.matter_id)
        .where(Deadline.state == DeadlineState.OPEN, Matter.state == MatterState.OPEN, visible_to(person))
        .order_by(Deadline.prudent_on.is_not(None), Deadline.prudent_on, Deadline.id)
    )
    if kind in set(DeadlineKind):
        found = found.where(Deadline.kind == DeadlineKind(kind))
    if control == "attendu":
        found = found.where(Deadline.control_state.in_((ControlState.AWAITED, ControlState.MISMATCH)))
    elif control == "double":
        found = found.where(Deadline.control_state == ControlState.CONFIRMED)
    return found


def _loaded(found: Any) -> list[DeadlineLine]:
    today = clock.today()
    rows = db().scalars(
        found.options(joinedload(Deadline.matter), joinedload(Deadline.responsible), joinedload(Deadline.publication))
    )
    return [line_of(row, today, working_days=_working_days(row, today)) for row in rows]


def open_count(person: Person) -> int:
    """Count the open dossiers of this person."""
    count = select(func.count()).select_from(Matter).where(Matter.state == MatterState.OPEN, visible_to(person))
    return db().scalar(count) or 0


def to_acknowledge(person: Person) -> list[Line]:
    """List the reminders sent to this person about open deadlines and taken up by nobody since."""
    taken_up = select(Acknowledgement.id).where(
        Acknowledgement.deadline_id == Reminder.deadline_id, Acknowledgement.created_at >= Reminder.sent_at
    )
    rows = db().execute(
        select(Deadline, Matter, func.max(Reminder.sent_at))
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(
            Reminder.recipient_id == person.id,
            Reminder.state == ReminderState.SENT,
            Reminder.sent_at.is_not(None),
            Deadline.state == DeadlineState.OPEN,
            visible_to(person),
            ~taken_up.exists(),
        )
        .group_by(Deadline.id, Matter.id)
        .order_by(func.max(Reminder.sent_at).desc())
    )
    return [
        Line(deadline.label, sent_at, matter.reference, matter.id, matter.title, deadline_id=deadline.id)
        for deadline, matter, sent_at in rows
    ]


def gone(person: Person) -> list[Line]:
    """List the contents found removed in the last two weeks."""
    rows = db().execute(
        select(Publication, Matter)
        .join(Matter, Matter.id == Publication.matter_id)
        .where(visible_to(person), Publication.removed_on >= clock.today() - RECENTLY)
        .order_by(Publication.removed_on.desc())
    )
    return [
        Line(content.title, content.removed_on, matter.reference, matter.id, "retrait constaté", "ok", "Retiré")
        for content, matter in rows
    ]


def silent(person: Person) -> list[Matter]:
    """List the open dossiers with no deadline that runs and no signed reason for it."""
    return silent_matters(db(), person, clock.today())


def health() -> list[Health]:
    """Say when the worker was last alive, and how old the last backup is."""
    hold_heartbeats()
    return [*_worker_health(), _backup_health()]


def _backup_health() -> Health:
    age = backup.age(db())
    if age is None:
        return Health("crit", "Sauvegarde\u00a0: jamais faite")
    hours = max(0, int(age.total_seconds() // 3600))
    told = f"{hours}\u00a0h" if hours < 2 * DAY_HOURS else counted(hours // DAY_HOURS, "jour")
    return Health("crit" if backup.is_late(db()) else "ok", f"Sauvegarde\u00a0: il y a {told}")


def _worker_health() -> list[Health]:
    beat = db().get(Heartbeat, heartbeat.WORKER)
    if beat is None:
        return [Health("crit", "Rappels\u00a0: jamais démarrés")]
    if heartbeat.worker_silent(db(), clock.now()):
        return [Health("late", "Rappels arrêtés")]
    return [Health("ok", f"Rappels {clock_time(beat.beat_at)}")]


def _working_days(deadline: Deadline, today: date) -> int | None:
    limit: Any = deadline.last_useful_day
    if limit is None or not 0 < (limit - today).days <= CRITICAL_DAYS:
        return None
    days = (today + ONE_DAY * count for count in range(1, (limit - today).days + 1))
    return sum(is_working_day(day, {deadline.matter.territory}) for day in days)
