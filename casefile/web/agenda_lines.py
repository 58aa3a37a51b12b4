"""What the agenda shows: days with their entries, a month as weeks, addresses of the neighbouring spans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from casefile.law.calendar import is_working_day
from casefile.models.procedure import Deadline, DeadlineState

ONE_DAY = timedelta(days=1)
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class DayLines:
    """One day and what falls on it."""

    day: date
    entries: tuple[Deadline, ...]
    is_today: bool
    is_open: bool  # a working day on the mainland
    is_inside: bool  # of the month shown

    @property
    def critical(self) -> int:
        """Count the critical entries still open."""
        return sum(one.is_critical and one.state is DeadlineState.OPEN for one in self.entries)


def days_with(entries: Iterable[Deadline], today: date) -> list[DayLines]:
    """Group entries by day, days without any left out."""
    groups = groupby(entries, key=lambda one: one.prudent_on)
    return [_lines(day, tuple(rows), today, inside=True) for day, rows in groups if day is not None]


def every_day(entries: Iterable[Deadline], begins: date, ends: date, today: date) -> list[DayLines]:
    """Give each day of a span with its entries, empty days included."""
    found = {lines.day: lines.entries for lines in days_with(entries, today)}
    count = (ends - begins).days + 1
    days = (begins + n * ONE_DAY for n in range(count))
    return [_lines(day, found.get(day, ()), today, inside=True) for day in days]


def weeks_of(entries: Iterable[Deadline], begins: date, ends: date, today: date) -> list[list[DayLines]]:
    """Give a month as whole weeks from Monday; days of the neighbouring months are marked."""
    found = {lines.day: lines.entries for lines in days_with(entries, today)}
    day, weeks = begins - begins.weekday() * ONE_DAY, []
    while day <= ends:
        week = [day + n * ONE_DAY for n in range(WEEK_DAYS)]
        weeks.append([_lines(one, found.get(one, ()), today, inside=begins <= one <= ends) for one in week])
        day += WEEK_DAYS * ONE_DAY
    return weeks


def _lines(day: date, entries: tuple[Deadline, ...], today: date, *, inside: bool) -> DayLines:
    return DayLines(day, entries, day == today, is_working_day(day, ("metropole",)), inside)
