"""Every row and every clock of identification-routes.json against the engine, and every offence on the hard dates."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from casefile.law.calendar import add_months
from casefile.law.identification import NO_OFFENCE, routes_for
from casefile.law.identification_facts import situation
from casefile.law.identification_steps import StepFacts, steps_for
from casefile.law.limitation import compute
from casefile.law.limitation_input import facts_from_json
from casefile.law.limitation_result import Status
from casefile.law.offences import known_offences
from casefile.law.procedure import Event, deadlines_after
from casefile.law.retention import RetentionFacts, clock_of, clocks
from casefile.law.rule_model import NoRuleInForce
from casefile.law.thresholds import Access

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "law" / "identification-routes.json").read_text("utf-8")
)
ROUTES = {row["id"]: row for row in REFERENCE["routes"]}
CLOCKS = {row["id"]: row for row in REFERENCE["clocks"]}
DAY = date(2026, 9, 3)
TODAY = date(2026, 11, 23)
CLOSED_ON = date(2026, 10, 5)
FACTS = StepFacts(TODAY, TODAY, DAY, date(2026, 12, 2), Status.RUNNING, True, Access.CLOSED, Access.CLOSED)
# What each route may yield in the reference, in our words; what needs no judge yields no protected datum.
YIELDS = {
    "osint": set(),
    "whois": set(),
    "amiable_hebergeur": set(),
    "preservation": set(),
    "requete_145": {"identity", "account", "payment", "technical"},
    "ref_145": {"identity", "account", "payment", "technical"},
    "ref_145_tiers": {"holder"},
    "fai_145": {"line"},
    "paf_63": {"content"},
    "plainte_simple": {"identity", "account", "technical"},
    "pcpc": {"identity", "account", "payment", "technical"},
    "international": {"identity", "account", "technical"},
    "rgpd_acces": set(),
    "us_1782": set(),
}


def routes(qualification, published=DAY, on=TODAY, **more):
    facts = {"qualification": qualification, "publication": {"kind": "exact", "date": published.isoformat()}, **more}
    return routes_for(situation(facts, on, None))


def retained(data):
    clock = clock_of(data, clocks(RetentionFacts(DAY, DAY, CLOSED_ON), TODAY))
    assert clock is not None
    assert clock.held_until_earliest == clock.held_until_latest
    return clock.held_until_latest


def limitation(qualification):
    asked = {
        "qualification": qualification,
        "publication": {"kind": "exact", "date": DAY.isoformat()},
        "on": TODAY.isoformat(),
    }
    return compute(*facts_from_json(asked)).admitted_on


def plain(text):
    return text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")


def procedural(event, rule):
    return next(one.counted_on for one in deadlines_after(Event(event, DAY)) if one.rule.key == rule)


def step_day(code, event, kind):
    step = next(one for one in steps_for(replace(FACTS, events={event: DAY})) if one.id == code)
    return next(one.due_on for one in step.deadlines if one.kind == kind)


def prudent_step_day():
    step = next(one for one in steps_for(FACTS) if one.id == "S09")
    return max(one.due_on for one in step.deadlines if one.due_on)


# Clock of the reference → how the engine counts it, and the day that it must give.
COUNTED = {
    "presc_presse": (lambda: limitation("diffamation_publique_particulier"), date(2026, 12, 3)),
    "presc_presse_aggravee": (lambda: limitation("diffamation_publique_raciale"), date(2027, 9, 3)),
    "presc_delit_commun": (lambda: limitation("usurpation_identite"), date(2032, 9, 3)),
    "ret_identite_civile": (lambda: retained("identity"), date(2031, 10, 5)),
    "ret_compte": (lambda: retained("account"), date(2027, 10, 5)),
    "ret_paiement": (lambda: retained("payment"), date(2027, 10, 5)),
    "ret_technique": (lambda: retained("technical"), date(2027, 9, 3)),
    "ret_fai": (lambda: retained("line"), date(2027, 9, 3)),
    "dsa20": (lambda: step_day("S17", "refusal", "law"), date(2027, 3, 3)),
    "rgpd12": (lambda: step_day("S20", "rgpd_request", "law"), date(2026, 10, 3)),
    "appel_paf": (lambda: procedural("signification_jugement_paf", "appel_paf"), date(2026, 9, 18)),
    "eev_epoc": (lambda: procedural("epoc", "reponse_epoc"), date(2026, 9, 13)),
    "eev_pres": (lambda: procedural("epoc_pr", "conservation_epoc_pr"), date(2026, 11, 2)),
    # Ten days before 2 December 2026 is a Sunday: the working day before it.
    "secu_pcpc": (prudent_step_day, date(2026, 11, 20)),
}


def test_every_clock_of_the_reference_has_its_case():
    assert set(COUNTED) == set(CLOCKS)


@pytest.mark.parametrize("name", COUNTED)
def test_each_clock_of_the_reference_gives_its_day(name):
    count, expected = COUNTED[name]
    assert count() == expected


@pytest.mark.parametrize("row", ROUTES.values(), ids=lambda row: row["id"])
def test_each_route_says_what_its_row_says(row):
    found = routes("cyberharcelement", DAY, platform="google_maps").route(row["id"])
    interrupts = row["interrupts_prescription"] or "non"
    assert plain(found.interrupts) == plain(interrupts)
    assert set(found.yields) == (YIELDS[row["id"]] if found.state is not Access.CLOSED else set())
    assert plain(found.who_decides) == plain(row["decider"])
    remembered = "[M]" in row["duration"] or row["status"] == "M"
    assert not remembered or "mémoire" in found.usual_time + found.status or found.status == "unverified"
    assert (found.status == "verified") <= (not row["status"].startswith("M"))


# Days on which something changes: same day, the day before loss, the last prudent and admitted days, and after.
HARD_DAYS = [
    (date(2026, 11, 23), date(2026, 11, 23)),
    (date(2026, 8, 23), date(2026, 11, 22)),
    (date(2026, 8, 23), date(2026, 11, 23)),
    (date(2026, 8, 23), date(2026, 11, 24)),
    (date(2025, 11, 23), date(2026, 11, 23)),
    (date(2025, 11, 22), date(2026, 11, 23)),
    (date(2024, 2, 29), date(2025, 2, 28)),
    (date(2024, 2, 29), date(2025, 3, 1)),
    (date(2021, 11, 1), date(2021, 11, 30)),
    (date(2020, 3, 1), date(2026, 11, 23)),
    (date(1990, 1, 1), date(2026, 11, 23)),
]


@pytest.mark.parametrize("qualification", [*known_offences(), NO_OFFENCE])
def test_no_offence_and_no_day_breaks_what_the_reference_never_allows(qualification):
    for published, on in HARD_DAYS:
        try:
            found = routes(qualification, published, on)
        except NoRuleInForce:
            continue  # a day before the rules read is refused, never guessed
        assert {route.id for route in found.routes} == set(ROUTES)
        for route in found.routes:
            assert route.is_open == (route.state is Access.OPEN)
            assert set(route.yields) <= YIELDS[route.id]
            if "technical" in route.yields:
                test = found.criminal if route.technical_test == "criminal" else found.civil
                assert test.access is Access.OPEN
                assert on <= add_months(published, 12)
            assert not (route.state is Access.CLOSED and route.data)
        assert not found.route("amiable_hebergeur").is_open
        assert found.route("fai_145").state is not Access.OPEN or found.civil.access is Access.OPEN
        assert found.route("fai_145").state is not Access.OPEN or on <= add_months(published, 12)
        for clock in found.clocks:
            assert clock.held_until_latest is None or clock.held_until_latest >= (clock.held_until_earliest or date.min)


def test_a_closed_account_moves_three_clocks_and_leaves_the_connection():
    before, after = (clocks(RetentionFacts(DAY, DAY, closed), TODAY) for closed in (None, CLOSED_ON))
    moved = {one.data for one, two in zip(before, after, strict=True) if one != two}
    assert moved == {"identity", "account", "payment"}
