"""The pulse page: what is wrong is said, a message given up is sent again or dismissed, guests see none of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casefile import clock, mail
from casefile.deadlines import heartbeat
from casefile.models.ledger import MailState, OutgoingMail
from casefile.models.people import Person


@pytest.fixture
def abandoned(database, people, matter):
    with database.transaction() as session:
        facts = {"day": "x", "lines": [], "late": 0, "today": 0, "troubles": [], "agenda_url": "/"}
        facts |= {"stands_in": [], "silent": [], "to_control": 0}
        lawyer = session.get(Person, people["lawyer"].id)
        mail.queue(session, lawyer, "<a@b>", "bulletin", facts, matter_id=matter.id)
        message = session.scalars(select(OutgoingMail).where(OutgoingMail.message_id == "<a@b>")).one()
        message.state, message.last_error = MailState.FAILED, "adresse refusée"
        heartbeat.beat(session, clock.now())
        return message


def test_a_message_given_up_turns_every_page_red_until_somebody_acts(as_person, abandoned, database):
    browser = as_person("lawyer")
    assert "1 message abandonné" in browser.get("/agenda").text
    page = browser.get("/pouls").text
    assert "Bulletin du x" in page
    assert "adresse refusée" in page
    assert browser.post(f"/pouls/messages/{abandoned.id}/classer", {"reason": ""}).status_code == 400
    assert browser.post(f"/pouls/messages/{abandoned.id}/classer", {"reason": "appelée"}).status_code == 303
    assert "message abandonné" not in browser.get("/agenda").text
    assert browser.post(f"/pouls/messages/{abandoned.id}/renvoyer", page="/pouls").status_code == 404


def test_a_message_given_up_goes_back_in_the_queue(as_person, abandoned, database):
    browser = as_person("administrator")
    assert "Bulletin du x" not in browser.get("/pouls").text, "its dossier is not theirs"
    assert browser.post(f"/pouls/messages/{abandoned.id}/renvoyer", page="/pouls").status_code == 303
    with database.reader() as session:
        assert session.get(OutgoingMail, abandoned.id).state is MailState.QUEUED


def test_a_message_superseded_before_it_left_is_still_listed(as_person, abandoned, database):
    with database.transaction() as session:
        session.get(OutgoingMail, abandoned.id).state = MailState.VOID
    assert "Annulé" in as_person("lawyer").get("/messages").text
    assert as_person("lawyer").get(f"/messages/{abandoned.id}").status_code == 200


def test_a_worker_that_never_started_turns_pages_red(as_person):
    assert "Les rappels ne partent plus" in as_person("lawyer").get("/agenda").text
