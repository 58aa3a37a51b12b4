"""Which dates contradict each other, and what a bound can become."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from casefile.law.candidates import Nature, Reliability, contradictions, exact, upper_bound

NOON = datetime(2026, 9, 3, 10, tzinfo=UTC)
LOW = Reliability.LOW
EARLY = exact(NOON, "meta:a", "Balise", LOW, "Page")
LATE = exact(NOON + timedelta(days=2), "meta:b", "Identifiant", LOW, "Page")


def test_a_bound_from_above_is_no_publication():
    assert upper_bound(NOON, "meta:c", "Archive", LOW, "Page").publication() is None


def test_two_dates_of_one_thing_contradict_each_other():
    said = contradictions([EARLY, LATE])
    assert len(said) == 1
    assert "03/09/2026" in said[0]
    assert "05/09/2026" in said[0]


def test_two_dates_of_two_named_things_do_not():
    assert contradictions([replace(EARLY, subject="avis 1"), replace(LATE, subject="avis 2")]) == []
    assert len(contradictions([replace(EARLY, subject="avis 1"), replace(LATE, subject="avis 1")])) == 1


def test_what_names_no_thing_is_compared_with_everything():
    assert len(contradictions([replace(EARLY, subject="avis 1"), LATE])) == 1


def test_clocks_may_differ_by_five_minutes_on_one_day():
    for minutes, said in ((5, 0), (6, 1)):
        later = replace(EARLY, method="meta:b", earliest=NOON + timedelta(minutes=minutes))
        later = replace(later, latest=later.earliest or NOON)
        assert len(contradictions([EARLY, later])) == said


def test_a_modification_after_the_publication_contradicts_nothing():
    assert contradictions([EARLY, replace(LATE, nature=Nature.MODIFICATION)]) == []
