"""Google's answers: which of several reviews, at which place, and inside which text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from casefile.law.candidates import contradictions
from casefile.law.google_reviews import review_dates

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
FIRST, SECOND = "ChdDSUhNMG9nS0VJQ0FnSUREanY3alR3RRAB", "ChZDSUhNMG9nS0VJQ0FnSUREanY3alR3EAE"
CREATED = datetime(2026, 8, 20, 8, tzinfo=UTC)
LATER = datetime(2026, 10, 2, 8, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000


def review(review_id: str, *values: object) -> list[object]:
    return [review_id, [None, "0x0", *values]]


def test_the_dates_of_two_reviews_are_never_set_against_each_other():
    payload = json.dumps([review(FIRST, microseconds(CREATED), None), review(SECOND, microseconds(LATER), None)])
    found = review_dates(payload, "", SEEN)
    assert [(one.subject, one.instant) for one in found] == [(FIRST, CREATED), (SECOND, LATER)]
    assert contradictions(found) == []


def test_the_review_asked_for_needs_no_name_beside_its_date():
    (found,) = review_dates(json.dumps([review(FIRST, microseconds(CREATED), None)]), FIRST, SEEN)
    assert found.subject == ""


@pytest.mark.parametrize("depth", [0, 1])
def test_a_review_written_inside_a_text_of_the_answer_is_found(depth):
    inner: object = review(FIRST, microseconds(CREATED), None)
    for _ in range(depth):
        inner = [inner]
    found = review_dates(json.dumps([None, json.dumps(inner, separators=(",", ":"))]), FIRST, SEEN)
    assert [one.instant for one in found] == [CREATED]


def test_a_number_at_another_place_is_no_date_of_the_review():
    nothing = json.dumps([review(FIRST, None, None, microseconds(LATER))])
    assert review_dates(nothing, FIRST, SEEN) == []
    beside = json.dumps([review(FIRST, microseconds(CREATED), None, microseconds(LATER))])
    assert [one.instant for one in review_dates(beside, FIRST, SEEN)] == [CREATED]
