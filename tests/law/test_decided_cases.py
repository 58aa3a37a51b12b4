"""Real decisions replayed: the prudent date never comes after the court's, the admitted date is the court's."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from casefile.law.limitation import compute
from casefile.law.limitation_facts import Act, LimitationFacts, Publication, Regularity
from casefile.law.limitation_input import facts_from_json

CASES = json.loads((Path(__file__).parents[2] / "fixtures/law/prescription-cases.json").read_text("utf-8"))
COMPUTABLE = [case for case in CASES if case["computable"]]
DEFAMATION = "diffamation_publique_particulier"

# Case id → why the admitted date differs from the court's. None of the shared cases needs one today.
EXPLAINED: dict[str, str] = {}


def replay(case):
    return compute(*facts_from_json({**case, "territory": "metropole", "on": case["date"]}))


@pytest.mark.parametrize("case", COMPUTABLE, ids=lambda case: case["id"])
def test_the_prudent_date_never_passes_the_last_day_a_court_accepted(case):
    assert replay(case).prudent_on <= date.fromisoformat(case["last_valid_day"])


@pytest.mark.parametrize("case", COMPUTABLE, ids=lambda case: case["id"])
def test_the_admitted_date_is_the_last_day_a_court_accepted(case):
    if case["id"] not in EXPLAINED:
        assert replay(case).admitted_on == date.fromisoformat(case["last_valid_day"])


def test_at_most_one_case_in_twenty_is_explained_away():
    assert len(EXPLAINED) <= len(COMPUTABLE) / 20
    assert len(COMPUTABLE) >= 17


def facts(publication, *acts, **more):
    return LimitationFacts(DEFAMATION, publication, acts=tuple(acts), **more)


def test_p57_each_step_of_the_summary_proceedings_renews_three_months():
    known = facts(
        Publication.exact(date(2006, 2, 20)),
        Act("assignation_refere", date(2006, 3, 16)),
        Act("jugement", date(2006, 4, 7)),
    )
    result = compute(known, date(2006, 6, 1))
    terms = [step.term for step in result.steps if step.reading == "admitted"]
    assert terms == [date(2006, 5, 20), date(2006, 6, 16), date(2006, 7, 7)]
    assert result.admitted_on == date(2006, 7, 7)
    assert result.prudent_on == date(2006, 7, 6)


def test_p57_an_appeal_on_the_very_last_day_renews_again():
    known = facts(
        Publication.exact(date(2006, 2, 20)),
        Act("assignation_refere", date(2006, 3, 16)),
        Act("jugement", date(2006, 4, 7)),
        Act("declaration_appel", date(2006, 7, 7)),
    )
    assert compute(known, date(2006, 8, 1)).admitted_on == date(2006, 10, 7)


@pytest.mark.parametrize(
    ("regularity", "admitted_on"),
    [(Regularity.VOID, date(2018, 10, 30)), (Regularity.DISPUTED, date(2019, 1, 23))],
)
@pytest.mark.parametrize("order", [Regularity.REGULAR, None])
def test_p58_the_annulled_summons_moves_the_admitted_date_only_when_disputed(regularity, admitted_on, order):
    known = facts(
        Publication.exact(date(2018, 7, 30)),
        Act("assignation_refere", date(2018, 8, 16), regularity),
        Act("jugement", date(2018, 10, 23), order or regularity),
    )
    result = compute(known, date(2019, 2, 1))
    assert result.prudent_on == date(2018, 10, 29)
    assert result.admitted_on == admitted_on


def test_p65_a_month_without_day_gives_the_two_ends_of_the_month():
    known = facts(Publication.between(date(1992, 11, 1), date(1992, 11, 30)))
    result = compute(known, date(1993, 1, 1))
    assert result.prudent_on == date(1993, 2, 1) - timedelta(days=1)
    assert result.steps[0].term == date(1993, 2, 1)
    assert result.admitted_on == date(1993, 2, 28)


def test_p65_the_longer_period_of_2004_does_not_reach_facts_of_1992():
    known = LimitationFacts("injure_publique_raciale", Publication.between(date(1992, 11, 1), date(1992, 11, 30)))
    assert compute(known, date(1993, 1, 1)).admitted_on == date(1993, 2, 28)


def test_p55_an_adjournment_renews_from_its_own_day_not_to_the_next_hearing():
    known = LimitationFacts(
        DEFAMATION, None, start_after_act=date(2014, 7, 10), acts=(Act("renvoi_contradictoire", date(2014, 10, 9)),)
    )
    result = compute(known, date(2014, 11, 1))
    assert result.admitted_on == date(2015, 1, 9)
    assert any("plus de trois mois" in warning for warning in result.warnings)
