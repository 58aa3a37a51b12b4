"""Real decisions replayed: the prudent date never comes after the court's, the admitted date is the court's."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from casefile.law.limitation import compute
from casefile.law.limitation_facts import Act, LimitationFacts, Publication, Regularity, Suspension
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


def after(day, *acts, **more):
    return compute(
        LimitationFacts(DEFAMATION, None, start_after_act=date.fromisoformat(day), acts=acts, **more), date(2030, 1, 1)
    )


def test_p19_a_court_counted_from_the_filing_and_the_prudent_date_from_the_service():
    known = facts(
        Publication.exact(date(2015, 6, 1)),
        Act("assignation", date(2015, 7, 1)),
        Act("placement_assignation", date(2015, 7, 8)),
    )
    result = compute(known, date(2015, 8, 1))
    assert (result.prudent_on, result.admitted_on) == (date(2015, 9, 30), date(2015, 10, 8))


def test_p26_the_submissions_of_the_appealing_defendant_move_the_admitted_date():
    result = after("2019-02-14", Act("conclusions_defendeur_appelant", date(2019, 4, 18)))
    assert (result.prudent_on, result.admitted_on) == (date(2019, 5, 13), date(2019, 7, 18))


def test_p26_those_of_a_defendant_who_did_not_appeal_move_nothing():
    result = after("2019-02-14", Act("conclusions_defendeur", date(2019, 4, 18)))
    assert result.admitted_on == date(2019, 5, 14)


def test_p47_the_four_months_of_article_175_stop_the_period():
    stop = Suspension("avis_175", date(2022, 11, 8), date(2023, 3, 8))
    result = after("2022-11-08", suspensions=(stop,))
    assert (result.prudent_on, result.admitted_on) == (date(2023, 2, 7), date(2023, 6, 8))


def test_p63_submissions_sent_to_nobody_renew_nothing():
    result = after("2004-01-08", Act("conclusions_sans_adversaire_constitue", date(2004, 4, 1)))
    assert result.admitted_on == date(2004, 4, 8)


def test_p22_waiting_for_the_appeal_hearing_suspends_nothing():
    stop = Suspension("attente_appel", date(2003, 1, 10), date(2003, 9, 1))
    assert after("2003-01-10", suspensions=(stop,)).admitted_on == date(2003, 4, 10)


def test_p41_an_unproved_publication_day_is_never_guessed():
    result = compute(facts(Publication.unknown(date(2000, 1, 5))), date(2000, 2, 1))
    assert result.prudent_on is None
    assert result.evidence_needed
