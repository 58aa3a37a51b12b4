"""Read « il y a 3 mois » or « a month ago » into two days that enclose the publication.

Google truncates the age (measured); an unknown platform may also round it, so both readings are united.
Every bound carries one day for the time zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casefile.errors import InvalidInput
from casefile.law.calendar import add_months
from casefile.law.french import typeset
from casefile.law.rules import rule_at, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from casefile.law.limitation_facts import Sighting
    from casefile.law.rules import RuleVersion

MONTHS_IN_YEAR = 12
LONG_WEEK = 4  # « il y a 4 semaines » is shown until about thirty days
NUMBERS = dict.fromkeys(("un", "une", "a", "an", "one"), 1) | {
    "deux": 2,
    "two": 2,
    "trois": 3,
    "three": 3,
    "quatre": 4,
    "four": 4,
    "cinq": 5,
    "five": 5,
    "six": 6,
    "sept": 7,
    "seven": 7,
    "huit": 8,
    "eight": 8,
    "neuf": 9,
    "nine": 9,
    "dix": 10,
    "ten": 10,
    "onze": 11,
    "eleven": 11,
    "douze": 12,
    "twelve": 12,
}
UNITS = {
    "moment": r"secondes?|seconds?|secs?|s|minutes?|mins?|min|mn|heures?|hours?|hrs?|hr|h",
    "day": r"jours?|days?|j|d",
    "week": r"semaines?|weeks?|sem|wks?|wk|w",
    "month": r"mois|months?|mos?|mths?",
    "year": r"années?|annees?|ans?|years?|yrs?|yr|y",
}
EDITED = re.compile(
    r"^(?:dernière modification|modifiée?s?|édité[es]*|mise? à jour|(?:last )?(?:edited|updated)|modified)\b[\s:]*"
)
NOISE = re.compile(r"^(?:publié[es]*|posté[es]*|avis publié|posted|published|reviewed|visité[es]*)\b[\s:]*")
# « presque 2 ans » is less than two years; « environ » and « plus de » announce a rounded age.
APPROXIMATE = (
    r"(?:(?P<almost>presque|almost|près de|moins d[e']\s?|less than|nearly)"
    r"|(?P<about>environ|about|around|plus d[e']\s?|over|more than))?\s*"
)
AGE = re.compile(
    rf"^(?:il y a\s+|depuis\s+|ya\s+)?{APPROXIMATE}(?P<number>\d{{1,4}}|{'|'.join(NUMBERS)})\s*"
    rf"(?:{'|'.join(f'(?P<{unit}>{words})' for unit, words in UNITS.items())})(?:\s+ago|\s+plus tôt|\s+earlier)?$"
)
NOW = frozenset(
    {"à l'instant", "a l'instant", "maintenant", "just now", "now", "aujourd'hui", "today", "il y a un instant"}
    | {"il y a quelques secondes", "il y a quelques instants", "a few seconds ago", "moments ago", "a moment ago"}
)
LAST_WEEK = frozenset(
    {"la semaine dernière", "la semaine passée", "in the last week", "last week", "cette semaine", "this week"}
    | {"dans la semaine", "au cours de la semaine dernière", "in the past week", "past week"}
)
LAST_MONTH = frozenset({"le mois dernier", "le mois passé", "last month", "in the last month", "in the past month"})
LAST_YEAR = frozenset({"l'année dernière", "l'an dernier", "l'an passé", "l'année passée", "last year"})
# A named moment → the most and the least days that it may lie back.
DAYS_BACK = {
    **dict.fromkeys(NOW, (1, 0)),
    **dict.fromkeys(("hier", "yesterday"), (2, 0)),
    **dict.fromkeys(("avant-hier", "avant hier", "the day before yesterday"), (3, 1)),
    **dict.fromkeys(LAST_WEEK, (8, 0)),
}


@dataclass(frozen=True)
class Interval:
    """Two days that enclose the publication; `earliest` is None when the text dates a later edit."""

    earliest: date | None
    latest: date


def rule_for(platform: str, on: date) -> RuleVersion:
    """Give the reading that applies to a platform: Google's own, or the union for all the others."""
    for rule in rules_of("relative_date"):
        version = rule_at(rule.id, on)
        if version.texts("platforms") and platform.lower().startswith(version.texts("platforms")):
            return version
    return rule_at("relative_date.autre_plateforme", on)


def read(sighting: Sighting, platform: str, *, field: str = "publication.text") -> Interval:
    """Read one relative text; raises InvalidInput naming the field when it is not understood."""
    text = _normalised(sighting.text)
    edited = EDITED.match(text)
    inner = text[edited.end() :] if edited else NOISE.sub("", text)
    rounded = rule_for(platform, sighting.seen_on).text("reading") != "truncated"
    try:
        interval = _named_moment(inner, sighting.seen_on) or _age(inner, sighting.seen_on, rounded=rounded)
    except (OverflowError, ValueError) as error:
        raise _not_understood(sighting.text, field) from error
    if interval is None:
        raise _not_understood(sighting.text, field)
    latest = min(interval.latest, sighting.seen_on)
    return Interval(None if edited else interval.earliest, latest)


def _normalised(text: str) -> str:
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").strip().lower()
    plain = re.sub(r"\((.*)\)$", r"\1", plain)
    return re.sub(r"\s+", " ", plain).strip(" .·•…")


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
    written = found["number"]
    count = NUMBERS[written] if written in NUMBERS else int(written)
    reading = READINGS[next(name for name in UNITS if found[name])]
    interval = reading(seen_on, count, rounded or bool(found["about"]))
    if found["almost"]:
        return Interval(interval.earliest, reading(seen_on, count - 1, rounded).latest)
    return interval


def _moments(seen_on: date, _count: int, _rounded: bool) -> Interval:
    return _days(seen_on, 1, 0)


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


READINGS: dict[str, Callable[[date, int, bool], Interval]] = {
    "moment": _moments,
    "day": _some_days,
    "week": _weeks,
    "month": _months,
    "year": _years,
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
