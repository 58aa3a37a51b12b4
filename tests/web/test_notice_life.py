"""The life of a notice per content and platform: every stage with its proof, and what only a capture settles."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from casefile import audit, clock, jobs
from casefile.deadlines import work
from casefile.evidence import online
from casefile.identification import life, notices, outcomes, procedure
from casefile.identification.removals import work as close_removed
from casefile.models.evidence import Capture, CaptureState, OnlineState, Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, IdentificationStep, StepState

from .procedure_ground import prepared, retain
from .test_notices import send

pytestmark = pytest.mark.usefixtures("frozen_clock")
ANSWER = {"answered_on": "20/11/2026", "answer_kind": "refused", "answer_note": "Pas d’atteinte manifeste, ticket 12"}


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


@pytest.fixture
def dispatch(database, people, capture):
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        publication = retain(session, person, capture)
        matter = session.get(Matter, capture.matter_id)
        row = send(session, person, matter, publication, tracking_number="4-7712", follow_up_on=date(2026, 11, 21))
        work.open_follow_up(session, person, matter, "Réponse attendue", date(2026, 11, 21), letter_id=row.letter_id)
        return row


def look(database, capture, on, outcome):
    """File a browser capture of that day; the words are in the page only when it shows them."""
    with database.transaction() as session:
        before = session.get(Capture, capture.id)
        taken = datetime(2026, 11, on, 8, 0, tzinfo=UTC)
        row = Capture(
            matter_id=before.matter_id, publication_id=before.publication_id, requested_by_id=before.requested_by_id,
            state=CaptureState.SEALED, origin="browser", provenance="A", outcome=outcome, ended_at=taken,
            sealed_at=taken, text=before.text if outcome == "present" else "", manifest_sha256="1" * 64,
        )  # fmt: skip
        session.add(row)
        session.flush()
        online.update_state(session, row)
        return row.id


def life_page(matter, capture):
    return f"/dossiers/{matter.id}/identification/contenus/{capture.publication_id}/notifications"


def answered(browser, dispatch, **changes):
    return browser.post(f"/notifications/{dispatch.id}", {**ANSWER, **changes})


def the_life(database, people, capture):
    with database.reader() as session:
        person, content = session.get(Person, people["lawyer"].id), session.get(Publication, capture.publication_id)
        [found] = life.lives(session, person, content)
        return found


def waiting(database):
    with database.reader() as session:
        rows = session.scalars(select(Deadline).where(Deadline.kind == DeadlineKind.FOLLOW_UP, Deadline.rule_id == ""))
        return [(row.state, row.settled_proof) for row in rows]


def test_two_captures_without_the_content_close_the_notice_with_their_proof(
    lawyer, matter, capture, dispatch, database, settings
):
    look(database, capture, 18, "absent")
    assert close_removed(database, settings, clock.now()) is False
    assert "Relancer le destinataire" in lawyer.get("/notifications").text
    proof = look(database, capture, 20, "absent")
    assert close_removed(database, settings, clock.now()) is True
    assert close_removed(database, settings, clock.now()) is False
    [(state, said)] = waiting(database)
    assert state is DeadlineState.DONE
    assert "Retrait constaté depuis le 18/11/2026" in said
    assert "Rien n’est en attente" in lawyer.get("/notifications").text
    page = lawyer.get(life_page(matter, capture)).text
    assert "Retrait prouvé par capture" in page
    assert f"/captures/{proof}" in page
    with database.reader() as session:
        assert list(audit.verify(session)) == []


def test_a_content_that_comes_back_opens_its_notice_again(lawyer, capture, dispatch, database):
    for day, outcome in ((18, "absent"), (20, "absent"), (22, "present")):
        look(database, capture, day, outcome)
    page = lawyer.get("/notifications").text
    assert "Relancer le destinataire" in page


def test_a_removal_announced_while_a_capture_still_shows_the_content_is_chased(lawyer, capture, dispatch, database):
    answered(lawyer, dispatch, answer_kind="removed")
    look(database, capture, 22, "present")
    assert "toujours en ligne" in lawyer.get("/notifications").text


def test_a_removal_typed_without_any_capture_is_not_proved(lawyer, matter, capture, dispatch, database):
    with database.transaction() as session:
        content = session.get(Publication, capture.publication_id)
        content.online_state, content.removed_on = OnlineState.REMOVED, date(2026, 11, 19)
    assert "Constater le retrait" in lawyer.get("/notifications").text
    assert "à prouver par une capture" in lawyer.get(life_page(matter, capture)).text


@pytest.fixture
def over_two(database, people, capture):
    """Send one notice over two contents, followed up; give its sending and the second content's capture."""
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        first, matter = retain(session, person, capture), session.get(Matter, capture.matter_id)
        second = Publication(
            matter_id=matter.id, title="Deuxième avis", platform="google_maps", url="https://maps.google.com/?cid=2"
        )
        session.add(second)
        session.flush()
        row = send(session, person, matter, follow_up_on=date(2026, 11, 21))
        letter = session.get(Letter, row.letter_id)
        letter.inputs = {"contents": [str(first.id), str(second.id)]}
        work.open_follow_up(session, person, matter, "Réponse attendue", date(2026, 11, 21), letter_id=row.letter_id)
        other = Capture(
            matter_id=matter.id, publication_id=second.id, requested_by_id=person.id, state=CaptureState.SEALED,
            origin="upload", provenance="C", text="Deuxième avis", manifest_sha256="2" * 64,
        )  # fmt: skip
        session.add(other)
        session.flush()
        return row, other


