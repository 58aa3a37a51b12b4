"""The agenda: what falls when, for whom, within what the reader may see; and the load ahead."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager

from casefile.access import visible_to
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


def entries(session: Session, viewer: Person, wanted: Wanted) -> list[Deadline]:
    """List the deadlines wanted, in order of date, their dossier and responsible loaded."""
    return _between(session, viewer, wanted, Deadline.prudent_on)


def useful_days(session: Session, viewer: Person, wanted: Wanted) -> list[Deadline]:
    """List the open deadlines whose last useful day falls in the span: the day by which the bailiff has the act."""
    found = _between(session, viewer, replace(wanted, settled_too=False), Deadline.last_useful_day)
    return [one for one in found if one.last_useful_day != one.prudent_on]


def _between(
    session: Session, viewer: Person, wanted: Wanted, day: InstrumentedAttribute[date | None]
) -> list[Deadline]:
    states = (
        [DeadlineState.OPEN, DeadlineState.DONE, DeadlineState.WAIVED] if wanted.settled_too else [DeadlineState.OPEN]
    )
    query = (
        select(Deadline)
        .join(Deadline.matter)
        .join(Deadline.responsible)
        .options(contains_eager(Deadline.matter), contains_eager(Deadline.responsible))
        .where(visible_to(viewer), Deadline.state.in_(states), day.is_not(None))
    )
    if wanted.begins:
        query = query.where(day >= wanted.begins)
    if wanted.ends:
        query = query.where(day <= wanted.ends)
    if wanted.responsible_id:
        query = query.where(Deadline.responsible_id == wanted.responsible_id)
    if wanted.matter_id:
        query = query.where(Deadline.matter_id == wanted.matter_id)
    if wanted.kinds:
        query = query.where(Deadline.kind.in_(list(wanted.kinds)))
    if wanted.critical_only:
        query = query.where(Deadline.is_critical)
    return list(session.scalars(query.order_by(day, Matter.reference, Deadline.id).limit(MOST_ROWS)))


def overdue(session: Session, viewer: Person, today: date) -> list[Deadline]:
    """List what is past and open, and what has no date yet, among the viewer's dossiers."""
    return list(
        session.scalars(
            select(Deadline)
            .join(Deadline.matter)
            .join(Deadline.responsible)
            .options(contains_eager(Deadline.matter), contains_eager(Deadline.responsible))
            .where(
                visible_to(viewer),
                Deadline.state == DeadlineState.OPEN,
                or_(Deadline.prudent_on < today, Deadline.prudent_on.is_(None)),
            )
            .order_by(Deadline.prudent_on, Deadline.id)
            .limit(MOST_ROWS)
        )
    )


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
        select(Person.full_name, Deadline.prudent_on, func.count())
        .join(Deadline, Deadline.responsible_id == Person.id)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(
            visible_to(viewer),
            Deadline.state == DeadlineState.OPEN,
            Deadline.prudent_on >= monday,
            Deadline.prudent_on < monday + weeks * WEEK,
        )
        .group_by(Person.full_name, Deadline.prudent_on)
        .order_by(Person.full_name)
    )
    load: dict[str, list[int]] = {}
    for name, day, count in rows:
        assert day is not None
        load.setdefault(name, [0] * weeks)[(day - monday).days // 7] += count
    return load
