"""Defences seen from both sides, and the strength that they leave to a passage."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.law.defences import Level, Prospect, defences_for, strength_of
from casefile.law.offences import known_offences, offence_at

DAY = date(2026, 9, 3)
DEFAMATION = "diffamation_publique_particulier"
INSULT = "injure_publique_particulier"
ELEMENTS = {
    "est_public": "oui",
    "personne_visee": "personne_physique",
    "identifiable": "oui",
    "fait_precis": "oui",
    "atteinte_honneur": "oui",
    "qualite_victime": "professionnel_sante",
    "motif_discriminatoire": "aucun",
}
STRONG = {**ELEMENTS, "vrai_selon_client": "non", "base_factuelle": "non", "interet_general": "non"}
INSULTING = {**ELEMENTS, "fait_precis": "non", "atteinte_honneur": "non", "terme_outrageant": "oui"}


def prospect(qualification, answers, defence):
    return {found.id: found.prospect for found in defences_for(qualification, answers, DAY)}[defence]


@pytest.mark.parametrize(
    ("qualification", "answers", "defence", "expected"),
    [
        (DEFAMATION, {}, "verite", Prospect.POSSIBLE),
        (DEFAMATION, {"vrai_selon_client": "oui"}, "verite", Prospect.LIKELY),
        (DEFAMATION, {"vrai_selon_client": "non"}, "verite", Prospect.UNLIKELY),
        (DEFAMATION, {"vrai_selon_client": "oui", "vie_privee": "oui"}, "verite", Prospect.SHUT),
        (DEFAMATION, {"base_factuelle": "oui", "interet_general": "oui"}, "bonne_foi", Prospect.LIKELY),
        (DEFAMATION, {"base_factuelle": "oui"}, "bonne_foi", Prospect.POSSIBLE),
        (DEFAMATION, {"base_factuelle": "non"}, "bonne_foi", Prospect.UNLIKELY),
        (INSULT, {"provocation_prealable": "oui"}, "provocation", Prospect.LIKELY),
        (INSULT, {"provocation_prealable": "non"}, "provocation", Prospect.UNLIKELY),
        (DEFAMATION, ELEMENTS, "libre_critique", Prospect.SHUT),
        ("denigrement", {"fait_precis": "non", "terme_outrageant": "non"}, "libre_critique", Prospect.LIKELY),
    ],
)
def test_a_defence_follows_the_answers(qualification, answers, defence, expected):
    assert prospect(qualification, answers, defence) is expected


def test_truth_says_its_ten_days_and_what_each_side_must_do():
    truth = next(found for found in defences_for(DEFAMATION, {}, DAY) if found.id == "verite")
    assert "dix jours" in truth.deadline
    assert truth.author_side
    assert truth.client_side
    assert "35" in truth.source


def test_the_excuse_of_provocation_belongs_to_insults_between_private_persons():
    excused = {offence for offence in known_offences() if "provocation" in offence_at(offence, DAY).defences}
    assert excused == {"injure_publique_particulier", "injure_non_publique"}


@pytest.mark.parametrize(
    ("qualification", "answers", "level"),
    [
        (DEFAMATION, STRONG, Level.SOLID),
        (DEFAMATION, ELEMENTS, Level.ARGUABLE),
        (DEFAMATION, {**STRONG, "atteinte_honneur": "discutable"}, Level.ARGUABLE),
        (DEFAMATION, {**STRONG, "vrai_selon_client": "oui"}, Level.WEAK),
        (DEFAMATION, {**STRONG, "fait_precis": "non"}, Level.WEAK),
        (INSULT, {**INSULTING, "provocation_prealable": "non"}, Level.SOLID),
        (INSULT, {**INSULTING, "provocation_prealable": "oui"}, Level.WEAK),
        ("usurpation_identite", {"identite_usurpee": "oui"}, Level.SOLID),
    ],
)
def test_the_strength_of_a_passage_is_graded(qualification, answers, level):
    strength = strength_of(qualification, answers, DAY)
    assert strength.level is level
    assert all(reason.text and reason.source for reason in strength.reasons)


def test_the_aggressive_answer_published_before_the_insult_weakens_it_and_says_so():
    strength = strength_of(INSULT, {**INSULTING, "provocation_prealable": "oui"}, DAY)
    assert any("réponse publique agressive" in reason.text for reason in strength.reasons if reason.weighs == "against")
