"""A date displayed beside the words (« il y a 3 mois ») against an instant found in the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casefile.law.displayed import agrees, shown_interval
from casefile.law.relative_dates import Interval

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 3), date(2026, 9, 20)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "agreed"),
    [
        (FIRST - timedelta(days=2), False),
        (FIRST - timedelta(days=1), True),
        (FIRST, True),
        (LAST, True),
        (LAST + timedelta(days=1), True),
        (LAST + timedelta(days=2), False),
    ],
)
def test_a_displayed_date_forgives_one_day_on_each_side(day, agreed):
    assert agrees(noon(day), Interval(FIRST, LAST)) is agreed


def test_what_nothing_bounds_from_below_agrees_with_any_earlier_day():
    assert agrees(noon(date(2012, 1, 1)), Interval(None, LAST))
    assert not agrees(noon(LAST + timedelta(days=2)), Interval(None, LAST))


def test_the_reading_depends_on_the_platform_that_displayed_it():
    named = shown_interval("il y a 3 mois", "google_maps", SEEN, field="capture")
    unnamed = shown_interval("il y a 3 mois", "", SEEN, field="capture")
    assert named == shown_interval("il y a 3 mois", "google_maps", SEEN, field="autre")
    assert unnamed == shown_interval("il y a 3 mois", "inconnue", SEEN, field="capture")
    assert named.earliest == unnamed.earliest
    assert named.latest < unnamed.latest, "Google cuts what is left over; a platform that nobody knows may round it"
