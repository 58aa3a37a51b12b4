"""Deadlines in the browser: recorded acts, tasks, settlement, blind control, reminders in the outbox."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import clock, matters
from casefile.deadlines import limitation, reminders, settlement
from casefile.errors import NotFound
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Person
from casefile.models.procedure import Acknowledgement, ControlState, Deadline, DeadlineState, ProceduralAct
from casefile.web.filters import french_date

RECEIPT = b"From: greffe@example.org\r\nTo: c@aubry.example\r\nSubject: Re: n 12\r\n\r\nDossier enregistre.\r\n"


def french(day, name):
    return {f"{name}-jour": str(day.day), f"{name}-mois": str(day.month), f"{name}-annee": str(day.year)}


@pytest.fixture
def running(database, people, matter, capture):
    """Open the limitation of a content put online sixty days ago, with an assistant in the team."""
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        publication = session.get(Publication, capture.publication_id)
        publication.date_kind, publication.published_on = "exact", clock.today() - timedelta(days=60)
        publication.date_proof = "date affichée"
        assistant = session.get(Person, people["assistant"].id)
        matters.join_team(session, lawyer, row, assistant, TeamFunction.MEMBER)
        return limitation.recompute_limitation(
            session, lawyer, row, publication, "diffamation_publique_particulier", reason="essai"
        )


def record(browser, matter, act, on, **fields):
    page = f"/dossiers/{matter.id}/delais/actes/nouveau"
    return browser.post(page, {"act_type": act, "regularity": "regular", **french(on, "done_on"), **fields})


def test_the_dossier_shows_the_three_dates_and_their_reasons(as_person, matter, running):
    page = as_person("lawyer").get(f"/dossiers/{matter.id}/delais").text
    assert "Pourquoi cette date" in page
    assert "Date prudente" in page


def test_a_simple_complaint_is_shown_as_moving_nothing(as_person, matter, running, database):
    browser = as_person("lawyer")
    assert record(browser, matter, "plainte_simple", clock.today()).status_code == 303
    page = browser.get(f"/dossiers/{matter.id}/delais").text
    assert "n’interrompt pas la prescription" in page
    with database.reader() as session:
        standing = session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).one()
        assert standing.prudent_on == running.prudent_on


def test_a_proved_direct_summons_opens_a_new_period_and_keeps_the_old_deadline(as_person, matter, running, database):
    browser = as_person("lawyer")
    assert record(browser, matter, "citation_directe", clock.today(), is_proved="y").status_code == 303
    with database.reader() as session:
        states = sorted(row.state for row in session.scalars(select(Deadline)))
        standing = session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).one()
    assert states == [DeadlineState.OPEN, DeadlineState.SUPERSEDED]
    assert standing.prudent_on > running.prudent_on


def test_an_unproved_summons_moves_only_the_admitted_date(as_person, matter, running, database):
    record(as_person("lawyer"), matter, "citation_directe", clock.today())
    with database.reader() as session:
        standing = session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).one()
        assert standing.prudent_on == running.prudent_on
        assert standing.admitted_on > running.admitted_on


def test_an_act_to_come_is_refused_and_stores_nothing(as_person, matter, running, database):
    answer = record(as_person("lawyer"), matter, "citation_directe", clock.today() + timedelta(days=2))
    assert answer.status_code == 400
    with database.reader() as session:
        assert session.scalars(select(ProceduralAct)).all() == []


def test_typing_a_date_is_enough_for_a_task(as_person, matter, people, database):
    browser = as_person("lawyer")
    data = {"kind": "task", "label": "Appeler le client", "on": "+15j", "responsible": str(people["lawyer"].id)}
    assert browser.post(f"/dossiers/{matter.id}/delais/nouveau", data).status_code == 303
    with database.reader() as session:
        assert session.scalars(select(Deadline.prudent_on)).one() == clock.today() + timedelta(days=15)


def test_another_person_confirms_the_date_without_seeing_it(as_person, matter, running, database):
    page = f"/dossiers/{matter.id}/delais/{running.id}/controle"
    assistant = as_person("assistant")
    shown = assistant.get(page).text
    assert french_date(running.starts_on) not in shown
    assert running.starts_on.isoformat() not in shown
    assert assistant.post(page, french(running.starts_on, "typed_on")).status_code == 303
    with database.reader() as session:
        assert session.get(Deadline, running.id).control_state is ControlState.CONFIRMED


def test_nobody_controls_their_own_entry(as_person, matter, running, database):
    page = f"/dossiers/{matter.id}/delais/{running.id}/controle"
    assert as_person("lawyer").post(page, french(running.starts_on, "typed_on")).status_code == 400
    with database.reader() as session:
        assert session.get(Deadline, running.id).control_state is ControlState.AWAITED


def test_a_different_date_leaves_it_red(as_person, matter, running, database):
    page = f"/dossiers/{matter.id}/delais/{running.id}/controle"
    as_person("assistant").post(page, french(running.starts_on - timedelta(days=1), "typed_on"))
    with database.reader() as session:
        assert session.get(Deadline, running.id).control_state is ControlState.MISMATCH


def test_done_demands_a_proof_and_an_assistant_cannot_waive(as_person, matter, running, database):
    page, close = f"/dossiers/{matter.id}/delais/{running.id}", f"/dossiers/{matter.id}/delais/{running.id}/clore"
    assistant = as_person("assistant")
    assert assistant.post(close, {"state": "done", "proof": ""}, page=page).status_code == 400
    assert assistant.post(close, {"state": "waived", "proof": "le client renonce"}, page=page).status_code == 400
    assert assistant.post(close, {"state": "done", "proof": "citation n° 12 remise"}, page=page).status_code == 303
    with database.reader() as session:
        assert session.get(Deadline, running.id).state is DeadlineState.DONE


def test_the_piece_that_proves_what_was_done_is_sealed_and_shown(as_person, matter, capture, running, database):
    browser, page = as_person("lawyer"), f"/dossiers/{matter.id}/delais/{running.id}"
    said = {"state": "done", "proof": "Récépissé du greffe n° 12", "piece": (io.BytesIO(RECEIPT), "recepisse.eml")}
    assert browser.post(f"{page}/clore", said, page=page).status_code == 303
    with database.reader() as session:
        row = session.get(Deadline, running.id)
        assert row.settled_capture_id != capture.id
        assert session.get(Capture, row.settled_capture_id).state is CaptureState.SEALED
        assert session.scalars(select(Acknowledgement.capture_id)).one() == row.settled_capture_id
    assert f"/captures/{row.settled_capture_id}" in browser.get(page).text
    assert browser.post(f"{page}/rouvrir", {"reason": "Mauvais récépissé"}).status_code == 303
    with database.reader() as session:
        assert session.get(Deadline, running.id).settled_capture_id is None
        assert session.scalars(select(Acknowledgement.capture_id)).one() is not None, "what was said stays said"


def test_a_capture_of_the_dossier_may_be_the_proof_and_no_other(as_person, matter, capture, running, database):
    browser, page = as_person("lawyer"), f"/dossiers/{matter.id}/delais/{running.id}"
    said = {"state": "done", "proof": "Récépissé du greffe n° 12"}
    assert browser.post(f"{page}/clore", {**said, "capture": str(uuid.uuid4())}, page=page).status_code == 400
    with database.writer() as session:
        deadline, lawyer = session.get(Deadline, running.id), session.get(Person, running.entered_by_id)
        with pytest.raises(NotFound):
            settlement.mark_done(session, lawyer, deadline, "Récépissé", uuid.uuid4())
    assert browser.post(f"{page}/clore", {**said, "capture": str(capture.id)}, page=page).status_code == 303
    with database.reader() as session:
        assert session.get(Deadline, running.id).settled_capture_id == capture.id


def test_an_unreadable_piece_closes_nothing_and_keeps_what_was_typed(as_person, matter, capture, running, database):
    page = f"/dossiers/{matter.id}/delais/{running.id}"
    said = {"state": "done", "proof": "Récépissé du greffe n° 12", "piece": (io.BytesIO(b""), "vide.pdf")}
    answer = as_person("lawyer").post(f"{page}/clore", said, page=page)
    assert answer.status_code == 400
    assert "Récépissé du greffe n° 12" in answer.text
    with database.reader() as session:
        assert session.get(Deadline, running.id).state is DeadlineState.OPEN


def test_the_source_is_read_on_the_page_of_the_control_itself(as_person, matter, capture, running):
    shown = as_person("assistant").get(f"/dossiers/{matter.id}/delais/{running.id}/controle").text
    assert "Source scellée" in shown
    assert "dosages du médicament" in shown
    assert "/contenus" not in shown, "the pages about the content show the date that was entered"


def test_the_reminder_reaches_the_outbox_without_the_clients_name(app, database, as_person, matter, running):
    settings = app.extensions["casefile"].settings
    with clock.frozen(clock.now() + timedelta(days=20)):
        reminders.tick(database, settings, clock.now())
        browser = as_person("lawyer")
        listed = browser.get("/messages").text
        message = browser.get(re.search(r'href="(/messages/[0-9a-f-]+)"', listed)[1])
        assert matter.reference in message.text
        assert "Lemaire" not in listed + message.text
        outsider = as_person("stranger")
        assert "/messages/" not in outsider.get("/messages").text
        assert outsider.get(message.request.path).status_code == 404


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_deadlines_do_not_exist_outside_the_team(as_person, matter, running, name):
    assert as_person(name).get(f"/dossiers/{matter.id}/delais/{running.id}").status_code == 404


def test_a_deadline_closed_by_mistake_is_opened_again_with_a_reason(as_person, matter, running, database):
    browser = as_person("lawyer")
    page = f"/dossiers/{matter.id}/delais/{running.id}"
    assert browser.post(f"{page}/clore", {"state": "done", "proof": "Récépissé 12"}, page=page).status_code == 303
    shown = browser.get(page).text
    assert "Récépissé 12" in shown
    assert "Personne Lawyer" in shown
    assert browser.post(f"{page}/rouvrir", {"reason": " "}).status_code == 400
    assert browser.post(f"{page}/rouvrir", {"reason": "Acte annulé"}).status_code == 303
    with database.reader() as session:
        assert session.get(Deadline, running.id).state is DeadlineState.OPEN
    assert "n’est pas close" in browser.post(f"{page}/rouvrir", {"reason": "Encore"}).text


def test_the_last_useful_day_follows_the_bailiff_s_lead_time(as_person, matter, running, database):
    import re

    browser = as_person("partner")
    html = browser.get("/cabinet").text
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    sent = {
        "name": "Cabinet",
        "address": "1 rue",
        "city": "Paris",
        "email": "a@b.fr",
        "bar": "Paris",
        "version": version,
    }
    with database.reader() as session:
        before = session.get(Deadline, running.id)
    assert browser.post("/cabinet", {**sent, "bailiff_lead_days": "12"}).status_code == 303
    with database.reader() as session:
        after = session.scalar(select(Deadline).where(Deadline.supersedes_id == running.id))
        assert after.last_useful_day < before.last_useful_day
        assert (after.prudent_on, after.admitted_on) == (before.prudent_on, before.admitted_on)


def test_the_dates_that_wait_for_one_s_control_are_listed_without_being_shown(as_person, matter, running, database):
    assistant = as_person("assistant")
    assert "date à contrôler par vous" in assistant.get("/").text
    page = assistant.get("/delais/a-controler").text
    assert matter.reference in page
    assert "Date de publication" in page
    with database.reader() as session:
        row = session.get(Deadline, running.id)
    for day in (row.prudent_on, row.admitted_on, row.starts_on):
        assert french_date(day) not in page
    assert matter.reference not in as_person("stranger").get("/delais/a-controler").text
    assert "Rien à contrôler" in as_person("lawyer").get("/delais/a-controler").text, "nobody controls their own entry"
