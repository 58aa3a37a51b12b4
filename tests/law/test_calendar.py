"""Quantièmes, Easter and public holidays: our cited table against two libraries, each disagreement explained."""

from __future__ import annotations

import calendar as stdlib_calendar
from datetime import date, timedelta

import holidays
import pytest
from workalendar.europe import France, FranceAlsaceMoselle

from casefile.law.calendar import (
    TERRITORIES,
    add_months,
    easter,
    holiday_on,
    is_working_day,
    minus_working_days,
    working_day_at_or_after,
    working_day_at_or_before,
)

YEARS = range(2016, 2036)
METROPOLE = ("metropole",)
SUBDIVISIONS = {
    "metropole": None,
    "alsace_moselle": "57",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "la_reunion": "974",
    "mayotte": "976",
    "saint_barthelemy": "BL",
    "saint_martin": "MF",
    "saint_pierre_et_miquelon": "PM",
    "polynesie": "PF",
    "nouvelle_caledonie": "NC",
    "wallis_et_futuna": "WF",
}
# Territory → the days, as (month, day), on which the library `holidays` and our table may differ, and why.
ONLY_OURS = {
    "saint_martin": {
        (5, 27)
    },  # art. L. 3422-2 C. trav. fixes 27 May for Saint-Martin; the library follows usage, 28 May
    "polynesie": {(6, 29)},  # the reference still lists 29 June, to be checked; the library dropped it
}
SCHOELCHER = (7, 21)  # a local custom, absent from art. L. 3422-2
ONLY_THEIRS = {
    "guadeloupe": "21 July, Good Friday and mid-Lent are customs, absent from art. L. 3422-2 C. trav.",
    "martinique": "21 July is a custom, absent from art. L. 3422-2 C. trav.",
    "saint_martin": "21 July is a custom, absent from art. L. 3422-2 C. trav.",
    "polynesie": "5 March, Good Friday and the local day are not in the reference: the answer warns",
    "wallis_et_futuna": "the three local days are not in the reference: the answer warns",
}


def ours(territory, *, backwards=True):
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day for day in days if holiday_on(day, (territory,), backwards=backwards)}


@pytest.mark.parametrize("territory", TERRITORIES)
def test_our_holidays_are_those_of_the_library_but_for_explained_days(territory):
    theirs = set(holidays.France(years=YEARS, subdiv=SUBDIVISIONS[territory]))
    mine = ours(territory)
    assert {(day.month, day.day) for day in mine - theirs} == ONLY_OURS.get(territory, set())
    assert bool(theirs - mine) == (territory in ONLY_THEIRS)


@pytest.mark.parametrize("territory", ["guadeloupe", "martinique"])
def test_what_the_library_adds_in_the_west_indies_is_custom(territory):
    extra = set(holidays.France(years=YEARS, subdiv=SUBDIVISIONS[territory])) - ours(territory)
    customs = {easter(year) - timedelta(days=before) for year in YEARS for before in (2, 24)}  # Good Friday, mid-Lent
    assert {day for day in extra if (day.month, day.day) != SCHOELCHER} <= customs


@pytest.mark.parametrize(("territory", "oracle"), [("metropole", France()), ("alsace_moselle", FranceAlsaceMoselle())])
def test_our_holidays_are_those_of_the_second_library(territory, oracle):
    assert ours(territory) == {day for year in YEARS for day, _ in oracle.holidays(year)}


def test_easter_is_right_for_three_centuries():
    from dateutil.easter import easter as oracle

    assert [easter(year) for year in range(1881, 2101)] == [oracle(year) for year in range(1881, 2101)]


@pytest.mark.parametrize("year", [2023, 2024, 2100])
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("months", [-14, -3, 1, 3, 12, 72])
def test_a_missing_quantieme_gives_the_last_day_of_the_month(year, month, months):
    for day in (28, 29, 30, 31):
        if day > stdlib_calendar.monthrange(year, month)[1]:
            continue
        moved = add_months(date(year, month, day), months)
        last = stdlib_calendar.monthrange(moved.year, moved.month)[1]
        assert moved.day == min(day, last)
        assert (moved.year - year) * 12 + moved.month - month == months


