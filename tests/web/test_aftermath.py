"""Republications and suspensions in the browser: their effect and authority shown first, then counted, withdrawn."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from casefile.models.procedure import Deadline, DeadlineState, TriggerEvent

from .test_what_if import limited  # noqa: F401 - the fixture opens the limitation of the review

AGAIN = {"type": "remise_en_ligne", "day-jour": "10", "day-mois": "10", "day-annee": "2026"}


@pytest.fixture
def page(limited, capture):  # noqa: F811 - the fixture imported above
    return f"/dossiers/{limited.id}/contenus/{capture.publication_id}/suites"


def events(database):
    with database.reader() as session:
        return session.scalar(select(func.count()).select_from(TriggerEvent).where(TriggerEvent.kind != "publication"))


def standing(database):
    with database.reader() as session:
        return session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).one()


def test_the_effect_and_its_authority_are_shown_before_anything_counts(as_person, page, database):
    answer = as_person("lawyer").post(f"{page}/nouvelle-publication", {**AGAIN, "act": "preview"})
    assert answer.status_code == 200
    assert "15-83.439" in answer.text
    assert "Des dates bougent" in answer.text
    assert 'datetime="2027-01-10"' in answer.text
    assert events(database) == 0


def test_a_republication_moves_the_admitted_date_and_never_the_prudent_one(as_person, page, database):
    assert as_person("lawyer").post(f"{page}/nouvelle-publication", {**AGAIN, "act": "save"}).status_code == 303
    row = standing(database)
    assert (row.prudent_on, row.admitted_on) == (date(2026, 12, 2), date(2027, 1, 10))
    with database.reader() as session:
        states = {one.state for one in session.scalars(select(Deadline))}
    assert states == {DeadlineState.OPEN, DeadlineState.SUPERSEDED}


def test_what_is_no_republication_says_so_and_moves_nothing(as_person, page, database):
    browser = as_person("lawyer")
    answer = browser.post(f"{page}/nouvelle-publication", {**AGAIN, "type": "maintien_en_ligne", "act": "preview"})
    assert "Aucune date ne bouge" in answer.text
    browser.post(f"{page}/nouvelle-publication", {**AGAIN, "type": "maintien_en_ligne", "act": "save"})
    assert standing(database).admitted_on == date(2026, 12, 3)


def test_a_suspension_lengthens_the_admitted_date(as_person, page, database):
    until = {"until-jour": "20", "until-mois": "10", "until-annee": "2026"}
    sent = {**AGAIN, **until, "type": "obstacle_de_droit", "act": "save"}
    assert as_person("lawyer").post(f"{page}/suspension", sent).status_code == 303
    row = standing(database)
    assert row.prudent_on == date(2026, 12, 2)
    assert row.admitted_on > date(2026, 12, 3)


def test_an_event_entered_by_mistake_is_withdrawn_with_a_reason_and_the_dates_come_back(as_person, page, database):
    browser = as_person("lawyer")
    browser.post(f"{page}/nouvelle-publication", {**AGAIN, "act": "save"})
    with database.reader() as session:
        event = session.scalars(select(TriggerEvent).where(TriggerEvent.kind == "republication")).one()
    assert browser.post(f"{page}/{event.id}/retirer", {"reason": " "}, page=page).status_code == 400
    assert browser.post(f"{page}/{event.id}/retirer", {"reason": "erreur"}, page=page).status_code == 303
    assert standing(database).admitted_on == date(2026, 12, 3)
    assert browser.post(f"{page}/{event.id}/retirer", {"reason": "erreur"}, page="/compte").status_code == 400


@pytest.mark.parametrize(
    ("genre", "wrong"),
    [
        ("nouvelle-publication", {"type": "consignation"}),
        ("nouvelle-publication", {"type": "<script>"}),
        ("nouvelle-publication", {"day-annee": "2027"}),
        ("suspension", {"type": "delibere", "until-jour": "1", "until-mois": "9", "until-annee": "2026"}),
        ("suspension", {"type": "delibere", "day-jour": "31", "day-mois": "2"}),
    ],
)
def test_what_is_none_is_refused_and_stores_nothing(as_person, page, database, genre, wrong):
    answer = as_person("lawyer").post(f"{page}/{genre}", {**AGAIN, **wrong, "act": "save"})
    assert answer.status_code == 400
    assert events(database) == 0


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_the_aftermath_does_not_exist_outside_the_team(as_person, page, database, name):
    browser = as_person(name)
    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}/suspension", {**AGAIN, "act": "save"}, page="/compte").status_code == 404
    assert events(database) == 0
