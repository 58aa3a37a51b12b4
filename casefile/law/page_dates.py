"""The dates that a captured page states about itself: structured data, metadata, payload, headers, site map.

A date of modification bounds the publication from above and never becomes the earliest day.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from casefile.law.candidates import (
    FUTURE_TOLERANCE,
    PARIS,
    Candidate,
    Nature,
    Reliability,
    from_milliseconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED = {"datepublished", "uploaddate", "datecreated"}
EDITED = {"datemodified"}
# Keys of the platforms' own data; epoch values in seconds, or texts in ISO form.
PAYLOAD_KEYS = {
    "created_utc": (Nature.PUBLICATION, "Reddit, created_utc"),
    "creation_time": (Nature.PUBLICATION, "Facebook, creation_time"),
    "publish_time": (Nature.PUBLICATION, "Facebook, publish_time"),
    "createTime": (Nature.PUBLICATION, "TikTok, createTime"),
    "taken_at": (Nature.PUBLICATION, "Instagram, taken_at"),
    "taken_at_timestamp": (Nature.PUBLICATION, "Instagram, taken_at_timestamp"),
    "publishedDate": (Nature.PUBLICATION, "Trustpilot, publishedDate"),
    "updatedDate": (Nature.MODIFICATION, "Trustpilot, updatedDate"),
    "edited": (Nature.MODIFICATION, "Reddit, edited"),
}
_PAYLOAD = re.compile(
    rf'\\?"({"|".join(PAYLOAD_KEYS)})\\?"\s*:\s*\\?"?([0-9]{{10}}(?:\.[0-9]+)?|[0-9]{{4}}-[0-9T:.+Z-]{{6,30}})(?=[\\",\s}}\]])'
)
_ISO = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)\s*"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?)?\s*"
)
# A clock without a zone may stand anywhere between UTC-12 and UTC+14.
EASTERNMOST, WESTERNMOST = timedelta(hours=14), timedelta(hours=12)
MOST_CANDIDATES = 200
LONGEST_PAGE = 5_000_000


def stated_dates(html: str, url: str, seen_at: datetime) -> list[Candidate]:
    """Read what the page's own markup says of its dates, most reliable first."""
    reader = _Reader(url)
    reader.feed(html[:LONGEST_PAGE])
    reader.close()
    return plausible([*reader.found, *payload_dates(html)], seen_at)


def payload_dates(text: str) -> list[Candidate]:
    """Read the keys that platforms write in their own data, in a page or in a network answer."""
    found: list[Candidate] = []
    for key, value in _PAYLOAD.findall(text):
        nature, label = PAYLOAD_KEYS[key]
        candidate = _stated(value, _Way(f"payload:{key}", label, nature, Reliability.MEDIUM))
        if candidate and candidate not in found:
            found.append(candidate)
        if len(found) >= MOST_CANDIDATES:
            break
    return found


def header_dates(headers: dict[str, str], seen_at: datetime) -> list[Candidate]:
    """Read the weak hint of the server: the page existed when it was last modified."""
    value = next((text for name, text in headers.items() if name.casefold() == "last-modified"), "")
    try:
        instant = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return []
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    hint = _bound(
        instant, instant, _Way("header:last-modified", "En-tête Last-Modified", Nature.PRESENCE, Reliability.LOW)
    )
    return plausible([hint], seen_at)


def sitemap_dates(sitemap: str, url: str, seen_at: datetime) -> list[Candidate]:
    """Read the weak hint of the site map for one address."""
    found: list[Candidate] = []
    for entry in sitemap[:LONGEST_PAGE].split("</url>")[:-1]:
        address = _inside(entry, "loc")
        if address and _same_page(address, url):
            hint = _stated(_inside(entry, "lastmod"), _SITEMAP_WAY)
            found += [hint] if hint else []
    return plausible(found, seen_at)


def _inside(entry: str, tag: str) -> str:
    """Give the words of one element in a single pass: a search from each opening took minutes on a hostile site map."""
    _, _, after = entry.partition(f"<{tag}>")
    words, closed, _ = after.partition(f"</{tag}>")
    return words.strip() if closed else ""


def read_instant(text: str) -> tuple[datetime, datetime, datetime] | None:
    """Read an ISO date or a Unix time: the instant, then the earliest and latest ones that it allows.

    Without a zone the hour is taken as that of Paris and the interval covers every zone of the world.
    """
    if re.fullmatch(r"[0-9]{10}(?:\.[0-9]+)?", text):
        instant = from_milliseconds(int(text[:10]) * 1000)
        return (instant, instant, instant) if instant else None
    found = _ISO.fullmatch(text)
    if not found:
        return None
    day, hour, zone = found.groups()
    try:
        return _with_zone(day, hour, zone) if hour and zone else _without_zone(day, hour)
    except (ValueError, OverflowError):
        return None


def _with_zone(day: str, hour: str, zone: str) -> tuple[datetime, datetime, datetime]:
    instant = datetime.fromisoformat(f"{day}T{_padded(hour)}{zone.replace('Z', '+00:00')}").astimezone(UTC)
    return instant, instant, instant


def _without_zone(day: str, hour: str | None) -> tuple[datetime, datetime, datetime]:
    first = datetime.fromisoformat(f"{day}T{_padded(hour) if hour else '00:00:00'}")
    last = first if hour else first + timedelta(days=1, microseconds=-1)
    earliest = first.replace(tzinfo=UTC) - EASTERNMOST
    return first.replace(tzinfo=PARIS).astimezone(UTC), earliest, last.replace(tzinfo=UTC) + WESTERNMOST


