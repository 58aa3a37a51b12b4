"""« Un événement est survenu » in the browser: dates shown before anything is stored, opened, corrected with proof."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from casefile.law import procedure
from casefile.models.procedure import Deadline, DeadlineState, TriggerEvent

PLEA = {"event": "citation_directe", "on-jour": "20", "on-mois": "11", "on-annee": "2026"}


@pytest.fixture
def page(matter, frozen_clock):
    return f"/dossiers/{matter.id}/evenements/nouveau"


def stored(database):
    with database.reader() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (TriggerEvent, Deadline)]


def test_the_dates_are_shown_with_their_reasons_before_anything_is_stored(as_person, page, database):
    answer = as_person("lawyer").post(page, {**PLEA, "act": "preview"})
    assert answer.status_code == 200
    assert 'datetime="2026-11-30"' in answer.text, "ten days to offer proof"
    assert "Pourquoi cette date" in answer.text
    assert "provisoire, faute de preuve" in answer.text
    assert "si l’acte est fait le dernier jour" in answer.text, "the offer of proof starts the answer"
    assert stored(database) == [0, 0]


def test_of_a_first_possible_day_the_later_reading_is_the_prudent_one(as_person, page):
    shown = as_person("lawyer").post(page, {**PLEA, "act": "preview"}).text
    row = next(part for part in shown.split("<tr>") if "au plus tôt" in part).partition("</tr>")[0]
    assert 'datetime="2026-12-11"' in row
    assert 'datetime="2026-12-10"' not in row


def test_a_recorded_event_opens_its_time_limits_provisional_until_proved(as_person, page, database):
    browser = as_person("lawyer")
    assert browser.post(page, {**PLEA, "act": "save"}).status_code == 303
    with database.reader() as session:
        rows = session.scalars(select(Deadline)).all()
        trigger = session.scalars(select(TriggerEvent)).one()
    assert rows
    assert all(row.is_provisional and row.trigger_id == trigger.id for row in rows)
    listing = browser.get(page.removesuffix("/nouveau")).text
    assert "À prouver" in listing
    assert "Citation directe" in listing


def test_a_proof_brought_later_supersedes_the_provisional_dates(as_person, page, database):
    browser = as_person("lawyer")
    browser.post(page, {**PLEA, "act": "save"})
    with database.reader() as session:
        trigger = session.scalars(select(TriggerEvent)).one()
    correction = {key: value for key, value in PLEA.items() if key != "event"}
    mend = f"{page.removesuffix('/nouveau')}/{trigger.id}/corriger"
    sent = {**correction, "on-jour": "19", "proof": "Acte du 19 novembre", "reason": "acte reçu"}
    assert browser.post(mend, sent).status_code == 303
    with database.reader() as session:
        rows = session.scalars(select(Deadline).order_by(Deadline.created_at)).all()
        fresh = session.scalars(select(TriggerEvent).where(TriggerEvent.supersedes_id == trigger.id)).one()
    assert fresh.occurred_on == date(2026, 11, 19)
    standing = [row for row in rows if row.state is DeadlineState.OPEN]
    assert standing
    assert not any(row.is_provisional for row in standing)
    assert {row.superseded_reason for row in rows if row.state is DeadlineState.SUPERSEDED} == {"acte reçu"}
    assert browser.post(mend, sent).status_code == 400, "what was superseded is not mended again"


def test_the_same_event_is_not_recorded_twice(as_person, page, database):
    browser = as_person("lawyer")
    browser.post(page, {**PLEA, "act": "save"})
    before = stored(database)
    assert browser.post(page, {**PLEA, "act": "save"}).status_code == 400
    assert stored(database) == before


def test_distance_lengthens_what_its_article_lengthens(as_person, page):
    served = {**PLEA, "event": "signification_ordonnance_refere", "act": "preview"}
    near = as_person("lawyer").post(page, served).text
    far = as_person("lawyer").post(page, {**served, "party_location": "etranger"}).text
    assert 'datetime="2026-12-05"' in near
    assert 'datetime="2027-02-04"' in far


def test_every_event_of_the_law_can_be_chosen_and_previewed(as_person, page):
    browser = as_person("lawyer")
    browser.client.application.config["WTF_CSRF_ENABLED"] = False
    for event in procedure.events():
        answer = browser.client.post(page, data={**PLEA, "event": event, "act": "preview"})
        assert answer.status_code == 200, event


@pytest.mark.parametrize(
    "wrong",
    [{"event": "<script>"}, {"event": ""}, {"on-jour": "31"}, {"party_location": "lune"}, {"publication": "x"}],
)
def test_what_is_none_is_refused_and_nothing_is_stored(as_person, page, database, wrong):
    answer = as_person("lawyer").post(page, {**PLEA, **wrong, "act": "save"})
    assert answer.status_code == 400
    assert stored(database) == [0, 0]


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_the_events_do_not_exist_outside_the_team(as_person, page, name, database):
    browser = as_person(name)
    assert browser.get(page).status_code == 404
    assert browser.get(page.removesuffix("/nouveau")).status_code == 404
    assert browser.post(page, {**PLEA, "act": "save"}, page="/compte").status_code == 404
    assert stored(database) == [0, 0]


def test_a_reader_looks_and_records_nothing(as_person, page, database):
    browser = as_person("reader")
    assert browser.get(page.removesuffix("/nouveau")).status_code == 200
    assert browser.post(page, {**PLEA, "act": "save"}, page="/compte").status_code == 404
    assert stored(database) == [0, 0]
