"""Absences: who stands in is told besides, what falls meanwhile is listed, nobody plans another's holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casefile import clock
from casefile.deadlines import absences, escalation
from casefile.errors import InvalidInput, Refused
from casefile.models.people import Absence, Person
from tests.deadlines.conftest import MORNING, add_deadline, add_matter, add_person

DAY = timedelta(days=1)
MONDAY = MORNING.date()


@pytest.fixture
def desk(session, office):
    with clock.frozen(MORNING):
        yield session, session.get(Person, office.anne.id), session.get(Person, office.bruno.id), office


def test_who_stands_in_for_this_absence_comes_before_the_usual_deputy(desk):
    session, anne, bruno, _office = desk
    dora = add_person(session, "Dora")
    matter = add_matter(session, 2, anne, bruno, dora)
    deadline = add_deadline(session, matter, anne, MONDAY + 3 * DAY)
    assert escalation.stand_in(session, deadline) is bruno
    row = absences.plan(session, anne, anne, MONDAY, MONDAY + DAY, deputy=dora)
    assert escalation.stand_in(session, deadline) is dora
    absences.plan(session, dora, dora, MONDAY, MONDAY)
    assert escalation.stand_in(session, deadline) is bruno, "one who is away cannot stand in"
    absences.cancel(session, anne, row)
    assert absences.away_on(session, MONDAY) == {dora.id: None}


def test_what_falls_meanwhile_is_listed_by_its_last_useful_day_too_and_behind_the_wall(desk):
    session, anne, bruno, office = desk
    inside = add_deadline(session, office.matter, anne, MONDAY + 9 * DAY, last_useful_day=MONDAY + 2 * DAY)
    add_deadline(session, office.matter, anne, MONDAY + 30 * DAY)
    add_deadline(session, office.matter, bruno, MONDAY + 2 * DAY)
    row = absences.plan(session, anne, anne, MONDAY, MONDAY + 4 * DAY)
    assert absences.falling_in(session, anne, row) == [inside]
    assert absences.falling_in(session, session.get(Person, office.walled.id), row) == []


def test_an_absence_without_return_lasts_until_it_is_cancelled(desk):
    session, anne, bruno, _ = desk
    row = absences.plan(session, anne, bruno, MONDAY, None)
    assert bruno.id in absences.away_on(session, date(2031, 1, 1))
    absences.cancel(session, bruno, row)
    assert absences.away_on(session, date(2031, 1, 1)) == {}
    with pytest.raises(Refused):
        absences.cancel(session, bruno, row)


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [(MONDAY, MONDAY - DAY, "ends"), (MONDAY, MONDAY + 900 * DAY, "ends"), (MONDAY + DAY, None, "begins")],
)
def test_an_absurd_absence_is_refused_beside_its_field(desk, begins, ends, field):
    session, anne, *_ = desk
    absences.plan(session, anne, anne, MONDAY + 2 * DAY, MONDAY + 3 * DAY)
    with pytest.raises(InvalidInput) as refused:
        absences.plan(session, anne, anne, begins, ends)
    assert refused.value.field == field


def test_only_who_runs_the_firm_plans_for_others_and_no_absent_deputy_is_taken(desk):
    session, anne, bruno, _ = desk
    with pytest.raises(Refused):
        absences.plan(session, bruno, anne, MONDAY, None)
    absences.plan(session, bruno, bruno, MONDAY, MONDAY + DAY)
    with pytest.raises(InvalidInput):
        absences.plan(session, anne, anne, MONDAY + DAY, MONDAY + 2 * DAY, deputy=bruno)
    with pytest.raises(InvalidInput):
        absences.name_deputy(session, anne, anne, anne)
    absences.name_deputy(session, anne, anne, None)
    assert anne.deputy_id is None
    assert session.get(Absence, absences.planned(session, begins=MONDAY, ends=None)[0].id).person_id == bruno.id
