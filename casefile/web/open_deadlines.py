"""Open deadlines as the tables across dossiers ask for them: counted by urgency, and one page of them read.

The database counts and sorts the reader's own copies (`models.desk`), whatever the size of the firm; only the rows
shown are loaded, behind the wall. `urgency` judges the same, row by row.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, bindparam, case, func, literal, or_, select, text, union_all

from casefile import clock, desk
from casefile.access import visible_to_reader
from casefile.deadlines.agenda import OfPerson
from casefile.law.calendar import is_working_day
from casefile.models.desk import DeskDeadline
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import ControlState, Deadline, DeadlineKind, DeadlineState
from casefile.web.deadline_lines import MANY_CLOCKS, DeadlineLine, line_of
from casefile.web.guards import db
from casefile.web.paging import Pager
from casefile.web.urgency import CRITICAL_DAYS, SOON_DAYS, Group

ONE_DAY = timedelta(days=1)
AWAITED = (ControlState.AWAITED, ControlState.MISMATCH)
CONTROLS = {"attendu": AWAITED, "double": (ControlState.CONFIRMED,)}
LATER = len(Group) - 1
# What a row shows, in the order of `OpenDeadline`; the trace of a computation, which is heavy, stays in the database.
SHOWN = (
    *(Deadline.id, Deadline.matter_id, Deadline.kind, Deadline.label, Deadline.starts_on, Deadline.prudent_on),
    *(Deadline.admitted_on, Deadline.last_useful_day, Deadline.is_provisional, Deadline.state),
    *(Deadline.control_state, Deadline.responsible_id, Deadline.publication_id),
    *(Matter.reference, Matter.title, Matter.territory, Person.full_name),
)


class OfMatter(NamedTuple):
    """A dossier as a row names it."""

    reference: str
    title: str
    territory: str


class OpenDeadline(NamedTuple):
    """A deadline as a row shows it, under the names that `Deadline` gives: no object is made of it."""

    id: uuid.UUID
    matter_id: uuid.UUID
    kind: DeadlineKind
    label: str
    starts_on: date | None
    prudent_on: date | None
    admitted_on: date | None
    last_useful_day: date | None
    is_provisional: bool
    state: DeadlineState
    control_state: ControlState
    responsible_id: uuid.UUID
    publication_id: uuid.UUID | None
    matter: OfMatter
    responsible: OfPerson


@dataclass(frozen=True, slots=True)
class Asked:
    """Which open deadlines are asked for; what is left out, or not understood, does not filter."""

    mine: bool = False
    kind: str = ""
    control: str = ""
    group: Group | None = None
    gather: bool = False  # the first clock on data of a dossier stands for all of them when they are many

    @property
    def understood(self) -> Asked:
        """Leave out what is not understood; clocks on data are not gathered when they are what is asked for."""
        kind = self.kind if self.kind in set(DeadlineKind) else ""
        control = self.control if self.control in CONTROLS else ""
        gather = self.gather and kind != DeadlineKind.RETENTION
        return replace(self, kind=kind, control=control, gather=gather)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of lines, and the counts of all that answers, whatever the degree of urgency chosen."""

    lines: list[DeadlineLine]
    pager: Pager
    tally: Mapping[Group, int]
    awaited: int  # of which a second person must control the date


def read(person: Person, asked: Asked, page_of: Callable[[int], Pager]) -> Found:
    """Count the open deadlines that this person may see and read one page, the most urgent first."""
    today = clock.today()
    values = {"reader": person.id, "instant": clock.now(), "today": today}
    values |= {"week": today + CRITICAL_DAYS * ONE_DAY, "month": today + SOON_DAYS * ONE_DAY}
    asked = asked.understood
    every, *groups, awaited, folded = db().execute(_counting(asked), values).one()
    tally = dict(zip(Group, (*groups, every - sum(groups)), strict=True))
    pager = page_of((tally[asked.group] if asked.group else every) - folded)
    rows = db().execute(_page(asked), values | _part(pager))
    lines = [_line(row, today) for row in rows]
    return Found(lines, pager, tally, awaited)


def _line(row: Any, today: date) -> DeadlineLine:
    *own, reference, title, territory, name, others = row
    shown = OpenDeadline._make((*own, OfMatter(reference, title, territory), OfPerson(name)))
    line = line_of(shown, today, working_days=_working_days(shown, today))
    return replace(line, others=others) if others else line


def group_number() -> ColumnElement[int]:
    """Give the place, among the groups, of a deadline's degree of urgency: what `urgency_of` says, for the database."""
    past, critical, soon, _later = _parts()
    return case((past, 0), (critical, 1), (soon, 2), else_=LATER)


def _parts() -> tuple[ColumnElement[bool], ...]:
    """Give the condition of each group, in order: exactly one holds."""
    today, week, month = (bindparam(name, type_=Date()) for name in ("today", "week", "month"))
    limit, dated = DeskDeadline.limit_on, DeskDeadline.prudent_on >= today
    return _past(today), dated & (limit <= week), dated & (limit > week) & (limit <= month), dated & (limit > month)


