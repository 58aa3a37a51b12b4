"""French words and spaces for the sentences of the law: dates, durations, typography."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS_IN_YEAR = 12
NARROW, FULL = "\u202f", "\u00a0"


def day_in_words(day: date) -> str:
    """Write « 1er mars 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def weekday_in_words(day: date) -> str:
    """Write « dimanche 28 février 2027 »."""
    return f"{DAYS[day.weekday()]} {day_in_words(day)}"


def duration_in_words(months: int) -> str:
    """Write « 3 mois », « 1 an » or « 6 ans »."""
    years, rest = divmod(months, MONTHS_IN_YEAR)
    if rest:
        return f"{months} mois"
    return "1 an" if years == 1 else f"{years} ans"


@lru_cache(maxsize=8192)
def typeset(sentence: str) -> str:
    """Put the unbreakable spaces that French wants before ; : ! ? and inside « »."""
    sentence = re.sub(r" ([;!?])", NARROW + r"\1", sentence)
    sentence = re.sub(r" :(?= |$)", FULL + ":", sentence)
    return sentence.replace("« ", "«" + FULL).replace(" »", FULL + "»")
