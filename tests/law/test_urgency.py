"""How pressing a limitation is, day by day, and who alone is called barred."""

from __future__ import annotations

from datetime import date

import pytest

from casefile.law.limitation import compute
from casefile.law.limitation_facts import LimitationFacts, Publication
from casefile.law.urgency import Urgency, urgency

# Published on 23 August 2026: last working day of the strictest reading, Friday 20 November 2026.
EXACT = Publication.exact(date(2026, 8, 23))
BETWEEN = Publication.between(date(2026, 8, 23), date(2026, 9, 23))


def on(day, publication=EXACT):
    facts = LimitationFacts("diffamation_publique_particulier", publication)
    return urgency(compute(facts, date.fromisoformat(day)), facts.territories)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-04", Urgency.OPEN),
        ("2026-11-05", Urgency.ALERT),
        ("2026-11-12", Urgency.ALERT),
        ("2026-11-13", Urgency.URGENT),
        ("2026-11-19", Urgency.URGENT),
        ("2026-11-20", Urgency.LAST_DAY),
        ("2026-11-21", Urgency.PRUDENT_PASSED),
        ("2026-11-23", Urgency.PRUDENT_PASSED),
        ("2026-11-24", Urgency.EXPIRED),
    ],
)
def test_each_day_has_its_urgency(day, expected):
    assert on(day) is expected


def test_an_uncertain_start_is_never_called_barred():
    assert on("2026-11-23", BETWEEN) is Urgency.PRUDENT_PASSED
    assert on("2026-11-24", BETWEEN) is Urgency.UNCERTAIN
    assert on("2026-12-23", BETWEEN) is Urgency.UNCERTAIN
    assert on("2026-12-24", BETWEEN) is Urgency.PROBABLY_EXPIRED
    assert on("2026-12-24", Publication.unknown()) is Urgency.UNDETERMINED