# Built once each: putting the wall into words again cost as much as asking.
@cache
def _counting(asked: Asked) -> Select[Any]:
    """Count all, then each group but the last, which is what remains: short walks of the index, and one long one."""
    every = _answering(asked, func.count())
    counts = [every.where(part) for part in _parts()[:-1]]
    counts.append(every.where(DeskDeadline.control_state.in_(AWAITED)))
    counts.append(select(func.count()).select_from(_folded(asked).subquery()) if asked.gather else select(literal(0)))
    return select(*(one.scalar_subquery() for one in (every, *counts)))


@cache
def _page(asked: Asked) -> Any:
    """Walk the reader's own rows in order, then open those of one page, behind the wall."""
    # What is past comes first whatever its last useful day: each of the two parts is walked by its own index.
    today: Any = bindparam("today", type_=Date())
    dated = (DeskDeadline.limit_on, DeskDeadline.prudent_on, DeskDeadline.deadline_id)  # no null: the index's order
    walks = [
        _walk(asked, _past(today)).order_by(*_rank(DeskDeadline)),
        _walk(asked, DeskDeadline.prudent_on >= today).order_by(*dated),
    ]
    walked = union_all(*(select(walk.subquery()) for walk in walks)).subquery()
    others: Any = literal(0)
    found: Any = select(*SHOWN).select_from(Deadline).join(walked, walked.c.deadline_id == Deadline.id)
    found = found.join(Matter, Matter.id == Deadline.matter_id).join(Person, Person.id == Deadline.responsible_id)
    if asked.gather:
        clocks = _clocks(asked).subquery()
        found = found.outerjoin(clocks, clocks.c.deadline_id == Deadline.id)
        others = case((clocks.c.many >= MANY_CLOCKS, clocks.c.many - 1), else_=0)
    return (
        found.add_columns(others)
        .where(visible_to_reader())
        .order_by(walked.c.place, *_rank(walked.c))
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


def _walk(asked: Asked, part: ColumnElement[bool]) -> Select[Any]:
    """Give the first rows of a part, as many as the page asked for may need."""
    shape = (DeskDeadline.deadline_id, DeskDeadline.limit_on, DeskDeadline.prudent_on)
    found = _within(_answering(asked, *shape, group_number().label("place")), asked).where(part)
    if asked.gather:
        found = found.where(DeskDeadline.deadline_id.not_in(_folded(asked)))
    return found.limit(bindparam("upto"))


def _answering(asked: Asked, *shape: Any) -> Select[Any]:
    """Select, whatever its urgency, what is asked for of the open deadlines of the reader's open dossiers."""
    found = select(*shape).select_from(DeskDeadline).where(desk.mine(DeskDeadline), DeskDeadline.in_open_matter)
    if asked.mine:
        found = found.where(DeskDeadline.is_mine)
    if asked.kind:
        found = found.where(DeskDeadline.kind == DeadlineKind(asked.kind))
    if asked.control:
        found = found.where(DeskDeadline.control_state.in_(CONTROLS[asked.control]))
    return found


def _clocks(asked: Asked) -> Select[Any]:
    """Select the clocks on data, each with its place in its dossier and how many there are."""
    place = func.row_number().over(partition_by=DeskDeadline.matter_id, order_by=_rank(DeskDeadline)).label("place")
    many = func.count().over(partition_by=DeskDeadline.matter_id).label("many")
    found = _within(_answering(asked, DeskDeadline.deadline_id, place, many), asked)
    return found.where(text("desk_deadline.kind = 'retention'"))  # the words of the index that holds them alone


def _folded(asked: Asked) -> Select[Any]:
    """Select the clocks for which another one stands."""
    clocks = _clocks(asked).subquery()
    return select(clocks.c.deadline_id).where(clocks.c.many >= MANY_CLOCKS, clocks.c.place > 1)


def _within(found: Select[Any], asked: Asked) -> Select[Any]:
    return found if asked.group is None else found.where(_parts()[list(Group).index(asked.group)])


def _past(today: Any) -> ColumnElement[bool]:
    return or_(DeskDeadline.prudent_on.is_(None), DeskDeadline.prudent_on < today)


def _rank(rows: Any) -> tuple[Any, ...]:
    """Put what has no day first, then the last useful day, as a group of rows is sorted."""
    return rows.limit_on.nulls_first(), rows.prudent_on.nulls_first(), rows.deadline_id


def _part(pager: Pager) -> dict[str, int]:
    return {"offset": pager.offset, "limit": pager.size, "upto": pager.offset + pager.size}


def _working_days(deadline: OpenDeadline, today: date) -> int | None:
    limit: Any = deadline.last_useful_day
    if limit is None or not 0 < (limit - today).days <= CRITICAL_DAYS:
        return None
    days = (today + ONE_DAY * count for count in range(1, (limit - today).days + 1))
    return sum(is_working_day(day, {deadline.matter.territory}) for day in days)
