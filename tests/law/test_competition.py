"""Several readings of the same words: which one commands the time, and what is said of it."""

from __future__ import annotations

import pytest

from casefile.law.competition import conflicts_of, prudent_reading
from casefile.law.conditions import ARGUABLE
from casefile.law.weighing import Candidate, Fits, argued, by_strength


def reading(name, fits=Fits.YES, months=3, missing=(), rank=1):
    return Candidate(
        qualification=name,
        title=name,
        fits=fits,
        met=(),
        missing=tuple(missing),
        contradicted=(),
        why_not=(),
        sources=(),
        rank=rank,
        domain="",
        limitation_months=months,
    )


PRESS, CRIME = reading("presse"), reading("delit", months=72)


def test_of_two_readings_that_fit_the_shortest_limitation_commands():
    (found,) = [one for one in conflicts_of([CRIME, PRESS], {}) if one.id == "concours"]
    assert "celui de «\u00a0presse\u00a0»" in found.text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    for alone in ([PRESS], [], [PRESS, reading("autre", Fits.NO)], [PRESS, reading("autre", Fits.OPEN)]):
        assert not [one for one in conflicts_of(alone, {}) if one.id == "concours"]


def test_a_limitation_that_was_not_read_may_be_the_shortest():
    chosen = prudent_reading([PRESS, reading("non_relu", months=None)], {})
    assert chosen is not None
    assert chosen.qualification == "non_relu"


def test_nothing_stands_where_nothing_fits():
    assert prudent_reading([reading("autre", Fits.NO)], {}) is None
    assert prudent_reading([reading("autre", Fits.OPEN, missing=["fait_precis"])], {}) is None


@pytest.mark.parametrize(("readings", "why"), [([PRESS], "seule lecture ouverte"), ([CRIME, PRESS], "délai le plus")])
def test_the_reason_says_whether_there_was_a_choice(readings, why):
    chosen = prudent_reading(readings, {})
    assert chosen is not None
    assert chosen.qualification == "presse"
    assert chosen.why.startswith(why)


def test_a_reading_is_argued_when_one_of_its_missing_elements_is():
    answers = {"fait_precis": ARGUABLE}
    open_reading = reading("presse", Fits.OPEN, missing=["fait_precis", "identifiable"])
    assert argued(open_reading, answers)
    assert not argued(open_reading, {})
    assert not argued(reading("presse", Fits.YES, missing=["fait_precis"]), answers)
    chosen = prudent_reading([open_reading, CRIME], answers)
    assert chosen is not None
    assert chosen.qualification == "presse"
    assert len(chosen.evidence) == 1


def test_what_fits_comes_first_then_what_is_nearest_then_what_is_out():
    fits = [reading("second", rank=2), reading("first", rank=1)]
    nearly = reading("nearly", Fits.OPEN, missing=["a"], rank=9)
    far = reading("far", Fits.OPEN, missing=["a", "b"], rank=1)
    out = reading("out", Fits.NO, rank=1)
    ordered = sorted([out, far, nearly, *fits], key=by_strength)
    assert [one.qualification for one in ordered] == ["first", "second", "nearly", "far", "out"]
