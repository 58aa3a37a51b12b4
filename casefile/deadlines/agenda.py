"""The agenda: what falls when, for whom, within what the reader may see; and the load ahead."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Uuid, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, contains_eager

from casefile import clock, desk
from casefile.access import visible_to_reader
from casefile.models.desk import DeskDeadline
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
MOST_ROWS = 2000
Shape = frozenset[str]  # names of the filters of a `Wanted`
# What a line shows: no object is made of it, and the trace of a computation, which is heavy, stays in the database.
COLUMNS = (
    *(Deadline.id, Deadline.matter_id, Deadline.kind, Deadline.label, Deadline.prudent_on, Deadline.last_useful_day),
    *(Deadline.is_critical, Deadline.state, Deadline.facts),
    *(Matter.reference, Matter.title, Person.full_name),
)


class OfMatter(NamedTuple):
    """A dossier as a line names it."""

    reference: str
    title: str


class OfPerson(NamedTuple):
    """Somebody as a line names them."""

    full_name: str


class Listed(NamedTuple):
    """A deadline as a line shows it, under the names that `Deadline` gives."""

    id: uuid.UUID
    matter_id: uuid.UUID
    kind: DeadlineKind
    label: str
    prudent_on: date | None
    last_useful_day: date | None
    is_critical: bool
    state: DeadlineState
    facts: dict[str, Any]
    matter: OfMatter
    responsible: OfPerson


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

    @property
    def shape(self) -> Shape:
        """Name what filters: a statement is built for it once, and its values are given at each visit."""
        return frozenset(one.name for one in fields(self) if getattr(self, one.name))

    def values_for(self, viewer: Person) -> dict[str, Any]:
        """Give the values of the statement, those of the wall included."""
        wall = {"reader": viewer.id, "instant": clock.now()}
        return wall | {name: getattr(self, name) for name in self.shape}


class Fallen(NamedTuple):
    """A deadline on a day: its own date, or the last useful day before it."""

    deadline: Listed
    day: date
    is_useful_day: bool


def entries(session: Session, viewer: Person, wanted: Wanted) -> list[Deadline]:
    """List the deadlines wanted, in order of date, their dossier and responsible loaded."""
    return _loaded(session, viewer, _dated(wanted.shape), wanted, MOST_ROWS)


def useful_days(session: Session, viewer: Person, wanted: Wanted) -> list[Deadline]:
    """List the open deadlines whose last useful day falls in the span: the day by which the bailiff has the act."""
    return _loaded(session, viewer, _useful(wanted.shape), wanted, MOST_ROWS)


def fallen_count(session: Session, viewer: Person, wanted: Wanted) -> int:
    """Count what falls in the span, dates and last useful days."""
    return session.scalar(_fallen_count(wanted.shape), wanted.values_for(viewer)) or 0


def fallen(session: Session, viewer: Person, wanted: Wanted, *, offset: int, limit: int) -> list[Fallen]:
    """Give one page of what falls in the span, day by day, in the columns that a page shows."""
    part = {"offset": offset, "limit": limit, "upto": offset + limit}
    rows = session.execute(_fallen(wanted.shape), wanted.values_for(viewer) | part)
    return [Fallen(_listed(row), row[-2], row[-1]) for row in rows]


def overdue(session: Session, viewer: Person, today: date, limit: int = MOST_ROWS) -> list[Listed]:
    """List what is past and open, and what has no date yet, among the viewer's dossiers, in the same columns."""
    values = Wanted().values_for(viewer) | {"today": today, "limit": limit}
    return [_listed(row) for row in session.execute(_overdue_rows(), values)]


def overdue_count(session: Session, viewer: Person, today: date) -> int:
    """Count the same."""
    count = select(func.count()).select_from(_overdue().subquery())
    return session.scalar(count, Wanted().values_for(viewer) | {"today": today}) or 0


# Built once for each shape of what is asked: writing them out again cost more than asking.
@cache
def _fallen_count(shape: Shape) -> Any:
    return select(func.count()).select_from(union_all(_dated(shape), _useful(shape)).subquery())


@cache
def _fallen(shape: Shape) -> Any:
    # Each part is cut before both are put together: a page costs what it shows, not what the span holds.
    parts = (_dated(shape), _useful(shape))
    cut: Any = bindparam("upto")
    firsts = (part.order_by(part.selected_columns.day, part.selected_columns.key).limit(cut) for part in parts)
    both = union_all(*(select(first.subquery()) for first in firsts)).subquery()
    found = _behind_the_wall(select(*COLUMNS, both.c.day, both.c.useful), both)
    ordered = found.order_by(both.c.day, Deadline.id, both.c.useful)
    return ordered.offset(bindparam("offset")).limit(bindparam("limit"))


