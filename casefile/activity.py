"""What the firm does, counted over the dossiers that one person may see: dossiers, qualifications, delays, workload.

A delay is a median, and none is given for fewer than five dossiers.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.access import visible_to
from casefile.identification.outcomes import FEWEST
from casefile.law.calendar import add_months
from casefile.models.evidence import Capture, Passage
from casefile.models.ledger import Dispatch
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineState, Qualification, QualificationState

MONTHS = 12
UNQUALIFIED = ""


@dataclass(frozen=True, slots=True)
class Month:
    """The dossiers opened and closed in one month, named by its first day."""

    first_day: date
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class Share:
    """The dossiers, open and closed, in which a qualification is retained; « » names those without any."""

    qualification: str
    open: int
    closed: int


@dataclass(frozen=True, slots=True)
class Delay:
    """The days from the opening of a dossier to a first act; both figures are None when fewer than five dossiers."""

    median_days: float | None
    dossiers: int | None


@dataclass(frozen=True, slots=True)
class Load:
    """What one person answers for: open dossiers, open deadlines, and those whose prudent date has passed."""

    person: str
    dossiers: int
    deadlines: int
    late: int


def first_day() -> date:
    """Give the first day counted: twelve months, the current one included."""
    return add_months(clock.today().replace(day=1), 1 - MONTHS)


def months(session: Session, person: Person) -> list[Month]:
    """Count the dossiers opened and closed in each of the last twelve months, the oldest first."""
    first = first_day()
    opened, closed = (_by_month(session, person, day, first) for day in (Matter.opened_on, Matter.closed_on))
    days = (add_months(first, index) for index in range(MONTHS))
    return [Month(day, opened[day], closed[day]) for day in days]


def qualifications(session: Session, person: Person) -> list[Share]:
    """Count dossiers by qualification retained today; one that carries several counts once in each."""
    rows = session.execute(
        select(Qualification.chosen, Matter.state, func.count(Matter.id.distinct()))
        .join(Matter, Matter.id == Qualification.matter_id)
        .where(_retained(), visible_to(person))
        .group_by(Qualification.chosen, Matter.state)
    )
    found: dict[str, Counter[bool]] = {}
    for name, state, count in rows:
        found.setdefault(name or UNQUALIFIED, Counter())[state is MatterState.OPEN] += count
    if (bare := _unqualified(session, person)).total():
        found[UNQUALIFIED] = bare
    shares = [Share(name, counts[True], counts[False]) for name, counts in found.items()]
    return sorted(shares, key=lambda one: (one.qualification == UNQUALIFIED, -one.open - one.closed, one.qualification))


def first_captures(session: Session, person: Person) -> Delay:
    """Measure the days from opening to the first sealed capture, over the dossiers opened in the twelve months."""
    rows = session.execute(
        select(Matter.opened_on, func.min(Capture.sealed_at))
        .join(Capture, Capture.matter_id == Matter.id)
        .where(visible_to(person), Matter.opened_on >= first_day(), Capture.sealed_at.is_not(None))
        .group_by(Matter.id, Matter.opened_on)
    )
    return _delay((clock.day_of(sealed_at) - opened_on).days for opened_on, sealed_at in rows if sealed_at)


def first_letters(session: Session, person: Person) -> Delay:
    """Measure the days from opening to the first letter sent, over the same dossiers."""
    rows = session.execute(
        select(Matter.opened_on, func.min(Dispatch.sent_on))
        .join(Dispatch, Dispatch.matter_id == Matter.id)
        .where(visible_to(person), Matter.opened_on >= first_day())
        .group_by(Matter.id, Matter.opened_on)
    )
    return _delay((sent_on - opened_on).days for opened_on, sent_on in rows)


def workload(session: Session, person: Person) -> list[Load]:
    """Count what each person answers for in the open dossiers that this one may see, by name."""
    within = (visible_to(person), Matter.state == MatterState.OPEN)
    dossiers = _by_person(session, select(Matter.responsible_id, func.count()).select_from(Matter).where(*within))
    waiting = (
        select(Deadline.responsible_id, func.count())
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(*within, Deadline.state == DeadlineState.OPEN)
    )
    deadlines = _by_person(session, waiting)
    late = _by_person(session, waiting.where(Deadline.prudent_on < clock.today()))
    held = dossiers.keys() | deadlines.keys()
    people = session.execute(
        select(Person.id, Person.full_name).where(Person.id.in_(held)).order_by(Person.full_name, Person.id)
    )
    return [Load(name, dossiers[who], deadlines[who], late[who]) for who, name in people]


def _by_month(session: Session, person: Person, day: Any, first: date) -> Counter[date]:
    rows = session.execute(select(day, func.count()).where(visible_to(person), day >= first).group_by(day))
    found: Counter[date] = Counter()
    for on, count in rows:
        found[on.replace(day=1)] += count
    return found


def _retained() -> Any:
    standing = select(Passage.id).where(Passage.id == Qualification.passage_id, Passage.withdrawn_at.is_(None)).exists()
    return (Qualification.state == QualificationState.CHOSEN) & Qualification.chosen.is_not(None) & standing


def _unqualified(session: Session, person: Person) -> Counter[bool]:
    qualified = select(Qualification.id).where(Qualification.matter_id == Matter.id, _retained()).exists()
    rows = session.execute(
        select(Matter.state, func.count()).where(visible_to(person), ~qualified).group_by(Matter.state)
    )
    found: Counter[bool] = Counter()
    for state, count in rows:
        found[state is MatterState.OPEN] += count
    return found


def _by_person(session: Session, counted: Any) -> Counter[uuid.UUID]:
    column = counted.selected_columns[0]
    return Counter({row[0]: row[1] for row in session.execute(counted.group_by(column))})


def _delay(days: Iterable[int]) -> Delay:
    """What came before the opening, in a dossier taken over, says nothing of the firm's pace and is left out."""
    known = [count for count in days if count >= 0]
    if len(known) < FEWEST:
        return Delay(None, None)
    middle = median(known)
    return Delay(int(middle) if middle == int(middle) else middle, len(known))
