"""Dates hidden in identifiers, addresses and captured pages: published vectors, boundaries, hostile input."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.errors import InvalidInput
from casefile.law import forensics, item_ids
from casefile.law.addresses import read_address
from casefile.law.candidates import paris_day
from casefile.law.forensics import Capture, date_of

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Published examples: Discord's documentation, RFC 9562 annexes A.1, A.5, A.6, the ULID specification, MongoDB's
# documentation, and a message of X whose page shows 9 February 2020, 19:56 UTC.
VECTORS = [
    ("x", "1226595698793230348", "2020-02-09T19:56:18.295+00:00"),
    ("discord", "175928847299117063", "2016-04-30T11:18:25.796+00:00"),
    ("uuid", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "2022-02-22T19:22:22+00:00"),
    ("uuid", "C232AB00-9414-11EC-B3C8-9F6BDECED846", "2022-02-22T19:22:22+00:00"),
    ("uuid", "1EC9414C-232A-6B00-B3C8-9F6BDECED846", "2022-02-22T19:22:22+00:00"),
    ("ulid", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "2016-07-30T23:54:10.259+00:00"),
    ("objectid", "507f1f77bcf86cd799439011", "2012-10-17T21:13:27+00:00"),
]


@pytest.mark.parametrize(("scheme", "text", "instant"), VECTORS)
def test_a_published_identifier_gives_its_published_instant(scheme: str, text: str, instant: str) -> None:
    found = item_ids.read_id(scheme, text, SEEN)
    assert found is not None
    assert (found.instant, found.earliest, found.latest) == (at(instant),) * 3


def identifier(scheme: str, instant: datetime) -> str:
    """Write the identifier that a platform would have given at an instant: the schemes, in the other direction."""
    milliseconds = round(instant.timestamp() * 1000)
    written = {
        "x": (milliseconds - 1288834974657) << 22,
        "discord": (milliseconds - 1420070400000) << 22,
        "tiktok": (milliseconds // 1000) << 32,
        "linkedin": milliseconds << 22,
        "instagram": (milliseconds - 1314220021721) << 23,
        "mastodon": milliseconds << 16,
    }
    return str(written[scheme])


@pytest.mark.parametrize("scheme", ["x", "discord", "tiktok", "linkedin", "instagram", "mastodon"])
@given(second=st.integers(1_546_300_800, 1_795_000_000))
@settings(max_examples=40, deadline=None)
def test_every_numeric_scheme_reads_back_what_the_platform_wrote(scheme: str, second: int) -> None:
    instant = datetime.fromtimestamp(second, UTC)
    found = item_ids.read_id(scheme, identifier(scheme, instant), SEEN)
    assert found is not None
    assert found.instant == instant


ADDRESSES = [
    ("https://x.com/a/status/1226595698793230348?s=20", "x", "1226595698793230348"),
    ("https://twitter.com/i/web/status/1226595698793230348", "x", "1226595698793230348"),
    ("https://mobile.twitter.com/a/statuses/1226595698793230348", "x", "1226595698793230348"),
    ("https://discord.com/channels/@me/1/175928847299117063", "discord", "175928847299117063"),
    ("https://www.tiktok.com/@a.b/video/7300000000000000000?x=1", "tiktok", "7300000000000000000"),
    ("https://m.tiktok.com/v/7300000000000000000.html", "tiktok", "7300000000000000000"),
    (
        "https://fr.linkedin.com/posts/jean-dupont_avis-activity-7130000000000000000-abcd",
        "linkedin",
        "7130000000000000000",
    ),
    ("https://www.linkedin.com/feed/update/urn:li:activity:7130000000000000000/", "linkedin", "7130000000000000000"),
    (
        (
            "https://www.linkedin.com/feed/update/urn:li:activity:7130000000000000000?commentUrn="
            "urn%3Ali%3Acomment%3A%28activity%3A7130000000000000000%2C7131000000000000000%29"
        ),
        "linkedin",
        "7131000000000000000",
    ),
    ("https://www.instagram.com/p/CjJ0Yl4MSq1/", "instagram", "CjJ0Yl4MSq1"),
    ("https://www.instagram.com/nom/reel/CjJ0Yl4MSq1/?img=2", "instagram", "CjJ0Yl4MSq1"),
    ("https://www.instagram.com/stories/nom/3012345678901234567/", "instagram", "3012345678901234567"),
    ("https://piaille.fr/@nom/111300000000000000", "mastodon", "111300000000000000"),
    ("https://mastodon.social/users/nom/statuses/111300000000000000", "mastodon", "111300000000000000"),
    ("https://bsky.app/profile/nom.bsky.social/post/3kabcdefghi2x", "bluesky", "3kabcdefghi2x"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "", ""),
    ("https://x.com.evil.example/a/status/1226595698793230348", "", ""),
]


@pytest.mark.parametrize(("url", "platform", "item_id"), ADDRESSES)
def test_an_address_gives_its_platform_and_identifier(url: str, platform: str, item_id: str) -> None:
    address = read_address(url)
    assert (address.platform, address.item_id) == (platform, item_id)


@pytest.mark.parametrize(
    "url", ["x.com/a", "ftp://x.com/a", "http://", "http://[::1", "javascript:alert(1)", "a" * 9000]
)
def test_what_is_no_address_is_refused_by_name(url: str) -> None:
    with pytest.raises(InvalidInput, match="url") as refused:
        date_of(seen_at=SEEN, url=url)
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    ("platform", "item_id"),
    [
        ("x", "20"),  # the first messages were numbered one by one
        ("x", "29700859247"),  # the last day of that numbering
        ("x", identifier("x", SEEN + timedelta(hours=25))),
        ("x", "12265956987932303480000"),
        ("x", "12x6595698793230348"),
        ("x", "-1226595698793230348"),
        ("x", "１２２６５９５６９８７９３２３０３４８"),
        ("discord", identifier("discord", at("2015-05-12T23:59:59+00:00"))),
        ("tiktok", identifier("tiktok", at("2016-08-31T23:59:59+00:00"))),
        ("instagram", "C"),
        ("instagram", "CjJ0Yl4MSq1é"),
        ("mastodon", identifier("mastodon", at("2017-09-30T23:59:59+00:00"))),
        ("", "017F22E2-79B0-4CC3-98C4-DC0C0C07398F"),  # version 4 is random
        ("", "81ARZ3NDEKTSV4RRFFQ69G5FAV"),  # a ULID beyond 128 bits
        ("facebook", "pfbid02abc"),
    ],
)
def test_an_implausible_identifier_gives_a_warning_and_no_date(platform: str, item_id: str) -> None:
    found = date_of(seen_at=SEEN, platform=platform, item_id=item_id)
    assert found.candidates == ()
    assert found.interval() is None
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    ("scheme", "first"), [("x", "2010-11-05"), ("discord", "2015-05-13"), ("tiktok", "2016-09-01")]
)
def test_the_first_day_of_a_scheme_is_accepted(scheme: str, first: str) -> None:
    instant = at(f"{first}T00:00:00+00:00")
    found = item_ids.read_id(scheme, identifier(scheme, instant), SEEN)
    assert found is not None
    assert found.instant == instant


def test_an_instant_is_accepted_until_one_day_after_the_capture() -> None:
    assert item_ids.read_id("x", identifier("x", SEEN + timedelta(hours=24)), SEEN) is not None
    assert item_ids.read_id("x", identifier("x", SEEN + timedelta(hours=24, seconds=1)), SEEN) is None


def test_a_bare_number_shows_every_platform_that_it_may_come_from() -> None:
    found = date_of(seen_at=SEEN, item_id="1226595698793230348")
    assert {one.method for one in found.candidates} == {"id:x", "id:discord", "id:instagram"}
    assert {one.reliability for one in found.candidates} == {"low"}
    assert found.contradictions == ()


def test_a_candidate_becomes_the_publication_of_the_limitation_command_on_the_paris_day() -> None:
    late_evening = identifier("x", at("2026-08-22T22:30:00+00:00"))
    found = date_of(seen_at=SEEN, platform="twitter", item_id=late_evening)
    assert found.candidates[0].publication() == {"kind": "exact", "date": "2026-08-23"}
    assert paris_day(at("2026-08-22T21:59:59+00:00")) == date(2026, 8, 22)


def test_two_identifiers_that_disagree_are_both_shown_with_the_interval() -> None:
    earlier = identifier("x", at("2026-08-20T10:00:00+00:00"))
    found = date_of(seen_at=SEEN, url="https://x.com/a/status/" + identifier("x", SEEN), platform="x", item_id=earlier)
    assert len(found.candidates) == 2
    assert len(found.contradictions) == 1
    assert found.interval() == {"kind": "interval", "from": "2026-08-20", "to": "2026-11-23"}


def test_an_archived_copy_bounds_the_publication_from_above_only() -> None:
    found = date_of(seen_at=SEEN, url="https://web.archive.org/web/20260301120000/https://exemple.fr/avis")
    assert found.candidates[0].instant == at("2026-03-01T12:00:00+00:00")
    assert found.candidates[0].earliest is None
    assert found.interval() is None


def test_an_identifier_younger_than_its_own_archived_copy_is_a_contradiction() -> None:
    item = identifier("x", at("2026-03-02T12:00:00+00:00"))
    found = date_of(seen_at=SEEN, url=f"https://web.archive.org/web/20260301120000/https://x.com/a/status/{item}")
    assert [one.method for one in found.candidates] == ["id:x", "archive:web.archive.org"]
    assert len(found.contradictions) == 1


def test_a_shared_google_review_address_bounds_the_review_from_above() -> None:
    url = (
        "https://www.google.com/maps/reviews/data=!4m8!14m7!1m6!2m5!1sChZDSUhNMG9nS0VJQ0FnSUREanY3alR3EAE"
        "!2m1!1s0x0:0x860ff2724888ac7e!3m1!1s2@1:CIHM0ogKEICAgIDDjv7jTw%7CCgwI3tnUsAYQiPrPiwM%7C?entry=tts"
    )
    found = date_of(seen_at=SEEN, url=url)
    assert [(one.instant, one.earliest) for one in found.candidates] == [(at("2024-04-09T11:56:14+00:00"), None)]
    assert read_address(url).item_id == "ChZDSUhNMG9nS0VJQ0FnSUREanY3alR3EAE"


REVIEW = "ChdDSUhNMG9nS0VJQ0FnSUREanY3alR3RRAB"


def reviews(created: object, edited: object, shown: str = "il y a 3 mois", review_id: str = REVIEW) -> str:
    body = [[[[review_id, [None, "0x0", created, edited, ["Jean"], None, shown], [[5]]]]]]
    return ")]}'\n" + json.dumps(body)


def microseconds(text: str) -> int:
    return int(at(text).timestamp() * 1_000_000)


CREATED, EDITED = microseconds("2026-08-20T08:00:00.123456+00:00"), microseconds("2026-09-10T08:00:00+00:00")


def google(payload: str, **facts: object) -> forensics.Finding:
    return date_of(seen_at=SEEN, capture=Capture(SEEN, payloads=(payload,)), **facts)


def test_a_google_payload_dates_the_review_to_the_microsecond() -> None:
    found = google(reviews(CREATED, CREATED), item_id=REVIEW, platform="google_maps")
    assert [one.instant for one in found.candidates] == [at("2026-08-20T08:00:00.123456+00:00")]
    assert "il y a 3 mois" in found.candidates[0].note


def test_an_edited_google_review_keeps_its_creation_as_the_only_earliest_day() -> None:
    found = google(reviews(str(CREATED), str(EDITED)), item_id=REVIEW, platform="google_maps")
    assert [(one.method, one.earliest is None) for one in found.candidates] == [
        ("payload:google_review", False),
        ("payload:google_review_edited", True),
    ]
    assert found.interval() == {"kind": "exact", "date": "2026-08-20"}


def test_a_single_time_beside_an_edited_text_never_becomes_the_earliest() -> None:
    found = google(reviews(None, EDITED, "Modifié il y a 2 mois"), item_id=REVIEW)
    assert [(one.method, one.earliest) for one in found.candidates] == [("payload:google_review_edited", None)]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (microseconds("2006-12-31T23:59:59+00:00"), False),
        (microseconds("2007-01-01T00:00:00+00:00"), True),
        (microseconds("2026-11-24T10:00:00+00:00"), True),
        (microseconds("2026-11-24T10:00:01+00:00"), False),
        (CREATED // 1000, False),
        (True, False),
        ("12345678901234५६", False),
    ],
)
def test_only_a_plausible_microsecond_value_is_kept(value: object, kept: bool) -> None:
    assert bool(google(reviews(value, None), item_id=REVIEW).candidates) is kept


def test_only_the_review_asked_for_is_dated() -> None:
    assert google(reviews(CREATED, None), item_id="ChdAutreAvis0000000000000000").candidates == ()


def test_a_review_in_the_scripts_of_the_page_is_found_too() -> None:
    inner = json.dumps([REVIEW, [None, None, CREATED, None, "il y a 3 mois"]], separators=(",", ":"))
    page = f"<html><script>window.APP={json.dumps(inner)}</script></html>"
    found = date_of(seen_at=SEEN, item_id=REVIEW, platform="google_maps", capture=Capture(SEEN, html=page))
    assert [one.instant for one in found.candidates] == [at("2026-08-20T08:00:00.123456+00:00")]


def displayed(text: str) -> forensics.Finding:
    capture = Capture(SEEN, payloads=(reviews(CREATED, None, shown=""),), displayed=text)
    return date_of(seen_at=SEEN, item_id=REVIEW, platform="google_maps", capture=capture)


def test_a_google_time_that_the_displayed_text_excludes_is_put_aside() -> None:
    assert displayed("il y a 5 mois").candidates == ()
    assert "20 août 2026" in displayed("il y a 5 mois").warnings[0]
    assert len(displayed("il y a 3 mois").candidates) == 1
    assert displayed("il y a 3 mois").warnings == ()


def test_a_displayed_text_that_is_no_relative_date_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        displayed("autrefois")
    assert refused.value.field == "capture.displayed"


@pytest.mark.parametrize(
    ("shown", "reliability"), [("il y a 3 mois", "high"), ("il y a 2 ans", "low"), ("récemment, il y a peu", "high")]
)
def test_the_text_beside_the_review_lowers_a_time_that_it_contradicts(shown: str, reliability: str) -> None:
    assert google(reviews(CREATED, None, shown), item_id=REVIEW).candidates[0].reliability == reliability


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4), max_leaves=20
    )
)
@settings(max_examples=60, deadline=None)
def test_no_payload_breaks_the_reader(value: object) -> None:
    assert google(json.dumps(value)).contradictions == ()


@pytest.mark.parametrize(
    "payload", ["[" * 200_000, "{" * 50_000, ")]}'", '["Ch' + "a" * 40 + '",[' * 3000, "[1e999, " + "9" * 5000 + "]"]
)
def test_a_payload_built_to_hurt_gives_nothing(payload: str) -> None:
    assert google(payload).candidates == ()


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_an_identifier_of_any_scheme(text: str) -> None:
    for scheme in item_ids.SCHEMES:
        found = item_ids.read_id(scheme, text, SEEN)
        assert found is None or found.instant <= SEEN + timedelta(hours=24)
    date_of(seen_at=SEEN, item_id=text)


def test_an_address_that_hides_nothing_says_what_else_to_seek() -> None:
    found = date_of(seen_at=SEEN, url="https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    assert found.candidates == ()
    assert "archive publique" in found.warnings[0]


def test_a_comment_s_address_does_not_borrow_the_date_of_the_post() -> None:
    found = date_of(seen_at=SEEN, url="https://www.instagram.com/p/CjJ0Yl4MSq1/c/17900000000000000/")
    assert found.candidates == ()
    assert "commentaire" in found.warnings[0]


def test_an_identifier_in_any_address_is_read_by_its_shape() -> None:
    found = date_of(seen_at=SEEN, url="https://exemple.fr/avis/017F22E2-79B0-7CC3-98C4-DC0C0C07398F?x=1")
    assert [one.method for one in found.candidates] == ["id:uuid"]


@pytest.mark.parametrize(
    ("pasted", "method"),
    [
        ("urn:li:activity:7056321413457653760", "id:linkedin"),
        ("https://x.com/jack/status/1585841080431321088", "id:x"),
    ],
)
def test_an_identifier_pasted_as_an_address_or_as_a_name_is_read(pasted, method):
    (found,) = date_of(seen_at=datetime(2026, 11, 23, tzinfo=UTC), item_id=pasted).candidates
    assert found.method == method
