"""The instant hidden in an item's identifier: each platform's scheme, its own floor and its source.

An identifier dates the creation of the item: a draft or a scheduled message may have been shown later, never
earlier, so the date is the prudent one. What cannot be true (before the scheme existed, after the capture)
gives no candidate.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from casefile.law.candidates import (
    FUTURE_TOLERANCE,
    Candidate,
    Nature,
    Reliability,
    exact,
    from_milliseconds,
    upper_bound,
)

if TYPE_CHECKING:
    from collections.abc import Callable

GREGORIAN_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SORTABLE_32 = "234567abcdefghijklmnopqrstuvwxyz"
URL_SAFE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# A public Instagram shortcode has at most eleven letters; a private one carries a token after them.
SHORTCODE_LENGTH = 11
DECIMAL = re.compile(r"[0-9]{1,19}")
SIXTY_THREE_BITS = 1 << 63


@dataclass(frozen=True)
class Scheme:
    """How one platform writes an instant in its identifiers, and since when."""

    id: str
    label: str
    read: Callable[[str], datetime | None]
    not_before: datetime
    reliability: Reliability
    source: str
    note: str = ""


def _shifted(bits: int, *, epoch: int = 0, unit: int = 1) -> Callable[[str], datetime | None]:
    def read(text: str) -> datetime | None:
        if not DECIMAL.fullmatch(text):
            return None
        number = int(text)
        return from_milliseconds((number >> bits) * unit + epoch) if number < SIXTY_THREE_BITS else None

    return read


def _instagram(text: str) -> datetime | None:
    media = text.split("_", maxsplit=1)[0]
    numeric = DECIMAL.fullmatch(media) is not None and len(media) > SHORTCODE_LENGTH
    if not numeric:
        letters = text[:SHORTCODE_LENGTH]
        if not letters or any(letter not in URL_SAFE_64 for letter in text):
            return None
        media = str(_in_base(letters, URL_SAFE_64))
    return _shifted(23, epoch=1_314_220_021_721)(media)


def _uuid(text: str) -> datetime | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    if found.version == 7:  # noqa: PLR2004 - RFC 9562 names it so
        return from_milliseconds(found.int >> 80)
    ticks = {1: found.time, 6: _version_6_ticks(found)}.get(found.version or 0)
    return None if ticks is None else GREGORIAN_EPOCH + timedelta(microseconds=ticks // 10)


def _version_6_ticks(found: UUID) -> int:
    return (found.time_low << 28) | (found.time_mid << 12) | (found.time_hi_version & 0x0FFF)


def _ulid(text: str) -> datetime | None:
    letters = text.upper()
    if not re.fullmatch(f"[0-7][{CROCKFORD}]{{25}}", letters):
        return None
    return from_milliseconds(_in_base(letters[:10], CROCKFORD))


def _object_id(text: str) -> datetime | None:
    return from_milliseconds(int(text[:8], 16) * 1000) if re.fullmatch(r"[0-9a-fA-F]{24}", text) else None


def _bluesky(text: str) -> datetime | None:
    if not re.fullmatch(f"[2-7a-j][{SORTABLE_32}]{{12}}", text):
        return None
    microseconds = _in_base(text, SORTABLE_32) >> 10
    instant = from_milliseconds(microseconds // 1000)
    return instant and instant + timedelta(microseconds=microseconds % 1000)


def _in_base(text: str, alphabet: str) -> int:
    number = 0
    for letter in text:
        number = number * len(alphabet) + alphabet.index(letter)
    return number


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


SCHEMES: dict[str, Scheme] = {
    scheme.id: scheme
    for scheme in (
        Scheme(
            "x",
            "Identifiant X (Twitter)",
            _shifted(22, epoch=1_288_834_974_657),
            _day(2010, 11, 5),
            Reliability.HIGH,
            "Twitter, « Announcing Snowflake », 2010 ; X, documentation « X IDs »",
        ),
        Scheme(
            "discord",
            "Identifiant Discord",
            _shifted(22, epoch=1_420_070_400_000),
            _day(2015, 5, 13),
            Reliability.HIGH,
            "Discord, Developer Documentation, « Snowflakes »",
        ),
        Scheme(
            "tiktok",
            "Identifiant TikTok",
            _shifted(32, unit=1000),
            _day(2016, 9, 1),
            Reliability.MEDIUM,
            "Analyse publique (outil « TikTok timestamp ») ; non documentée par TikTok",
            "La vidéo a pu être téléversée puis publiée plus tard : la date est la plus ancienne possible.",
        ),
        Scheme(
            "linkedin",
            "Identifiant d’activité LinkedIn",
            _shifted(22),
            _day(2012, 1, 1),
            Reliability.MEDIUM,
            "Analyse publique (LinkedIn Post Timestamp Extractor) ; non documentée par LinkedIn",
        ),
        Scheme(
            "instagram",
            "Code court Instagram",
            _instagram,
            _day(2011, 8, 25),
            Reliability.HIGH,
            "Instagram Engineering, « Sharding & IDs at Instagram »",
        ),
        Scheme(
            "mastodon",
            "Identifiant Mastodon",
            _shifted(16),
            _day(2017, 10, 1),
            Reliability.MEDIUM,
            "Mastodon, lib/mastodon/snowflake.rb",
            "Pour un message venu d’une autre instance, l’identifiant reprend la date déclarée par celle-ci.",
        ),
        Scheme(
            "bluesky",
            "Clé d’enregistrement Bluesky (TID)",
            _bluesky,
            _day(2022, 11, 1),
            Reliability.MEDIUM,
            "AT Protocol, « Timestamp Identifiers (TIDs) »",
            "La clé est choisie par le logiciel de l’auteur : à recouper.",
        ),
        Scheme("uuid", "UUID daté", _uuid, _day(1995, 1, 1), Reliability.MEDIUM, "RFC 9562, § 5.1, 5.6 et 5.7"),
        Scheme("ulid", "ULID", _ulid, _day(2016, 1, 1), Reliability.MEDIUM, "Spécification ULID"),
        Scheme(
            "objectid",
            "ObjectId",
            _object_id,
            _day(2009, 2, 1),
            Reliability.LOW,
            "MongoDB, documentation « ObjectId »",
            "Toute suite de 24 chiffres hexadécimaux se lit ainsi : à recouper.",
        ),
    )
}

# Tried, in this order, on an identifier whose platform is unknown: shapes that cannot be mistaken first.
SHAPES = ("uuid", "ulid", "objectid")
NUMERIC = ("x", "discord", "tiktok", "linkedin", "mastodon", "instagram")


def read_id(scheme_id: str, text: str, seen_at: datetime) -> Candidate | None:
    """Read the instant of an identifier by one scheme; None when it cannot be true."""
    scheme = SCHEMES[scheme_id]
    instant = scheme.read(text)
    if instant is None or not scheme.not_before <= instant <= seen_at + FUTURE_TOLERANCE:
        return None
    return exact(instant, f"id:{scheme.id}", scheme.label, scheme.reliability, scheme.source, note=scheme.note)


def read_unknown(text: str, seen_at: datetime) -> list[Candidate]:
    """Read an identifier of an unknown platform: its shape decides, else every plausible scheme is shown."""
    for scheme_id in SHAPES:
        if SCHEMES[scheme_id].read(text) is not None:
            found = read_id(scheme_id, text, seen_at)
            return [found] if found else []
    if not re.fullmatch(r"[0-9]{15,19}", text):
        return []
    read = [found for scheme_id in NUMERIC if (found := read_id(scheme_id, text, seen_at))]
    return [replace(found, reliability=Reliability.LOW, subject=found.label) for found in read]


def read_google_review_token(token: str, seen_at: datetime) -> Candidate | None:
    """Read the time message that a shared Google review address carries after its review identifier.

    Google documents it nowhere: whether it dates the first publication or the last edit is not established,
    so it bounds the publication from above only.
    """
    instant = _protobuf_time(token)
    if instant is None or not _day(2007, 1, 1) <= instant <= seen_at + FUTURE_TOLERANCE:
        return None
    return upper_bound(
        instant,
        "url:google_review",
        "Horodatage de l’adresse de l’avis Google",
        Reliability.LOW,
        "Lecture de l’adresse partagée ; non documentée par Google",
        nature=Nature.PRESENCE,
        note="Peut dater la dernière modification de l’avis : la première publication est à cette date ou avant.",
    )


def _protobuf_time(token: str) -> datetime | None:
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(data) < 3 or data[0] != 0x0A or data[1] != len(data) - 2 or data[2] != 0x08:  # noqa: PLR2004 - wire tags
        return None
    seconds = shift = 0
    for byte in data[3:]:
        seconds |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a varint
            return from_milliseconds(seconds * 1000)
    return None