def _padded(hour: str) -> str:
    whole, _, fraction = hour.partition(".")
    return f"{whole}.{(fraction + '000000')[:6]}" if fraction else whole


@dataclass(frozen=True)
class _Way:
    """How a date was found, and what it dates."""

    method: str
    label: str
    nature: Nature
    reliability: Reliability
    subject: str = ""


_META_WAYS = {
    name: _Way(f"meta:{name}", f"Open Graph {name}", nature, Reliability.MEDIUM)
    for name, nature in (
        ("article:published_time", Nature.PUBLICATION),
        ("og:published_time", Nature.PUBLICATION),
        ("video:release_date", Nature.PUBLICATION),
        ("article:modified_time", Nature.MODIFICATION),
        ("og:updated_time", Nature.MODIFICATION),
    )
}
_TIME_WAY = _Way("time:datetime", "Balise <time datetime>", Nature.PUBLICATION, Reliability.LOW)
_REDDIT_WAY = _Way("reddit:created-timestamp", "Reddit, created-timestamp", Nature.PUBLICATION, Reliability.MEDIUM)
_SITEMAP_WAY = _Way("sitemap:lastmod", "Plan du site, lastmod", Nature.PRESENCE, Reliability.LOW)


class _Reader(HTMLParser):
    """Collects the dates of a page's markup; never follows, fetches or executes anything."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.found: list[Candidate] = []
        self._json: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type", "").split(";")[0].strip().casefold() == "application/ld+json":
            self._json = []
        candidate = _from_tag(tag, given)
        if candidate:
            self._add(candidate)

    def handle_data(self, data: str) -> None:
        if self._json is not None:
            self._json.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._json is not None:
            for candidate in _from_json_ld("".join(self._json), self.url):
                self._add(candidate)
            self._json = None

    def _add(self, candidate: Candidate) -> None:
        if candidate not in self.found and len(self.found) < MOST_CANDIDATES:
            self.found.append(candidate)


def _from_tag(tag: str, given: dict[str, str]) -> Candidate | None:
    if tag == "shreddit-post":
        return _stated(given.get("created-timestamp", ""), _REDDIT_WAY)
    value = given.get("content") or given.get("datetime") or ""
    name = (given.get("property") or given.get("name") or "").casefold()
    item = given.get("itemprop", "")
    way = _META_WAYS.get(name) if tag == "meta" else None
    if way is None and _nature_of(item):
        way = _Way(f"microdata:{item}", f"Microdonnées {item}", _nature_of(item) or Nature.PRESENCE, Reliability.MEDIUM)
    if way is None and tag == "time":
        way = _TIME_WAY
    return _stated(value, way) if way else None


def _from_json_ld(text: str, url: str) -> Iterator[Candidate]:
    try:
        waiting: list[Any] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            waiting.extend(reversed([value for value in node.values() if isinstance(value, dict | list)]))
            yield from _from_object(node, url)


def _from_object(node: dict[str, Any], url: str) -> Iterator[Candidate]:
    subject = next(
        (str(node[key])[:200] for key in ("url", "@id", "headline", "name") if isinstance(node.get(key), str)), ""
    )
    about_page = bool(url) and any(
        _same_page(str(node.get(key, "")), url) for key in ("url", "@id", "mainEntityOfPage")
    )
    reliability = Reliability.HIGH if about_page else Reliability.MEDIUM
    for key, value in node.items():
        nature = _nature_of(key)
        if nature is None or not isinstance(value, str):
            continue
        way = _Way(f"json-ld:{key}", f"JSON-LD {key}", nature, reliability, "" if about_page else subject)
        candidate = _stated(value, way)
        if candidate:
            yield candidate


def _nature_of(key: str) -> Nature | None:
    if key.casefold() in PUBLISHED:
        return Nature.PUBLICATION
    return Nature.MODIFICATION if key.casefold() in EDITED else None


def _stated(text: str, way: _Way) -> Candidate | None:
    read = read_instant(text)
    if read is None:
        return None
    instant, earliest, latest = read
    if way.nature is not Nature.PUBLICATION:
        return _bound(instant, latest, way)
    note = "" if earliest == latest else "Fuseau absent : l’intervalle couvre tous les fuseaux."
    found = _bound(instant, latest, way)
    return replace(found, earliest=earliest, note=note)


def _bound(instant: datetime, latest: datetime, way: _Way) -> Candidate:
    note = "Borne haute seulement : la première publication est à cette date ou avant."
    return Candidate(
        way.method, way.label, way.nature, way.reliability, "Page capturée", instant, None, latest, note, way.subject
    )


def plausible(found: list[Candidate], seen_at: datetime) -> list[Candidate]:
    """Keep the dates between the first web page and the capture, most reliable first."""
    first_web_page = datetime(1991, 8, 6, tzinfo=UTC)
    order = list(Reliability)
    kept = [one for one in found if first_web_page <= one.instant <= seen_at + FUTURE_TOLERANCE]
    return sorted(kept, key=lambda one: order.index(one.reliability))


def _same_page(one: str, other: str) -> bool:
    return one.strip().rstrip("/").removeprefix("https:").removeprefix("http:") == other.strip().rstrip(
        "/"
    ).removeprefix("https:").removeprefix("http:")
