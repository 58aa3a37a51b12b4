"""Date forensics: every date that an address, an identifier or a capture holds, and where they contradict.

Proposes and never decides: the lawyer retains one candidate. Reads no network and no clock (`seen_at` is given).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casefile.law import addresses, google_reviews, item_ids, page_dates
from casefile.law.candidates import (
    FUTURE_TOLERANCE,
    Candidate,
    Nature,
    Reliability,
    ambiguous_methods,
    contradictions,
    paris_day,
    upper_bound,
)
from casefile.law.displayed import agrees, shown_interval
from casefile.law.french import day_in_words as in_words
from casefile.law.french import typeset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from casefile.law.relative_dates import Interval

LINKEDIN_NAME = re.compile(r"urn:li:[A-Za-z]+:(?P<number>[0-9]+)")
ALIASES = {"twitter": "x", "google": "google_maps", "youtube_shorts": "youtube"}
# Identifiers of these platforms hold no instant that anyone has described: their page may.
WITHOUT_SCHEME = "L’identifiant de cette plateforme ne contient pas d’instant connu : cherchez la date dans la capture."

NOTHING_FOUND = (
    "Aucun instant n’a été trouvé : capturez la page avec ses réponses réseau, demandez la date à l’hébergeur ou "
    "cherchez une copie d’archive publique."
)


@dataclass(frozen=True)
class Capture:
    """What a sealed capture holds for this purpose: the page, the network answers, the headers, the site map."""

    captured_at: datetime
    html: str = ""
    payloads: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    sitemap: str = ""
    displayed: str = ""


@dataclass(frozen=True)
class Finding:
    """Everything found, the interval that contains every publication candidate, and what does not fit."""

    candidates: tuple[Candidate, ...]
    contradictions: tuple[str, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the contract's answer, with the contradictions and the interval to retain when there are some."""
        return {
            "candidates": [candidate.as_json() for candidate in self.candidates],
            "contradictions": list(self.contradictions),
            "interval": self.interval(),
            "warnings": list(self.warnings),
        }

    def interval(self) -> dict[str, str] | None:
        """Give the hull of the publication candidates: two methods that disagree are both kept."""
        stated = [one for one in self.candidates if one.nature is Nature.PUBLICATION and one.earliest]
        dated = [one for one in stated if one.reliability is not Reliability.LOW] or stated
        if not dated:
            return None
        hull = Candidate(
            "hull",
            "",
            Nature.PUBLICATION,
            Reliability.LOW,
            "",
            dated[0].instant,
            min(one.earliest for one in dated if one.earliest),
            max(one.latest for one in dated),
        )
        return hull.publication()


def date_of(
    *,
    seen_at: datetime,
    url: str = "",
    item_id: str = "",
    platform: str = "",
    capture: Capture | None = None,
) -> Finding:
    """Gather every candidate for the first publication of an item.

    Raises InvalidInput for an address that is none and for a displayed text that is no relative date.
    """
    url, item_id, platform = _as_written(url, item_id, platform.lower())
    address = addresses.read_address(url) if url else addresses.Address()
    seen_at = capture.captured_at if capture else seen_at
    found, warnings = _from_identifiers(address, item_id, platform, seen_at)
    if capture:
        found += _from_capture(capture, url, item_id or address.item_id)
    found = _not_repeated(found)
    if found:
        warnings = [warning for warning in warnings if warning != WITHOUT_SCHEME]
    if capture and capture.displayed:
        shown = shown_interval(capture.displayed, platform or address.platform, seen_at, field="capture.displayed")
        found, doubts = _consistent(found, shown)
        warnings += doubts
    if not found and not warnings:
        warnings.append(NOTHING_FOUND)
    warnings += [
        f"La page donne plusieurs dates par la même méthode ({method}) : retenez celle du contenu visé."
        for method in ambiguous_methods(found)
    ]
    return Finding(tuple(found), tuple(contradictions(found)), tuple(map(typeset, warnings)))