def test_months_cross_the_year_both_ways():
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert add_months(date(9999, 12, 1), 0) == date(9999, 12, 1)
    assert add_months(date(1, 1, 1), 0) == date(1, 1, 1)
    for day, months in ((date(9999, 12, 1), 1), (date(1, 1, 1), -1)):
        with pytest.raises(OverflowError, match="outside the calendar"):
            add_months(day, months)


def test_good_friday_and_saint_stephen_count_back_in_alsace_moselle_only_and_never_extend():
    for day in (date(2027, 3, 26), date(2028, 12, 26)):
        assert is_working_day(day, METROPOLE)
        assert not is_working_day(day, ("alsace_moselle",))
        assert is_working_day(day, ("alsace_moselle",), backwards=False)
    assert "protestant" in holiday_on(date(2027, 3, 26), ("alsace_moselle",)).text("condition")


def test_each_overseas_territory_has_its_own_day_of_abolition():
    days = {
        "mayotte": date(2026, 4, 27),
        "martinique": date(2026, 5, 22),
        "guadeloupe": date(2026, 5, 27),
        "saint_martin": date(2026, 5, 27),
        "guyane": date(2026, 6, 10),
        "saint_barthelemy": date(2026, 10, 9),
        "la_reunion": date(2027, 12, 20),
    }
    for place, day in days.items():
        assert not is_working_day(day, (place,), backwards=False)
        assert is_working_day(day, METROPOLE)


def test_going_back_takes_the_union_of_the_places():
    good_friday = date(2027, 3, 26)
    assert working_day_at_or_before(good_friday, METROPOLE) == good_friday
    assert working_day_at_or_before(good_friday, ("metropole", "alsace_moselle")) == date(2027, 3, 25)


def test_going_forward_skips_week_ends_and_holidays():
    assert working_day_at_or_after(date(2026, 5, 1), METROPOLE) == date(2026, 5, 4)
    assert working_day_at_or_after(date(2026, 5, 4), METROPOLE) == date(2026, 5, 4)
    assert working_day_at_or_after(date(2026, 12, 25), METROPOLE) == date(2026, 12, 28)


def test_working_days_are_counted_back_one_by_one():
    assert minus_working_days(date(2026, 11, 16), 0, METROPOLE) == date(2026, 11, 16)
    assert minus_working_days(date(2026, 11, 16), 1, METROPOLE) == date(2026, 11, 13)
    assert minus_working_days(date(2026, 11, 16), 5, METROPOLE) == date(2026, 11, 6)  # 11 November lies between


@pytest.mark.parametrize("places", [METROPOLE, ("alsace_moselle", "guadeloupe"), ("mayotte",)])
def test_working_days_counted_back_at_once_are_those_counted_one_by_one(places):
    for offset in range(0, 800, 3):
        start = stepped = date(2025, 12, 20) + timedelta(days=offset)
        for count in range(1, 280):
            stepped -= timedelta(days=1)
            while not is_working_day(stepped, places):
                stepped -= timedelta(days=1)
            if count in {1, 2, 5, 20, 60, 251, 279}:
                assert minus_working_days(start, count, places) == stepped


def test_every_saturday_sunday_and_holiday_of_ten_years_is_no_working_day():
    day = date(2020, 1, 1)
    while day.year < 2030:
        off = day.weekday() >= 5 or day in FRANCE
        assert is_working_day(day, METROPOLE) is not off
        assert working_day_at_or_before(day, METROPOLE) <= day <= working_day_at_or_after(day, METROPOLE)
        day += timedelta(days=1)


FRANCE = holidays.France(years=range(2020, 2030))
