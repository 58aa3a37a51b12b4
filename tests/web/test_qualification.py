"""Mark exact words, answer, choose, change one's mind: in the browser, with the wall."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from casefile.models.evidence import Passage, Publication
from casefile.models.people import Person
from casefile.models.procedure import Answer, Qualification, QualificationState
from casefile.qualification.choice import answer, answers_of

from .conftest import REVIEW

WORDS = "Ce médecin s'est trompé dans les dosages du médicament."


def mark(browser, matter, capture, words=WORDS, **fields):
    start = REVIEW.index(words)
    data = {"exact": words, "start": str(start), "end": str(start + len(words)), **fields}
    return browser.post(f"/dossiers/{matter.id}/captures/{capture.id}/passages/nouveau", data)


def answers():
    """Take the answers of a decided case of defamation, so that the test follows the questionnaire's own words."""
    from casefile.law.questionnaire import decided_cases

    return dict(
        next(case for case in decided_cases() if case.qualification == "diffamation_publique_particulier").answers
    )


@pytest.fixture
def passage_page(as_person, matter, capture):
    browser = as_person("lawyer")
    return browser, mark(browser, matter, capture).headers["Location"]


def test_the_exact_words_are_kept_with_their_anchor(passage_page, database):
    with database.reader() as session:
        passage = session.scalars(select(Passage)).one()
    assert passage.exact == WORDS == REVIEW[passage.start : passage.end]
    assert REVIEW[: passage.start].endswith(passage.prefix)


def test_emojis_and_mistakes_survive(as_person, matter, capture, database):
    words = "n'a pas voulu prendre ma carte vital, il m'a la réclamé x mois plus tard =80 € 😡🤬"
    assert mark(as_person("lawyer"), matter, capture, words).status_code == 303
    with database.reader() as session:
        assert session.scalars(select(Passage.exact)).one() == words


def test_overlapping_words_are_refused(passage_page, matter, capture):
    browser, _ = passage_page
    answer = mark(browser, matter, capture, "les dosages du médicament. Ce médecin")
    assert answer.status_code == 400
    assert "chevauchent" in answer.text


def test_words_that_the_capture_does_not_hold_are_refused(as_person, matter, capture):
    browser = as_person("lawyer")
    page = f"/dossiers/{matter.id}/captures/{capture.id}/passages/nouveau"
    answer = browser.post(page, {"exact": "Ce médecin est un escroc", "start": "3", "end": "27"})
    assert answer.status_code == 400


def test_without_a_mouse_the_first_and_last_words_suffice(as_person, matter, capture, database):
    browser = as_person("lawyer")
    page = f"/dossiers/{matter.id}/captures/{capture.id}/passages/nouveau"
    browser.post(page, {"first_words": "Il faut prendre", "last_words": "un âge pour tout."})
    with database.reader() as session:
        expected = "Il faut prendre votre retraite monsieur et vite. Il y a un âge pour tout."
        assert session.scalars(select(Passage.exact)).one() == expected


def test_an_answer_overtaken_by_another_is_kept_beside_it(passage_page, database, people):
    """Found on PostgreSQL: of two answers ticked in haste, the second was refused as somebody else's change."""
    browser, page = passage_page
    browser.post(page, {**answers(), "act": "answer"})
    with database.transaction() as session:
        lawyer, passage = session.get(Person, people["lawyer"].id), session.scalars(select(Passage)).one()
        draft, publication = session.scalars(select(Qualification)).one(), session.scalars(select(Publication)).one()
        session.connection().execute(update(Qualification).values(version=Qualification.version + 1))
        overtaken = draft.version
        answer(session, lawyer, passage, publication, {})
        assert draft.version == overtaken + 2
        assert answers_of(session, draft) == {}


def test_answers_lead_to_a_proposal_that_a_lawyer_keeps(passage_page, database, people):
    browser, page = passage_page
    assert browser.post(page, {"act": "answer", **answers()}).status_code == 303
    assert "Diffamation publique" in browser.get(page).text
    kept = browser.post(page, {"act": "keep", **answers(), "reason": ""})
    assert kept.status_code == 303
    with database.reader() as session:
        row = session.scalars(select(Qualification)).one()
        assert (row.chosen, row.state) == ("diffamation_publique_particulier", QualificationState.CHOSEN)
        assert row.chosen_by_id == people["lawyer"].id
        assert {answer.answered_by_id for answer in session.scalars(select(Answer))} == {people["lawyer"].id}


