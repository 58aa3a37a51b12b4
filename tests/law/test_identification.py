"""Routes to the author × qualifications × dates, the two tests apart, and each retention clock."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import InvalidInput
from casefile.law.identification import routes_for
from casefile.law.identification_facts import situation
from casefile.law.offences import known_offences
from casefile.law.retention import Holding, RetentionFacts, clock_of, clocks
from casefile.law.rule_model import NoRuleInForce
from casefile.law.thresholds import Access, civil_threshold, criminal_threshold

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "law" / "identification-routes.json").read_text("utf-8")
)
PUBLISHED = date(2026, 9, 3)
TODAY = date(2026, 11, 23)
OPEN, CLOSED, UNCERTAIN = Access.OPEN, Access.CLOSED, Access.UNCERTAIN
SIMPLE = ("diffamation_publique_particulier", "injure_publique_particulier")

# Label of the reference's table → our qualifications, then the two tests: criminal, civil.
THRESHOLDS = {
    "Diffamation publique envers particulier": (["diffamation_publique_particulier"], {}, CLOSED, CLOSED),
    "Injure publique envers particulier": (["injure_publique_particulier"], {}, CLOSED, CLOSED),
    "Diffamation envers personne chargée d'un mandat ou service public": (
        ["diffamation_publique_fonctionnaire"],
        {},
        CLOSED,
        CLOSED,
    ),
    "Diffamation/injure à caractère raciste, sexiste, homophobe, handicap": (
        [
            "diffamation_publique_raciale",
            "diffamation_publique_sexiste_homophobe_handicap",
            "injure_publique_raciale",
            "injure_publique_sexiste_homophobe_handicap",
        ],
        {},
        OPEN,
        UNCERTAIN,
    ),
    "Diffamation/injure non publiques": (["diffamation_non_publique", "injure_non_publique"], {}, CLOSED, CLOSED),
    "Dénigrement (produit, service)": (["denigrement"], {}, CLOSED, CLOSED),
    "Cyberharcèlement": (["cyberharcelement"], {}, OPEN, OPEN),
    "Envois réitérés de messages malveillants": (["messages_malveillants"], {}, OPEN, CLOSED),
    "Usurpation d'identité": (["usurpation_identite"], {}, OPEN, CLOSED),
    "Menace de délit ou crime": (
        ["menaces"],
        {"menace_de_mort": "non", "menace_sous_condition": "non"},
        CLOSED,
        CLOSED,
    ),
    "Menace de mort": (["menaces"], {"menace_de_mort": "oui"}, OPEN, UNCERTAIN),
    "Divulgation malveillante de données (doxxing)": (["divulgation_donnees_mise_en_danger"], {}, OPEN, UNCERTAIN),
    "Chantage (« remboursez ou je publie »)": (["chantage"], {}, OPEN, UNCERTAIN),
    "Faux avis d'un concurrent (pratique commerciale trompeuse)": (
        ["faux_avis_pratique_trompeuse"],
        {},
        OPEN,
        UNCERTAIN,
    ),
    "Outrage à professionnel de santé": (["outrage_professionnel_sante"], {}, CLOSED, CLOSED),
}


def routes(qualification, *, published=PUBLISHED, on=TODAY, closed=None, **more):
    facts = {
        "qualification": qualification,
        "publication": {"kind": "exact", "date": published.isoformat()},
        **more,
    }
    return routes_for(situation(facts, on, closed))


def states(qualification, **more):
    return {route.id: route.state for route in routes(qualification, **more).routes}


@pytest.mark.parametrize("row", REFERENCE["thresholds"], ids=lambda row: row["qualification"])
def test_each_offence_meets_the_two_tests_as_the_reference_says(row):
    offences, answers, criminal, civil = THRESHOLDS[row["qualification"]]
    assert (criminal is OPEN) == row["ip_route_60_1_2"]
    for offence in offences:
        assert criminal_threshold(offence, PUBLISHED, TODAY, answers).access is criminal
        assert civil_threshold(offence, PUBLISHED, TODAY, answers).access is civil


def test_identity_theft_opens_ip_to_the_criminal_judge_and_not_to_the_civil_one():
    found = routes("usurpation_identite")
    assert (found.criminal.access, found.civil.access) == (OPEN, CLOSED)
    assert "technical" in found.route("pcpc").yields
    assert "technical" not in found.route("ref_145").yields


def test_a_threat_whose_gravity_is_unknown_is_not_counted_on():
    assert criminal_threshold("menaces", PUBLISHED, TODAY).access is UNCERTAIN


def test_every_route_of_the_reference_is_answered():
    assert {route.id for route in routes(SIMPLE[0]).routes} == {route["id"] for route in REFERENCE["routes"]}


@pytest.mark.parametrize("qualification", SIMPLE)
def test_simple_press_offences_never_open_technical_data_and_say_what_remains(qualification):
    found = routes(qualification)
    assert not any("technical" in route.yields or "IP" in " ".join(route.data) for route in found.routes)
    assert found.route("fai_145").state is CLOSED
    investigation = found.route("pcpc")
    assert investigation.is_open
    assert {"identity", "account"} <= set(investigation.yields)
    assert "14 mars 2023" in " ".join(investigation.why)
    assert "identité civile" in found.remains


@pytest.mark.parametrize(
    ("qualification", "expected"),
    [
        (
            "diffamation_publique_particulier",
            {"ref_145": OPEN, "requete_145": OPEN, "pcpc": OPEN, "plainte_simple": OPEN, "international": OPEN},
        ),
        ("denigrement", {"ref_145": CLOSED, "pcpc": CLOSED, "plainte_simple": CLOSED, "paf_63": OPEN, "osint": OPEN}),
        ("presomption_innocence", {"ref_145": CLOSED, "pcpc": CLOSED, "paf_63": OPEN}),
        ("injure_non_publique", {"ref_145": OPEN, "pcpc": UNCERTAIN, "paf_63": CLOSED, "fai_145": CLOSED}),
        ("cyberharcelement", {"ref_145": OPEN, "fai_145": OPEN, "pcpc": OPEN}),
        ("diffamation_publique_raciale", {"fai_145": UNCERTAIN, "pcpc": OPEN}),
        ("aucune", {"ref_145": CLOSED, "pcpc": CLOSED, "paf_63": CLOSED, "osint": OPEN, "rgpd_acces": OPEN}),
    ],
)
def test_routes_open_by_qualification(qualification, expected):
    found = states(qualification)
    assert {route: found[route] for route in expected} == expected
    assert found["amiable_hebergeur"] is CLOSED
    assert found["us_1782"] is UNCERTAIN


def test_a_barred_action_closes_what_needs_it_and_leaves_removal():
    found = states("diffamation_publique_particulier", published=date(2026, 3, 27), on=date(2026, 8, 12))
    assert {found[route] for route in ("ref_145", "requete_145", "pcpc", "plainte_simple")} == {CLOSED}
    assert found["paf_63"] is OPEN


def test_on_the_last_day_between_the_two_readings_nothing_is_counted_on():
    found = routes("diffamation_publique_particulier", on=date(2026, 12, 3))
    assert found.route("pcpc").state is UNCERTAIN
    assert not found.route("pcpc").is_open


def test_an_unknown_publication_date_leaves_the_action_uncertain():
    facts = {
        "qualification": "diffamation_publique_particulier",
        "publication": {"kind": "unknown", "discovered_on": "2026-10-01"},
    }
    found = routes_for(situation(facts, TODAY, None))
    assert found.route("pcpc").state is UNCERTAIN
    technical = clock_of("technical", found.clocks)
    assert technical is not None
    assert (technical.held_until_earliest, technical.held_until_latest) == (None, date(2027, 10, 1))


def test_technical_data_older_than_a_year_are_lost_even_where_the_test_is_open():
    found = routes("cyberharcelement", published=date(2025, 9, 3))
    assert "technical" not in found.route("pcpc").yields
    assert "perdues depuis le 03/09/2026" in " ".join(found.route("pcpc").why)


def test_a_second_step_at_the_operator_closes_when_its_table_is_erased():
    assert states("cyberharcelement", published=date(2025, 9, 3))["fai_145"] is CLOSED
    assert states("cyberharcelement", published=date(2025, 11, 23))["fai_145"] is OPEN
    between = {"kind": "interval", "from": "2025-11-01", "to": "2025-12-24"}
    assert states("cyberharcelement", publication=between)["fai_145"] is UNCERTAIN


def test_the_holder_of_an_address_or_of_a_line_is_not_the_operator_s_table():
    route = routes("cyberharcelement", published=date(2025, 9, 3)).route("ref_145_tiers")
    assert route.is_open
    assert route.yields == ("holder",)


def test_routes_that_could_only_give_what_is_erased_are_closed():
    old = {"published": date(2021, 9, 3), "closed": date(2021, 10, 1), "on": date(2026, 11, 23)}
    assert states("chantage", **old)["ref_145"] is CLOSED
    assert states("chantage", **{**old, "closed": date(2021, 12, 1)})["ref_145"] is OPEN


def test_a_publication_of_which_nothing_is_known_is_not_guessed():
    facts = {"qualification": SIMPLE[0], "publication": None}
    found = routes_for(situation(facts, TODAY, date(2026, 5, 1)))
    assert found.route("pcpc").state is UNCERTAIN
    technical = clock_of("technical", found.clocks)
    assert (technical.held_until_earliest, technical.held_until_latest) == (None, date(2027, 5, 1))
    with pytest.raises(InvalidInput, match="null si sa date est inconnue"):
        situation({"qualification": SIMPLE[0]}, TODAY, None)


def test_the_last_interrupting_act_alone_keeps_the_action_alive_and_bounds_the_data():
    facts = {"qualification": SIMPLE[0], "publication": None, "start_after_act": "2026-10-15"}
    found = routes_for(situation(facts, TODAY, None))
    assert found.route("pcpc").is_open
    technical = clock_of("technical", found.clocks)
    assert (technical.held_until_earliest, technical.held_until_latest) == (None, date(2027, 10, 15))


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("google_maps", OPEN),
        ("snapchat", OPEN),
        ("trustpilot", UNCERTAIN),
        ("quora", UNCERTAIN),
        ("pagesjaunes", CLOSED),
        ("inconnue", OPEN),
    ],
)
def test_cooperation_between_states_depends_on_where_the_holder_is(platform, expected):
    assert states("cyberharcelement", platform=platform)["international"] is expected
    shown = {"kind": "relative", "text": "il y a 2 mois", "seen_on": "2026-11-06", "platform": platform}
    assert states("cyberharcelement", publication=shown)["international"] is expected


def test_the_european_production_order_exists_only_since_august_2026():
    before = routes("cyberharcelement", published=date(2026, 6, 1), on=date(2026, 8, 17)).route("international")
    after = routes("cyberharcelement", published=date(2026, 6, 1), on=date(2026, 8, 18)).route("international")
    assert "2023/1543" not in before.source
    assert "2023/1543" in after.source


def test_a_domain_search_is_for_websites():
    assert states(SIMPLE[0])["whois"] is UNCERTAIN
    assert states(SIMPLE[0], role="editeur")["whois"] is OPEN
    assert states(SIMPLE[0], role="hebergeur")["whois"] is UNCERTAIN
    assert states(SIMPLE[0], platform="google_maps")["whois"] is CLOSED
    assert states(SIMPLE[0], platform="pagesjaunes")["whois"] is CLOSED
    assert states(SIMPLE[0], platform="ovhcloud")["whois"] is OPEN
    assert states(SIMPLE[0], role="hébergeur;plateforme en ligne")["whois"] is CLOSED


def test_each_route_says_why_who_decides_how_long_and_its_source():
    for route in routes("cyberharcelement").routes:
        assert route.why
        assert all((route.who_decides, route.usual_time, route.cost, route.source, route.status, route.result))


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        (
            None,
            {
                "identity": (date(2031, 9, 3), None),
                "account": (date(2027, 9, 3), None),
                "payment": (date(2027, 9, 3), None),
                "technical": (date(2027, 9, 3), date(2027, 9, 3)),
                "line": (date(2027, 9, 3), date(2027, 9, 3)),
            },
        ),
        (
            date(2026, 10, 31),
            {
                "identity": (date(2031, 10, 31), date(2031, 10, 31)),
                "account": (date(2027, 10, 31), date(2027, 10, 31)),
                "payment": (date(2027, 10, 31), date(2027, 10, 31)),
                "technical": (date(2027, 9, 3), date(2027, 9, 3)),
                "line": (date(2027, 9, 3), date(2027, 9, 3)),
            },
        ),
    ],
)
def test_each_clock_starts_from_its_own_event(closed, expected):
    running = clocks(RetentionFacts(PUBLISHED, PUBLISHED, closed), TODAY)
    assert {clock.data: (clock.held_until_earliest, clock.held_until_latest) for clock in running} == expected


def test_an_interval_of_publication_gives_an_interval_of_loss():
    technical = clock_of("technical", clocks(RetentionFacts(date(2026, 8, 1), date(2026, 9, 30)), TODAY))
    assert technical is not None
    assert technical.on(date(2027, 8, 1)) is Holding.HELD
    assert technical.on(date(2027, 8, 2)) is Holding.POSSIBLY_LOST
    assert technical.on(date(2027, 10, 1)) is Holding.LOST


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"qualification": "outrage_au_bon_gout"}, "qualification"),
        ({"qualification": None}, "qualification"),
        ({"publication": []}, "publication"),
        ({"publication": {"kind": "unknown", "discovered_on": "2027-01-01"}}, "publication.discovered_on"),
        ({"platform": 3}, "platform"),
        ({"publication": {"kind": "exact", "date": "2027-01-01"}}, "publication"),
        ({"publication": {"kind": "exact"}}, "publication.date"),
        ({"role": "pigeon"}, "role"),
        ({"role": 3}, "role"),
        ({"answers": {"inconnue": "oui"}}, "inconnue"),
    ],
)
def test_bad_facts_are_refused_with_the_name_of_the_field(change, field):
    facts = {
        "qualification": SIMPLE[0],
        "publication": {"kind": "exact", "date": "2026-09-03"},
        **change,
    }
    with pytest.raises(InvalidInput) as refused:
        situation(facts, TODAY, None)
    assert refused.value.field == field


def test_an_account_closed_before_it_published_is_refused():
    facts = {"qualification": SIMPLE[0], "publication": {"kind": "exact", "date": "2026-09-03"}}
    with pytest.raises(InvalidInput) as refused:
        situation(facts, TODAY, date(2026, 9, 2))
    assert refused.value.field == "account_closed_on"


def test_routes_before_the_rules_that_were_read_are_not_guessed():
    with pytest.raises(NoRuleInForce):
        routes("diffamation_publique_particulier", published=date(2019, 1, 2), on=date(2019, 2, 1))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(known_offences()),
    st.dates(date(2025, 8, 1), date(2026, 11, 23)),
    st.integers(0, 800),
)
def test_no_open_route_yields_technical_data_against_its_own_test(qualification, published, age):
    on = date.fromordinal(published.toordinal() + age)
    found = routes(qualification, published=published, on=on)
    for route in found.routes:
        assert route.is_open == (route.state is OPEN)
        if "technical" in route.yields:
            test = found.criminal if route.technical_test == "criminal" else found.civil
            assert test.access is OPEN
            assert age <= 366


def test_what_remains_is_said_only_where_an_offence_meets_two_shut_tests():
    assert routes("aucune").remains == ""
    assert routes("cyberharcelement").remains == ""
    assert routes("usurpation_identite").remains == "", "open to the criminal judge"
    assert "même pour une amende" in routes(SIMPLE[1]).remains


def test_a_route_gives_the_reasons_of_its_state_and_not_those_against_it():
    doubtful = " ".join(routes(SIMPLE[0], on=date(2026, 12, 3)).route("pcpc").why)
    assert "peut-être prescrite" in doubtful
    assert "met l’action publique en mouvement" not in doubtful
    late = {"published": date(2021, 9, 3), "closed": date(2021, 10, 1)}
    shut = " ".join(routes("chantage", **late).route("ref_145").why)
    assert "effacé à ce jour" in shut
    abroad = " ".join(routes("cyberharcelement", platform="trustpilot").route("international").why)
    assert "conventions" in abroad


def test_technical_data_that_may_be_lost_are_told_as_such():
    between = {"kind": "interval", "from": "2025-11-01", "to": "2025-12-24"}
    doubtful = "accessibles par cette voie, peut-être déjà perdues"
    assert doubtful in " ".join(routes("cyberharcelement", publication=between).route("pcpc").why)
    assert doubtful not in " ".join(routes("cyberharcelement").route("pcpc").why)
    assert doubtful not in " ".join(routes("cyberharcelement", published=date(2025, 9, 3)).route("pcpc").why)


def test_the_day_of_the_discovery_and_of_the_closing_may_be_the_last_ones_allowed():
    unknown = {"qualification": SIMPLE[0], "publication": {"kind": "unknown", "discovered_on": TODAY.isoformat()}}
    assert situation(unknown, TODAY, None).retention.seen_on == TODAY
    exact = {"qualification": SIMPLE[0], "publication": {"kind": "exact", "date": PUBLISHED.isoformat()}}
    assert situation(exact, TODAY, PUBLISHED).retention.account_closed_on == PUBLISHED
    assert situation(exact, TODAY, None).roles == frozenset()
    with pytest.raises(InvalidInput) as refused:
        situation({**exact, "role": ["hebergeur", 3]}, TODAY, None)
    assert refused.value.field == "role"
