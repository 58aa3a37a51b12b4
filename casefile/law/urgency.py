"""The finer status that a screen shows: how pressing a limitation is on a day. None of them forbids to act."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.law.calendar import minus_working_days, working_day_at_or_before

if TYPE_CHECKING:
    from datetime import date

    from casefile.law.limitation_result import LimitationResult

ALERT = timedelta(days=15)
URGENT_WORKING_DAYS = 5
ONE_DAY = timedelta(days=1)


class Urgency(StrEnum):
    """The statuses of the reference, § 5.3, from the calmest to the worst."""

    UNDETERMINED = "indetermine"
    OPEN = "ouvert"
    ALERT = "alerte"
    URGENT = "urgent"
    LAST_DAY = "dernier_jour"
    PRUDENT_PASSED = "passe_prudent"
    UNCERTAIN = "incertain_urgent"
    PROBABLY_EXPIRED = "probablement_prescrit"
    EXPIRED = "prescrit"


def urgency(result: LimitationResult, territories: tuple[str, ...]) -> Urgency:
    """Tell how pressing it is; « prescrit » is said only when the start is certain."""
    if result.prudent_on is None or result.admitted_on is None:
        return Urgency.UNDETERMINED
    if result.on > result.admitted_on:
        return Urgency.EXPIRED if result.earliest == result.latest else Urgency.PROBABLY_EXPIRED
    if result.on > result.prudent_on + ONE_DAY:
        return Urgency.UNCERTAIN
    return _before_the_term(result.on, working_day_at_or_before(result.prudent_on, territories), territories)


def _before_the_term(on: date, last_day: date, territories: tuple[str, ...]) -> Urgency:
    if on > last_day:
        return Urgency.PRUDENT_PASSED
    if on == last_day:
        return Urgency.LAST_DAY
    if on >= minus_working_days(last_day, URGENT_WORKING_DAYS, territories):
        return Urgency.URGENT
    return Urgency.ALERT if last_day <= on + ALERT else Urgency.OPEN
