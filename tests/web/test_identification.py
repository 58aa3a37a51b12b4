"""The way to a name in the browser: routes, clocks, steps, answers, the author; with the wall and bad input."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from casefile import audit, matters
from casefile.identification import answers
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter, Party, PartyRole, TeamFunction
from casefile.models.people import Person
from casefile.models.procedure import (
    Deadline,
    DeadlineKind,
    DeadlineState,
    IdentificationStep,
    Reminder,
    StepState,
    TriggerEvent,
)

from .procedure_ground import HARASSMENT, prepared, retain

pytestmark = pytest.mark.usefixtures("frozen_clock")
DAY = {"started_on": "20/11/2026"}
GIVEN = {"answered_on": "22/11/2026"}
IP = {"kind": "connection", "address": "203.0.113.7", "port": "51432", "at": "2026-09-01T14:05:22+02:00", **GIVEN}


def home(matter):
    return f"/dossiers/{matter.id}/identification"


def step_page(matter, step):
    return f"{home(matter)}/etapes/{step.id}"


def act(browser, matter, step, what, data):
    page = step_page(matter, step)
    return browser.post(f"{page}/{what}", data, page=page)


def begun(browser, matter, step):
    assert act(browser, matter, step, "engager", DAY).status_code == 303


def stored(database, step):
    with database.reader() as session:
        return session.get(IdentificationStep, step.id)


@pytest.fixture
def steps(database, people, capture):
    return prepared(database, people, capture)


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


def test_without_a_qualification_the_page_says_what_is_missing(lawyer, matter, capture):
    page = lawyer.get(home(matter)).text
    assert "Aucune qualification retenue" in page
    assert "Préparer les étapes" not in page


def test_fined_defamation_closes_the_address_by_the_criminal_way_and_says_what_remains(
    lawyer, matter, capture, database, people
):
    with database.transaction() as session:
        retain(session, session.get(Person, people["lawyer"].id), capture)
    page = lawyer.get(home(matter)).text
    assert "le seuil d’un an n’est pas atteint" in page
    assert "Ce qui reste accessible" in page
    assert page.count("Seuil pénal") == page.count("Seuil civil") == 1


def test_an_offence_punished_by_prison_opens_the_criminal_threshold(lawyer, matter, capture, database, people):
    with database.transaction() as session:
        retain(session, session.get(Person, people["lawyer"].id), capture, HARASSMENT)
    page = lawyer.get(home(matter)).text
    assert "Ce qui reste accessible" not in page
    assert "d’emprisonnement" in page


def test_the_clocks_are_drawn_against_the_limitation_and_told_in_a_table(lawyer, matter, steps):
    page = lawyer.get(home(matter)).text
    assert "<title id=" in page.partition('class="ruler"')[2][:200]
    assert "Prescription (date prudente, puis limite admise)" in page
    assert "compte non clos" in page


def test_preparing_lays_the_steps_the_clocks_and_their_reminders(lawyer, matter, capture, database, people):
    with database.transaction() as session:
        publication = retain(session, session.get(Person, people["lawyer"].id), capture)
    path = f"{home(matter)}/contenus/{publication.id}/preparer"
    assert lawyer.post(path, page=home(matter)).status_code == 303
    with database.reader() as session:
        rows = session.scalars(select(IdentificationStep).order_by(IdentificationStep.position)).all()
        assert [row.code for row in rows] == [f"S{number:02d}" for number in range(1, 23)]
        kept = session.scalars(select(Deadline).where(Deadline.kind == DeadlineKind.RETENTION)).all()
        assert {row.facts["data"] for row in kept} == {"identity", "account", "payment", "technical", "line"}
        reminded = select(func.count()).select_from(Reminder).where(Reminder.deadline_id.in_([row.id for row in kept]))
        assert session.scalar(reminded) > len(kept)
    again = lawyer.post(path, page=home(matter), follow_redirects=True)
    assert "déjà préparées" in again.text


def test_steps_before_the_limitation_count_back_from_the_prudent_date(steps, database, capture):
    with database.reader() as session:
        prudent = session.scalar(select(Deadline.prudent_on).where(Deadline.kind == DeadlineKind.LIMITATION))
        follow_up = session.scalar(select(Deadline.prudent_on).where(Deadline.rule_id == "step.S15"))
    assert steps["S15"].due_on is None or steps["S15"].due_on == prudent
    assert steps["S09"].due_on < prudent
    assert (prudent - steps["S08"].due_on).days == 45
    assert follow_up in {None, prudent}


def test_a_step_is_begun_answered_and_closed(lawyer, matter, steps, database):
    step = steps["S06"]
    begun(lawyer, matter, step)
    answered = act(lawyer, matter, step, "repondre", {"kind": "done", **GIVEN})
    assert answered.status_code == 303
    assert "Fait, sans donnée reçue" in lawyer.get(step_page(matter, step)).text
    assert act(lawyer, matter, step, "clore", {"result": "Accusé reçu"}).status_code == 303
    row = stored(database, step)
    assert (row.state, row.result, row.answered_on) == (StepState.DONE, "Accusé reçu", date(2026, 11, 22))
    with database.reader() as session:
        assert list(audit.verify(session)) == []
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"identification.step_started", "identification.answered", "identification.step_closed"} <= actions


def test_an_answer_to_a_step_never_started_is_refused(lawyer, matter, steps, database):
    answer = act(lawyer, matter, steps["S10"], "repondre", IP)
    assert answer.status_code == 400
    assert "n’a jamais été engagée" in answer.text
    assert stored(database, steps["S10"]).answer == {}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"at": "2026-09-01T14:05:22"}, "n’a pas de fuseau horaire"),
        ({"at": "2026-12-01T14:05:22+01:00"}, "dans le futur"),
        ({"at": "hier soir"}, "illisible"),
        ({"address": "999.1.2.3"}, "L’adresse IP est illisible"),
        ({"address": "'; DROP TABLE party; --"}, "L’adresse IP est illisible"),
        ({"port": "70000"}, "entre 1 et 65535"),
        ({"answered_on": "24/11/2026"}, "datée du futur"),
        ({"answered_on": "01/11/2026"}, "précède l’engagement"),
        ({"kind": "magie"}, "errsum"),
        ({"kind": "account"}, "au moins une donnée reçue"),
    ],
)
def test_a_bad_answer_is_refused_and_nothing_is_stored(lawyer, matter, steps, database, changes, sentence):
    begun(lawyer, matter, steps["S10"])
    answer = act(lawyer, matter, steps["S10"], "repondre", {**IP, **changes})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert stored(database, steps["S10"]).state is StepState.STARTED
    with database.reader() as session:
        assert (
            session.scalar(select(func.count()).select_from(TriggerEvent).where(TriggerEvent.kind != "publication"))
            == 0
        )


def test_a_connection_with_port_and_zone_opens_the_second_stage(lawyer, matter, steps, database):
    assert "En attente" in lawyer.get(home(matter)).text
    begun(lawyer, matter, steps["S10"])
    assert act(lawyer, matter, steps["S10"], "repondre", IP).status_code == 303
    assert stored(database, steps["S13"]).due_on == date(2027, 7, 1)
    assert act(lawyer, matter, steps["S13"], "engager", {"started_on": "23/11/2026"}).status_code == 303


def test_a_shared_address_without_port_is_kept_with_a_warning(lawyer, matter, steps, database):
    begun(lawyer, matter, steps["S10"])
    told = act(lawyer, matter, steps["S10"], "repondre", {**IP, "port": ""})
    assert told.status_code == 303
    assert "Sans le port" in lawyer.get(told.headers["Location"]).text


def test_two_answers_that_contradict_are_both_kept_and_said(lawyer, matter, steps, database):
    begun(lawyer, matter, steps["S10"])
    act(lawyer, matter, steps["S10"], "repondre", IP)
    act(lawyer, matter, steps["S10"], "repondre", {**IP, "address": "198.51.100.9"})
    row = stored(database, steps["S10"])
    assert row.answer_kind == answers.CONTRADICTORY
    assert len(row.answer["answers"]) == 2
    page = lawyer.get(step_page(matter, steps["S10"])).text
    assert "Deux réponses se contredisent pour le 01/09/2026" in page
    assert "reçue le 22 novembre 2026" in page


def test_unknown_then_data_from_the_same_recipient_is_a_contradiction(lawyer, matter, steps, database):
    begun(lawyer, matter, steps["S10"])
    act(lawyer, matter, steps["S10"], "repondre", {"kind": "unknown", **GIVEN})
    act(lawyer, matter, steps["S10"], "repondre", {"kind": "account", "name": "Jean Roux", **GIVEN})
    assert stored(database, steps["S10"]).answer_kind == answers.CONTRADICTORY


def test_a_step_that_waits_says_for_what(lawyer, matter, steps):
    answer = act(lawyer, matter, steps["S11"], "engager", DAY)
    assert answer.status_code == 400
    assert "ordonnance rendue" in answer.text


def test_a_recorded_event_opens_the_step_that_waited_for_it(lawyer, matter, steps, capture, database):
    path = f"{home(matter)}/contenus/{capture.publication_id}/evenements"
    data = {"event": "order_made", "on": "20/11/2026", "proof": "Minute"}
    assert lawyer.post(path, data).status_code == 303
    assert stored(database, steps["S11"]).due_on == date(2026, 11, 28)
    assert lawyer.post(path, {**data, "on": "20/12/2026"}).status_code == 400
    assert lawyer.post(path, {**data, "event": "<b>"}).status_code == 400


def test_an_account_closed_starts_the_clock_of_its_data(lawyer, matter, steps, capture, database):
    path = f"{home(matter)}/contenus/{capture.publication_id}/evenements"
    lawyer.post(path, {"event": "account_closed", "on": "15/11/2026", "proof": "Page de profil fermée"})
    with database.reader() as session:
        rows = session.scalars(
            select(Deadline).where(Deadline.kind == DeadlineKind.RETENTION, Deadline.state == DeadlineState.OPEN)
        )
        until = {row.facts["data"]: row.admitted_on for row in rows}
    assert until["account"] == date(2027, 11, 15)
    assert until["identity"] == date(2031, 11, 15)


def test_setting_a_step_aside_demands_a_reason_and_may_be_taken_back(lawyer, matter, steps, database):
    assert act(lawyer, matter, steps["S05"], "ecarter", {"reason": " "}).status_code == 400
    assert act(lawyer, matter, steps["S05"], "ecarter", {"reason": "Compte déjà connu"}).status_code == 303
    assert stored(database, steps["S05"]).state is StepState.SKIPPED
    assert act(lawyer, matter, steps["S05"], "reprendre", {}).status_code == 303
    assert stored(database, steps["S05"]).state is StepState.PLANNED


def test_a_step_is_handed_only_to_the_team(lawyer, matter, steps, people, database):
    inside, outside = str(people["lawyer"].id), str(people["stranger"].id)
    assert act(lawyer, matter, steps["S05"], "confier", {"responsible": inside}).status_code == 303
    assert act(lawyer, matter, steps["S05"], "confier", {"responsible": outside}).status_code == 400


AUTHOR = {
    "nature": "person",
    "name": "Roux",
    "first_names": "Jean",
    "identified_on": "22/11/2026",
    "proof": "réponse de l’opérateur, pièce n° 7",
}


def name_author(browser, matter, capture, **changes):
    path = f"{home(matter)}/contenus/{capture.publication_id}/auteur"
    return browser.post(path, {**AUTHOR, "publications": str(capture.publication_id), **changes})


def test_naming_the_author_writes_the_party_and_opens_the_last_steps(lawyer, matter, steps, capture, database):
    assert name_author(lawyer, matter, capture).status_code == 303
    with database.reader() as session:
        party = session.scalars(select(Party).where(Party.role == PartyRole.AUTHOR)).one()
        assert (party.name, party.is_identified) == ("Roux", True)
        assert session.get(Publication, capture.publication_id).author_party_id == party.id
        assert "Roux" not in str([entry.facts for entry in session.scalars(select(AuditEntry))])
    assert act(lawyer, matter, steps["S15"], "engager", {"started_on": "23/11/2026"}).status_code == 303


@pytest.mark.parametrize("changes", [{"name": ""}, {"proof": ""}, {"identified_on": "25/11/2026"}])
def test_an_author_without_name_proof_or_past_day_is_refused(lawyer, matter, steps, capture, database, changes):
    assert name_author(lawyer, matter, capture, **changes).status_code == 400
    with database.reader() as session:
        assert session.scalars(select(Party).where(Party.role == PartyRole.AUTHOR)).all() == []


def test_the_conflict_check_speaks_of_a_hidden_dossier_without_naming_it(
    lawyer, matter, steps, capture, database, people
):
    with database.transaction() as session:
        stranger = session.get(Person, people["stranger"].id)
        hidden = matters.open_matter(session, stranger, title="Secret", territory="metropole")
        matters.add_party(session, stranger, hidden, PartyRole.CLIENT, name="ROUX", first_names="Jean")
        reference = hidden.reference
    page = lawyer.get(name_author(lawyer, matter, capture).headers["Location"]).text
    assert "contrôle des conflits d’intérêts" in page
    assert reference not in page


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_steps_do_not_exist_outside_the_team(steps, as_person, matter, name):
    browser = as_person(name)
    assert browser.get(home(matter)).status_code == 404
    assert browser.get(step_page(matter, steps["S10"])).status_code == 404
    assert browser.client.post(f"{step_page(matter, steps['S10'])}/engager", data=DAY).status_code in {400, 404}


def test_a_reader_sees_and_changes_nothing(steps, as_person, matter, database):
    reader = as_person("reader")
    page = reader.get(step_page(matter, steps["S06"]))
    assert page.status_code == 200
    assert "Engager" not in page.text
    assert act(reader, matter, steps["S06"], "engager", DAY).status_code in {400, 404}
    assert stored(database, steps["S06"]).state is StepState.PLANNED


def test_a_step_of_another_dossier_is_not_found(lawyer, steps, database, people):
    with database.transaction() as session:
        other = matters.open_matter(
            session, session.get(Person, people["lawyer"].id), title="Autre", territory="metropole"
        )
    assert lawyer.get(step_page(other, steps["S06"])).status_code == 404


def test_an_assistant_of_the_team_may_record_an_answer(steps, as_person, matter, database, people):
    with database.transaction() as session:
        lead, assistant = (session.get(Person, people[name].id) for name in ("lawyer", "assistant"))
        matters.join_team(session, lead, session.get(Matter, matter.id), assistant, TeamFunction.MEMBER)
    begun(as_person("assistant"), matter, steps["S06"])
    assert stored(database, steps["S06"]).state is StepState.STARTED


def test_a_corrected_date_moves_the_clocks_and_the_steps(lawyer, matter, steps, capture, database):
    page = f"/dossiers/{matter.id}/contenus/{capture.publication_id}/modifier"
    with database.reader() as session:
        content = session.get(Publication, capture.publication_id)
        form = {"title": content.title, "platform": "google_maps", "url": content.url, "publicity": "yes"}
        form |= {"version": str(content.version), "shown_author": "M NP"}
    form |= {"date_kind": "exact", "published_on": "10/09/2026", "date_proof": "code source de la page"}
    assert lawyer.post(page, form).status_code == 303
    with database.reader() as session:
        kept = session.scalars(
            select(Deadline).where(Deadline.kind == DeadlineKind.RETENTION, Deadline.state == DeadlineState.OPEN)
        )
        assert {row.facts["data"]: row.prudent_on for row in kept}["technical"] == date(2027, 9, 10)
    assert stored(database, steps["S08"]).due_on == date(2026, 10, 25)


def test_an_interrupting_act_dates_the_watch_of_the_limitation_and_moves_the_steps(lawyer, matter, steps, database):
    before = stored(database, steps["S09"]).due_on
    act_page = f"/dossiers/{matter.id}/delais/actes/nouveau"
    given = {"act_type": "pcpc", "done_on": "20/11/2026", "regularity": "regular", "is_proved": "y"}
    assert lawyer.post(act_page, given).status_code == 303
    assert stored(database, steps["S16"]).due_on == date(2027, 2, 8)
    assert stored(database, steps["S09"]).due_on > before


def test_several_contents_are_drawn_on_one_timeline(as_person, people, matter, capture, steps, database):
    browser = as_person("lawyer")
    assert "Tous les contenus" not in browser.get(home(matter)).text, "one content has its own drawing"
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for title, day in (("Avis du 20", 20), ("Avis du 18", 18)):
            second = matters.add_publication(
                session, lawyer, row, title=title, platform="google_maps", url=f"https://maps.google.com/?cid={day}"
            )
            session.flush()
            copy = Capture(
                matter_id=row.id, publication_id=second.id, requested_by_id=lawyer.id, state=CaptureState.SEALED,
                origin="upload", provenance="C", text="Nul, voleur", text_sha256="0" * 64,
                manifest_sha256=f"{day}" * 32,
            )  # fmt: skip
            session.add(copy)
            session.flush()
            retain(session, lawyer, copy, published_on=date(2026, 11, day))
    page = browser.get(home(matter)).text
    drawing = page[page.index("Tous les contenus") : page.index("Voies ouvertes")]
    assert drawing.index("Avis du 18") < drawing.index("Avis du 20"), "the most urgent first"
    assert "premières données perdues" in drawing
    assert "18 février 2027" in drawing
    assert page.count("Voies ouvertes et données encore détenues") == 3