@cache
def _overdue_rows() -> Any:
    past = _overdue().subquery()
    found = _behind_the_wall(select(*COLUMNS), past).order_by(past.c.day.nulls_first(), Matter.reference, Deadline.id)
    return found.limit(bindparam("limit"))


def _overdue() -> Any:
    past = or_(DeskDeadline.prudent_on < bindparam("today", type_=Date()), DeskDeadline.prudent_on.is_(None))
    found: Any = select(DeskDeadline.deadline_id.label("key"), DeskDeadline.prudent_on.label("day"))
    return found.where(desk.mine(DeskDeadline), past)


def _dated(shape: Shape) -> Any:
    """Select what is wanted on its own date."""
    if "settled_too" not in shape:
        return _copied(shape, DeskDeadline.prudent_on, useful=False)
    states = (DeadlineState.OPEN, DeadlineState.DONE, DeadlineState.WAIVED)
    found: Any = select(
        Deadline.id.label("key"), Deadline.prudent_on.label("day"), literal(value=False).label("useful")
    )
    found = found.join(Matter, Matter.id == Deadline.matter_id)
    return _narrowed(found.where(visible_to_reader(), Deadline.state.in_(states)), shape, Deadline, Deadline.prudent_on)


def _useful(shape: Shape) -> Any:
    """Select what is wanted, and open, on its last useful day."""
    apart = or_(DeskDeadline.prudent_on.is_(None), DeskDeadline.limit_on != DeskDeadline.prudent_on)
    return _copied(shape, DeskDeadline.limit_on, useful=True).where(apart)


def _copied(shape: Shape, day: Any, *, useful: bool) -> Any:
    found = select(DeskDeadline.deadline_id.label("key"), day.label("day"), literal(useful).label("useful"))
    if shape & {"responsible_id", "critical_only"}:
        found = found.join(Deadline, Deadline.id == DeskDeadline.deadline_id)
    return _narrowed(found.where(desk.mine(DeskDeadline)), shape, DeskDeadline, day)


def _narrowed(found: Any, shape: Shape, rows: Any, day: Any) -> Any:
    conditions = {
        "begins": day >= bindparam("begins", type_=Date()),
        "ends": day <= bindparam("ends", type_=Date()),
        "matter_id": rows.matter_id == bindparam("matter_id", type_=Uuid()),
        "kinds": rows.kind.in_(bindparam("kinds", expanding=True)),
        "responsible_id": Deadline.responsible_id == bindparam("responsible_id", type_=Uuid()),
        "critical_only": Deadline.is_critical,
    }
    return found.where(day.is_not(None), *(condition for name, condition in conditions.items() if name in shape))


def _loaded(session: Session, viewer: Person, part: Any, wanted: Wanted, limit: int) -> list[Deadline]:
    found = part.subquery()
    ordered = _opened(found).order_by(found.c.day, Matter.reference, Deadline.id)
    return list(session.scalars(ordered.limit(limit), wanted.values_for(viewer)))


def _opened(part: Any) -> Any:
    """Open the rows that a part names, whole."""
    loaded = contains_eager(Deadline.matter), contains_eager(Deadline.responsible)
    return _behind_the_wall(select(Deadline), part).options(*loaded)


def _behind_the_wall(found: Any, part: Any) -> Any:
    found = found.select_from(Deadline).join(part, part.c.key == Deadline.id)
    return found.join(Deadline.matter).join(Deadline.responsible).where(visible_to_reader())


def _listed(row: Any) -> Listed:
    *own, reference, title, name = row[: len(COLUMNS)]
    return Listed._make((*own, OfMatter(reference, title), OfPerson(name)))


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
    values = Wanted(begins=monday, ends=monday + weeks * WEEK - ONE_DAY).values_for(viewer)
    rows = session.execute(_workload(), values)
    load: dict[str, list[int]] = {}
    for name, day, count in rows:
        assert day is not None
        load.setdefault(name, [0] * weeks)[(day - monday).days // 7] += count
    return load


@cache
def _workload() -> Any:
    begins, ends = bindparam("begins", type_=Date()), bindparam("ends", type_=Date())
    return (
        select(Person.full_name, DeskDeadline.prudent_on, func.count())
        .select_from(DeskDeadline)
        .join(Deadline, Deadline.id == DeskDeadline.deadline_id)
        .join(Person, Person.id == Deadline.responsible_id)
        .where(desk.mine(DeskDeadline), DeskDeadline.prudent_on.between(begins, ends))
        .group_by(Person.full_name, DeskDeadline.prudent_on)
        .order_by(Person.full_name)
    )
