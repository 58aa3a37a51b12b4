"""Open deadlines as the tables across dossiers ask for them: counted by urgency, and one page of them read.

The database counts and sorts, behind the wall; only the rows shown are loaded. `urgency` judges the same, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Uuid, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import contains_eager, load_only

from casefile import clock
from casefile.access import visible_to_reader
from casefile.law.calendar import is_working_day
from casefile.models.matter import Matter, MatterState
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
# Read by `line_of` and by the table; the trace of a computation and its facts are heavy, and no row shows them.
SHOWN = (
    *(Deadline.matter_id, Deadline.kind, Deadline.label, Deadline.starts_on, Deadline.prudent_on),
    *(Deadline.admitted_on, Deadline.last_useful_day, Deadline.is_provisional, Deadline.state),
    *(Deadline.control_state, Deadline.responsible_id, Deadline.publication_id),
)


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
    matters: int  # dossiers that they are in


def read(person: Person, asked: Asked, page_of: Callable[[int], Pager]) -> Found:
    """Count the open deadlines that this person may see and read one page, the most urgent first."""
    today = clock.today()
    values = {"reader": person.id, "instant": clock.now(), "today": today}
    values |= {"week": today + CRITICAL_DAYS * ONE_DAY, "month": today + SOON_DAYS * ONE_DAY}
    asked = asked.understood
    *groups, awaited, dossiers, folded = (number or 0 for number in db().execute(_counting(asked), values).one())
    tally = dict(zip(Group, groups, strict=True))
    pager = page_of((tally[asked.group] if asked.group else sum(groups)) - folded)
    rows = db().execute(_page(asked), {**values, "offset": pager.offset, "limit": pager.size})
    lines = [
        replace(line_of(row, today, working_days=_working_days(row, today)), others=others) for row, others in rows
    ]
    return Found(lines, pager, tally, awaited, dossiers)


def group_number() -> ColumnElement[int]:
    """Give the place, among the groups, of a deadline's degree of urgency: what `urgency_of` says, for the database."""
    today, week, month = (bindparam(name, type_=Date()) for name in ("today", "week", "month"))
    limit = func.coalesce(Deadline.last_useful_day, Deadline.prudent_on)
    past = or_(Deadline.prudent_on.is_(None), Deadline.prudent_on < today)
    return case((past, 0), (limit <= week, 1), (limit <= month, 2), else_=LATER)


# Built once each: putting the wall into words again cost as much as asking.
@cache
def _counting(asked: Asked) -> Select[Any]:
    place = group_number()
    counts = [func.sum(case((place == number, 1), else_=0)) for number in range(len(Group))]
    awaited = func.sum(case((Deadline.control_state.in_(AWAITED), 1), else_=0))
    folded: Any = literal(0)
    if asked.gather:
        clocks = _clocks(asked, func.count().label("many")).group_by(Deadline.matter_id)
        many = clocks.having(func.count() >= MANY_CLOCKS).subquery()
        folded = select(func.sum(many.c.many - 1)).scalar_subquery()
    return _answering(asked, *counts, awaited, func.count(Deadline.matter_id.distinct()), folded)


@cache
def _page(asked: Asked) -> Select[Any]:
    found = _within(_answering(asked, Deadline), asked).join(Person, Person.id == Deadline.responsible_id)
    others: Any = literal(0)
    if asked.gather:
        place = func.row_number().over(partition_by=Deadline.matter_id, order_by=_rank()).label("place")
        many = func.count().over(partition_by=Deadline.matter_id).label("many")
        clocks = _clocks(asked, Deadline.id, place, many).subquery()
        stands = or_(clocks.c.id.is_(None), clocks.c.many < MANY_CLOCKS, clocks.c.place == 1)
        found = found.outerjoin(clocks, clocks.c.id == Deadline.id).where(stands)
        others = case((clocks.c.many >= MANY_CLOCKS, clocks.c.many - 1), else_=0)
    return (
        found.add_columns(others)
        .options(
            load_only(*SHOWN, raiseload=True),
            contains_eager(Deadline.matter).load_only(Matter.reference, Matter.title, Matter.territory),
            contains_eager(Deadline.responsible).load_only(Person.full_name),
        )
        .order_by(group_number(), *_rank())
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


def _answering(asked: Asked, *shape: Any) -> Select[Any]:
    """Select, whatever its urgency, what is asked for of the open deadlines that the reader may see."""
    found = select(*shape).select_from(Deadline).join(Matter, Matter.id == Deadline.matter_id)
    # The wall is asked once of each open dossier, and not of each of its deadlines.
    seen = select(Matter.id).where(Matter.state == MatterState.OPEN, visible_to_reader()).correlate(None)
    found = found.where(Deadline.state == DeadlineState.OPEN, Deadline.matter_id.in_(seen))
    if asked.mine:
        reader: Any = bindparam("reader", type_=Uuid())
        found = found.where(or_(Deadline.responsible_id == reader, Matter.responsible_id == reader))
    if asked.kind:
        found = found.where(Deadline.kind == DeadlineKind(asked.kind))
    if asked.control:
        found = found.where(Deadline.control_state.in_(CONTROLS[asked.control]))
    return found


def _clocks(asked: Asked, *shape: Any) -> Select[Any]:
    return _within(_answering(asked, *shape), asked).where(Deadline.kind == DeadlineKind.RETENTION)


def _within(found: Select[Any], asked: Asked) -> Select[Any]:
    return found if asked.group is None else found.where(group_number() == list(Group).index(asked.group))


def _rank() -> tuple[Any, ...]:
    """Put what has no day first, then the last useful day, as a group of rows is sorted."""
    limit = func.coalesce(Deadline.last_useful_day, Deadline.prudent_on)
    return limit.is_not(None), limit, Deadline.prudent_on, Deadline.id


def _working_days(deadline: Deadline, today: date) -> int | None:
    limit: Any = deadline.last_useful_day
    if limit is None or not 0 < (limit - today).days <= CRITICAL_DAYS:
        return None
    days = (today + ONE_DAY * count for count in range(1, (limit - today).days + 1))
    return sum(is_working_day(day, {deadline.matter.territory}) for day in days)
