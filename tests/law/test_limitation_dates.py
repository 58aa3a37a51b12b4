"""The arithmetic of a limitation: vectors of the reference, boundaries, and the three dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casefile.law.calendar import add_months, is_working_day, working_day_at_or_before
from casefile.law.limitation import Status, compute
from casefile.law.limitation_facts import (
    Act,
    LimitationFacts,
    Publication,
    PublicationKind,
    Regularity,
    Republication,
    Sighting,
    Suspension,
)
from casefile.law.rules import NoRuleInForce

DEFAMATION = "diffamation_publique_particulier"
METROPOLE = ("metropole",)
ON = date(2026, 11, 23)

# Publication, term, last working day up to the term, the same up to the eve, favourable postponement.
VECTORS = [
    ("2026-08-23", "2026-11-23", "2026-11-23", "2026-11-20", None),
    ("2026-08-31", "2026-11-30", "2026-11-30", "2026-11-27", None),
    ("2026-11-28", "2027-02-28", "2027-02-26", "2027-02-26", "2027-03-01"),
    ("2026-11-30", "2027-02-28", "2027-02-26", "2027-02-26", "2027-03-01"),
    ("2027-11-30", "2028-02-29", "2028-02-29", "2028-02-28", None),
    ("2026-09-25", "2026-12-25", "2026-12-24", "2026-12-24", "2026-12-28"),
    ("2026-08-11", "2026-11-11", "2026-11-10", "2026-11-10", "2026-11-12"),
    ("2026-10-01", "2027-01-01", "2026-12-31", "2026-12-31", "2027-01-04"),
    ("2026-12-28", "2027-03-28", "2027-03-26", "2027-03-26", "2027-03-30"),
    ("2026-02-15", "2026-05-15", "2026-05-15", "2026-05-13", None),
]


def answer(publication, on=ON, qualification=DEFAMATION, **more):
    return compute(LimitationFacts(qualification, publication, **more), on)


def exact(day, **more):
    return answer(Publication.exact(date.fromisoformat(day) if isinstance(day, str) else day), **more)


@pytest.mark.parametrize(("published", "term", "up_to_term", "up_to_eve", "postponed"), VECTORS)
def test_the_vectors_of_the_reference(published, term, up_to_term, up_to_eve, postponed):
    result = exact(published, lead_days=0)
    assert result.admitted_on.isoformat() == term
    assert result.prudent_on == result.admitted_on - timedelta(days=1)
    assert working_day_at_or_before(result.admitted_on, METROPOLE).isoformat() == up_to_term
    assert result.last_useful_day.isoformat() == up_to_eve
    found = [fallback.day.isoformat() for fallback in result.fallbacks if fallback.why.startswith("Report")]
    assert found == ([postponed] if postponed else [])
    assert all("jamais à viser" in fallback.why for fallback in result.fallbacks)


def test_good_friday_moves_the_last_useful_day_in_alsace_moselle():
    assert exact("2026-12-28", lead_days=0, territories=("alsace_moselle",)).last_useful_day == date(2027, 3, 25)
    both = exact("2026-12-28", lead_days=0, territories=("metropole", "alsace_moselle"))
    assert both.last_useful_day == date(2027, 3, 25)


def test_the_bailiff_has_five_working_days_by_default():
    assert exact("2026-08-23").last_useful_day == date(2026, 11, 13)
    assert exact("2026-08-23", lead_days=1).last_useful_day == date(2026, 11, 19)


@pytest.mark.parametrize("year", range(2020, 2030))
def test_no_term_of_ten_years_is_postponed_nor_counted_in_days(year):
    day = date(year, 1, 1)
    while day.year == year:
        result = exact(day, lead_days=0)
        assert result.admitted_on == add_months(day, 3)
        assert result.prudent_on == result.admitted_on - timedelta(days=1)
        assert result.last_useful_day <= result.prudent_on
        assert is_working_day(result.last_useful_day, METROPOLE)
        says_so = any("n'est pas reporté" in text for text, _ in result.trace)
        assert says_so is not is_working_day(result.admitted_on, METROPOLE)
        day += timedelta(days=1 if day.day >= 27 or day.day <= 3 else 4)


def test_each_line_names_its_reading():
    steps = exact("2026-08-23").steps
    assert {step.reading.value: step.text.split(" ·")[0] for step in steps} == {
        "prudent": "Lecture prudente",
        "admitted": "Lecture admise",
    }
    assert [step.effect.value for step in steps] == ["start", "eve", "start"]


def test_a_missing_quantieme_is_said_in_the_trace():
    assert any("dernier jour du mois" in text for text, _ in exact("2026-11-30").trace)
    assert not any("dernier jour du mois" in text for text, _ in exact("2026-11-15").trace)


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2026-10-22", Status.RUNNING),
        ("2026-10-23", Status.LAST_MONTH),
        ("2026-11-22", Status.LAST_MONTH),
        ("2026-11-23", Status.POSSIBLY_EXPIRED),
        ("2026-11-24", Status.EXPIRED),
    ],
)
def test_the_status_of_each_day(on, status):
    result = exact("2026-08-23", on=date.fromisoformat(on))
    assert result.prudent_on == date(2026, 11, 22)
    assert result.status is status
    pressing = [warning for warning in result.warnings if "est passée" in warning]
    assert len(pressing) == (1 if status in {Status.POSSIBLY_EXPIRED, Status.EXPIRED} else 0)


def test_an_interval_counts_from_its_two_ends():
    result = answer(Publication.between(date(2026, 8, 1), date(2026, 9, 10)))
    assert (result.earliest, result.latest) == (date(2026, 8, 1), date(2026, 9, 10))
    assert (result.prudent_on, result.admitted_on) == (date(2026, 10, 31), date(2026, 12, 10))
    assert result.status is Status.POSSIBLY_EXPIRED
    assert result.evidence_needed


def test_an_unknown_publication_never_starts_from_the_discovery():
    result = answer(Publication.unknown(date(2026, 11, 1)))
    assert result.status is Status.UNDETERMINED
    assert (result.earliest, result.latest, result.prudent_on, result.admitted_on) == (None, None, None, None)
    assert result.last_useful_day is None
    assert len(result.evidence_needed) >= 4
    assert any("ne fait pas courir" in text for text, _ in result.trace)
    assert not any("probablement éteinte" in warning for warning in result.warnings)


def test_an_unknown_publication_long_discovered_is_said_to_be_late():
    assert any("probablement éteinte" in warning for warning in answer(Publication.unknown(date(2026, 8, 22))).warnings)
    assert not any(
        "probablement éteinte" in warning for warning in answer(Publication.unknown(date(2026, 8, 23))).warnings
    )


def test_a_publication_after_the_day_of_the_question_is_questioned():
    assert any("postérieure au jour du calcul" in warning for warning in exact("2026-11-24").warnings)
    assert not any("postérieure au jour du calcul" in warning for warning in exact("2026-11-23").warnings)


@pytest.mark.parametrize(("discovered", "questioned"), [("2026-08-22", True), ("2026-08-23", False)])
def test_a_discovery_before_the_publication_is_questioned(discovered, questioned):
    day = date(2026, 8, 23)
    known = Publication(PublicationKind.EXACT, day, day, discovered_on=date.fromisoformat(discovered))
    assert any("La découverte précède" in warning for warning in answer(known).warnings) is questioned


def test_the_day_after_a_missing_quantieme_is_only_to_be_pleaded():
    assert [(fallback.day, "quantième" in fallback.why) for fallback in exact("2026-08-31").fallbacks] == [
        (date(2026, 12, 1), True)
    ]
    assert exact("2026-08-23").fallbacks == ()
    stop = Suspension("obstacle_de_droit", date(2026, 9, 1), date(2026, 9, 2))
    assert exact("2026-09-30", suspensions=(stop,)).fallbacks == ()


@pytest.mark.parametrize(
    ("asked", "pleaded"),
    [("2026-08-22", []), ("2026-08-23", ["2026-11-23"]), ("2026-11-23", ["2027-02-23"]), ("2026-11-24", [])],
)
def test_legal_aid_asked_in_time_is_only_to_be_pleaded(asked, pleaded):
    result = exact("2026-08-23", on=date(2026, 12, 1), acts=(Act("aide_juridictionnelle", date.fromisoformat(asked)),))
    assert result.admitted_on == date(2026, 11, 23)
    assert [fallback.day.isoformat() for fallback in result.fallbacks] == pleaded


@pytest.mark.parametrize(("recorded", "narrow"), [("2026-09-09", True), ("2026-09-10", False)])
def test_an_act_before_the_end_of_the_interval_asks_to_narrow_it(recorded, narrow):
    known = {"acts": (Act("constat", date.fromisoformat(recorded)),)}
    result = answer(Publication.between(date(2026, 8, 1), date(2026, 9, 10)), **known)
    assert any("resserrer l'intervalle" in warning for warning in result.warnings) is narrow


def test_the_last_known_act_is_a_start():
    facts = LimitationFacts(DEFAMATION, None, start_after_act=date(2026, 10, 1))
    result = compute(facts, ON)
    assert result.admitted_on == date(2027, 1, 1)
    assert any(rule.rule_id == "start.dernier_acte" for rule in result.rules)


def test_facts_without_any_start_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="publication or the last"):
        compute(LimitationFacts(DEFAMATION, None), ON)


@pytest.mark.parametrize(
    ("kind", "begins", "ends", "admitted_on"),
    [
        ("rappel_a_la_loi", "2026-09-26", "2026-10-12", "2026-12-09"),  # sixteen days more (P17)
        ("delibere", "2026-08-23", "2026-09-30", "2026-12-30"),  # begins with the period (P18)
        ("delibere", "2026-08-01", "2026-09-30", "2026-12-30"),  # begins before it
        ("delibere", "2026-11-23", "2026-11-25", "2026-11-25"),  # begins on the very last day
        ("delibere", "2026-11-24", "2026-12-24", "2026-11-23"),  # too late
        ("delibere", "2026-08-01", "2026-08-20", "2026-11-23"),  # over before it began
        ("mediation", "2026-09-01", "2026-10-01", "2026-11-23"),  # not admitted
        ("obstacle_de_droit", "2026-09-01", None, "2027-02-14"),  # still open: counted to the day of the question
    ],
)
def test_a_suspension_moves_the_admitted_date_alone(kind, begins, ends, admitted_on):
    stop = Suspension(kind, date.fromisoformat(begins), date.fromisoformat(ends) if ends else None)
    result = exact("2026-08-23", suspensions=(stop,))
    assert result.prudent_on == date(2026, 11, 22)
    assert result.admitted_on.isoformat() == admitted_on


def test_overlapping_suspensions_are_counted_once():
    stops = (
        Suspension("obstacle_de_droit", date(2026, 9, 1), date(2026, 9, 11)),
        Suspension("delibere", date(2026, 9, 6), date(2026, 9, 16)),
        Suspension("delibere", date(2026, 9, 7), date(2026, 9, 9)),
    )
    assert exact("2026-08-23", suspensions=stops).admitted_on == date(2026, 12, 8)


def test_an_act_during_a_suspension_renews_from_its_end():
    known = {
        "suspensions": (Suspension("delibere", date(2026, 9, 1), date(2026, 10, 1)),),
        "acts": (Act("citation_directe", date(2026, 9, 15)),),
    }
    result = exact("2026-08-23", **known)
    assert result.admitted_on == date(2027, 1, 1)
    assert result.prudent_on == date(2026, 12, 14)


def test_a_suspension_to_come_does_not_count():
    stop = Suspension("delibere", date(2026, 11, 22), date(2026, 12, 22))
    assert exact("2026-08-23", on=date(2026, 11, 21), suspensions=(stop,)).admitted_on == date(2026, 11, 23)


def test_what_is_left_after_a_suspension_never_exceeds_a_whole_period():
    stop = Suspension("obstacle_de_droit", date(2025, 11, 15), date(2026, 2, 23))
    assert exact("2025-11-14", suspensions=(stop,)).admitted_on == date(2026, 5, 23)


def test_the_deposit_suspends_from_the_complaint_to_its_payment():
    acts = (Act("pcpc", date(2026, 9, 1)), Act("versement_consignation", date(2026, 10, 5)))
    result = exact("2026-08-23", acts=acts)
    assert result.admitted_on == date(2027, 1, 5)
    assert result.prudent_on == date(2026, 11, 30)
    given = (Suspension("consignation", date(2026, 9, 1), date(2026, 9, 21)),)
    assert exact("2026-08-23", acts=acts, suspensions=given).admitted_on == date(2026, 12, 21)
    twice = (*acts, Act("versement_consignation", date(2026, 10, 20)))
    assert exact("2026-08-23", acts=twice).admitted_on == date(2027, 1, 5)
    void = (Act("pcpc", date(2026, 9, 1), Regularity.VOID), acts[1])
    assert exact("2026-08-23", acts=void).admitted_on == date(2026, 11, 23)
    other = (Act("citation_directe", date(2026, 9, 1)), acts[1])
    assert exact("2026-08-23", acts=other).admitted_on == date(2026, 12, 1)
    backwards = (Act("pcpc", date(2026, 10, 5)), Act("versement_consignation", date(2026, 9, 1)))
    assert exact("2026-08-23", acts=backwards).admitted_on == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("kind", "admitted_on"),
    [
        ("reedition", "2027-01-10"),
        ("reactivation_site", "2027-01-10"),
        ("remise_en_ligne", "2027-01-10"),
        ("lien_hypertexte_auteur", "2027-01-10"),
        ("lien_hypertexte_tiers", "2027-01-10"),
        ("changement_adresse", "2026-09-01"),
        ("changement_nom_titulaire", "2026-09-01"),
        ("modification_texte", "2026-09-01"),
        ("partage_tiers", "2026-09-01"),
        ("maintien_en_ligne", "2026-09-01"),
    ],
)
def test_a_republication_opens_a_period_in_the_admitted_reading_alone(kind, admitted_on):
    result = exact("2026-06-01", republications=(Republication(kind, date(2026, 10, 10)),))
    assert result.prudent_on == date(2026, 8, 31)
    assert result.admitted_on.isoformat() == admitted_on


def test_a_republication_to_come_or_older_than_the_start_opens_nothing():
    for day in (date(2026, 5, 31), date(2026, 11, 24)):
        assert exact("2026-06-01", republications=(Republication("reedition", day),)).admitted_on == date(2026, 9, 1)


def test_a_republication_of_the_very_day_counts():
    assert exact("2026-06-01", republications=(Republication("reedition", ON),)).admitted_on == date(2027, 2, 23)


def test_a_republication_within_a_suspended_period_has_its_whole_period_after_it():
    stop = Suspension("obstacle_de_droit", date(2026, 6, 10), date(2026, 9, 30))
    known = {"suspensions": (stop,), "republications": (Republication("reedition", date(2026, 6, 20)),)}
    assert exact("2026-06-01", **known).admitted_on == date(2026, 12, 30)


def test_no_version_of_the_civil_period_before_2008_is_guessed():
    with pytest.raises(NoRuleInForce, match="18/06/2008"):
        exact("2008-06-18", qualification="denigrement")
    assert exact("2008-06-19", qualification="denigrement").admitted_on == date(2013, 6, 19)


def test_a_civil_action_runs_from_knowledge_in_the_admitted_reading():
    publication = Publication(PublicationKind.EXACT, date(2024, 1, 1), date(2024, 1, 1), discovered_on=date(2025, 3, 1))
    result = answer(publication, qualification="denigrement")
    assert (result.prudent_on, result.admitted_on) == (date(2028, 12, 31), date(2030, 3, 1))
    assert answer(publication).admitted_on == date(2024, 4, 1)


@pytest.mark.parametrize(
    ("lead", "words"),
    [(0, "avant la date prudente."), (1, "moins 1 jour ouvré pour"), (2, "moins 2 jours ouvrés pour")],
)
def test_the_lead_time_is_said_in_words(lead, words):
    assert any(words in text for text, _ in exact("2026-08-23", lead_days=lead).trace)


def test_after_an_edit_a_summons_still_counts_and_a_bailiff_report_still_does_not():
    publication = Publication.relative(Sighting("modifié il y a 2 mois", ON), platform="google_maps")
    acts = (Act("citation_directe", date(2026, 11, 20)), Act("constat", date(2026, 11, 20)))
    result = answer(publication, acts=acts)
    assert [(act.moves_prudent, act.moves_admitted) for act in result.acts] == [(True, True), (False, False)]
    assert result.to_json()["admitted_on"] == "2027-02-20"
    late = answer(publication, on=date(2027, 1, 5), acts=(Act("citation_directe", date(2027, 1, 4)),))
    assert (late.acts[0].moves_prudent, late.acts[0].moves_admitted) == (True, False)
