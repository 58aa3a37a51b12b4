"""Durations: every qualification has one, in the version of the day of the facts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from casefile.errors import InvalidInput
from casefile.law import rules
from casefile.law.calendar import add_months
from casefile.law.durations import duration_of, duration_rules, in_months, shortest
from casefile.law.limitation import compute
from casefile.law.limitation_facts import LimitationFacts, Publication
from casefile.law.rules import NoRuleInForce

QUESTIONNAIRE = json.loads((Path(__file__).parents[2] / "fixtures/law/questionnaire.json").read_text("utf-8"))
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("qualification", QUESTIONNAIRE["qualifications"], ids=lambda one: one["id"])
def test_every_qualification_of_the_questionnaire_has_its_duration(qualification):
    expected = qualification["limitation"]
    months = expected.get("months", 0) + 12 * expected.get("years", 0)
    assert in_months(duration_of(qualification["id"], TODAY)) == months


def test_every_offence_of_the_rule_book_has_a_duration():
    assert {rule.id.split(".")[1] for rule in rules.rules_of("qualification")} <= set(duration_rules())


def test_no_qualification_has_two_durations():
    claimed = [name for rule in rules.rules_of("limitation") for name in rule.versions[-1].texts("applies_to")]
    assert len(claimed) == len(set(claimed))


def test_a_rule_applies_to_the_same_actions_in_all_its_versions():
    for rule in rules.rules_of("limitation"):
        assert len({version.texts("applies_to") for version in rule.versions}) == 1


@pytest.mark.parametrize(
    ("qualification", "day", "months"),
    [
        ("diffamation_publique_particulier", "1988-09-07", 3),
        ("diffamation_publique_particulier", "1993-01-05", 3),
        ("diffamation_publique_raciale", "2004-03-09", 3),
        ("diffamation_publique_raciale", "2004-03-10", 12),
        ("injure_publique_raciale", "2004-03-10", 12),
        ("diffamation_publique_sexiste_homophobe_handicap", "2014-01-28", 3),
        ("diffamation_publique_sexiste_homophobe_handicap", "2014-01-29", 12),
        ("injure_publique_sexiste_homophobe_handicap", "2014-01-29", 12),
        ("provocation_haine", "2010-01-01", 3),
        ("provocation_haine", "2014-01-29", 12),
        ("injure_non_publique_discriminatoire", "2026-01-01", 3),
        ("diffamation_memoire_morts", "2026-01-01", 3),
        ("presomption_innocence", "2026-01-01", 3),
        ("refus_insertion", "2026-01-01", 3),
        ("droit_de_reponse_en_ligne", "2026-01-01", 3),
        ("cyberharcelement", "2017-02-28", 36),
        ("cyberharcelement", "2017-03-01", 72),
        ("usurpation_identite", "2017-03-01", 72),
        ("outrage_professionnel_sante", "2025-07-11", 72),
        ("denigrement", "2008-06-19", 60),
        ("contravention_droit_commun", "2026-01-01", 12),
        ("peine_delictuelle", "2026-01-01", 72),
    ],
)
def test_the_duration_is_that_of_the_day_of_the_facts(qualification, day, months):
    assert in_months(duration_of(qualification, date.fromisoformat(day))) == months


@pytest.mark.parametrize(
    ("qualification", "day"),
    [
        ("outrage_professionnel_sante", "2025-07-09"),
        ("denigrement", "2008-06-18"),
        ("presomption_innocence", "1993-01-04"),
        ("droit_de_reponse_en_ligne", "2007-10-26"),
        ("peine_delictuelle", "2017-02-28"),
    ],
)
def test_a_day_that_the_reference_does_not_cover_raises(qualification, day):
    with pytest.raises(rules.NoRuleInForce):
        duration_of(qualification, date.fromisoformat(day))


def test_an_interval_that_crosses_a_reform_keeps_the_short_period_on_the_prudent_side():
    publication = Publication.between(date(2004, 3, 1), date(2004, 3, 20))
    result = compute(LimitationFacts("injure_publique_raciale", publication), date(2004, 5, 1))
    assert (result.prudent_on, result.admitted_on) == (date(2004, 5, 31), date(2005, 3, 20))


def test_between_two_qualifications_the_shortest_period_is_counted_and_the_other_shown():
    facts = LimitationFacts(
        "denigrement", Publication.exact(date(2026, 10, 1)), alternatives=("diffamation_publique_particulier",)
    )
    result = compute(facts, TODAY)
    assert (result.months, result.admitted_on) == (3, date(2027, 1, 1))
    assert date(2031, 10, 1) in [fallback.day for fallback in result.fallbacks]
    assert any("la plus courte" in warning for warning in result.warnings)
    assert in_months(shortest(("denigrement", "cyberharcelement"), TODAY)) == 60


def test_the_shorter_civil_period_of_privacy_is_said():
    facts = LimitationFacts("atteinte_vie_privee", Publication.exact(date(2026, 10, 1)))
    assert any("5 ans" in warning for warning in compute(facts, TODAY).warnings)


def test_an_unverified_duration_is_said():
    old = LimitationFacts("cyberharcelement", Publication.exact(date(2016, 1, 1)))
    assert any("non vérifiée" in warning for warning in compute(old, TODAY).warnings)
    new = LimitationFacts("cyberharcelement", Publication.exact(date(2026, 1, 1)))
    assert not any("non vérifiée" in warning for warning in compute(new, TODAY).warnings)


def test_an_unknown_qualification_is_refused():
    with pytest.raises(InvalidInput, match="qualification inconnue"):
        duration_of("vol_a_main_armee", TODAY)


RACIAL, HEALTH = "injure_publique_raciale", "outrage_professionnel_sante"


def asked(qualification, publication, on=date(2027, 1, 1), **more):
    return compute(LimitationFacts(qualification, publication, **more), on)


def test_facts_between_two_laws_take_the_strict_one_in_the_prudent_reading():
    result = asked(RACIAL, Publication.between(date(2004, 3, 1), date(2004, 3, 20)), date(2004, 4, 1))
    assert (result.prudent_on, result.admitted_on) == (date(2004, 5, 31), date(2005, 3, 20))
    assert any("La durée a changé" in warning for warning in result.warnings)
    settled = asked(RACIAL, Publication.exact(date(2004, 3, 10)), date(2004, 4, 1))
    assert not any("La durée a changé" in warning for warning in settled.warnings)


def test_the_law_of_the_publication_governs_after_an_act_of_the_next_law():
    result = asked(RACIAL, Publication.exact(date(2004, 2, 1)), start_after_act=date(2004, 4, 1))
    assert (result.prudent_on, result.admitted_on) == (date(2004, 6, 30), date(2004, 7, 1))


@pytest.mark.parametrize(
    ("act", "prudent_on"),
    [
        (date(2004, 5, 1), date(2004, 7, 31)),
        (date(2005, 3, 9), date(2005, 6, 8)),
        (date(2005, 3, 10), date(2006, 3, 9)),
    ],
)
def test_an_act_alone_may_follow_facts_as_old_as_a_whole_period(act, prudent_on):
    result = asked(RACIAL, None, start_after_act=act)
    assert (result.prudent_on, result.admitted_on) == (prudent_on, add_months(act, 12))


def test_an_uncertain_publication_may_begin_before_the_text_exists():
    result = asked(HEALTH, Publication.between(date(2025, 7, 1), date(2025, 8, 1)))
    assert (result.prudent_on, result.admitted_on) == (date(2031, 6, 30), date(2031, 8, 1))
    with pytest.raises(NoRuleInForce):
        asked(HEALTH, Publication.between(date(2025, 6, 1), date(2025, 7, 10)))


@pytest.mark.parametrize(
    ("day", "prudent", "admitted"),
    [
        ("2004-03-09", "2004-06-08", "2004-06-09"),
        ("2004-03-10", "2004-06-09", "2005-03-10"),
        ("2014-01-28", "2014-04-27", "2015-01-28"),
        ("2014-01-29", "2015-01-28", "2015-01-29"),
    ],
)
def test_a_provocation_of_2004_to_2014_is_three_months_or_a_year_by_its_motive(day, prudent, admitted):
    """Article 65-3 of 2004 knew origin and religion only; sex, orientation and disability waited for 2014."""
    result = compute(LimitationFacts("provocation_haine", Publication.exact(date.fromisoformat(day))), date(2016, 1, 1))
    assert (result.prudent_on.isoformat(), result.admitted_on.isoformat()) == (prudent, admitted)


def test_another_possible_qualification_keeps_the_shorter_admitted_length():
    facts = LimitationFacts(
        "provocation_haine", Publication.exact(date(2010, 5, 3)), alternatives=("injure_publique_particulier",)
    )
    assert compute(facts, date(2016, 1, 1)).admitted_on == date(2010, 8, 3)


def test_a_civil_action_of_before_2008_says_what_to_do():
    with pytest.raises(NoRuleInForce, match="relisez le texte d'alors"):
        compute(LimitationFacts("denigrement", Publication.exact(date(2008, 6, 18))), date(2016, 1, 1))
