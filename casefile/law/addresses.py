"""The identifier in an address: which platform it belongs to, and what else the address dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import SplitResult, unquote, urlsplit

from casefile.errors import InvalidInput
from casefile.law.french import typeset

# platform, host, then the path and query with one group: the identifier. The first match wins.
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("x", r"(?:x|twitter)\.com", r"/(?:[^/]+|i/web)/status(?:es)?/([0-9]+)"),
    ("discord", r"(?:(?:canary|ptb)\.)?discord(?:app)?\.com", r"/channels/(?:[0-9]+|@me)/[0-9]+/([0-9]+)"),
    ("tiktok", r"tiktok\.com", r"/@[^/]+/(?:video|photo)/([0-9]+)"),
    ("tiktok", r"tiktok\.com", r"/(?:v|embed|embed/v[0-9])/([0-9]+)"),
    ("linkedin", r"(?:[a-z]{2}\.)?linkedin\.com", r".*urn:li:comment:\([a-zA-Z:]+[0-9]+,([0-9]+)\)"),
    ("linkedin", r"(?:[a-z]{2}\.)?linkedin\.com", r".*urn:li:fsd_comment:\(([0-9]+),"),
    ("linkedin", r"(?:[a-z]{2}\.)?linkedin\.com", r".*urn:li:(?:activity|share|ugcPost):([0-9]+)"),
    ("linkedin", r"(?:[a-z]{2}\.)?linkedin\.com", r".*-(?:activity|share|ugcPost)-([0-9]+)"),
    ("instagram", r"instagram\.com", r"/(?:[^/]+/)?(?:p|reel|reels|tv)/([A-Za-z0-9_-]+)(?!.*/c/)"),
    ("instagram", r"instagram\.com", r"/stories/[^/]+/([0-9]+)"),
    ("bluesky", r"bsky\.app", r"/profile/[^/]+/post/([a-z0-9]+)"),
    ("mastodon", r"[^/]+", r"/(?:web/)?@[^/]+/([0-9]{15,19})(?![^/?])"),
    ("mastodon", r"[^/]+", r"/users/[^/]+/statuses/([0-9]{15,19})"),
    ("mastodon", r"[^/]+", r"/web/statuses/([0-9]{15,19})"),
)
_COMPILED = tuple((platform, re.compile(host), re.compile(rest)) for platform, host, rest in _PATTERNS)
_ARCHIVE = re.compile(r"/web/([0-9]{14})(?:[a-z]{2}_)?/(.+)")
_GOOGLE_TOKEN = re.compile(r"\|(C[A-Za-z0-9_-]{5,40})\|?")
_GOOGLE_REVIEW = re.compile(r"!1s(Ch[A-Za-z0-9_-]{20,80})")
_SEGMENT = re.compile(r"[/?&=#]")
LONGEST_ADDRESS = 8_192


@dataclass(frozen=True)
class Address:
    """What an address says of the item: its platform and identifier where they are known."""

    platform: str = ""
    item_id: str = ""
    archived_at: datetime | None = None
    review_token: str = ""
    segments: tuple[str, ...] = ()
    comment_of: bool = False


def read_address(url: str) -> Address:
    """Read an http(s) address; raises InvalidInput naming the field when it is not one."""
    parts = _split(url)
    host = re.sub(r"^(?:www|m|mobile|web|old)\.", "", (parts.hostname or "").lower())
    rest = unquote(
        parts.path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    )
    if parts.hostname == "web.archive.org":
        return _archived(rest)
    if re.fullmatch(r"(?:maps\.)?google\.[a-z.]{2,7}", host):
        return _google(rest)
    for platform, host_pattern, pattern in _COMPILED:
        found = pattern.match(rest) if host_pattern.fullmatch(host) else None
        if found:
            return Address(platform, found.group(1))
    comment = host == "instagram.com" and "/c/" in rest
    return Address(segments=tuple(part for part in _SEGMENT.split(rest) if part), comment_of=comment)


def _split(url: str) -> SplitResult:
    wrong = InvalidInput(
        typeset("Champ « url » : donnez une adresse complète qui commence par http:// ou https://."), field="url"
    )
    if len(url) > LONGEST_ADDRESS:
        raise wrong
    try:
        parts = urlsplit(url.strip())
        named = bool(parts.hostname)
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in {"http", "https"} or not named:
        raise wrong
    return parts


def _archived(rest: str) -> Address:
    found = _ARCHIVE.match(rest)
    if not found:
        return Address()
    archived_at = _archive_instant(found.group(1))
    inner_url = found.group(2)
    if not inner_url.startswith(("http://", "https://")):
        inner_url = f"http://{inner_url}"
    inner = read_address(inner_url) if "web.archive.org" not in inner_url else Address()
    return Address(inner.platform, inner.item_id, archived_at, inner.review_token, inner.segments, inner.comment_of)


def _archive_instant(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _google(rest: str) -> Address:
    token, review = _GOOGLE_TOKEN.search(rest), _GOOGLE_REVIEW.search(rest)
    return Address("google_maps", review.group(1) if review else "", review_token=token.group(1) if token else "")
