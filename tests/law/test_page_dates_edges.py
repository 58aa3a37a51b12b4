"""The dates of a page at their edges: the first web page, the day after the capture, a text without zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casefile.law.candidates import FUTURE_TOLERANCE
from casefile.law.page_dates import MOST_CANDIDATES, header_dates, payload_dates, read_instant, stated_dates

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
URL = "https://exemple.fr/article"


def stated(instant: datetime) -> str:
    return f'<meta property="article:published_time" content="{instant:%Y-%m-%dT%H:%M:%S}Z">'


@pytest.mark.parametrize(
    ("instant", "kept"),
    [
        (datetime(1991, 8, 5, 23, 59, 59, tzinfo=UTC), False),
        (datetime(1991, 8, 6, tzinfo=UTC), True),
        (SEEN + FUTURE_TOLERANCE, True),
        (SEEN + FUTURE_TOLERANCE + timedelta(seconds=1), False),
    ],
)
def test_no_page_is_older_than_the_web_or_younger_than_its_capture(instant, kept):
    assert [one.instant for one in stated_dates(stated(instant), URL, SEEN)] == ([instant] if kept else [])


def test_a_date_without_zone_says_that_every_zone_is_covered():
    (sure,) = stated_dates(stated(datetime(2026, 9, 3, 10, tzinfo=UTC)), URL, SEEN)
    (unsure,) = stated_dates('<meta property="article:published_time" content="2026-09-03T10:00:00">', URL, SEEN)
    assert (sure.note, sure.earliest, sure.latest) == ("", sure.instant, sure.instant)
    assert "Fuseau absent" in unsure.note
    assert unsure.earliest is not None
    assert unsure.earliest < unsure.instant < unsure.latest


def test_a_date_stated_twice_is_proposed_once():
    assert len(stated_dates(stated(SEEN) * 2, URL, SEEN)) == 1
    assert len(payload_dates('"create_time":1767225600,"create_time":1767225600')) <= 1


def test_a_page_of_a_thousand_dates_gives_a_bounded_number():
    many = "".join(stated(SEEN - timedelta(hours=hours)) for hours in range(MOST_CANDIDATES + 20))
    assert len(stated_dates(many, URL, SEEN)) == MOST_CANDIDATES


def test_the_header_of_a_server_is_read_in_its_own_zone():
    at_ten = datetime(2026, 9, 3, 10, tzinfo=UTC)
    for written in ("Thu, 03 Sep 2026 10:00:00 GMT", "Thu, 03 Sep 2026 12:00:00 +0200", "Thu, 03 Sep 2026 10:00:00"):
        (found,) = header_dates({"Last-Modified": written}, SEEN)
        assert found.instant == at_ten
        assert found.earliest is None


@pytest.mark.parametrize(
    ("written", "microsecond"),
    [("10:00:00.5", 500_000), ("10:00:00.123456", 123_456), ("10:00:00.1234567", 123_456), ("10:00:00", 0)],
)
def test_the_fraction_of_a_second_is_read_to_the_microsecond(written, microsecond):
    read = read_instant(f"2026-09-03T{written}Z")
    assert read is not None
    assert read[0] == datetime(2026, 9, 3, 10, 0, 0, microsecond, tzinfo=UTC)


def test_structured_data_is_read_in_its_own_kind_of_script_only():
    data = '{"@type": "Article", "datePublished": "2026-09-03T10:00:00Z"}'
    for kind, count in (("application/ld+json", 1), ("application/LD+JSON; charset=utf-8", 1), ("text/plain", 0)):
        found = stated_dates(f'<script type="{kind}">{data}</script>', URL, SEEN)
        assert len([one for one in found if one.method.startswith("json-ld:")]) == count
    elsewhere = stated_dates(f'<div type="application/ld+json">{data}</div>', URL, SEEN)
    assert elsewhere == []


def test_structured_data_with_a_raw_line_break_is_still_read():
    data = '{"@type": "Article", "headline": "Un\navis", "datePublished": "2026-09-03T10:00:00Z"}'
    (found,) = stated_dates(f'<script type="application/ld+json">{data}</script>', URL, SEEN)
    assert found.subject == "Un\navis"
