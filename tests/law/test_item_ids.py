"""Identifiers of the platforms: short codes, foreign variants and the time that a Google address carries."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from casefile.law.item_ids import read_google_review_token, read_id

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
POSTED = datetime(2022, 10, 1, 1, 55, 10, tzinfo=UTC)


def short_code(instant: datetime) -> str:
    """Write the code that Instagram would have given: its 64 letters, most significant first."""
    number = (round(instant.timestamp() * 1000) - 1_314_220_021_721) << 23
    letters = ""
    while number:
        number, rest = divmod(number, 64)
        letters = ALPHABET[rest] + letters
    return letters


def varint(number: int) -> bytes:
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def token(instant: datetime, nanos: bytes = b"") -> str:
    inner = b"\x08" + varint(int(instant.timestamp())) + nanos
    return base64.urlsafe_b64encode(b"\x0a" + bytes([len(inner)]) + inner).decode().rstrip("=")


def test_an_instagram_short_code_is_dated():
    code = short_code(POSTED)
    assert len(code) == 11
    found = read_id("instagram", code, SEEN)
    assert found is not None
    assert found.instant == POSTED


def test_the_code_of_a_private_account_is_dated_without_its_secret_part():
    found = read_id("instagram", short_code(POSTED) + "Ab3-kQ_x9ZpL0mN4rT6vW8yC2dE", SEEN)
    assert found is not None
    assert found.instant == POSTED


def test_an_identifier_with_its_account_is_dated_by_its_own_number():
    number = (round(POSTED.timestamp() * 1000) - 1_314_220_021_721) << 23
    found = read_id("instagram", f"{number}_1234567890", SEEN)
    assert found is not None
    assert found.instant == POSTED


def test_a_uuid_of_another_variant_is_not_read_as_a_dated_one():
    dated = "C232AB00-9414-11EC-B3C8-9F6BDECED846"
    assert read_id("uuid", dated, SEEN) is not None
    assert read_id("uuid", dated.replace("-B3C8-", "-E3C8-"), SEEN) is None


@pytest.mark.parametrize("nanos", [b"", b"\x10\x01", b"\x10\x80\x01", b"\x10\x80\x80\x01"])
def test_the_time_of_a_google_address_is_read_whatever_its_length(nanos):
    found = read_google_review_token(token(POSTED, nanos), SEEN)
    assert found is not None
    assert (found.instant, found.earliest) == (POSTED, None)


def test_a_second_whose_last_bits_are_zero_is_read_whole():
    instant = datetime.fromtimestamp(12_900_000 * 128, UTC)
    found = read_google_review_token(token(instant), SEEN)
    assert found is not None
    assert found.instant == instant


@pytest.mark.parametrize(
    ("instant", "kept"),
    [
        (datetime(2006, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2007, 1, 1, tzinfo=UTC), True),
        (SEEN + timedelta(hours=24), True),
        (SEEN + timedelta(hours=24, seconds=1), False),
    ],
)
def test_the_time_of_a_google_address_lies_between_2007_and_the_day_after_the_capture(instant, kept):
    assert (read_google_review_token(token(instant), SEEN) is not None) is kept


@pytest.mark.parametrize("change", [(0, 0x12), (1, 5), (2, 0x10)])
def test_another_message_in_the_address_is_not_taken_for_a_time(change):
    place, value = change
    data = bytearray(base64.urlsafe_b64decode(token(POSTED) + "=="))
    data[place] = value
    assert read_google_review_token(base64.urlsafe_b64encode(bytes(data)).decode(), SEEN) is None


@pytest.mark.parametrize("text", ["", "CgA", "Cg", "!!!"])
def test_an_address_cut_short_gives_no_time(text):
    assert read_google_review_token(text, SEEN) is None
