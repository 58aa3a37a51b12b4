"""Procedural time limits: decided cases, exact dates of every row, distance, chains, properties."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import InvalidInput
from casefile.law import calendar, procedure, rules
from casefile.law.french import typeset
from casefile.law.judge_time import fixed_limit
from casefile.law.procedure import Event, ProceduralDeadline, chained, deadlines_after
from casefile.law.rule_model import NoRuleInForce

CASES = json.loads((Path(__file__).parents[2] / "fixtures/law/procedure-cases.json").read_text("utf-8"))
BY_ID = {case["id"]: case for case in CASES}


def of(rule: str, event: str, on: str, territory: str = "metropole", party: str | None = None) -> ProceduralDeadline:
    started = deadlines_after(Event(event, date.fromisoformat(on), territory, party))
    return next(one for one in started if one.rule.key == rule)


def due(rule: str, event: str, on: str, territory: str = "metropole", party: str | None = None) -> str:
    day = of(rule, event, on, territory, party).due_on
    return day.isoformat() if day else ""


# Each decided case by the event that the court reasoned on. D08 is a civil limitation, counted to the eve.
REPLAYED = [
    ("D01", "pourvoi_presse", "arret_presse", "1991-11-07"),
    ("D02", "offre_de_preuve", "citation_directe", "2008-06-10"),
    ("D04", "appel_correctionnel", "jugement_correctionnel", "2005-05-06"),
    ("D06", "appel_civil", "signification_jugement_civil", "1973-03-20"),
    ("D10", "offre_de_preuve_refere", "assignation_refere", "1998-06-26"),
]


@pytest.mark.parametrize(("case", "rule", "event", "on"), REPLAYED)
def test_a_decided_case_gives_the_day_that_the_court_gave(case: str, rule: str, event: str, on: str) -> None:
    found = of(rule, event, on)
    assert found.due_on == date.fromisoformat(BY_ID[case]["expiry_if_computable"])
    assert found.counted_on == date.fromisoformat(BY_ID[case]["raw_expiry"])


def test_every_decided_case_is_replayed() -> None:
    assert {case for case, *_ in REPLAYED} | {"D08"} == set(BY_ID)


def test_the_five_years_of_2008_ended_on_the_eve() -> None:
    case = BY_ID["D08"]
    last = calendar.add_months(date.fromisoformat(case["start"]), case["count"]) - timedelta(days=1)
    assert last == date.fromisoformat(case["expiry_if_computable"])


@pytest.mark.parametrize("case", [case for case in CASES if case["start"] and case["unit"] in {"jours", "mois"}])
def test_a_decided_case_counts_the_same_as_a_limit_set_by_a_judge(case: dict[str, str]) -> None:
    found = fixed_limit(
        date.fromisoformat(case["start"]),
        int(case["count"]),
        case["unit"],
        extend=bool(case["extend"]),
        territory=case.get("territory", "metropole"),
    )
    assert found.due_on.isoformat() == case["expiry_if_computable"]


def test_the_hearing_in_summary_proceedings_comes_after_the_ten_days() -> None:
    assert due("audience_apres_offre_refere", "assignation_refere", "1998-06-26") == "1998-07-07"


EXACT = [
    ("offre_de_preuve", "citation_directe", "2026-12-15", "2026-12-25"),  # Christmas: not extended
    ("contre_preuve", "offre_de_preuve", "2026-12-20", "2026-12-25"),
    ("contre_preuve_audience", "audience_correctionnelle", "2026-12-15", "2026-12-11"),
    ("audience_apres_citation", "citation_directe", "2026-09-01", "2026-09-22"),
    ("citation_avant_audience", "audience_correctionnelle", "2026-12-15", "2026-11-24"),
    ("denonciation_parquet_audience", "audience_correctionnelle", "2026-12-15", "2026-12-14"),
    ("denonciation_parquet_civil", "audience_civile", "2026-12-14", "2026-12-13"),
    ("signification_avant_audience_refere", "audience_refere", "2026-12-15", "2026-12-04"),
    ("assignation_avant_audience_civile", "audience_civile", "2026-12-15", "2026-11-24"),
    ("placement_assignation", "audience_civile", "2026-12-15", "2026-11-30"),
    ("placement_paf", "audience_paf", "2026-12-15", "2026-12-14"),
    ("appel_correctionnel", "jugement_correctionnel", "2026-12-15", "2026-12-28"),  # Friday 25 is Christmas
    ("appel_correctionnel_signifie", "signification_jugement_correctionnel", "2026-11-23", "2026-12-03"),
    ("opposition_penale", "signification_jugement_defaut", "2026-11-23", "2026-12-03"),
    ("appel_instruction", "ordonnance_instruction", "2026-11-05", "2026-11-16"),  # Sunday 15
    ("pourvoi_presse", "arret_presse", "2026-11-05", "2026-11-09"),  # Sunday 8
    ("consignation_pcpc", "consignation_pcpc", "2026-11-22", "2026-11-22"),  # Sunday, as the order says
    ("consignation_citation", "jugement_consignation", "2026-11-22", "2026-11-22"),
    ("pcpc_apres_plainte", "plainte_simple", "2026-11-30", "2027-02-28"),
    ("citer_apres_renvoi", "renvoi_contradictoire", "2014-10-09", "2015-01-09"),  # P55, CEDH Diémert
    ("renouvellement_cible", "acte_interruptif", "2026-12-31", "2027-02-28"),
    ("renouvellement_alerte", "acte_interruptif", "2026-11-23", "2027-02-06"),
    ("demande_acte_cible", "acte_instruction", "2026-11-23", "2027-02-11"),
    ("appel_refere", "signification_ordonnance_refere", "2026-11-27", "2026-12-14"),  # Saturday 12
    ("opposition_refere", "signification_ordonnance_refere", "2026-11-27", "2026-12-14"),
    ("appel_paf", "signification_jugement_paf", "2026-11-23", "2026-12-08"),
    ("opposition_paf", "signification_jugement_paf", "2026-11-23", "2026-12-08"),
    ("appel_requete_rejetee", "requete_rejetee", "2026-11-23", "2026-12-08"),
    ("retractation", "ordonnance_sur_requete", "2026-11-23", ""),
    ("appel_civil", "signification_jugement_civil", "2026-01-31", "2026-03-02"),  # 28 February is a Saturday
    ("opposition_civile", "signification_jugement_civil", "2026-11-23", "2026-12-23"),
    ("signifier_repute_contradictoire", "jugement_repute_contradictoire", "2026-08-31", "2027-03-01"),
    ("pourvoi_civil", "signification_arret_civil", "2026-12-31", "2027-03-01"),
    ("conclusions_appelant", "declaration_appel", "2026-11-30", "2027-03-01"),
    ("signification_conclusions_appelant", "declaration_appel", "2026-11-30", "2027-03-30"),  # 28 and 29: Easter
    ("conclusions_appelant_bref_delai", "avis_bref_delai", "2026-11-23", "2027-01-25"),  # Saturday 23
    ("signification_conclusions_bref_delai", "avis_bref_delai", "2026-11-23", "2027-02-23"),
    ("conclusions_intime", "conclusions_appelant", "2026-11-23", "2027-02-23"),
    ("conclusions_intime_bref_delai", "conclusions_appelant_bref_delai", "2026-11-23", "2027-01-25"),
    ("demande_droit_de_reponse", "publication", "2026-11-30", "2027-02-28"),
    ("insertion_forcee_publication", "publication", "2026-08-23", "2026-11-23"),
    ("insertion_reponse", "droit_de_reponse", "2026-11-26", "2026-11-29"),  # Sunday: not extended
    ("refus_insertion", "droit_de_reponse", "2026-11-26", "2027-02-28"),
    ("examen_notification_dsa", "notification_dsa", "2026-11-23", ""),
    ("reclamation_dsa", "decision_plateforme", "2026-08-31", "2027-02-28"),
    ("organe_dsa_issue", "saisine_organe_dsa", "2026-11-23", "2027-02-21"),
    ("organe_dsa_issue_prolongee", "saisine_organe_dsa", "2026-11-23", "2027-05-22"),
    ("reponse_rgpd", "demande_rgpd", "2026-01-31", "2026-03-02"),
    ("reponse_rgpd_prolongee", "demande_rgpd", "2026-01-31", "2026-04-30"),
    ("saisine_cnil_possible", "demande_rgpd", "2026-01-31", "2026-03-03"),
    ("information_cnil", "saisine_cnil", "2026-11-30", "2027-02-28"),
    ("conservation_identite_civile", "fin_contrat", "2024-02-29", "2029-02-28"),
    ("conservation_compte", "cloture_compte", "2024-02-29", "2025-02-28"),
    ("conservation_paiement", "cloture_compte", "2026-11-23", "2027-11-23"),
    ("conservation_identite_compte", "cloture_compte", "2026-11-23", "2031-11-23"),
    ("conservation_ip", "connexion", "2026-11-22", "2027-11-22"),
    ("conservation_ip_publication", "publication", "2026-11-22", "2027-11-22"),
    ("recouvrement_titre", "titre_executoire", "2026-11-22", "2036-11-22"),
    ("lettre_pv_659", "signification_pv_659", "2026-11-20", "2026-11-23"),
    ("avis_658", "signification_avis_658", "2026-11-23", "2026-11-24"),
    ("peremption_constat", "constat", "2026-11-23", ""),
    ("pcpc_presse", "pcpc", "2026-11-23", ""),
    ("effet_astreinte", "astreinte", "2026-11-23", ""),
    ("jours_execution", "mesure_execution", "2026-11-23", ""),
    ("heures_signification", "signification_a_faire", "2026-11-23", ""),
    ("retractation_convention", "convention_a_distance", "2026-11-23", "2026-12-07"),
    ("reponse_epoc", "epoc", "2026-11-23", "2026-12-03"),
    ("conservation_epoc_pr", "epoc_pr", "2026-11-23", "2027-01-22"),
    ("citer_devant_la_cour", "declaration_appel_penal", "2026-11-30", "2027-02-28"),
    ("offre_de_preuve_paf", "paf_6_3", "2026-11-23", "2026-12-03"),
    ("denonciation_parquet_refere", "audience_refere", "2026-12-15", "2026-12-14"),
    ("denonciation_parquet_paf", "audience_paf", "2026-12-15", "2026-12-14"),
    ("offre_de_preuve_assignation", "assignation", "2026-11-23", "2026-12-03"),
    ("offre_de_preuve_refere", "assignation_refere", "2026-11-23", "2026-12-03"),
    ("audience_apres_offre_refere", "assignation_refere", "2026-11-23", "2026-12-04"),
]


@pytest.mark.parametrize(("rule", "event", "on", "expected"), EXACT)
def test_each_row_gives_its_exact_day(rule: str, event: str, on: str, expected: str) -> None:
    assert due(rule, event, on) == expected


def test_no_row_of_the_file_lacks_an_exact_day() -> None:
    assert {row[0] for row in EXACT} == {rule.id.split(".")[1] for rule in rules.rules_of("procedure")}


DISTANCES = [
    # before a court of the mainland: art. 643
    ("appel_civil", "metropole", None, "2026-03-02"),
    ("appel_civil", "metropole", "metropole", "2026-03-02"),
    ("appel_civil", "alsace_moselle", "metropole", "2026-03-02"),
    ("appel_civil", "metropole", "overseas", "2026-03-31"),
    ("appel_civil", "metropole", "polynesie", "2026-03-31"),
    ("appel_civil", "metropole", "EU", "2026-04-30"),
    ("appel_civil", "metropole", "foreign", "2026-04-30"),
    # before a court overseas: art. 644
    ("appel_civil", "la_reunion", "la_reunion", "2026-03-02"),
    ("appel_civil", "la_reunion", "metropole", "2026-03-31"),
    ("appel_civil", "la_reunion", "mayotte", "2026-03-31"),
    ("appel_civil", "la_reunion", "outre_mer", "2026-03-02"),
    ("appel_civil", "la_reunion", "etranger", "2026-04-30"),
    ("appel_civil", "polynesie", "metropole", "2026-03-02"),
]


@pytest.mark.parametrize(("rule", "court", "party", "expected"), DISTANCES)
def test_distance_adds_the_months_of_its_article(rule: str, court: str, party: str | None, expected: str) -> None:
    assert due(rule, "signification_jugement_civil", "2026-01-31", court, party) == expected


def test_distance_comes_before_the_days_of_a_limit_in_days() -> None:
    assert due("appel_refere", "signification_ordonnance_refere", "2026-11-30", party="guyane") == "2027-01-14"
    assert due("appel_refere", "signification_ordonnance_refere", "2026-11-30", party="etranger") == "2027-02-15"


@pytest.mark.parametrize(
    ("court", "party", "expected"),
    [
        ("la_reunion", "la_reunion", "2027-03-31"),  # the Court of cassation sits in Paris
        ("la_reunion", "metropole", "2027-03-01"),
        ("metropole", "foreign", "2027-04-30"),
    ],
)
def test_the_appeal_on_points_of_law_counts_distance_from_paris(court: str, party: str, expected: str) -> None:
    assert due("pourvoi_civil", "signification_arret_civil", "2026-12-31", court, party) == expected


@pytest.mark.parametrize(
    ("court", "party", "earliest", "latest"),
    [
        ("metropole", "metropole", "2026-09-22", "2026-11-24"),
        ("metropole", "alsace_moselle", "2026-09-22", "2026-11-24"),
        ("metropole", "eu", "2026-10-22", "2026-10-24"),
        ("metropole", "martinique", "2026-10-22", "2026-10-24"),
        ("martinique", "metropole", "2026-10-22", "2026-10-24"),
        ("martinique", "martinique", "2026-09-22", "2026-11-24"),
        ("martinique", "overseas", "2026-10-22", "2026-10-24"),
        ("metropole", "foreign", "2026-11-22", "2026-09-24"),
    ],
)
def test_a_summons_gives_twenty_full_days_and_the_distance(court: str, party: str, earliest: str, latest: str) -> None:
    assert due("audience_apres_citation", "citation_directe", "2026-09-01", court, party) == earliest
    assert due("citation_avant_audience", "audience_correctionnelle", "2026-12-15", court, party) == latest


@pytest.mark.parametrize(
    ("court", "party", "words"),
    [
        ("metropole", "ue", "dans l’Union européenne"),
        ("metropole", "etranger", "hors de l’Union européenne"),
        ("metropole", "guyane", "la mer sépare"),
    ],
)
def test_a_distance_says_why_it_is_added(court: str, party: str, words: str) -> None:
    trace = of("audience_apres_citation", "citation_directe", "2026-09-01", court, party).trace
    assert words in trace[1].text
    assert "552" in trace[1].source


def test_opposition_takes_a_month_outside_the_mainland() -> None:
    assert due("opposition_penale", "signification_jugement_defaut", "2026-01-31", party="guyane") == "2026-03-02"
    assert due("opposition_penale", "signification_jugement_defaut", "2026-01-31", party="metropole") == "2026-02-10"


@pytest.mark.parametrize(
    ("judged", "tenth_day", "eve"),
    [("2027-03-16", "2027-03-26", "2027-03-25"), ("2028-12-16", "2028-12-26", "2028-12-22")],
)
def test_a_doubtful_local_holiday_advances_the_last_useful_day_and_extends_nothing(
    judged: str, tenth_day: str, eve: str
) -> None:
    """Good Friday depends on the commune, 26 December was not read again: nobody may count on them."""
    found = of("appel_correctionnel", "jugement_correctionnel", judged, "alsace_moselle")
    assert (found.due_on, found.last_useful_day) == (date.fromisoformat(tenth_day), date.fromisoformat(eve))


@pytest.mark.parametrize(
    ("judged", "why"),
    [("2026-12-15", "un jour férié (Noël"), ("2026-11-11", "un samedi"), ("2026-11-12", "un dimanche")],
)
def test_an_extension_names_the_day_that_caused_it(judged: str, why: str) -> None:
    assert why in of("appel_correctionnel", "jugement_correctionnel", judged).trace[-1].text


def test_the_local_holiday_of_the_court_extends() -> None:
    assert due("appel_correctionnel", "jugement_correctionnel", "2026-05-12", "martinique") == "2026-05-26"
    assert due("appel_correctionnel", "jugement_correctionnel", "2026-05-12") == "2026-05-22"


def test_the_last_useful_day_never_relies_on_an_extension() -> None:
    assert of("appel_civil", "signification_jugement_civil", "2026-01-31").last_useful_day == date(2026, 2, 27)
    assert of("demande_droit_de_reponse", "publication", "2026-08-23").last_useful_day == date(2026, 11, 20)
    assert of("demande_droit_de_reponse", "publication", "2026-08-25").last_useful_day == date(2026, 11, 24)
    assert of("conservation_ip", "connexion", "2025-11-23").last_useful_day == date(2026, 11, 20)
    assert of("placement_assignation", "audience_civile", "2026-12-14").last_useful_day == date(2026, 11, 27)
    assert of("audience_apres_citation", "citation_directe", "2026-09-01").last_useful_day is None


def test_a_missing_quantieme_is_said() -> None:
    trace = of("appel_civil", "signification_jugement_civil", "2026-01-31").trace
    assert "quantième absent" in trace[1].text
    assert [step.on for step in trace] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 2)]
    assert "samedi" in trace[2].text


def test_an_unproved_event_makes_its_limits_provisional() -> None:
    proved, unproved = (
        deadlines_after(Event("arret_presse", date(2026, 11, 5), proved=known))[0] for known in (True, False)
    )
    assert (proved.provisional, unproved.provisional) == (False, True)


def test_a_judgment_to_be_served_chains_to_the_appeal() -> None:
    first = of("signifier_repute_contradictoire", "jugement_repute_contradictoire", "2026-08-31")
    following = chained(first)
    assert [one.rule.key for one in following] == ["appel_civil", "opposition_civile"]
    assert following[0].due_on == date(2027, 4, 1)
    assert all(one.provisional for one in following)
    assert chained(of("retractation", "ordonnance_sur_requete", "2026-11-23")) == []


def test_a_doubtful_rule_says_so() -> None:
    assert of("contre_preuve_audience", "audience_correctionnelle", "2026-12-15").warnings
    assert of("appel_civil", "signification_jugement_civil", "2026-05-29").warnings == ()
    assert of("appel_civil", "signification_jugement_civil", "2026-01-31", "polynesie", "metropole").warnings


def test_a_text_read_in_its_state_of_2026_is_not_verified_for_older_events() -> None:
    older, today = (of("appel_civil", "signification_jugement_civil", day) for day in ("1973-03-20", "2026-05-29"))
    assert (older.rule.status, today.rule.status) == ("unverified", "verified")
    assert older.due_on == date(1973, 4, 20)
    assert "état du 01/04/2026" in older.rule.note
    assert older.warnings


def test_no_rule_is_guessed_before_it_was_in_force() -> None:
    with pytest.raises(NoRuleInForce, match="n’était pas applicable"):
        deadlines_after(Event("decision_plateforme", date(2024, 2, 16)))
    assert due("reclamation_dsa", "decision_plateforme", "2024-02-17") == "2024-08-17"


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (Event("inconnu", date(2026, 1, 1)), "event"),
        (Event("arret_presse", date(2026, 1, 1), "lune"), "territory"),
        (Event("arret_presse", date(2026, 1, 1), "metropole", "lune"), "party_location"),
        (Event("arret_presse", date(9999, 12, 30)), "date"),
        (Event("signification_arret_civil", date(9999, 12, 1)), "date"),
    ],
)
def test_a_wrong_fact_is_refused_by_its_field(event: Event, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        deadlines_after(event)
    assert refused.value.field == field


def test_the_file_is_coherent() -> None:
    named = procedure.events()
    for rule in rules.rules_of("procedure"):
        for version in rule.versions:
            assert typeset(version.text("event_title")) == named[version.text("event")]
            assert not version.text("then") or version.text("then") in named
            amounts = sum(version.number(key) for key in ("days", "months", "years"))
            assert (amounts > 0) == (version.text("computation") not in {"none", "fixed"})
            if version.flag("eve") or version.text("computation").startswith("back"):
                assert not version.flag("roll_forward")


COMPUTED = list(procedure.events())
DAYS = st.dates(date(2026, 9, 1), date(2035, 12, 31))


@given(
    st.sampled_from(COMPUTED),
    DAYS,
    st.sampled_from(calendar.TERRITORIES),
    st.sampled_from([None, "metropole", "ue", "guyane", "etranger"]),
)
@settings(max_examples=150, deadline=None)
def test_the_trace_ends_on_the_day_given_and_begins_on_the_event(
    event: str, on: date, court: str, party: str | None
) -> None:
    for one in deadlines_after(Event(event, on, court, party)):
        if one.due_on is None:
            continue
        assert one.trace[0].on == on
        assert one.trace[-1].on == one.due_on
        assert one.last_useful_day is None or one.last_useful_day <= one.due_on
        if one.rule.flag("roll_forward") and one.kind == "deadline":
            assert calendar.is_working_day(one.due_on, (court,), backwards=False)
        elif one.kind == "deadline":
            assert one.due_on == one.counted_on


@given(st.sampled_from(COMPUTED), DAYS, st.integers(1, 40), st.sampled_from(["metropole", "la_reunion"]))
@settings(max_examples=150, deadline=None)
def test_a_later_event_never_gives_an_earlier_day(event: str, on: date, later: int, court: str) -> None:
    first = deadlines_after(Event(event, on, court, "etranger"))
    second = deadlines_after(Event(event, on + timedelta(days=later), court, "etranger"))
    for one, other in zip(first, second, strict=True):
        if one.due_on and other.due_on:
            assert one.due_on <= other.due_on


@given(DAYS, st.sampled_from(["metropole", "ue", "etranger", "martinique"]))
@settings(max_examples=100, deadline=None)
def test_the_last_service_day_is_the_last_that_keeps_the_hearing(hearing: date, party: str) -> None:
    last = of("citation_avant_audience", "audience_correctionnelle", hearing.isoformat(), party=party).due_on
    assert last is not None
    assert due("audience_apres_citation", "citation_directe", last.isoformat(), party=party) <= hearing.isoformat()
    after = (last + timedelta(days=1)).isoformat()
    assert due("audience_apres_citation", "citation_directe", after, party=party) > hearing.isoformat()


def test_the_last_of_the_days_that_lead_to_the_same_end_of_month_is_given() -> None:
    assert due("citation_avant_audience", "audience_correctionnelle", "2027-03-21", party="ue") == "2027-01-31"
    assert due("citation_avant_audience", "audience_correctionnelle", "2027-03-22", party="ue") == "2027-02-01"


def test_a_saturday_that_is_also_a_doubtful_holiday_is_called_a_saturday() -> None:
    trace = of("appel_correctionnel", "jugement_correctionnel", "2026-12-16", "alsace_moselle").trace
    assert "un samedi" in trace[-1].text


def test_a_summons_s_trace_says_the_day_of_prudence_and_the_distance() -> None:
    words = of("citation_avant_audience", "audience_correctionnelle", "2026-12-15", party="ue").trace[-1].text
    assert "20 jours" in words
    assert "un jour de prudence" in words
    assert "1 mois de distance" in words
    assert "prudence" not in of("placement_assignation", "audience_civile", "2026-12-15").trace[-1].text
    assert "jours francs" in of("contre_preuve_audience", "audience_correctionnelle", "2026-12-15").trace[-1].text


def test_a_limit_without_date_chains_to_nothing() -> None:
    silent = of("examen_notification_dsa", "notification_dsa", "2026-11-23")
    assert (silent.due_on, silent.then) == (None, "decision_plateforme")
    assert chained(silent) == []
    assert not silent.provisional


def test_years_are_counted_in_years_in_the_trace() -> None:
    assert "5 ans" in of("conservation_identite_civile", "fin_contrat", "2026-11-23").trace[1].text
    assert "1 an de" in of("conservation_ip", "connexion", "2026-11-23").trace[1].text
    assert "3 mois" in of("citer_apres_renvoi", "renvoi_contradictoire", "2026-11-23").trace[1].text


def test_clear_days_end_the_day_after_the_last() -> None:
    appeal = rules.rule_at("procedure.appel_correctionnel", date(2026, 11, 23))
    clear = replace(appeal, values=MappingProxyType({**appeal.values, "computation": "clear_days", "days": 3}))
    found = procedure._deadline(clear, Event("jugement_correctionnel", date(2026, 11, 23)), None)
    assert found.counted_on == date(2026, 11, 27)
    assert "franc" in found.trace[-1].text


def test_ten_years_of_week_ends_and_holidays_extend_an_appeal_to_the_very_next_working_day() -> None:
    day = date(2021, 1, 1)
    while day < date(2031, 1, 1):
        found = of("appel_correctionnel", "jugement_correctionnel", day.isoformat())
        assert found.counted_on == day + timedelta(days=10)
        skipped = [found.counted_on + timedelta(days=n) for n in range((found.due_on - found.counted_on).days)]
        assert not any(calendar.is_working_day(one, ("metropole",), backwards=False) for one in skipped)
        assert found.due_on.weekday() < 5
        day += timedelta(days=1)


@pytest.mark.parametrize("act", ["conclusions_demandeur_notifiees", "communication_pieces", "requisitoire_introductif"])
def test_any_interrupting_act_starts_what_the_last_one_starts(act: str) -> None:
    found = {one.rule.key: one.due_on for one in deadlines_after(Event(act, date(2026, 8, 31)))}
    assert found == {"renouvellement_cible": date(2026, 10, 31), "renouvellement_alerte": date(2026, 11, 14)}


@pytest.mark.parametrize(
    ("act", "rule", "due_on"),
    [
        ("jugement", "appel_correctionnel", date(2005, 5, 17)),
        ("jugement", "pourvoi_presse", date(2005, 5, 9)),
        ("signification_decision", "appel_civil", date(2005, 6, 6)),
        ("signification_decision", "appel_refere", date(2005, 5, 23)),
        ("signification_decision", "pourvoi_civil", date(2005, 7, 6)),
        ("signification_decision", "renouvellement_cible", date(2005, 7, 6)),
    ],
)
def test_a_decision_named_without_its_court_starts_all_that_it_may_start(act: str, rule: str, due_on: date) -> None:
    found = {one.rule.key: one.due_on for one in deadlines_after(Event(act, date(2005, 5, 6)))}
    assert found[rule] == due_on


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("jugements", "jugement_consignation"),
        ("assignation_fond", "assignation"),
        ("mise_en_demeure", "aucun délai"),
        ("danse", "--events"),
    ],
)
def test_an_unknown_event_is_refused_with_the_nearest_names(named: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        deadlines_after(Event(named, date(2026, 8, 31)))
    assert refusal.value.field == "event"
    assert told in refusal.value.message
