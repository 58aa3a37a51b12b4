"""What the agenda shows: days with their entries, a month as weeks, who is away, the load ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casefile.deadlines.agenda import Listed
from casefile.law.calendar import is_working_day
from casefile.models.people import Absence
from casefile.models.procedure import Deadline, DeadlineState

ONE_DAY = timedelta(days=1)
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """One deadline on one day: its own date, or the last useful day before it."""

    deadline: Deadline | Listed
    day: date
    is_useful_day: bool = False

    @property
    def order(self) -> tuple[str, str, str]:
        """Put the hours of a day in order, what has none before them."""
        return (str(self.deadline.facts.get("at", "")), self.deadline.matter.reference, str(self.deadline.id))


@dataclass(frozen=True, slots=True)
class DayLines:
    """One day and what falls on it."""

    day: date
    entries: tuple[Entry, ...]
    away: tuple[Absence, ...]
    is_today: bool
    is_open: bool  # a working day on the mainland
    is_inside: bool  # of the month shown

    @property
    def critical(self) -> int:
        """Count the critical entries still open."""
        return sum(one.deadline.is_critical and one.deadline.state is DeadlineState.OPEN for one in self.entries)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The entries and absences of a span, by day."""

    entries: Mapping[date, tuple[Entry, ...]]
    absences: Sequence[Absence]
    today: date

    @classmethod
    def of(
        cls,
        dated: Iterable[Deadline | Listed],
        useful: Iterable[Deadline | Listed],
        absences: Sequence[Absence],
        today: date,
    ) -> Calendar:
        """Put deadlines on their prudent dates and on their last useful days."""
        found: dict[date, list[Entry]] = {}
        for row in dated:
            if row.prudent_on is not None:
                found.setdefault(row.prudent_on, []).append(Entry(row, row.prudent_on))
        for row in useful:
            if row.last_useful_day is not None:
                found.setdefault(row.last_useful_day, []).append(Entry(row, row.last_useful_day, is_useful_day=True))
        ordered = {day: tuple(sorted(rows, key=lambda one: one.order)) for day, rows in found.items()}
        return cls(ordered, absences, today)

    def days_with(self) -> list[DayLines]:
        """Give the days that have entries, in order."""
        return [self._lines(day, inside=True) for day in sorted(self.entries)]

    def every_day(self, begins: date, ends: date) -> list[DayLines]:
        """Give each day of a span with its entries, empty days included."""
        return [self._lines(begins + n * ONE_DAY, inside=True) for n in range((ends - begins).days + 1)]

    def weeks_of(self, begins: date, ends: date) -> list[list[DayLines]]:
        """Give a month as whole weeks from Monday; days of the neighbouring months are marked."""
        day, weeks = begins - begins.weekday() * ONE_DAY, []
        while day <= ends:
            week = [day + n * ONE_DAY for n in range(WEEK_DAYS)]
            weeks.append([self._lines(one, inside=begins <= one <= ends) for one in week])
            day += WEEK_DAYS * ONE_DAY
        return weeks

    def _lines(self, day: date, *, inside: bool) -> DayLines:
        away = tuple(
            one for one in self.absences if one.begins_on <= day and (one.ends_on is None or day <= one.ends_on)
        )
        is_open = is_working_day(day, ("metropole",))
        return DayLines(day, self.entries.get(day, ()), away, day == self.today, is_open, inside)


def load_lines(
    load: Mapping[str, Sequence[int]], absences: Sequence[Absence], mondays: Sequence[date]
) -> list[tuple[str, list[tuple[int, bool]]]]:
    """Say of each person and week how many entries fall, and whether they are away on some of its days."""
    return [
        (
            name,
            [
                (count, any(one.person.full_name == name and _touches(one, monday) for one in absences))
                for count, monday in zip(counts, mondays, strict=True)
            ],
        )
        for name, counts in load.items()
    ]


def _touches(absence: Absence, monday: date) -> bool:
    sunday = monday + (WEEK_DAYS - 1) * ONE_DAY
    return absence.begins_on <= sunday and (absence.ends_on is None or absence.ends_on >= monday)
