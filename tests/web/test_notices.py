"""The follow-up of what was sent, across dossiers: what waits, what next, answers, outcomes; and the wall."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from sqlalchemy import select, update

from casefile import matters, passages
from casefile.identification import situation
from casefile.law.identification import NO_OFFENCE
from casefile.models.evidence import Capture, Publication
from casefile.models.ledger import Dispatch, Letter, LetterState
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Qualification, QualificationState

from .procedure_ground import DEFAMATION, retain

pytestmark = pytest.mark.usefixtures("frozen_clock")
ANSWER = {"answered_on": "20/11/2026", "answer_kind": "refused", "answer_note": "Ticket 12"}


def send(session, person, matter, publication=None, **facts):
    letter = Letter(
        matter_id=matter.id,
        publication_id=publication.id if publication else None,
        letter_type=facts.pop("letter_type", "notification_dsa"),
        title=facts.pop("title", "Notification de l’avis"),
        state=LetterState.SENT,
        dated_on=date(2026, 11, 6),
        written_by_id=person.id,
    )
    session.add(letter)
    session.flush()
    given = {"channel": "form", "recipient": "Google Ireland Limited", "sent_on": date(2026, 11, 6), **facts}
    row = Dispatch(letter_id=letter.id, matter_id=matter.id, sent_by_id=person.id, **given)
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def dispatch(database, people, capture):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        publication = retain(session, lawyer, capture)
        return send(
            session, lawyer, session.get(Matter, capture.matter_id), publication, follow_up_on=date(2026, 11, 21)
        )


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


def test_what_waits_shows_the_days_and_the_next_action(lawyer, dispatch):
    page = lawyer.get("/notifications").text
    assert "17\u00a0jours" in page
    assert "Relancer le destinataire" in page


def test_before_its_day_the_follow_up_only_waits(lawyer, dispatch, database):
    with database.transaction() as session:
        session.get(Dispatch, dispatch.id).follow_up_on = date(2026, 11, 30)
    assert "Attendre la réponse" in lawyer.get("/notifications").text


def test_a_refusal_proposes_the_internal_complaint_with_both_days(lawyer, dispatch, database):
    page = f"/notifications/{dispatch.id}"
    assert lawyer.post(page, ANSWER).status_code == 303
    told = lawyer.get(page).text
    assert "Réclamation interne" in told
    assert "30 novembre 2026" in told
    assert "20 mai 2027" in told
    assert "Réclamation interne" in lawyer.get("/notifications?etat=refus").text


def test_a_removal_only_announced_stays_in_the_list_until_a_capture_proves_it(lawyer, dispatch):
    page = f"/notifications/{dispatch.id}"
    lawyer.post(page, {**ANSWER, "answer_kind": "removed"})
    assert "nouvelle capture" in lawyer.get(page).text
    assert "Constater le retrait" in lawyer.get("/notifications").text


def test_a_mere_acknowledgement_still_waits(lawyer, dispatch):
    lawyer.post(f"/notifications/{dispatch.id}", {**ANSWER, "answer_kind": "acknowledged"})
    assert "Relancer le destinataire" in lawyer.get("/notifications").text


def test_the_same_content_notified_twice_is_said(lawyer, dispatch, database, people, capture):
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        content = session.get(Publication, capture.publication_id)
        send(session, person, session.get(Matter, capture.matter_id), content, sent_on=date(2026, 11, 20))
    page = lawyer.get("/notifications").text
    assert page.count("Déjà envoyé") == 1
    assert "6 novembre 2026" in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("etat=relance", True),
        ("etat=refus", False),
        ("plateforme=google_maps", True),
        ("plateforme=facebook", False),
        ("nature=notification_dsa", True),
        ("nature=%3Cscript%3E", False),
    ],
)
def test_the_filters_are_in_the_address(lawyer, dispatch, query, seen):
    assert (f"/notifications/{dispatch.id}" in lawyer.get(f"/notifications?{query}").text) is seen


@pytest.mark.parametrize(
    "changes",
    [{"answered_on": "24/11/2026"}, {"answered_on": "01/11/2026"}, {"answer_kind": "<b>"}, {"answered_on": ""}],
)
def test_a_bad_answer_is_refused_and_nothing_is_stored(lawyer, dispatch, database, changes):
    assert lawyer.post(f"/notifications/{dispatch.id}", {**ANSWER, **changes}).status_code == 400
    with database.reader() as session:
        assert session.get(Dispatch, dispatch.id).answered_on is None


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator", "partner"])
def test_nothing_of_another_team_is_listed_counted_or_exported(as_person, dispatch, name):
    browser = as_person(name)
    assert browser.get(f"/notifications/{dispatch.id}").status_code == 404
    for page in ("/notifications", "/notifications/issues", "/notifications/issues.csv"):
        text = browser.get(page).get_data(as_text=True)
        assert "Google Ireland" not in text
        assert "Lemaire" not in text


def test_a_reader_of_the_dossier_sees_and_records_nothing(as_person, dispatch, database):
    reader = as_person("reader")
    page = f"/notifications/{dispatch.id}"
    assert "Enregistrer la réponse" not in reader.get(page).text
    assert reader.post(page, ANSWER).status_code in {400, 404}
    with database.reader() as session:
        assert session.get(Dispatch, dispatch.id).answered_on is None


def test_fewer_than_five_sendings_give_no_figure(lawyer, dispatch):
    page = lawyer.get("/notifications/issues").text
    assert "moins de cinq" in page
    assert '<svg class="bars"' not in page
    rows = list(
        csv.reader(io.StringIO(lawyer.get("/notifications/issues.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert rows[1][3:] == ["moins de cinq", "", "", "", ""]


def test_from_five_on_the_outcomes_are_counted_drawn_and_exported(lawyer, dispatch, database, people, capture):
    ends = [("removed", 10), ("removed", 12), ("refused", 9), ("removed", 16), ("other", 8)]
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        matter, content = session.get(Matter, capture.matter_id), session.get(Publication, capture.publication_id)
        for kind, day in ends:
            send(session, person, matter, content, answered_on=date(2026, 11, day), answer_kind=kind)
    rows = list(
        csv.reader(io.StringIO(lawyer.get("/notifications/issues.csv").get_data(as_text=True).lstrip("\ufeff")))
    )
    assert rows[1][3:] == ["6", "3", "1", "1", "4"]
    assert '<svg class="bars"' in lawyer.get("/notifications/issues").text


def test_a_title_that_a_spreadsheet_would_run_stays_text(lawyer, database, people, matter):
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        content = matters.add_publication(session, person, session.get(Matter, matter.id), title="x", platform="=cmd()")
        send(session, person, session.get(Matter, matter.id), content)
    assert "\n'=cmd()" in lawyer.get("/notifications/issues.csv").get_data(as_text=True)
    with database.reader() as session:
        assert session.scalars(select(Publication.platform)).one() == "=cmd()"


def test_an_outcome_is_told_under_the_first_offence_retained(lawyer, dispatch, database, people, capture):
    with database.transaction() as session:
        person, content = session.get(Person, people["lawyer"].id), session.get(Publication, capture.publication_id)
        for words, chosen in (((5, 9), NO_OFFENCE), ((10, 14), "injure_publique_particulier")):
            passage = passages.mark(session, person, session.get(Capture, capture.id), *words)
            facts = {"chosen": chosen, "state": QualificationState.CHOSEN, "facts_on": date(2026, 9, 3)}
            session.add(Qualification(matter_id=content.matter_id, passage_id=passage.id, **facts))
    with database.reader() as session:
        content = session.get(Publication, capture.publication_id)
        asked = situation.first_retained(session, [content.id])
        assert asked == {content.id: situation.grounds(session, content)[0].qualification} == {content.id: DEFAMATION}
        session.execute(
            update(Qualification).where(Qualification.chosen == DEFAMATION).values(state=QualificationState.DRAFT)
        )
        assert situation.first_retained(session, [content.id]) == {content.id: "injure_publique_particulier"}
        session.execute(
            update(Qualification).where(Qualification.chosen != NO_OFFENCE).values(state=QualificationState.DRAFT)
        )
        assert situation.first_retained(session, [content.id]) == {content.id: NO_OFFENCE}


def test_on_a_telephone_each_sending_unfolds_under_the_names_of_its_columns(lawyer, dispatch):
    page = lawyer.get("/notifications").text
    table = page[page.index('<table class="folds">') : page.index("</table>")]
    named = re.findall(r'<th scope="col">([^<]+)', table)
    assert (
        re.findall(r'data-l="([^"]+)"', table) == named == ["Envoyé", "Dossier", "Envoi", "Contenu", "Prochaine action"]
    )
