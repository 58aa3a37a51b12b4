"""Read « il y a 3 mois » or « a month ago » into two days that enclose the publication.

Google truncates the age (measured); an unknown platform may also round it, so both readings are united.
Every bound carries one day for the time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casefile.errors import InvalidInput
from casefile.law.calendar import add_months
from casefile.law.french import typeset
from casefile.law.relative_words import (
    AGE,
    DAYS_BACK,
    LAST_MONTH,
    LAST_YEAR,
    NUMBERS,
    UNITS,
    Shown,
    readings_of,
)
from casefile.law.rules import rule_at, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from casefile.law.limitation_facts import Sighting
    from casefile.law.rules import RuleVersion

MONTHS_IN_YEAR = 12
LONG_WEEK = 4  # « il y a 4 semaines » is shown until about thirty days
HOURS_IN_DAY = 24
SEVERAL = 2  # « quelques mois » is at least two of them; nothing says how many at most
EDIT_HAS_NO_FLOOR = "« Modifié » date la modification : la première publication est antérieure."
VAGUE_HAS_NO_FLOOR = "« Quelques » ou « plusieurs » ne dit pas combien au plus : aucune date au plus tôt."


@dataclass(frozen=True)
class Interval:
    """Two days that enclose the publication; without an `earliest`, `doubt` says why."""

    earliest: date | None
    latest: date
    doubt: str = ""


def rule_for(platform: str, on: date) -> RuleVersion:
    """Give the reading that applies to a platform: Google's own, or the union for all the others."""
    for rule in rules_of("relative_date"):
        version = rule_at(rule.id, on)
        if version.texts("platforms") and platform.lower().startswith(version.texts("platforms")):
            return version
    return rule_at("relative_date.autre_plateforme", on)


def read(sighting: Sighting, platform: str, *, field: str = "publication.text") -> Interval:
    """Read one relative text; raises InvalidInput naming the field when it is not understood."""
    rounded = rule_for(platform, sighting.seen_on).text("reading") != "truncated"
    found = [_read(shown, sighting.seen_on, rounded=rounded) for shown in readings_of(sighting.text)]
    intervals = [interval for interval in found if interval]
    if len(intervals) != 1:
        raise _not_understood(sighting.text, field)
    return intervals[0]


def _read(shown: Shown, seen_on: date, *, rounded: bool) -> Interval | None:
    try:
        interval = _named_moment(shown.words, seen_on) or _age(shown.words, seen_on, rounded=rounded)
    except (OverflowError, ValueError):
        return None
    if interval is None:
        return None
    latest = min(interval.latest, seen_on)
    if shown.edited:
        return Interval(None, latest, EDIT_HAS_NO_FLOOR)
    return Interval(interval.earliest, latest, interval.doubt)


def _named_moment(text: str, seen_on: date) -> Interval | None:
    if text in DAYS_BACK:
        return _days(seen_on, *DAYS_BACK[text])
    if text in LAST_MONTH:
        first = seen_on.replace(day=1)
        return Interval(min(add_months(first, -1) - timedelta(days=1), _months_back(seen_on, 1)), first)
    if text in LAST_YEAR:
        first = seen_on.replace(month=1, day=1)
        earliest = min(add_months(first, -MONTHS_IN_YEAR), add_months(seen_on, -2 * MONTHS_IN_YEAR))
        return Interval(earliest - timedelta(days=1), first)
    return None


def _age(text: str, seen_on: date, *, rounded: bool) -> Interval | None:
    found = AGE.match(text)
    if not found:
        return None
    reading = READINGS[next(name for name in UNITS if found[name])]
    if found["vague"]:
        return Interval(None, reading(seen_on, SEVERAL, rounded).latest, VAGUE_HAS_NO_FLOOR)
    written = found["number"]
    count = NUMBERS[written] if written in NUMBERS else int(written)
    interval = reading(seen_on, count, rounded or bool(found["about"]))
    if found["almost"]:
        return Interval(interval.earliest, reading(seen_on, count - 1, rounded).latest)
    return interval


def _moments(seen_on: date, _count: int, _rounded: bool) -> Interval:
    return _days(seen_on, 1, 0)


def _hours(seen_on: date, count: int, _rounded: bool) -> Interval:
    """« il y a 30 heures » may lie two days back; the hour of the sighting is not known."""
    whole = count // HOURS_IN_DAY
    return _days(seen_on, whole + 1, max(whole - 1, 0))


def _some_days(seen_on: date, count: int, rounded: bool) -> Interval:
    return _days(seen_on, count + 1, count - (2 if rounded else 1))


def _weeks(seen_on: date, count: int, rounded: bool) -> Interval:
    if count == LONG_WEEK:
        return _days(seen_on, 32, 24 if rounded else 27)
    return _days(seen_on, 7 * (count + 1), 7 * count - (4 if rounded else 1))


def _months(seen_on: date, count: int, rounded: bool) -> Interval:
    latest = max(add_months(seen_on, -count), seen_on - timedelta(days=30 * count)) + timedelta(days=1)
    if rounded and count == 1:
        latest = seen_on - timedelta(days=25)
    elif rounded:
        latest = max(latest, add_months(seen_on, 1 - count) - timedelta(days=15))
    return Interval(_months_back(seen_on, count), latest)


def _years(seen_on: date, count: int, rounded: bool) -> Interval:
    earliest = add_months(seen_on, -MONTHS_IN_YEAR * (count + 1)) - timedelta(days=1)
    latest = add_months(seen_on, -MONTHS_IN_YEAR * count) + timedelta(days=1)
    if rounded:
        months = 10 if count == 1 else MONTHS_IN_YEAR * count - 6
        latest = max(latest, add_months(seen_on, -months))
    return Interval(earliest, latest)


def _minutes_or_months(seen_on: date, count: int, rounded: bool) -> Interval:
    """« 6 m » is minutes on one platform and months on another: both stay possible."""
    return Interval(_months(seen_on, count, rounded).earliest, seen_on)


READINGS: dict[str, Callable[[date, int, bool], Interval]] = {
    "moment": _moments,
    "hour": _hours,
    "day": _some_days,
    "week": _weeks,
    "month": _months,
    "year": _years,
    "minute_or_month": _minutes_or_months,
}


def _months_back(seen_on: date, count: int) -> date:
    return min(add_months(seen_on, -(count + 1)), seen_on - timedelta(days=31 * (count + 1)))


def _days(seen_on: date, most: int, least: int) -> Interval:
    return Interval(seen_on - timedelta(days=most), seen_on - timedelta(days=least))


def _not_understood(text: str, field: str) -> InvalidInput:
    return InvalidInput(
        typeset(
            f"Le champ « {field} » n'est pas une date relative comprise (« {text[:60]} ») : "
            "écrivez-la comme la plateforme l'affiche, par exemple « il y a 3 mois »."
        ),
        field=field,
    )
