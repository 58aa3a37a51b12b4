"""Contents, exact words, captures, exhibits and limitation of a dossier, as the documents quote them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from casefile.documents.blocks import digest_of
from casefile.law.recipients import Recipient
from casefile.models.evidence import Capture, DateKind, Passage, Publication
from casefile.models.ledger import Exhibit
from casefile.models.people import Person
from casefile.models.procedure import Deadline, Qualification

PARIS = ZoneInfo("Europe/Paris")
NOTHING = "aucune"


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words marked in a capture, with the choice that stands for them and the lawyer who made it."""

    passage: Passage
    capture: Capture
    qualification: Qualification | None
    chosen_by: Person | None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Content:
    """One publication and the words complained of in it."""

    publication: Publication
    quoted: tuple[Quoted, ...]
    limitation: Deadline | None


def content_facts(
    content: Content,
    exhibits: Sequence[Exhibit],
    said: Mapping[str, Mapping[str, str]],
    directory: Mapping[str, Recipient],
) -> dict[str, Any]:
    """Give one content; its words, address and author letter for letter. `said` holds the lawyer's own explanations."""
    publication = content.publication
    service = directory.get(publication.platform)
    return {
        "id": str(publication.id),
        "platform": service.name if service else publication.platform,
        "service": publication.platform,
        "nature": _nature(service),
        "url": publication.url,
        "item_id": publication.item_id,
        "author": publication.shown_author,
        **_dates(publication, content.limitation),
        "publicity": "contenu accessible au public" if publication.is_public else "",
        "is_listing": _is_listing(publication),
        "capture": _capture(content.quoted, exhibits),
        "passages": [
            passage_facts(one, said.get(str(one.passage.id), {}), is_public=publication.is_public)
            for one in content.quoted
        ],
    }


def passage_facts(quoted: Quoted, said: Mapping[str, str], *, is_public: bool = True) -> dict[str, Any]:
    """Give one passage with its single qualification and what was answered for it, against which an act is guarded.

    What the record of the content says prevails: a private message stays private whatever was answered.
    """
    chosen = quoted.qualification
    answers = dict(quoted.answers) if is_public or not quoted.answers else {**quoted.answers, "est_public": "non"}
    return {
        "id": str(quoted.passage.id),
        "verbatim": quoted.passage.exact,
        "digest": digest_of(quoted.passage.exact),
        "qualification": chosen.chosen if chosen else None,
        "answers": answers,
        "facts_on": _iso(chosen.facts_on) if chosen else "",
        "validated_by": quoted.chosen_by.full_name if quoted.chosen_by else "",
        **{name: said.get(name, "") for name in ("imputation", "target", "identified_by", "why")},
    }


def exhibit_facts(exhibits: Iterable[Exhibit]) -> list[dict[str, Any]]:
    """Give the exhibits by number."""
    return [
        {
            "number": exhibit.number,
            "title": exhibit.title,
            "date": exhibit.dated_on.isoformat() if exhibit.dated_on else "",
            "pages": exhibit.pages,
            "kind": "copie",
            "digest": exhibit.sha256,
        }
        for exhibit in exhibits
    ]


def limitation_facts(contents: Sequence[Content]) -> dict[str, Any]:
    """Give the standing limitation that ends first, always with its prudent day."""
    ending = [(row.limitation.prudent_on, row) for row in contents if row.limitation and row.limitation.prudent_on]
    if not ending:
        return {}
    _day, soonest = min(ending, key=lambda pair: pair[0])
    deadline = soonest.limitation
    assert deadline is not None  # only such contents were kept
    return {
        "start_on": _iso(deadline.starts_on),
        "start_proof": soonest.publication.date_proof,
        "prudent_on": _iso(deadline.prudent_on),
        "admitted_on": _iso(deadline.admitted_on),
    }


def _dates(publication: Publication, limitation: Deadline | None) -> dict[str, Any]:
    retained = limitation.starts_on if limitation else None
    if publication.date_kind is DateKind.EXACT:
        return {"published_on": _iso(publication.published_on), "discovered_on": _iso(publication.discovered_on)}
    if publication.date_kind is DateKind.INTERVAL:
        retained = retained or publication.published_from
    shown = publication.relative_text if publication.date_kind is DateKind.RELATIVE else ""
    return {
        "published_text": shown,
        "seen_on": _iso(publication.relative_seen_on) if shown else "",
        "first_online_on": _iso(retained),
        "discovered_on": _iso(publication.discovered_on),
    }


def _capture(quoted: Sequence[Quoted], exhibits: Sequence[Exhibit]) -> dict[str, Any]:
    """Name the capture the words were read in; a file received is not called a capture of that instant."""
    if not quoted:
        return {}
    capture = quoted[0].capture
    number = next((row.number for row in exhibits if row.capture_id == capture.id), None)
    found: dict[str, Any] = {"exhibit": number} if number else {}
    instant = capture.started_at or capture.sealed_at
    if instant:
        found["captured_at" if capture.origin == "browser" else "received_at"] = _paris(instant)
    return found


def _nature(service: Recipient | None) -> str:
    is_review = service is not None and ("collecteur_avis" in service.roles or "avis" in service.service.casefold())
    return "avis" if is_review else "publication"


def _is_listing(publication: Publication) -> bool:
    """Tell whether the address is the whole listing's and nothing else locates the review in it."""
    if publication.platform != "google_maps" or publication.item_id.strip():
        return False
    address = urlsplit(publication.url)
    asked = parse_qs(address.query)
    return "cid" in asked or "place_id:" in publication.url or address.path.startswith("/maps/place/")


def _paris(instant: datetime) -> str:
    return instant.astimezone(PARIS).isoformat(timespec="seconds")


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