def test_departing_from_the_proposal_demands_a_reason(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    refused = browser.post(page, {"act": "other", "chosen": "denigrement", **answers(), "reason": ""})
    assert refused.status_code == 400
    assert "écrivez pourquoi" in refused.text
    assert browser.post(page, {"act": "other", "chosen": "aucune", "reason": "critique"}).status_code == 303


def test_a_change_of_mind_leaves_both_choices_on_record(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep", **answers()})
    browser.post(page, {"act": "other", "chosen": "aucune", "reason": "après réflexion", **answers()})
    with database.reader() as session:
        states = {row.chosen: row.state for row in session.scalars(select(Qualification))}
    assert states == {
        "diffamation_publique_particulier": QualificationState.SUPERSEDED,
        "aucune": QualificationState.CHOSEN,
    }


def test_an_assistant_answers_and_never_chooses(as_person, matter, passage_page, database, people):
    from casefile import matters
    from casefile.models.matter import TeamFunction
    from casefile.models.people import Person

    _, page = passage_page
    with database.transaction() as session:
        lawyer, assistant = (session.get(Person, people[name].id) for name in ("lawyer", "assistant"))
        matters.join_team(session, lawyer, matter, assistant, TeamFunction.MEMBER)
    browser = as_person("assistant")
    assert browser.post(page, {"act": "answer", **answers()}).status_code == 303
    assert browser.post(page, {"act": "keep", **answers()}).status_code == 404
    with database.reader() as session:
        assert session.scalars(select(Qualification.chosen)).one() is None


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_passages_do_not_exist_outside_the_team(passage_page, as_person, name):
    _, page = passage_page
    answer = as_person(name).get(page)
    assert answer.status_code == 404
    assert "dosages" not in answer.text


@pytest.mark.parametrize("value", ["peut-être", "{{7*7}}", "<b>"])
def test_an_answer_outside_the_options_is_refused(passage_page, value, database):
    browser, page = passage_page
    question = next(iter(answers()))
    assert browser.post(page, {"act": "answer", question: value}).status_code == 400
    with database.reader() as session:
        assert session.scalars(select(Answer)).all() == []


def test_a_kept_qualification_opens_the_limitation_on_the_prudent_side(passage_page, database, matter, frozen_clock):
    from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep", **answers()})
    with database.reader() as session:
        deadline = session.scalars(select(Deadline).where(Deadline.kind == DeadlineKind.LIMITATION)).one()
        assert deadline.state is DeadlineState.OPEN
        assert deadline.is_critical
        assert deadline.prudent_on < deadline.admitted_on
    browser.post(page, {"act": "other", "chosen": "aucune", "reason": "après réflexion", **answers()})
    with database.reader() as session:
        assert session.scalars(select(Deadline.state)).one() is DeadlineState.SUPERSEDED


def test_a_corrected_date_replaces_the_deadline_and_keeps_the_old_one(passage_page, database, capture, frozen_clock):
    from casefile.models.procedure import Deadline, DeadlineState

    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep", **answers()})
    path = f"/dossiers/{capture.matter_id}/contenus/{capture.publication_id}/modifier"
    exact = {"published_on-jour": "3", "published_on-mois": "9", "published_on-annee": "2026"}
    data = {
        "title": "Avis",
        "platform": "google_maps",
        "publicity": "yes",
        "date_kind": "exact",
        "version": "1",
        **exact,
    }
    assert browser.post(path, data).status_code == 303
    with database.reader() as session:
        states = [row.state for row in session.scalars(select(Deadline).order_by(Deadline.created_at))]
        standing = session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).one()
    assert states == [DeadlineState.SUPERSEDED, DeadlineState.OPEN]
    assert standing.prudent_on.isoformat() == "2026-12-02"
    assert standing.admitted_on.isoformat() == "2026-12-03"
