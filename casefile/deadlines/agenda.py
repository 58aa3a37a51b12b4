"""The agenda: what falls when, for whom, within what the reader may see; and the load ahead."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, contains_eager

from casefile import clock, desk
from casefile.access import visible_to_reader
from casefile.models.desk import DeskDeadline
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

WEEK = timedelta(days=7)
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; what is left out does not filter."""

    begins: date | None = None
    ends: date | None = None
    responsible_id: uuid.UUID | None = None
    matter_id: uuid.UUID | None = None
    kinds: Collection[DeadlineKind] = ()
    critical_only: bool = False
    settled_too: bool = False


class Fallen(NamedTuple):
    """A deadline on a day: its own date, or the last useful day before it."""

    deadline: Deadline
    day: date
    is_useful_day: bool


def entries(session: Session, viewer: Person, wanted: Wanted) -> list[Deadline]:
    """List the deadlines wanted, in order of date, their dossier and responsible loaded."""
    return _loaded(session, viewer, _dated(wanted), MOST_ROWS)


def useful_days(session: Session, viewer: Person, wanted: Wanted) -> list[Deadline]:
    """List the open deadlines whose last useful day falls in the span: the day by which the bailiff has the act."""
    return _loaded(session, viewer, _useful(wanted), MOST_ROWS)


def fallen_count(session: Session, viewer: Person, wanted: Wanted) -> int:
    """Count what falls in the span, dates and last useful days."""
    both = union_all(_dated(wanted), _useful(wanted)).subquery()
    return session.scalar(select(func.count()).select_from(both), _values(viewer)) or 0


def fallen(session: Session, viewer: Person, wanted: Wanted, *, offset: int, limit: int) -> list[Fallen]:
    """Give one page of what falls in the span, day by day."""
    # Each part is cut before both are put together: a page costs what it shows, not what the span holds.
    parts = (_dated(wanted), _useful(wanted))
    firsts = (
        part.order_by(part.selected_columns.day, part.selected_columns.key).limit(offset + limit) for part in parts
    )
    both = union_all(*(select(first.subquery()) for first in firsts)).subquery()
    found = _opened(both).add_columns(both.c.day, both.c.useful).order_by(both.c.day, Deadline.id, both.c.useful)
    rows = session.execute(found.offset(offset).limit(limit), _values(viewer))
    return [Fallen(*row) for row in rows]


def overdue(session: Session, viewer: Person, today: date, limit: int = MOST_ROWS) -> list[Deadline]:
    """List what is past and open, and what has no date yet, among the viewer's dossiers."""
    return _loaded(session, viewer, _overdue(today), limit)


def overdue_count(session: Session, viewer: Person, today: date) -> int:
    """Count the same."""
    return session.scalar(select(func.count()).select_from(_overdue(today).subquery()), _values(viewer)) or 0


def _dated(wanted: Wanted) -> Select[Any]:
    """Select what is wanted on its own date."""
    if not wanted.settled_too:
        return _copied(wanted, DeskDeadline.prudent_on, useful=False)
    states = (DeadlineState.OPEN, DeadlineState.DONE, DeadlineState.WAIVED)
    found: Any = select(
        Deadline.id.label("key"), Deadline.prudent_on.label("day"), literal(value=False).label("useful")
    )
    found = found.join(Matter, Matter.id == Deadline.matter_id)
    return _narrowed(
        found.where(visible_to_reader(), Deadline.state.in_(states)), wanted, Deadline, Deadline.prudent_on
    )


def _useful(wanted: Wanted) -> Select[Any]:
    """Select what is wanted, and open, on its last useful day."""
    apart = or_(DeskDeadline.prudent_on.is_(None), DeskDeadline.limit_on != DeskDeadline.prudent_on)
    return _copied(wanted, DeskDeadline.limit_on, useful=True).where(apart)


def _copied(wanted: Wanted, day: Any, *, useful: bool) -> Select[Any]:
    found = select(DeskDeadline.deadline_id.label("key"), day.label("day"), literal(useful).label("useful"))
    if wanted.responsible_id or wanted.critical_only:
        found = found.join(Deadline, Deadline.id == DeskDeadline.deadline_id)
    return _narrowed(found.where(desk.mine(DeskDeadline)), wanted, DeskDeadline, day)


def _narrowed(found: Select[Any], wanted: Wanted, rows: Any, day: Any) -> Select[Any]:
    found = found.where(day.is_not(None))
    if wanted.begins:
        found = found.where(day >= wanted.begins)
    if wanted.ends:
        found = found.where(day <= wanted.ends)
    if wanted.matter_id:
        found = found.where(rows.matter_id == wanted.matter_id)
    if wanted.kinds:
        found = found.where(rows.kind.in_(list(wanted.kinds)))
    if wanted.responsible_id:
        found = found.where(Deadline.responsible_id == wanted.responsible_id)
    return found.where(Deadline.is_critical) if wanted.critical_only else found


def _overdue(today: date) -> Any:
    past = or_(DeskDeadline.prudent_on < today, DeskDeadline.prudent_on.is_(None))
    found: Any = select(DeskDeadline.deadline_id.label("key"), DeskDeadline.prudent_on.label("day"))
    return found.where(desk.mine(DeskDeadline), past)


def _loaded(session: Session, viewer: Person, part: Select[Any], limit: int) -> list[Deadline]:
    found = part.subquery()
    ordered = _opened(found).order_by(found.c.day.nulls_first(), Matter.reference, Deadline.id)
    return list(session.scalars(ordered.limit(limit), _values(viewer)))


def _opened(part: Any) -> Select[Any]:
    """Open the rows that a part names, behind the wall."""
    return (
        select(Deadline)
        .join(part, part.c.key == Deadline.id)
        .join(Deadline.matter)
        .join(Deadline.responsible)
        .options(contains_eager(Deadline.matter), contains_eager(Deadline.responsible))
        .where(visible_to_reader())
    )


def _values(viewer: Person) -> dict[str, Any]:
    return {"reader": viewer.id, "instant": clock.now()}


def span(view: str, day: date) -> tuple[date, date]:
    """Give the first and last day of a « jour », « semaine » (from Monday), « mois » or « liste » (90 days)."""
    if view == "jour":
        return day, day
    if view == "semaine":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + WEEK - timedelta(days=1)
    if view == "mois":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day, day + timedelta(days=90)


def workload(session: Session, viewer: Person, monday: date, weeks: int) -> dict[str, list[int]]:
    """Count, per person, the open entries of each of the coming weeks among the viewer's dossiers."""
    rows = session.execute(
        select(Person.full_name, DeskDeadline.prudent_on, func.count())
        .select_from(DeskDeadline)
        .join(Deadline, Deadline.id == DeskDeadline.deadline_id)
        .join(Person, Person.id == Deadline.responsible_id)
        .where(
            desk.mine(DeskDeadline),
            DeskDeadline.prudent_on >= monday,
            DeskDeadline.prudent_on < monday + weeks * WEEK,
        )
        .group_by(Person.full_name, DeskDeadline.prudent_on)
        .order_by(Person.full_name),
        _values(viewer),
    )
    load: dict[str, list[int]] = {}
    for name, day, count in rows:
        assert day is not None
        load.setdefault(name, [0] * weeks)[(day - monday).days // 7] += count
    return load
