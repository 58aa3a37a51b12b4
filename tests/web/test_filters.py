"""Dates, sizes, digests and typography as templates write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile import clock
from casefile.web import filters

from .page_checker import TYPOGRAPHY

NOV_23 = datetime(2026, 11, 23, 15, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now():
    with clock.frozen(NOV_23):
        yield


def test_dates_are_french():
    assert filters.french_date(date(2026, 11, 23)) == "23 novembre 2026"
    assert filters.french_date(date(2026, 2, 1)) == "1er février 2026"
    assert filters.full_date(date(2026, 12, 2)) == "mercredi 2 décembre 2026"
    assert filters.short_date(date(2026, 11, 26)) == "jeu. 26 nov."
    assert filters.short_date(date(2031, 2, 14)) == "14 févr. 2031"
    assert filters.day_month(date(2026, 9, 1)) == "1er sept."


def test_instants_are_shown_in_paris_and_must_be_aware():
    assert filters.instant(NOV_23) == "23 novembre 2026 à 16:02"
    assert filters.short_instant(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)) == "sam. 1er août, 00:30"
    with pytest.raises(ValueError, match="naive"):
        filters.instant(datetime(2026, 1, 1))  # noqa: DTZ001 - the refusal is the test


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 octet"),
        (1, "1 octet"),
        (999, "999 octets"),
        (1_200_000, "1,2 Mo"),
        (1000, "1 ko"),
        (3_000_000_000, "3 Go"),
    ],
)
def test_sizes_are_read_at_a_glance(size, text):
    assert filters.file_size(size) == text.replace(" ", "\u00a0")


def test_a_recent_moment_is_said_as_people_say_it():
    assert filters.moment(NOV_23) == "16:02"
    assert filters.moment(date(2026, 11, 23)) == "aujourd’hui"
    assert filters.moment(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == "hier"
    assert filters.moment(date(2026, 11, 20)) == "20 nov."
    assert filters.moment(date(2025, 11, 20)) == "20 nov. 2025"


def test_numbers_counts_and_days():
    assert filters.euros(12000) == "12\u202f000\u00a0€"
    assert filters.number(1.5) == "1,5"
    assert filters.counted(0, "jour") == "0\u00a0jour"
    assert filters.counted(2, "jour utile", "jours utiles") == "2\u00a0jours utiles"
    assert [filters.days_left(count) for count in (0, 1, 3, -2)] == [
        "aujourd’hui",
        "demain",
        "dans 3\u00a0jours",
        "dépassé de 2\u00a0jours",
    ]


def test_digests_are_cut_for_the_eye():
    digest = "9f2c41d7" * 8
    assert filters.digest_groups(digest).split(" ") == ["9f2c41d7"] * 8
    assert filters.digest_short(digest) == "9f2c41d7…41d7"


@pytest.mark.parametrize(
    ("name", "letters"), [("Me Claire Aubry", "CA"), ("Louise Petit", "LP"), ("Jean-Marc de La Tour", "JT"), ("", "")]
)
def test_initials_are_two_letters_of_the_name(name, letters):
    assert filters.initials(name) == letters


def test_typography_gives_our_sentences_their_spaces():
    assert filters.typography("Attention ! Il dit : « l'avis » ; non ?") == (
        "Attention\u202f! Il dit\u00a0: «\u00a0l’avis\u00a0»\u202f; non\u202f?"
    )
    assert filters.typography("voir https://x.fr/a?b=c à 12:30") == "voir https://x.fr/a?b=c à 12:30"


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["mot", " ;", " !", " :", " « ", " » ", ", ", " 12:30 ", " ?"]), max_size=8))
def test_typography_is_idempotent(parts):
    once = filters.typography("".join(parts))
    assert filters.typography(once) == once


def test_the_checker_accepts_what_the_filter_writes():
    text = filters.typography("Reste : 3 jours ; « vraiment » ? Oui !")
    assert not [advice for pattern, advice in TYPOGRAPHY if pattern.search(text)]
