"""Months by quantième, working days and public holidays per territory, from our own cited table.

Nothing here extends a limitation period: `working_day_at_or_after` serves the procedural time limits alone.
"""

from __future__ import annotations

import calendar as months_table
from bisect import bisect_left
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from casefile.law import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casefile.law.rules import RuleVersion

ONE_DAY = timedelta(days=1)
SATURDAY = 5
MONTHS_IN_YEAR = 12

TERRITORIES = (
    "metropole",
    "alsace_moselle",
    "guadeloupe",
    "martinique",
    "guyane",
    "la_reunion",
    "mayotte",
    "saint_barthelemy",
    "saint_martin",
    "saint_pierre_et_miquelon",
    "polynesie",
    "nouvelle_caledonie",
    "wallis_et_futuna",
)


def add_months(day: date, months: int) -> date:
    """Give the same quantième some months away, or the last day of the month when it is missing.

    Art. 641 al. 2 C. pr. civ.; never thirty days a month. Raises OverflowError outside the calendar.
    """
    index = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_IN_YEAR)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("date outside the calendar")
    last = months_table.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def easter(year: int) -> date:
    """Give Easter Sunday of the Gregorian calendar (anonymous computus)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, century_rest = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    leap_rest, plain = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_rest - moon - plain) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def holiday_on(day: date, territories: Iterable[str], *, backwards: bool = True) -> RuleVersion | None:
    """Give the rule that makes this day a public holiday in one of the territories, or None.

    Counting back takes the union of all of them, doubtful ones included; extending (`backwards=False`)
    takes only the holidays that the law grants without condition.
    """
    return _holidays(day.year, frozenset(territories), backwards).get(day)


def is_working_day(day: date, territories: Iterable[str], *, backwards: bool = True) -> bool:
    """Tell whether courts and bailiffs work that day: neither week-end nor public holiday."""
    return day.weekday() < SATURDAY and holiday_on(day, territories, backwards=backwards) is None


def working_day_at_or_before(day: date, territories: Iterable[str]) -> date:
    """Give the day itself or the last working day before it."""
    return minus_working_days(day + ONE_DAY, 1, territories)


def working_day_at_or_after(day: date, territories: Iterable[str]) -> date:
    """Give the day itself or the next working day: for procedural time limits, never for limitation."""
    places = frozenset(territories)
    while not is_working_day(day, places, backwards=False):
        day += ONE_DAY
    return day


def minus_working_days(day: date, count: int, territories: Iterable[str]) -> date:
    """Go back some working days from a day."""
    if count <= 0:
        return day
    year, places = day.year, frozenset(territories)
    worked = _working_days(year, places)
    before = bisect_left(worked, day)
    while before < count:
        count -= before
        year -= 1
        worked = _working_days(year, places)
        before = len(worked)
    return worked[before - count]


@lru_cache(maxsize=512)
def _working_days(year: int, territories: frozenset[str]) -> tuple[date, ...]:
    first = date(year, 1, 1)
    year_round = (first + timedelta(days=number) for number in range(365 + months_table.isleap(year)))
    return tuple(day for day in year_round if is_working_day(day, territories))


@lru_cache(maxsize=4096)
def _holidays(year: int, territories: frozenset[str], backwards: bool) -> dict[date, RuleVersion]:
    found: dict[date, RuleVersion] = {}
    for rule in rules.rules_of("holiday"):
        for version in rule.versions:
            if territories.isdisjoint(version.texts("territories")):
                continue
            if version.text("counts") == "backwards_only" and not backwards:
                continue
            day = _day_of(version, year)
            if version.stands_on(day):
                found.setdefault(day, version)
    return found


def _day_of(version: RuleVersion, year: int) -> date:
    if "easter_offset" in version.values:
        return easter(year) + timedelta(days=version.number("easter_offset"))
    return date(year, version.number("month"), version.number("day"))
