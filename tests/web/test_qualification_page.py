"""What the page of a passage says and demands: help, consequences, guards, provocation, a second reader."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casefile import clock
from casefile.models.evidence import DateKind, Publication
from casefile.models.procedure import Answer, Qualification, QualificationState
from tests.conftest import NOW

from .test_qualification import answers, passage_page

__all__ = ["passage_page"]
pytestmark = pytest.mark.usefixtures("frozen_clock")
DEFAMATION = "diffamation_publique_particulier"


def chosen_rows(database):
    with database.reader() as session:
        return session.scalars(select(Qualification).where(Qualification.chosen_at.is_not(None))).all()


def change_publication(database, **facts):
    with database.transaction() as session:
        publication = session.scalars(select(Publication)).one()
        for name, value in facts.items():
            setattr(publication, name, value)


def test_each_question_comes_with_its_source_and_decided_examples(passage_page):
    browser, page = passage_page
    text = browser.get(page).text
    assert "loi 1881, art.\u00a023" in text
    assert "Aide, preuves et décisions" in text
    assert "« arnaqueuse et voleuse »" in text
    assert "TJ Marseille, réf., 23 septembre 2020" in text


def test_an_answer_shows_who_gave_it_and_can_be_cleared(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", "est_public": "oui"})
    assert "Personne Lawyer, 23 novembre 2026 à 10:00" in browser.get(page).text
    with clock.frozen(NOW + timedelta(minutes=1)):
        browser.post(page, {"act": "answer", "est_public": "oui", "retirer": "est_public"})
    assert 'value="est_public"' not in browser.get(page).text
    with database.reader() as session:
        values = [row.value for row in session.scalars(select(Answer).order_by(Answer.answered_at, Answer.id))]
    assert sorted(values) == [[], ["oui"]]


def test_one_question_at_a_time_goes_on_and_keeps_the_other_answers(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", "est_public": "oui", "identifiable": "oui"})
    alone = browser.get(f"{page}?une=personne_visee").text
    assert "Question 2 sur" in alone
    assert 'name="est_public"' not in alone
    answer = browser.post(
        f"{page}?une=personne_visee",
        {"act": "answer", "personne_visee": "personne_physique", "suivante": "identifiable"},
    )
    assert answer.headers["Location"].endswith("?une=identifiable")
    with database.reader() as session:
        given = {row.question for row in session.scalars(select(Answer))}
    assert given == {"est_public", "identifiable", "personne_visee"}


@pytest.mark.parametrize("asked", ["", "inconnue", "%3Cscript%3E"])
def test_an_unknown_question_falls_back_on_the_next_one(passage_page, asked):
    browser, page = passage_page
    answer = browser.get(f"{page}?une={asked}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace('<script src="', "")


def test_the_consequences_give_both_thresholds_and_the_prudent_date(passage_page):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    text = browser.get(page).text
    assert "Seuil pénal (CPP, art. 60-1-2)" in text
    assert "Seuil civil (CPCE, art. L.\u00a034-1)" in text or "Seuil civil (CPCE, art. L. 34-1)" in text
    assert "Date prudente" in text
    assert "Voies d’identification" in text
    assert "Vue des deux côtés" in text


def test_keeping_after_a_choice_keeps_the_same_and_never_nothing(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep"})
    browser.post(page, {"act": "keep"})
    assert {row.chosen for row in chosen_rows(database)} == {DEFAMATION}


def test_nothing_answered_keeps_nothing(passage_page, database):
    browser, page = passage_page
    assert browser.post(page, {"act": "keep"}).status_code == 400
    assert chosen_rows(database) == []


def test_a_prudent_reading_is_kept_only_with_a_reason(passage_page, database):
    browser, page = passage_page
    doubtful = {**answers(), "fait_precis": "discutable"}
    browser.post(page, {"act": "answer", **doubtful})
    assert browser.post(page, {"act": "keep", "acknowledged": "y"}).status_code == 400
    assert chosen_rows(database) == []


def test_a_guard_blocks_with_its_sentence_and_authority(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    refused = browser.post(page, {"act": "other", "chosen": "denigrement", "reason": "x", "acknowledged": "y"})
    assert refused.status_code == 400
    assert "le dénigrement ne concerne que des produits ou des services" in refused.text
    assert "TJ Marseille, réf., 23 sept. 2020" in refused.text
    assert chosen_rows(database) == []


def test_a_private_message_is_not_kept_as_public_whatever_was_answered(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    change_publication(database, is_public=False)
    assert "Le message n’était pas public" in browser.get(page).text
    refused = browser.post(page, {"act": "keep"})
    assert refused.status_code == 400
    assert chosen_rows(database) == []


@pytest.mark.parametrize("kind", ["mise_en_demeure", "plainte_simple"])
def test_a_content_made_private_after_the_choice_stops_the_letter_too(passage_page, database, matter, kind):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep"})
    begun = browser.post(f"/dossiers/{matter.id}/documents/nouveau/{kind}", {"publication": ""})
    letter = begun.headers["Location"].removesuffix("/modifier")
    assert "Le message n’était pas public" not in browser.get(letter).text
    change_publication(database, is_public=False)
    assert "Le message n’était pas public" in browser.get(letter).text


def test_a_warning_must_be_acknowledged_and_stays_on_record(passage_page, database):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers(), "vrai_selon_client": "oui"})
    refused = browser.post(page, {"act": "keep"})
    assert refused.status_code == 400
    assert "l’offre de preuve est à craindre" in refused.text
    assert browser.post(page, {"act": "keep", "acknowledged": "y"}).status_code == 303
    assert [finding["id"] for finding in chosen_rows(database)[0].outcome["acknowledged"]] == ["fait_vrai"]


def test_the_same_words_in_another_capture_of_the_content_are_not_prosecuted_twice(
    passage_page, database, matter, capture
):
    from casefile.models.evidence import Capture

    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep"})
    with database.transaction() as session:
        first = session.get_one(Capture, capture.id)
        names = ("matter_id", "publication_id", "requested_by_id", "state", "origin", "provenance", "sealed_at")
        again = Capture(
            **{name: getattr(first, name) for name in names}, text=f"Page 2\n{first.text}", text_sha256="1" * 64
        )
        session.add(again)
        session.flush()
        identifier = again.id
        start = again.text.index("Ce médecin s'est trompé dans les dosages")
    marked = browser.post(
        f"/dossiers/{matter.id}/captures/{identifier}/passages/nouveau",
        {"exact": "Ce médecin s'est trompé dans les dosages du médicament.", "start": str(start)},
    )
    second = marked.headers["Location"]
    browser.post(second, {"act": "answer", **answers()})
    refused = browser.post(second, {"act": "keep"})
    assert refused.status_code == 400
    assert "ne se poursuivent qu’une fois" in refused.text


def test_the_client_s_own_reply_is_flagged_as_a_possible_provocation(passage_page, database):
    browser, page = passage_page
    assert "avait répondu en public" not in browser.get(page).text
    change_publication(database, client_reply="Vous êtes un menteur <b>et un lâche</b> !")
    text = browser.get(page).text
    assert "avait répondu en public" in text
    assert "&lt;b&gt;et un lâche&lt;/b&gt;" in text
    assert "art. 33 al. 2" in text


def test_a_change_of_mind_shows_what_was_chosen_before(passage_page):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep"})
    browser.post(page, {"act": "other", "chosen": "aucune", "reason": "après réflexion"})
    text = browser.get(page).text
    assert "Choix antérieurs" in text
    assert "après réflexion" in text


@pytest.fixture
def kept_page(passage_page, people, database, matter):
    from casefile import matters
    from casefile.models.matter import TeamFunction
    from casefile.models.people import Person

    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers()})
    browser.post(page, {"act": "keep"})
    with database.transaction() as session:
        lawyer, second = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        matters.join_team(session, lawyer, matter, second, TeamFunction.MEMBER)
    return browser, page


def test_a_second_lawyer_reviews_the_choice(kept_page, as_person, people, database):
    _, page = kept_page
    second = as_person("partner")
    assert "Relecture par un second avocat" in second.get(page).text
    assert second.post(f"{page}/relire", {"note": "D’accord sur l’alinéa."}, page=page).status_code == 303
    assert "D’accord sur l’alinéa." in second.get(page).text
    assert chosen_rows(database)[0].reviewed_by_id == people["partner"].id


def test_nobody_reviews_their_own_choice(kept_page, database):
    browser, page = kept_page
    assert "Relecture par un second avocat" not in browser.get(page).text
    assert browser.post(f"{page}/relire", {"note": "x"}, page=page).status_code == 400
    assert chosen_rows(database)[0].reviewed_by_id is None


def test_what_nobody_chose_is_not_reviewed(passage_page, database):
    browser, page = passage_page
    assert browser.post(f"{page}/relire", {"note": "x"}, page=page).status_code == 400


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator", "reader"])
def test_others_neither_review_nor_choose(kept_page, as_person, name, database):
    _, page = kept_page
    browser = as_person(name)
    assert browser.post(f"{page}/relire", {"note": "x"}, page="/").status_code == 404
    assert browser.post(page, {"act": "other", "chosen": "aucune", "reason": "x"}, page="/").status_code == 404
    assert [row.state for row in chosen_rows(database)] == [QualificationState.CHOSEN]


OUTRAGE = {
    "act": "answer",
    **dict.fromkeys(("identifiable", "terme_outrageant", "adresse_directement_non_public"), "oui"),
    **dict.fromkeys(("est_public", "fait_precis", "atteinte_honneur"), "non"),
    "personne_visee": "personne_physique",
    "qualite_victime": "professionnel_sante",
    "motif_discriminatoire": "aucun",
}


def test_a_relative_date_takes_the_law_of_the_earliest_possible_day_and_shows_what_changed(passage_page, database):
    seen = {"relative_text": "il y a un an", "relative_seen_on": date(2026, 11, 1)}
    change_publication(
        database, date_kind=DateKind.RELATIVE, published_on=None, platform="google_maps", is_public=False, **seen
    )
    browser, page = passage_page
    browser.post(page, OUTRAGE)
    with database.reader() as session:
        assert session.scalars(select(Qualification)).one().facts_on == date(2024, 10, 31)
    text = browser.get(page).text
    assert "Injure non publique" in text
    assert "la proposition serait « Outrage à un professionnel de santé »" in text.replace("\u00a0", " ")


def test_a_lawyer_may_choose_the_later_law_for_uncertain_facts(passage_page, database):
    change_publication(
        database,
        date_kind=DateKind.INTERVAL,
        published_on=None,
        published_from=date(2025, 6, 1),
        published_to=date(2025, 8, 1),
        is_public=False,
    )
    browser, page = passage_page
    browser.post(page, OUTRAGE)
    kept = {
        "act": "other",
        "chosen": "outrage_professionnel_sante",
        "reason": "Message du 20 juillet",
        "acknowledged": "y",
    }
    browser.post(page, kept)
    (row,) = chosen_rows(database)
    assert (row.chosen, row.facts_on) == ("outrage_professionnel_sante", date(2025, 7, 11))