def _as_written(url: str, item_id: str, platform: str) -> tuple[str, str, str]:
    """An identifier may be pasted as the address of the item, or as LinkedIn writes its own (« urn:li:activity:… »)."""
    named = LINKEDIN_NAME.fullmatch(item_id)
    if named:
        item_id, platform = named["number"], platform or "linkedin"
    if not url and item_id.startswith(("http://", "https://")):
        url, item_id = item_id, ""
    return url, item_id, ALIASES.get(platform, platform)


def _from_identifiers(
    address: addresses.Address, item_id: str, platform: str, seen_at: datetime
) -> tuple[list[Candidate], list[str]]:
    found: list[Candidate] = []
    warnings: list[str] = []
    named = platform or address.platform
    for text in dict.fromkeys(part for part in (item_id, address.item_id) if part):
        read = _read_named(named, text, seen_at)
        found += read
        if not read:
            warnings.append(_why_nothing(named, text))
    if address.platform and platform and address.platform != platform:
        warnings.append(
            f"L’adresse est celle de « {address.platform} », la plateforme donnée est « {platform} » : vérifiez."
        )
    if not found and not address.platform:
        found += [one for part in address.segments for one in _shaped(part, seen_at)]
    if address.comment_of:
        warnings.append("L’adresse désigne un commentaire : la date de la publication commentée n’est pas la sienne.")
    return [*found, *_from_address(address, seen_at)], warnings


def _read_named(platform: str, text: str, seen_at: datetime) -> list[Candidate]:
    if platform in item_ids.SCHEMES:
        found = item_ids.read_id(platform, text, seen_at)
        return [found] if found else []
    if platform:
        return [one for one in item_ids.read_unknown(text, seen_at) if one.method[3:] in item_ids.SHAPES]
    return item_ids.read_unknown(text, seen_at)


def _why_nothing(platform: str, text: str) -> str:
    if platform and platform not in item_ids.SCHEMES:
        return WITHOUT_SCHEME
    return (
        f"L’identifiant « {text[:40]} » ne donne aucune date plausible : vérifiez ses chiffres et la plateforme "
        "(une date future ou antérieure au service est écartée)."
    )


def _shaped(segment: str, seen_at: datetime) -> list[Candidate]:
    return [] if segment.isdigit() else item_ids.read_unknown(segment, seen_at)


def _from_address(address: addresses.Address, seen_at: datetime) -> list[Candidate]:
    found: list[Candidate] = []
    if address.review_token:
        token = item_ids.read_google_review_token(address.review_token, seen_at)
        found += [token] if token else []
    if address.archived_at and address.archived_at <= seen_at + FUTURE_TOLERANCE:
        found.append(
            upper_bound(
                address.archived_at,
                "archive:web.archive.org",
                "Copie d’archive publique",
                Reliability.HIGH,
                "Adresse de la copie (web.archive.org)",
                nature=Nature.PRESENCE,
                note="Le contenu existait ce jour-là ; l’absence de copie plus ancienne ne prouve rien (P68).",
            )
        )
    return found


def _from_capture(capture: Capture, url: str, item_id: str) -> list[Candidate]:
    seen_at = capture.captured_at
    found: list[Candidate] = []
    for payload in (*capture.payloads, capture.html):
        found += google_reviews.review_dates(payload, item_id, seen_at)
    found += page_dates.stated_dates(capture.html, url, seen_at)
    for payload in capture.payloads:
        found += page_dates.plausible(page_dates.payload_dates(payload), seen_at)
    found += page_dates.header_dates(dict(capture.headers), seen_at)
    found += page_dates.sitemap_dates(capture.sitemap, url, seen_at)
    return found


def _not_repeated(found: list[Candidate]) -> list[Candidate]:
    return list(dict.fromkeys(found))


def _consistent(found: list[Candidate], shown: Interval) -> tuple[list[Candidate], list[str]]:
    kept: list[Candidate] = []
    doubts: list[str] = []
    for one in found:
        if one.nature is not Nature.PUBLICATION or agrees(one.instant, shown):
            kept.append(one)
        elif one.method == google_reviews.METHOD:
            day = in_words(paris_day(one.instant))
            doubts.append(f"L’horodatage du {day} ne correspond pas au texte affiché : il est écarté.")
        else:
            kept.append(one)
            doubts.append(f"« {one.label} » contredit le texte affiché sur la page : montrez les deux.")
    return kept, doubts
