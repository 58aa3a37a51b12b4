"""The first dossier, step by step: followed from what it truly holds, left, taken again, and never in a real firm."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from casefile import clock, matters
from casefile.models.evidence import Capture
from casefile.models.ledger import Dispatch, Letter, LetterState
from casefile.models.matter import Matter, PartyRole
from casefile.models.people import Firm, Person
from casefile.web.first_steps import STEPS, way_of

HELP = "/aide/premier-dossier"


@pytest.fixture
def demonstration(app, database):
    with database.transaction() as session:
        session.get(Firm, 1).is_demo = True


def undone(app, database, matter):
    with database.reader() as session, app.test_request_context("/"):
        way = way_of(session, session.get(Matter, matter.id))
        return [one.number for one in way.steps if one.done_at is None]


def panel_of(text):
    return "Quitter le parcours" in text


def test_the_steps_are_read_from_the_dossier_and_go_back_when_it_loses_them(app, database, matter, capture, people):
    assert undone(app, database, matter) == [2, 5, 6, 7, 8, 9, 10]
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        author = matters.add_party(session, lawyer, row, PartyRole.AUTHOR, is_identified=False)
    assert undone(app, database, matter) == [5, 6, 7, 8, 9, 10]
    with database.transaction() as session:
        session.delete(session.merge(author))
    assert 2 in undone(app, database, matter)


def test_only_a_capture_made_after_the_sending_ends_the_way(app, database, matter, capture, people):
    with database.transaction() as session:
        letter = Letter(
            matter_id=matter.id, letter_type="notification_dsa", title="Notification", state=LetterState.SENT,
            dated_on=clock.today(), written_by_id=people["lawyer"].id,
        )  # fmt: skip
        session.add(letter)
        session.flush()
        session.add(
            Dispatch(
                letter_id=letter.id, matter_id=matter.id, channel="form", sent_on=clock.today(),
                sent_by_id=people["lawyer"].id,
            )
        )  # fmt: skip
    assert undone(app, database, matter)[-1] == 10
    with database.transaction() as session:
        first = session.get(Capture, capture.id)
        facts = {name: getattr(first, name) for name in ("matter_id", "publication_id", "requested_by_id", "state")}
        again = Capture(**facts, origin="upload", provenance="C", created_at=clock.now() + timedelta(minutes=1))
        session.add(again)
    assert 10 not in undone(app, database, matter)


def test_a_dossier_is_followed_left_and_taken_again(as_person, matter, demonstration):
    browser = as_person("lawyer")
    home = f"/dossiers/{matter.id}"
    assert not panel_of(browser.get(home).text)
    followed = browser.post(f"{HELP}/suivre", {"dossier": str(matter.id)}, page=HELP)
    assert followed.headers["Location"] == home
    assert panel_of(browser.get(home).text)
    assert "À faire maintenant" in browser.get(HELP).text
    browser.post(f"{HELP}/quitter", page=HELP)
    assert not panel_of(browser.get(home).text)
    browser.post(f"{HELP}/suivre", {"dossier": str(matter.id)}, page=HELP)
    assert panel_of(browser.get(f"{home}/delais").text)


def test_the_next_dossier_opened_is_the_one_that_is_followed(as_person, matter, database, people, demonstration):
    browser = as_person("lawyer")
    assert browser.post(f"{HELP}/suivre", page=HELP).headers["Location"] == "/dossiers/nouveau"
    assert not panel_of(browser.get(f"/dossiers/{matter.id}").text), "an older dossier is not the exercise"
    with database.transaction() as session:
        fresh = matters.open_matter(
            session, session.get(Person, people["lawyer"].id), title="Exercice", territory="metropole"
        )
    page = browser.get(f"/dossiers/{fresh.id}").text
    assert panel_of(page)
    assert re.search(rf"étape 2 sur {len(STEPS)}", page)


def test_nobody_follows_a_dossier_that_they_may_not_write_in(as_person, matter, demonstration):
    for name in ("reader", "stranger", "walled"):
        browser = as_person(name)
        assert matter.title not in browser.get(HELP).text
        assert browser.post(f"{HELP}/suivre", {"dossier": str(matter.id)}, page=HELP).status_code == 404
    assert as_person("lawyer").post(f"{HELP}/suivre", {"dossier": "x' OR 1"}, page=HELP).status_code == 404


def test_another_person_at_the_same_browser_sees_nothing_of_the_dossier(as_person, matter, demonstration):
    browser, other = as_person("lawyer"), as_person("stranger")
    browser.post(f"{HELP}/suivre", {"dossier": str(matter.id)}, page=HELP)
    browser.client.set_cookie("casefile_session", other.client.get_cookie("casefile_session").value)
    page = browser.get(HELP).text
    assert matter.title not in page
    assert "Les dix étapes" in page


def test_a_real_firm_offers_no_invented_dossier(as_person, matter):
    browser = as_person("lawyer")
    page = browser.get(HELP).text
    assert "Commencer un dossier neuf" not in page
    assert browser.post(f"{HELP}/suivre", {"dossier": str(matter.id)}, page=HELP).headers["Location"] == HELP
    assert not panel_of(browser.get(f"/dossiers/{matter.id}").text)


def test_the_banner_of_a_demonstration_leads_there(as_person, matter, database):
    assert f'href="{HELP}">Premier dossier' not in as_person("lawyer").get("/").text
    with database.transaction() as session:
        session.get(Firm, 1).is_demo = True
    assert f'href="{HELP}">Premier dossier' in as_person("lawyer").get("/").text


def test_the_invented_proof_is_a_download(as_person):
    answer = as_person("assistant").get(f"{HELP}/preuve.txt")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Patient pressé" in answer.text
