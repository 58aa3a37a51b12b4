"""Reading a day as it is typed in a hurry: « 12/03 », « demain », « +15j », « lundi »; nothing is guessed silently."""

from __future__ import annotations

import re
from datetime import date, timedelta

from casefile.errors import InvalidInput
from casefile.law.calendar import add_months
from casefile.law.french import DAYS, MONTHS, typeset

WORDS = {"aujourd'hui": 0, "ajd": 0, "demain": 1, "après-demain": 2, "hier": -1, "avant-hier": -2}
SHIFT = re.compile(r"(?:\+|dans )\s*(\d{1,4})\s*(j|jours?|s|sem|semaines?|m|mois|a|ans?)")
NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{2}|\d{4}))?")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
IN_WORDS = re.compile(r"(\d{1,2})(?:er)?\s+([a-zéû]+)(?:\s+(\d{4}))?")
CENTURY, WEEK, YEAR = 2000, 7, 12
FIRST_YEAR, LAST_YEAR = 1881, 2100
SHORT_YEAR = 2  # digits


def read_day(typed: str, today: date) -> date:
    """Give the day meant; without a year, the next such day. Raises InvalidInput with examples."""
    text = " ".join(typed.lower().replace("\u2019", "'").split())
    found = _word(text, today) or _shift(text, today) or _numbers(text, today)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidInput(
            typeset("Cette date n'est pas comprise : écrivez par exemple 12/03, 12/03/2027, demain, +15j ou lundi."),
            field="on",
        )
    return found


def _word(text: str, today: date) -> date | None:
    if text in WORDS:
        return today + timedelta(days=WORDS[text])
    name = text.removesuffix(" prochain")
    if name in DAYS:
        ahead = (DAYS.index(name) - today.weekday()) % WEEK
        return today + timedelta(days=ahead or WEEK)
    return None


def _shift(text: str, today: date) -> date | None:
    match = SHIFT.fullmatch(text)
    if match is None:
        return None
    count, unit = int(match[1]), match[2][0]
    try:
        if unit in "js":
            return today + timedelta(days=count * (WEEK if unit == "s" else 1))
        return add_months(today, count * (YEAR if unit == "a" else 1))
    except (OverflowError, ValueError):
        return None


def _numbers(text: str, today: date) -> date | None:
    if match := ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := NUMBERS.fullmatch(text):
        month = int(match[2])
    elif (match := IN_WORDS.fullmatch(text)) and match[2] in MONTHS:
        month = MONTHS.index(match[2]) + 1
    else:
        return None
    if match[3]:
        year = int(match[3])
        return _day(year + CENTURY if len(match[3]) == SHORT_YEAR else year, month, int(match[1]))
    return _next_such_day(month, int(match[1]), today)


def _next_such_day(month: int, day: int, today: date) -> date | None:
    # 29 February may be eight years away, across a year that is no leap year.
    years = range(today.year, today.year + 9)
    candidates = (_day(year, month, day) for year in years)
    return next((one for one in candidates if one is not None and one >= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
