"""Qualifying a passage: the courts' answers from their facts, and the properties that must always hold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import InvalidInput
from casefile.law import rules
from casefile.law.offences import known_offences, offence_at, offences_at, penalty_at
from casefile.law.qualification import Conclusion, qualify
from casefile.law.questionnaire import decided_cases, examples_of, questions
from casefile.law.rule_model import NoRuleInForce
from casefile.law.weighing import Fits

FIXTURES = Path(__file__).parents[2] / "fixtures" / "law"
CASES = json.loads((FIXTURES / "qualification-cases.json").read_text("utf-8"))
REFERENCE = json.loads((FIXTURES / "questionnaire.json").read_text("utf-8"))
TODAY = date(2026, 11, 23)
REVIEW = {
    "est_public": "oui",
    "personne_visee": "personne_physique",
    "identifiable": "oui",
    "fait_precis": "oui",
    "atteinte_honneur": "oui",
    "terme_outrageant": "non",
    "qualite_victime": "professionnel_sante",
    "lie_aux_fonctions": "non",
    "motif_discriminatoire": "aucun",
}
DAMAGING = {"fait_precis": "oui", "atteinte_honneur": "oui"}
INSULTING = {"fait_precis": "non", "atteinte_honneur": "non", "terme_outrageant": "oui"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_decided_case_gives_the_courts_qualification(case):
    day = date.fromisoformat(f"{case['date']}-01"[:10])
    expected = None if case["qualification"] == "aucune" else case["qualification"]
    assert qualify(case["answers"], day).proposed == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "diffamation_publique_particulier"),
        ({"est_public": "non"}, "diffamation_non_publique"),
        ({"motif_discriminatoire": "origine_religion"}, "diffamation_publique_raciale"),
        (
            {"est_public": "non", "motif_discriminatoire": "origine_religion"},
            "diffamation_non_publique_discriminatoire",
        ),
        ({"personne_visee": "corps_constitue"}, "diffamation_publique_corps_constitue"),
        (
            {"qualite_victime": "chargee_mission_service_public", "lie_aux_fonctions": "oui"},
            "diffamation_publique_fonctionnaire",
        ),
        (
            {"qualite_victime": "chargee_mission_service_public", "lie_aux_fonctions": "non"},
            "diffamation_publique_particulier",
        ),
        (
            {"personne_visee": "personne_decedee", "intention_heritiers": "oui"},
            "diffamation_memoire_morts",
        ),
        ({"personne_visee": "personne_morale", "qualite_victime": "particulier"}, "diffamation_publique_particulier"),
        (INSULTING, "injure_publique_particulier"),
        ({**INSULTING, "est_public": "non"}, "injure_non_publique"),
        ({**INSULTING, "est_public": "non", "adresse_directement_non_public": "oui"}, "outrage_professionnel_sante"),
        (
            {**INSULTING, "motif_discriminatoire": "sexe_orientation_identite_handicap"},
            "injure_publique_sexiste_homophobe_handicap",
        ),
        (
            {**INSULTING, "qualite_victime": "fonctionnaire_ou_mandat", "lie_aux_fonctions": "oui"},
            "injure_publique_fonctionnaire_corps",
        ),
        ({"personne_visee": "produits_services"}, "denigrement"),
        ({"personne_visee": "produits_services", "motif_discriminatoire": "origine_religion"}, "denigrement"),
        ({"identifiable": "non"}, None),
        ({"fait_precis": "non"}, None),
        ({"fait_precis": "discutable"}, None),
        ({"identite_usurpee": "oui"}, "usurpation_identite"),
        ({"demande_sous_menace": "oui", "menace": "oui"}, "chantage"),
        ({"menace": "oui"}, "menaces"),
        ({"repetition": "oui", "degradation_conditions_vie": "oui"}, "cyberharcelement"),
        ({"localisation_danger": "oui", "vie_privee": "oui"}, "divulgation_donnees_mise_en_danger"),
        ({"vie_privee": "oui", "atteinte_honneur": "non"}, "atteinte_vie_privee"),
        ({"contenu_intime": "oui"}, "diffusion_intime"),
        ({"montage": "oui"}, "montage_hypertrucage"),
        ({"faux_client": "oui", "fait_precis": "non"}, "faux_avis_pratique_trompeuse"),
        ({"faux_client": "oui"}, "diffamation_publique_particulier"),
        ({"motif_discriminatoire": "origine_religion", "exhortation_haine": "oui"}, "provocation_haine"),
        ({"denonciation_autorite": "oui", "fait_connu_inexact": "oui"}, "denonciation_calomnieuse"),
        ({"presente_coupable": "oui", "fait_precis": "non"}, "presomption_innocence"),
        ({"envois_reiteres": "oui", "est_public": "non"}, "messages_malveillants"),
        (
            {
                **INSULTING,
                "est_public": "non",
                "adresse_directement_non_public": "oui",
                "qualite_victime": "chargee_mission_service_public",
                "lie_aux_fonctions": "oui",
            },
            "outrage_mission_service_public",
        ),
    ],
)
def test_one_changed_answer_moves_the_proposal(changes, expected):
    assert qualify({**REVIEW, **changes}, TODAY).proposed == expected


@pytest.mark.parametrize("reference", REFERENCE["qualifications"], ids=lambda entry: entry["id"])
def test_each_qualification_carries_the_elements_and_the_penalty_of_the_reference(reference):
    offence = offence_at(reference["id"], TODAY)
    wanted = {
        question: accepted if isinstance(accepted, list) else [accepted]
        for question, accepted in reference["requires"].items()
    }
    assert dict(offence.requires) == wanted
    penalty = penalty_at(reference["id"], TODAY)
    assert penalty is not None
    if reference["fine_eur"] is not None:
        assert (penalty.fine_eur, penalty.prison_months) == (reference["fine_eur"], reference["prison_months"])


@pytest.mark.parametrize(
    ("left_out", "answers", "proposed"),
    [
        ("personne_visee", {**INSULTING, "motif_discriminatoire": "origine_religion"}, "injure_publique_raciale"),
        ("personne_visee", {"motif_discriminatoire": "origine_religion"}, "diffamation_publique_raciale"),
        ("personne_visee", {**INSULTING, "est_public": "non"}, "injure_non_publique"),
        ("identifiable", {"personne_visee": "produits_services"}, "denigrement"),
        ("lie_aux_fonctions", {"qualite_victime": "fonctionnaire_ou_mandat"}, None),
    ],
)
def test_a_blank_answer_that_no_element_needs_holds_nothing_open(left_out, answers, proposed):
    given = {question: answer for question, answer in {**REVIEW, **answers}.items() if question != left_out}
    outcome = qualify(given, TODAY)
    assert outcome.proposed == proposed
    assert outcome.next_question == left_out or proposed


@pytest.mark.parametrize(
    ("facts_on", "months"), [(date(2004, 3, 9), 3), (date(2004, 3, 10), 12), (date(2026, 11, 23), 12)]
)
def test_the_limitation_of_a_qualification_is_that_of_the_day_of_the_facts(facts_on, months):
    assert offence_at("injure_publique_raciale", facts_on).limitation_months == months


def test_a_limitation_that_was_not_read_is_not_guessed():
    assert offence_at("denigrement", date(2007, 1, 1)).limitation_months is None
    assert "à relire" in offence_at("denigrement", date(2007, 1, 1)).limitation_label


def test_every_question_of_the_reference_keeps_its_identifier_and_options():
    for question in REFERENCE["questions"]:
        assert list(questions()[question["id"]].options) == question["options"]


def test_every_qualification_of_the_reference_table_is_known():
    table = {
        "diffamation_memoire_morts",
        "provocation_haine",
        "outrage_mission_service_public",
        "denonciation_calomnieuse",
        "presomption_innocence",
    }
    assert table | {entry["id"] for entry in REFERENCE["qualifications"]} <= set(known_offences())


def test_each_qualification_has_a_penalty_rule():
    penalties = {rule.id.removeprefix("penalty.") for rule in rules.rules_of("penalty")}
    assert set(known_offences()) == penalties


def test_a_disputed_mission_of_public_service_leaves_both_articles_open_and_says_what_would_settle_it():
    outcome = qualify(
        {**REVIEW, "qualite_victime": "chargee_mission_service_public", "lie_aux_fonctions": "discutable"}, TODAY
    )
    assert outcome.proposed is None
    assert outcome.conclusion is Conclusion.ARGUABLE
    assert outcome.candidate("diffamation_publique_particulier").fits is Fits.OPEN
    assert outcome.candidate("diffamation_publique_fonctionnaire").fits is Fits.OPEN
    assert "qualite_a_trancher" in {conflict.id for conflict in outcome.conflicts}
    assert outcome.prudent is not None
    assert "Planning de garde" in " ".join(outcome.prudent.evidence)


def test_a_disputed_publicity_keeps_both_branches_and_the_shortest_limitation():
    outcome = qualify({**REVIEW, "est_public": "discutable"}, TODAY)
    assert outcome.proposed is None
    assert outcome.prudent is not None
    assert offence_at(outcome.prudent.qualification, TODAY).limitation_label == "3 mois"


def test_two_readings_that_fit_warn_and_count_the_shortest_limitation():
    outcome = qualify({**REVIEW, "identite_usurpee": "oui"}, TODAY)
    assert outcome.proposed == "usurpation_identite"
    assert outcome.prudent is not None
    assert outcome.prudent.qualification == "diffamation_publique_particulier"
    assert "concours" in {conflict.id for conflict in outcome.conflicts}


@pytest.mark.parametrize(
    ("changes", "conflict", "effect"),
    [
        ({"terme_outrageant": "oui"}, "injure_absorbee", "warn"),
        ({"fait_precis": "discutable", "terme_outrageant": "oui"}, "double_qualification", "block"),
        ({"personne_visee": "produits_services"}, "1240_exclu", "block"),
        ({"vrai_selon_client": "oui"}, "fait_vrai", "warn"),
        ({"adresse_directement_non_public": "oui"}, "public_et_adresse", "warn"),
        ({"atteinte_honneur": "non", "terme_outrageant": "oui"}, "injure_a_isoler", "warn"),
    ],
)
def test_dangerous_answers_raise_their_conflict_with_its_authority(changes, conflict, effect):
    found = {found.id: found for found in qualify({**REVIEW, **changes}, TODAY).conflicts}
    assert found[conflict].effect == effect
    assert found[conflict].source


def test_truth_is_no_defence_where_private_life_is_concerned():
    assert "verite" in qualify(REVIEW, TODAY).defences
    assert "verite" not in qualify({**REVIEW, "vie_privee": "oui"}, TODAY).defences


def test_provocation_defends_against_insult_only():
    assert "provocation" not in qualify(REVIEW, TODAY).defences
    assert "provocation" in qualify({**REVIEW, **INSULTING}, TODAY).defences


def test_community_service_is_incurred_only_since_the_23rd_of_march_2024():
    before = penalty_at("injure_publique_fonctionnaire_corps", date(2024, 3, 22))
    after = penalty_at("injure_publique_fonctionnaire_corps", date(2024, 3, 23))
    assert before is not None
    assert after is not None
    assert before.extra == ""
    assert "intérêt général" in after.extra


def test_outrage_to_a_health_professional_does_not_exist_before_the_law_of_july_2025():
    answers = {**REVIEW, **INSULTING, "est_public": "non", "adresse_directement_non_public": "oui"}
    assert qualify(answers, date(2025, 7, 1)).proposed == "injure_non_publique"
    assert qualify(answers, date(2025, 9, 1)).proposed == "outrage_professionnel_sante"


def test_a_penalty_whose_text_was_not_read_is_not_guessed():
    assert penalty_at("diffamation_publique_particulier", date(2014, 2, 13)) is None


@pytest.mark.parametrize(
    ("offence", "answers", "prison"),
    [
        ("menaces", {}, 6),
        ("menaces", {"menace_de_mort": "oui"}, 36),
        ("menaces", {"menace_de_mort": "oui", "menace_sous_condition": "oui"}, 60),
        ("cyberharcelement", {"en_ligne": "oui"}, 24),
        ("montage_hypertrucage", {"contenu_intime": "oui", "en_ligne": "oui"}, 36),
        ("montage_hypertrucage", {"en_ligne": "non"}, 12),
        ("injure_publique_raciale", {"auteur_depositaire_autorite": "oui"}, 36),
    ],
)
def test_an_aggravation_moves_the_penalty(offence, answers, prison):
    penalty = penalty_at(offence, TODAY, answers)
    assert penalty is not None
    assert penalty.prison_months == prison


def test_facts_before_the_law_of_1881_have_no_rule():
    with pytest.raises(NoRuleInForce):
        qualify(REVIEW, date(1850, 1, 1))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"inconnue": "oui"}, "inconnue"),
        ({"est_public": "peut-être"}, "est_public"),
        ({"est_public": True}, "est_public"),
        ({"est_public": ["oui"]}, "est_public"),
        (["est_public"], "answers"),
        (None, "answers"),
    ],
)
def test_a_wrong_answer_is_refused_with_the_name_of_its_field(answers, field):
    with pytest.raises(InvalidInput) as refused:
        qualify(answers, TODAY)
    assert refused.value.field == field
    assert field in refused.value.message


def test_a_question_left_blank_is_not_put_again():
    first = qualify({}, TODAY).next_question
    assert first == "est_public"
    assert qualify({first: ""}, TODAY).next_question not in {first, None}


def test_each_element_question_shows_how_courts_answered_it():
    real = [case for case in decided_cases() if case.is_real]
    assert len(real) >= 7
    assert {case.id for case in examples_of("fait_precis", "oui")} >= {"tj-marseille-2020-09-23"}


ANSWERS = st.fixed_dictionaries(
    {}, optional={question.id: st.sampled_from(["", *question.options]) for question in questions().values()}
)
DAYS = st.dates(date(1881, 7, 29), date(2035, 12, 31))


@settings(max_examples=120, deadline=None)
@given(ANSWERS, DAYS)
def test_no_proposal_has_a_contradicted_or_missing_element(answers: dict[str, str], on: date):
    outcome = qualify(answers, on)
    if outcome.proposed is not None:
        chosen = outcome.candidate(outcome.proposed)
        assert chosen.fits is Fits.YES
        assert not chosen.contradicted
        for question, accepted in offence_at(outcome.proposed, on).requires.items():
            assert answers[question] in accepted


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.data())
def test_answering_never_brings_an_excluded_candidate_back(answers: dict[str, str], data: Any):
    blank = [question for question in questions() if not answers.get(question)]
    before = {found.qualification for found in qualify(answers, TODAY).candidates if found.fits is Fits.NO}
    asked = data.draw(st.sampled_from(blank)) if blank else next(iter(questions()))
    answered = {**answers, asked: answers.get(asked) or data.draw(st.sampled_from(questions()[asked].options))}
    after = {found.qualification for found in qualify(answered, TODAY).candidates if found.fits is Fits.NO}
    assert before <= after


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_each_path_through_the_questions_ends(data: Any):
    answers: dict[str, str] = {}
    for _ in range(len(questions()) + 1):
        asked = qualify(answers, TODAY).next_question
        if asked is None:
            break
        assert asked not in answers
        answers[asked] = data.draw(st.sampled_from(["", *questions()[asked].options]))
    outcome = qualify(answers, TODAY)
    assert outcome.next_question is None
    assert outcome.conclusion in set(Conclusion)


@settings(max_examples=30, deadline=None)
@given(DAYS)
def test_each_offence_in_force_on_a_day_names_its_source(on: date):
    for offence in offences_at(on):
        assert offence.sources
        assert offence.requires


def test_no_defence_is_proposed_before_anything_is_answered():
    nothing_said = qualify({}, TODAY)
    assert nothing_said.conclusion is Conclusion.INCOMPLETE
    assert nothing_said.defences == ()
    assert "verite" in qualify({"est_public": "oui"}, TODAY).defences


def test_an_admissible_criticism_is_defended_as_such_alone():
    critical = qualify({**REVIEW, "fait_precis": "non", "atteinte_honneur": "non"}, TODAY)
    assert critical.conclusion is Conclusion.NOTHING
    assert critical.defences == ("libre_critique",)


def test_a_reading_that_is_out_brings_no_defence():
    disputed = qualify({**REVIEW, "fait_precis": "discutable"}, TODAY)
    assert disputed.conclusion is Conclusion.ARGUABLE
    assert "provocation" not in disputed.defences, "the insult is out: no outrageous term"


def test_examples_of_an_answer_are_those_that_gave_it():
    every, yes = examples_of("est_public"), examples_of("est_public", "oui")
    assert yes
    assert all(case.answers["est_public"] == "oui" for case in yes)
    assert all("est_public" in case.answers for case in every)
    assert len(examples_of("est_public", "non")) + len(yes) <= len(every)