def test_a_letter_over_several_contents_is_followed_content_by_content(lawyer, matter, capture, over_two, database):
    row, other = over_two
    page = lawyer.get("/notifications").text
    assert "Avis à une étoile" in page
    assert "Deuxième avis" in page
    for day in (18, 20):
        look(database, capture, day, "absent")
    page = lawyer.get("/notifications").text
    assert "Avis à une étoile" not in page
    assert "Deuxième avis" in page
    one = lawyer.get(f"/notifications/{row.id}").text
    assert "prouvé par capture" in one
    assert "Relancer le destinataire" in one
    assert "Retrait prouvé par capture" in lawyer.get(life_page(matter, capture)).text
    assert "aucune capture récente" in lawyer.get(life_page(matter, other)).text


def test_a_letter_over_several_contents_is_waited_for_until_the_last_is_removed(over_two, capture, database, settings):
    for day in (18, 20):
        look(database, capture, day, "absent")
    assert close_removed(database, settings, clock.now()) is False
    for day in (21, 22):
        look(database, over_two[1], day, "absent")
    assert close_removed(database, settings, clock.now()) is True
    assert [state for state, _said in waiting(database)] == [DeadlineState.DONE]


def test_the_worker_knows_the_queue_of_removals(database, settings):
    assert "removals" in jobs.QUEUES
    assert jobs.drain(database, settings) == 0


def test_the_stages_keep_the_acknowledgement_the_decision_and_its_reasons(lawyer, matter, capture, dispatch):
    answered(lawyer, dispatch, answered_on="07/11/2026", answer_kind="acknowledged", answer_note="ticket 4-7712")
    answered(lawyer, dispatch)
    page = lawyer.get(life_page(matter, capture)).text
    for words in (
        "Accusé de réception", "7 novembre 2026", "refus", "Pas d’atteinte manifeste",
        "jusqu’au 20 mai 2027", "Réclamation interne", "Prochaine action",
    ):  # fmt: skip
        assert words in page, words


def test_an_acknowledgement_typed_late_does_not_hide_the_decision(lawyer, dispatch, database):
    answered(lawyer, dispatch)
    answered(lawyer, dispatch, answered_on="22/11/2026", answer_kind="acknowledged", answer_note="")
    with database.reader() as session:
        row = session.get(Dispatch, dispatch.id)
        assert (row.answer_kind, row.answered_on) == ("refused", date(2026, 11, 20))
        assert [one["kind"] for one in row.answers] == ["refused", "acknowledged"]


def test_the_same_answer_twice_is_refused_and_two_that_contradict_are_both_kept(lawyer, matter, capture, dispatch):
    assert answered(lawyer, dispatch).status_code == 303
    again = answered(lawyer, dispatch)
    assert again.status_code == 400
    assert "déjà enregistrée" in again.text
    assert answered(lawyer, dispatch, answer_kind="removed", answer_note="second message").status_code == 303
    assert "se contredisent" in lawyer.get(life_page(matter, capture)).text


