"""Counts a time limit one line at a time, so that every date carries the reason and the article that gave it.

Art. 641 C. pr. civ.: the first day is not counted; months go by quantième; months come before days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from casefile.law import calendar
from casefile.law.french import typeset
from casefile.law.french import weekday_in_words as in_words

ART_641 = "art. 641 C. pr. civ."
ART_642 = "art. 642 C. pr. civ. ; art. 801 C. pr. pén."


@dataclass(frozen=True)
class Step:
    """One line of the trace: what was done, on whose authority, and the day it gives."""

    text: str
    source: str
    on: date

    def as_json(self) -> dict[str, str]:
        """Give the line as the contract shows it."""
        return {"text": self.text, "source": self.source, "on": self.on.isoformat()}


@dataclass
class Count:
    """A day that moves, and the lines that say why; raises OverflowError outside the calendar."""

    day: date
    steps: list[Step] = field(default_factory=list)

    def say(self, text: str, source: str) -> None:
        """Write one line about the day reached."""
        self.steps.append(Step(typeset(text), typeset(source), self.day))

    def add_months(self, months: int, text: str, source: str) -> None:
        """Move by quantième, or to the last day of the month when the quantième is missing."""
        if months:
            wanted = self.day.day
            self.day = calendar.add_months(self.day, months)
            missing = " (quantième absent : dernier jour du mois)" if self.day.day != wanted else ""
            self.say(f"{text} : {in_words(self.day)}{missing}.", source)

    def add_days(self, days: int, text: str, source: str) -> None:
        """Move by calendar days; the first day is not counted."""
        if days:
            self.day += timedelta(days=days)
            self.say(f"{text} : {in_words(self.day)}.", source)

    def roll_forward(self, territory: str) -> None:
        """Move to the next working day of the court's seat, saying which day was not one."""
        target = calendar.working_day_at_or_after(self.day, (territory,))
        if target != self.day:
            why = why_not_working(self.day, territory)
            self.day = target
            self.say(f"Le terme tombe {why} : prorogé au {in_words(target)}.", ART_642)


def why_not_working(day: date, territory: str) -> str:
    """Say in French why courts do not work that day."""
    holiday = calendar.holiday_on(day, (territory,), backwards=False)
    if holiday is not None:
        return f"un jour férié ({holiday.title})"
    return "un samedi" if day.weekday() == calendar.SATURDAY else "un dimanche"


def last_service_day(hearing: date, months: int, days: int) -> date:
    """Give the last day from which months then days still end by the hearing."""
    day = calendar.add_months(hearing - timedelta(days=days), -months)
    # Several days may lead to the same end of month: the last of them is given.
    while _ends(day + timedelta(days=1), months, days) <= hearing:
        day += timedelta(days=1)
    return day


def _ends(day: date, months: int, days: int) -> date:
    return calendar.add_months(day, months) + timedelta(days=days)
