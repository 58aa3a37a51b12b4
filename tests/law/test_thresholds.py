"""The two tests of access to technical data at their very edges: one year, three years, the day of the text."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.law.thresholds import Access, civil_threshold, criminal_threshold

FACTS = date(2026, 9, 3)
TODAY = date(2026, 11, 23)
NO_THREAT = {"menace_de_mort": "non", "menace_sous_condition": "non"}
NO_AGGRAVATION = {"victime_depositaire_autorite": "non", "lieu_de_soins": "non", "plusieurs_auteurs": "non"}


@pytest.mark.parametrize(
    ("offence", "answers", "access", "why"),
    [
        ("diffamation_publique_particulier", {}, Access.CLOSED, "n’est punie que d’une amende"),
        ("menaces", NO_THREAT, Access.CLOSED, "punie de 6 mois d’emprisonnement"),
        ("usurpation_identite", {}, Access.OPEN, "puni d’un an d’emprisonnement"),
        ("cyberharcelement", {"en_ligne": "oui"}, Access.OPEN, "puni de 2 ans d’emprisonnement"),
        ("menaces", {**NO_THREAT, "menace_de_mort": "oui"}, Access.OPEN, "le seuil de trois ans est atteint"),
        ("denigrement", {}, Access.CLOSED, "Une faute civile n’est pas une infraction"),
    ],
)
def test_the_answer_names_the_penalty_that_it_weighs(offence, answers, access, why):
    found = criminal_threshold(offence, FACTS, TODAY, answers)
    assert found.access is access
    assert why in found.why


def test_less_than_three_years_owes_the_two_conditions_of_the_one_year_threshold():
    found = criminal_threshold("cyberharcelement", FACTS, TODAY, {"en_ligne": "oui"})
    assert "commis par un réseau" in found.why
    assert "pour seul objet d’identifier l’auteur" in found.why


def test_an_aggravation_that_reaches_exactly_one_year_leaves_the_answer_uncertain_until_it_is_denied():
    """Article 433-5: a year for a protected victim, six months for a place of care or several authors."""
    asked = criminal_threshold("outrage_mission_service_public", FACTS, TODAY)
    assert asked.access is Access.UNCERTAIN
    assert "circonstance aggravante" in asked.why
    assert criminal_threshold("outrage_mission_service_public", FACTS, TODAY, NO_AGGRAVATION).access is Access.CLOSED


def test_the_criminal_test_stands_on_article_60_1_2():
    assert criminal_threshold("cyberharcelement", FACTS, TODAY).source.startswith("CPP, art. 60-1-2")
    before = criminal_threshold("cyberharcelement", date(2022, 1, 3), date(2022, 3, 3))
    assert (before.access, before.status) == (Access.UNCERTAIN, "unverified")


def test_the_civil_test_is_not_guessed_before_the_law_of_30_july_2021():
    eve = civil_threshold("cyberharcelement", date(2021, 5, 1), date(2021, 7, 31))
    assert (eve.access, eve.status) == (Access.UNCERTAIN, "unverified")
    assert "n’étaient pas en vigueur" in eve.why
    assert civil_threshold("cyberharcelement", date(2021, 5, 1), date(2021, 8, 1)).access is Access.OPEN