def test_each_recourse_commands_what_comes_next(lawyer, matter, capture, dispatch, database, people):
    answered(lawyer, dispatch)
    page = f"/dossiers/{matter.id}/identification/contenus/{capture.publication_id}/evenements"
    expected = (
        ("regulator_seized", "ne juge pas le contenu"),
        ("body_seized", "Attendre l’avis de l’organe"),
        ("body_answered", "Lire l’avis de l’organe"),
        ("judge_seized", "Attendre la décision du juge"),
        ("judgment", "Lire la décision du juge"),
    )
    for event, words in expected:
        given = {"event": event, "on": "22/11/2026", "proof": "récépissé"}
        assert lawyer.post(page, given).status_code == 303, event
        assert words in lawyer.get(life_page(matter, capture)).text
        assert words in lawyer.get("/notifications").text
    with database.reader() as session:
        [found] = life.lives(
            session, session.get(Person, people["lawyer"].id), session.get(Publication, capture.publication_id)
        )
        assert [stage.title for stage in found.stages if stage.on == date(2026, 11, 22)] == [
            "Organe extrajudiciaire (DSA, art. 21)", "Issue devant l’organe", "Coordinateur, plainte (DSA, art. 53)",
            "Juge (LCEN, art. 6-3)", "Décision du juge",
        ]  # fmt: skip


def test_a_writ_for_removal_seizes_the_judge_and_is_no_notice_of_its_own(lawyer, dispatch, capture, database, people):
    answered(lawyer, dispatch)
    with database.transaction() as session:
        person, content = session.get(Person, people["lawyer"].id), session.get(Publication, capture.publication_id)
        writ = {"letter_type": "paf_6_3", "recipient": "Étude Dupont", "sent_on": date(2026, 11, 22)}
        send(session, person, session.get(Matter, capture.matter_id), content, **writ)
    found = the_life(database, people, capture)
    assert found.recipient == "Google Ireland Limited"
    assert found.action.text == "Attendre la décision du juge"
    assert [stage.on for stage in found.stages if stage.title.startswith("Juge")] == [date(2026, 11, 22)]


def test_the_body_has_ninety_days(lawyer, matter, capture, dispatch):
    answered(lawyer, dispatch)
    page = f"/dossiers/{matter.id}/identification/contenus/{capture.publication_id}/evenements"
    lawyer.post(page, {"event": "body_seized", "on": "22/11/2026", "proof": "récépissé"})
    assert "20 février 2027" in lawyer.get(life_page(matter, capture)).text


def test_after_six_months_the_complaint_is_closed_and_says_what_remains(lawyer, capture, dispatch, database, people):
    answered(lawyer, dispatch)
    for day, state in ((20, life.OPEN), (21, life.CLOSED)):
        with clock.frozen(datetime(2027, 5, day, 9, 0, tzinfo=UTC)):
            found = the_life(database, people, capture)
        complaint = next(stage for stage in found.stages if stage.title.startswith("Réclamation"))
        assert (complaint.state, complaint.on) == (state, date(2027, 5, 20))
        assert ("Réclamation fermée" in found.action.text) == (state == life.CLOSED)


def test_outcomes_count_the_day_of_the_proved_removal(database, people, capture, dispatch):
    look(database, capture, 18, "absent")
    look(database, capture, 20, "absent")
    with database.reader() as session:
        [row] = notices.sent(session, session.get(Person, people["lawyer"].id))
        assert outcomes._end(row) == "removed"
        assert outcomes._ended_on(row) == date(2026, 11, 18)


def test_a_stranger_sees_nothing(as_person, matter, capture, dispatch):
    assert as_person("stranger").get(life_page(matter, capture)).status_code == 404
    assert as_person("walled").get(life_page(matter, capture)).status_code == 404


def test_an_answer_moves_the_step_that_waited_and_ends_its_follow_up(lawyer, database, people, capture):
    steps = prepared(database, people, capture)
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        matter = session.get(Matter, capture.matter_id)
        row = send(session, person, matter, session.get(Publication, capture.publication_id))
        work.open_follow_up(session, person, matter, "Réponse attendue", date(2026, 11, 21), letter_id=row.letter_id)
        procedure.begin(session, person, matter, session.get(IdentificationStep, steps["S07"].id), date(2026, 11, 6))
    told = lawyer.post(f"/notifications/{row.id}", ANSWER, follow_redirects=True).text
    assert "S17" in told
    with database.reader() as session:
        notice, complaint = (session.get(IdentificationStep, steps[code].id) for code in ("S07", "S17"))
        assert (notice.state, notice.answer_kind) == (StepState.ANSWERED, "refusal")
        assert complaint.due_on == date(2026, 11, 30)
    assert (DeadlineState.DONE, "Réponse reçue le 20/11/2026") in waiting(database)
