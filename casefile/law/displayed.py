"""Does an instant agree with the relative date (« il y a 3 mois ») that the page displayed on its capture day?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from casefile.law import relative_dates
from casefile.law.candidates import paris_day
from casefile.law.limitation_facts import Sighting

if TYPE_CHECKING:
    from datetime import datetime

    from casefile.law.relative_dates import Interval

ONE_DAY = timedelta(days=1)


def shown_interval(text: str, platform: str, seen_at: datetime, *, field: str) -> Interval:
    """Give the days that a displayed text allows; raises InvalidInput naming the field when it is no relative date."""
    return relative_dates.read(Sighting(text, paris_day(seen_at)), platform or "inconnue", field=field)


def agrees(instant: datetime, shown: Interval) -> bool:
    """Tell whether the day of an instant lies within the days shown, give or take one for the time zone."""
    day = paris_day(instant)
    return day <= shown.latest + ONE_DAY and (shown.earliest is None or day >= shown.earliest - ONE_DAY)
