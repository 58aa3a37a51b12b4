"""What a qualification commands, in the words of the page and of the note to the client."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.law.consequences import consequences_of
from casefile.law.durations import duration_of, in_months
from casefile.law.offences import known_offences, offence_at
from casefile.law.penalty_words import UNREAD_PENALTY
from casefile.law.thresholds import Access

FACTS = date(2026, 9, 3)
TODAY = date(2026, 11, 23)


def words(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("qualification", "answers", "penalty", "limitation"),
    [
        ("diffamation_publique_particulier", {}, "12 000 € d’amende", "3 mois"),
        ("injure_publique_raciale", {}, "1 an d’emprisonnement et 45 000 € d’amende", "1 an"),
        ("injure_non_publique", {}, "38 € d’amende", "3 mois"),
        ("chantage", {}, "5 ans d’emprisonnement et 75 000 € d’amende", "6 ans"),
        (
            "injure_publique_fonctionnaire_corps",
            {},
            "12 000 € d’amende ; peine de travail d’intérêt général",
            "3 mois",
        ),
        ("denigrement", {}, "dommages et intérêts, cessation", "5 ans"),
        ("menaces", {"menace_de_mort": "oui"}, "3 ans d’emprisonnement et 45 000 € d’amende", "6 ans"),
    ],
)
def test_a_qualification_commands_its_penalty_and_its_limitation(qualification, answers, penalty, limitation):
    found = consequences_of(qualification, FACTS, TODAY, answers)
    assert words(found.penalty) == penalty
    assert words(found.limitation) == limitation


@pytest.mark.parametrize("qualification", known_offences())
def test_each_qualification_says_its_texts_its_courts_and_the_two_tests(qualification):
    found = consequences_of(qualification, FACTS, TODAY)
    assert found.texts
    assert found.complaint
    assert found.civil_court
    assert found.criminal.why
    assert found.civil.why
    assert {found.criminal.access, found.civil.access} <= set(Access)


@pytest.mark.parametrize("qualification", known_offences())
def test_the_order_of_prudence_agrees_with_the_limitation_rules(qualification):
    offence = offence_at(qualification, FACTS)
    assert offence.limitation_months == in_months(duration_of(qualification, FACTS))


def test_a_private_person_needs_a_prior_complaint_under_article_48():
    found = consequences_of("diffamation_publique_particulier", FACTS, TODAY)
    assert "préalable" in found.complaint
    assert "48, 6°" in found.complaint_source


def test_a_penalty_not_read_at_the_date_of_the_facts_says_so():
    found = consequences_of("diffamation_publique_particulier", date(2014, 2, 13), TODAY)
    assert found.penalty == UNREAD_PENALTY
    assert found.criminal.access is Access.UNCERTAIN
    assert found.status == "unverified"
