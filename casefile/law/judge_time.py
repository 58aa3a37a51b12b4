"""A time limit that a decision sets itself (« dans les quinze jours de la signification »), counted like the others.

Art. 641 and 642 C. pr. civ.; extended to the next working day only when asked, because the decision or the text
that governs it must say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.law import calendar
from casefile.law.counting import ART_641, Count, Step
from casefile.law.french import typeset, weekday_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

EVENT = "delai_fixe"
TITLE = "Délai fixé par une décision"
LONGEST = 1_200


@dataclass(frozen=True)
class FixedLimit:
    """The last day of a limit that a judge set, before and after any extension."""

    due_on: date
    counted_on: date
    last_useful_day: date
    trace: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the same keys as a limit that the law sets."""
        return {
            "rule": f"procedure.{EVENT}",
            "due_on": self.due_on.isoformat(),
            "kind": "deadline",
            "trace": [step.as_json() for step in self.trace],
            "source": typeset(ART_641),
            "title": TITLE,
            "counted_on": self.counted_on.isoformat(),
            "last_useful_day": self.last_useful_day.isoformat(),
        }


def fixed_limit(start: date, number: int, unit: str, *, extend: bool, territory: str) -> FixedLimit:
    """Count a limit of so many `jours`, `jours_francs`, `mois` or `ans`; raises InvalidInput naming the field."""
    if unit not in UNITS:
        raise InvalidInput(typeset("Champ « unit » : choisissez parmi " + ", ".join(UNITS) + "."), field="unit")
    if not 0 <= number <= LONGEST:
        raise InvalidInput(typeset(f"Champ « count » : un nombre de 0 à {LONGEST}."), field="count")
    if territory not in calendar.TERRITORIES:
        raise InvalidInput(
            typeset("Champ « territory » : choisissez parmi " + ", ".join(calendar.TERRITORIES) + "."),
            field="territory",
        )
    count = Count(start)
    count.say(f"Départ : {weekday_in_words(start)}.", "décision")
    try:
        UNITS[unit](count, number)
        counted_on = count.day
        if extend:
            count.roll_forward(territory)
        useful = calendar.working_day_at_or_before(counted_on, (territory,))
    except OverflowError as error:
        raise InvalidInput(typeset("Champ « date » : cette date sort du calendrier."), field="date") from error
    return FixedLimit(count.day, counted_on, useful, tuple(count.steps))


def _days(count: Count, number: int) -> None:
    count.add_days(number, f"{number} jours, le premier ne comptant pas", ART_641)


def _clear_days(count: Count, number: int) -> None:
    _days(count, number)
    count.add_days(1, "Délai franc : le lendemain du dernier jour", ART_641)


def _months(count: Count, number: int) -> None:
    count.add_months(number, f"{number} mois de quantième à quantième", ART_641)


def _years(count: Count, number: int) -> None:
    count.add_months(number * calendar.MONTHS_IN_YEAR, f"{number} ans de quantième à quantième", ART_641)


UNITS: dict[str, Callable[[Count, int], None]] = {
    "jours": _days,
    "jours_francs": _clear_days,
    "mois": _months,
    "ans": _years,
}
