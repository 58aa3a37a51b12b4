"""What platforms show instead of a date, read into the two days of the reference's prudent table."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from casefile.errors import InvalidInput
from casefile.law.limitation import Status, compute
from casefile.law.limitation_facts import LimitationFacts, Publication, Sighting
from casefile.law.relative_dates import read, rule_for

DAY = date(2026, 11, 23)
DEFAMATION = "diffamation_publique_particulier"

# Text → the earliest and the latest day for Google, seen on 23 November 2026.
GOOGLE = {
    "à l'instant": ("2026-11-22", "2026-11-23"),
    "il y a 5 minutes": ("2026-11-22", "2026-11-23"),
    "il y a une heure": ("2026-11-22", "2026-11-23"),
    "3 hours ago": ("2026-11-22", "2026-11-23"),
    "aujourd'hui": ("2026-11-22", "2026-11-23"),
    "hier": ("2026-11-21", "2026-11-23"),
    "yesterday": ("2026-11-21", "2026-11-23"),
    "avant-hier": ("2026-11-20", "2026-11-22"),
    "il y a un jour": ("2026-11-21", "2026-11-23"),
    "il y a 3 jours": ("2026-11-19", "2026-11-21"),
    "3 days ago": ("2026-11-19", "2026-11-21"),
    "il y a 0 jour": ("2026-11-22", "2026-11-23"),
    "il y a une semaine": ("2026-11-09", "2026-11-17"),
    "a week ago": ("2026-11-09", "2026-11-17"),
    "il y a 2 semaines": ("2026-11-02", "2026-11-10"),
    "il y a 3 semaines": ("2026-10-26", "2026-11-03"),
    "il y a 4 semaines": ("2026-10-22", "2026-10-27"),
    "4 weeks ago": ("2026-10-22", "2026-10-27"),
    "il y a 5 semaines": ("2026-10-12", "2026-10-20"),
    "la semaine dernière": ("2026-11-15", "2026-11-23"),
    "in the last week": ("2026-11-15", "2026-11-23"),
    "last week": ("2026-11-15", "2026-11-23"),
    "il y a un mois": ("2026-09-22", "2026-10-25"),
    "a month ago": ("2026-09-22", "2026-10-25"),
    "1 month ago": ("2026-09-22", "2026-10-25"),
    "il y a 2 mois": ("2026-08-22", "2026-09-25"),
    "il y a 3 mois": ("2026-07-22", "2026-08-26"),
    "3 months ago": ("2026-07-22", "2026-08-26"),
    "3 mois": ("2026-07-22", "2026-08-26"),
    "trois mois": ("2026-07-22", "2026-08-26"),
    "3 mo": ("2026-07-22", "2026-08-26"),
    "il y a 11 mois": ("2025-11-16", "2025-12-29"),
    "il y a un an": ("2024-11-22", "2025-11-24"),
    "a year ago": ("2024-11-22", "2025-11-24"),
    "il y a 6 ans": ("2019-11-22", "2020-11-24"),
    "6 years ago": ("2019-11-22", "2020-11-24"),
    "last month": ("2026-09-22", "2026-11-01"),
    "last year": ("2024-11-22", "2026-01-01"),
    "l'année dernière": ("2024-11-22", "2026-01-01"),
}


def seen(text, platform="google_maps", day=DAY):
    interval = read(Sighting(text, day), platform)
    return interval.earliest and interval.earliest.isoformat(), interval.latest.isoformat()


@pytest.mark.parametrize(("text", "expected"), GOOGLE.items())
def test_google_shows_truncated_ages(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Il y a 3 mois",
        " il y a 3\u00a0mois ",
        "IL Y A 3 MOIS.",
        "Publié il y a 3 mois",
        "posted 3 months ago",
        "(il y a 3 mois)",
        "· 3 mois",
        "il y a trois mois",
        "three months ago",
        "Il y a 3 mois sur Google",
        "3 months ago on Google",
        "Visité en août · il y a 3 mois",
        "il y a 3 mois et 12 jours",
        "ilya 3 mois",
        "il y a 3 mois\u0301".replace("\u0301", ""),
    ],
)
def test_the_same_age_is_read_however_it_is_dressed(text):
    assert seen(text) == GOOGLE["il y a 3 mois"]


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("modifié il y a 2 mois", "2026-09-25"),
        ("Modifié : il y a 2 mois", "2026-09-25"),
        ("Edited 3 years ago", "2023-11-24"),
        ("last edited a year ago", "2025-11-24"),
        ("mis à jour hier", "2026-11-23"),
        ("Dernière modification il y a 2 mois", "2026-09-25"),
        ("il y a 2 mois (modifié)", "2026-09-25"),
        ("il y a 2 mois · Modifié", "2026-09-25"),
        ("2 months ago (edited)", "2026-09-25"),
        ("Modifie\u0301 il y a 2 mois", "2026-09-25"),
    ],
)
def test_an_edit_leaves_the_first_publication_without_earliest_day(text, latest):
    assert seen(text) == (None, latest)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il y a un mois", ("2026-09-22", "2026-10-29")),
        ("il y a 3 mois", ("2026-07-22", "2026-09-08")),
        ("il y a 2 semaines", ("2026-11-02", "2026-11-13")),
        ("il y a 4 semaines", ("2026-10-22", "2026-10-30")),
        ("il y a 5 jours", ("2026-11-17", "2026-11-20")),
        ("il y a un jour", ("2026-11-21", "2026-11-23")),
        ("il y a un an", ("2024-11-22", "2026-01-23")),
        ("il y a 2 ans", ("2023-11-22", "2025-05-23")),
        ("hier", ("2026-11-21", "2026-11-23")),
    ],
)
@pytest.mark.parametrize("platform", ["", "forum_inconnu", "trustpilot"])
def test_an_unknown_platform_unites_truncation_and_rounding(text, expected, platform):
    assert seen(text, platform) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il y a environ 3 mois", ("2026-07-22", "2026-09-08")),
        ("about 3 months ago", ("2026-07-22", "2026-09-08")),
        ("il y a plus d'un an", ("2024-11-22", "2026-01-23")),
        ("over 2 years ago", ("2023-11-22", "2025-05-23")),
        ("il y a presque 2 ans", ("2023-11-22", "2025-11-24")),
        ("almost 2 years ago", ("2023-11-22", "2025-11-24")),
        ("il y a presque un an", ("2024-11-22", "2026-11-23")),
        ("il y a moins d'un mois", ("2026-09-22", "2026-11-23")),
        ("less than a minute ago", ("2026-11-22", "2026-11-23")),
        ("il y a 3 mois environ", ("2026-07-22", "2026-09-08")),
        ("il y a un peu plus d'un an", ("2024-11-22", "2026-01-23")),
        ("il y a un an et demi", ("2024-11-22", "2025-11-24")),
    ],
)
def test_an_approximate_age_widens_the_interval(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 m", ("2026-07-22", "2026-11-23")),
        ("il y a 30 heures", ("2026-11-21", "2026-11-23")),
        ("23 h", ("2026-11-22", "2026-11-23")),
        ("72h", ("2026-11-19", "2026-11-21")),
        ("hier à 14:32", ("2026-11-21", "2026-11-23")),
        ("hier soir", ("2026-11-21", "2026-11-23")),
        ("ce matin", ("2026-11-22", "2026-11-23")),
        ("il y a quinze jours", ("2026-11-07", "2026-11-09")),
    ],
)
def test_what_may_be_read_two_ways_keeps_both(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("il y a quelques mois", "2026-09-25"),
        ("several months ago", "2026-09-25"),
        ("il y a plusieurs semaines", "2026-11-10"),
        ("a couple of weeks ago", "2026-11-10"),
    ],
)
def test_a_vague_number_bounds_the_publication_from_above_only(text, latest):
    assert seen(text) == (None, latest)
    known = Publication.relative(Sighting(text, DAY), platform="google_maps")
    result = compute(LimitationFacts("diffamation_publique_particulier", known), DAY)
    assert result.status == "undetermined"
    assert any("combien au plus" in warning for warning in result.warnings)


def test_rounding_never_narrows_what_truncation_gives():
    for text in GOOGLE:
        google, other = read(Sighting(text, DAY), "google_maps"), read(Sighting(text, DAY), "")
        assert other.earliest == google.earliest
        assert other.latest >= google.latest


def test_older_words_never_give_a_later_interval():
    for platform in ("google_maps", ""):
        texts = ["hier"] + [f"il y a {n} jours" for n in range(2, 7)] + [f"il y a {n} semaines" for n in range(1, 5)]
        texts += [f"il y a {n} mois" for n in range(1, 12)] + [f"il y a {n} ans" for n in range(1, 9)]
        intervals = [read(Sighting(text, DAY), platform) for text in texts]
        assert all(a.earliest >= b.earliest for a, b in pairwise(intervals))
        assert all(interval.earliest <= interval.latest <= DAY for interval in intervals)


MEASURED = [
    (7.95, "a week ago"),
    (10.66, "a week ago"),
    (15.65, "2 weeks ago"),
    (17.0, "2 weeks ago"),
    (29.73, "4 weeks ago"),
    (41.57, "a month ago"),
    (52.12, "a month ago"),
    (64.16, "2 months ago"),
    (94.63, "3 months ago"),
    (340.92, "11 months ago"),
    (382.0, "a year ago"),
    (690.0, "a year ago"),
    (2522.0, "6 years ago"),
]


@pytest.mark.parametrize(("age", "text"), MEASURED)
@pytest.mark.parametrize("platform", ["google_maps", ""])
@pytest.mark.parametrize("day", [DAY, date(2024, 3, 1), date(2025, 12, 31)])
def test_the_measured_ages_fall_within_the_intervals(age, text, platform, day):
    interval = read(Sighting(text, day), platform)
    assert interval.earliest <= day - timedelta(days=age) <= interval.latest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bientôt",
        "il y a longtemps",
        "le 12 mars 2026",
        "il y a 9999 ans",
        "mois",
        "il y a -3 mois",
        "il y a 3 mois · il y a 2 jours",
    ],
)
def test_a_text_that_is_not_understood_is_refused_by_name(text):
    with pytest.raises(InvalidInput) as refusal:
        read(Sighting(text, DAY), "google_maps")
    assert refusal.value.field == "publication.text"
    assert "publication.text" in refusal.value.message


def answer(*sightings, platform="google_maps", on=DAY):
    known = [Sighting(text, day) for text, day in sightings]
    return compute(LimitationFacts(DEFAMATION, Publication.relative(*known, platform=platform)), on)


@pytest.mark.parametrize(
    ("text", "status", "prudent_on", "admitted_on"),
    [
        ("il y a 2 semaines", Status.RUNNING, "2027-02-01", "2027-02-10"),
        ("il y a un mois", Status.LAST_MONTH, "2026-12-21", "2027-01-25"),
        ("il y a 2 mois", Status.POSSIBLY_EXPIRED, "2026-11-21", "2026-12-25"),
        ("il y a 3 mois", Status.POSSIBLY_EXPIRED, "2026-10-21", "2026-11-26"),
        ("il y a 4 mois", Status.EXPIRED, "2026-09-20", "2026-10-27"),
        ("il y a un an", Status.EXPIRED, "2025-02-21", "2026-02-24"),
    ],
)
def test_the_effects_of_the_reference_for_a_press_offence(text, status, prudent_on, admitted_on):
    result = answer((text, DAY))
    assert result.status is status
    assert (result.prudent_on.isoformat(), result.admitted_on.isoformat()) == (prudent_on, admitted_on)
    assert result.evidence_needed
    assert any(rule.rule_id == "relative_date.google" for rule in result.rules)


def test_an_edit_alone_leaves_the_prudent_date_undetermined():
    result = answer(("modifié il y a 2 mois", DAY))
    assert result.status is Status.UNDETERMINED
    assert (result.prudent_on, result.last_useful_day) == (None, None)
    assert result.admitted_on == date(2026, 12, 25)
    assert any("date la modification" in warning for warning in result.warnings)


def test_two_sightings_narrow_the_interval():
    result = answer(("il y a 4 semaines", date(2026, 11, 20)), ("il y a un mois", DAY))
    assert (result.earliest, result.latest) == (date(2026, 10, 19), date(2026, 10, 24))
    assert sum("relevé le" in text for text, _ in result.trace) == 2
    assert any("Intervalle retenu" in text for text, _ in result.trace)


def test_an_edit_and_an_older_sighting_keep_the_earliest_day_of_the_sighting():
    result = answer(("il y a 3 mois", DAY), ("modifié il y a 2 semaines", DAY))
    assert (result.earliest, result.latest) == (date(2026, 7, 22), date(2026, 8, 26))


def test_sightings_that_contradict_each_other_keep_the_widest_interval_and_say_so():
    result = answer(("il y a une semaine", DAY), ("il y a 3 mois", DAY))
    assert (result.earliest, result.latest) == (date(2026, 7, 22), date(2026, 11, 17))
    assert any("se contredisent" in warning for warning in result.warnings)


def test_one_sighting_is_no_crossing():
    assert not any("Intervalle retenu" in text for text, _ in answer(("il y a 3 mois", DAY)).trace)


def test_each_platform_has_its_reading():
    assert rule_for("Google_Maps", DAY).key == "google"
    assert rule_for("google_search", DAY).key == "google"
    assert rule_for("avis_google", DAY).key == "google"
    assert rule_for("facebook", DAY).key == "autre_plateforme"
    assert rule_for("", DAY).key == "autre_plateforme"


def test_two_sightings_that_touch_give_the_day_itself():
    result = answer(("hier", date(2026, 11, 10)), ("il y a 3 jours", date(2026, 11, 14)))
    assert (result.earliest, result.latest) == (date(2026, 11, 10), date(2026, 11, 10))
    assert not any("se contredisent" in warning for warning in result.warnings)


def test_the_trace_says_the_interval_in_words():
    assert any(
        "entre le 22 juillet 2026 et le 26 août 2026" in text for text, _ in answer(("il y a 3 mois", DAY)).trace
    )
    edited = answer(("modifié il y a 2 mois", DAY))
    assert any("au plus tard le 25 septembre 2026, sans date au plus tôt" in text for text, _ in edited.trace)


def test_two_edits_keep_the_older_ceiling():
    result = answer(("modifié il y a 3 mois", DAY), ("modifié il y a 2 semaines", DAY))
    assert (result.earliest, result.latest) == (None, date(2026, 8, 26))


FRENCH = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@pytest.mark.parametrize("number", range(1, 13))
def test_numbers_in_words_are_read_like_figures(number):
    figures = seen(f"il y a {number} mois")
    assert seen(f"il y a {FRENCH[number - 1]} mois") == figures
    assert seen(f"{ENGLISH[number - 1]} months ago") == figures
