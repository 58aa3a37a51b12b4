"""The dates found for one content, each with where it was found and the words that would prove it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from casefile import clock
from casefile.deadlines import dating
from casefile.errors import CasefileError
from casefile.evidence.saved import read_sealed
from casefile.law import forensics
from casefile.law.candidates import Candidate, Nature, Reliability, contradictions
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.web.filters import instant, typography
from casefile.web.guards import context, db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casefile.evidence.saved import SavedCapture

MOST_CAPTURES = 12
NATURES = {
    Nature.PUBLICATION: "Mise en ligne",
    Nature.MODIFICATION: "Modification",
    Nature.PRESENCE: "Déjà en ligne",
}
RELIABILITIES = {
    Reliability.HIGH: ("ok", "Élevée"),
    Reliability.MEDIUM: ("soon", "Moyenne"),
    Reliability.LOW: ("crit", "Faible"),
}


@dataclass(frozen=True)
class CandidateLine:
    """One date found; `publication` is None when it bounds the publication on one side only."""

    key: str
    candidate: Candidate
    capture: Capture | None
    nature: str
    tone: str
    reliability: str
    publication: dict[str, str] | None
    proof: str


@dataclass(frozen=True)
class Hull:
    """The days that contain every date found for the publication: what remains when they disagree."""

    key: str
    publication: dict[str, str]
    proof: str


@dataclass(frozen=True)
class Found:
    """Everything found for one content."""

    lines: tuple[CandidateLine, ...]
    contradictions: tuple[str, ...]
    warnings: tuple[str, ...]
    interval: dict[str, str] | None
    captures: int
    unread: int


def found_dates(publication: Publication) -> Found:
    """Search the address, the identifier and the sealed captures of a content; nothing is written."""
    rows = db().scalars(
        select(Capture)
        .where(Capture.publication_id == publication.id, Capture.state == CaptureState.SEALED)
        .order_by(Capture.sealed_at)
    )
    captures = list(rows)
    searched = captures[:MOST_CAPTURES]
    found: dict[Candidate, Capture | None] = {}
    warnings: list[str] = []
    for capture in (None, *searched):
        finding, refusal = _search(publication, capture)
        warnings += [refusal] if refusal else finding.warnings if finding else []
        for candidate in finding.candidates if finding else ():
            found.setdefault(candidate, capture)
    if found:
        silent = {typography(forensics.NOTHING_FOUND), typography(forensics.WITHOUT_SCHEME)}
        warnings = [warning for warning in warnings if typography(warning) not in silent]
    return Found(
        lines=tuple(_line(candidate, capture) for candidate, capture in found.items()),
        contradictions=tuple(map(typography, _contradictions(list(found), publication))),
        warnings=tuple(dict.fromkeys(map(typography, warnings))),
        interval=forensics.Finding(tuple(found), (), ()).interval(),
        captures=len(searched),
        unread=len(captures) - len(searched),
    )


def hull_of(found: Found) -> Hull | None:
    """Give the interval that contains every date found, when there are several to contain."""
    dated = [line for line in found.lines if line.publication is not None]
    if found.interval is None or len(dated) < 2 or found.interval["kind"] == "exact":  # noqa: PLR2004 - several
        return None
    methods = ", ".join(dict.fromkeys(line.candidate.method for line in dated))
    proof = f"Intervalle qui contient les {len(dated)} dates trouvées (méthodes : {methods})."
    return Hull("intervalle", found.interval, proof)


def _search(publication: Publication, capture: Capture | None) -> tuple[forensics.Finding | None, str]:
    try:
        held = _held(capture) if capture else None
        found = forensics.date_of(
            seen_at=clock.now(),
            url=publication.url,
            item_id=publication.item_id,
            platform=publication.platform,
            capture=held,
        )
    except CasefileError as error:
        return None, error.message
    return found, ""


def _held(capture: Capture) -> forensics.Capture:
    saved = read_sealed(db(), context().storage, capture)
    return forensics.Capture(
        captured_at=_captured_at(capture, saved),
        html=saved.html,
        payloads=tuple(saved.payloads),
        headers=saved.headers,
        sitemap=saved.sitemap,
    )


def _captured_at(capture: Capture, saved: SavedCapture) -> datetime:
    try:
        stated = datetime.fromisoformat(saved.captured_at)
    except ValueError:
        stated = None
    if stated is not None and stated.tzinfo is not None:
        return stated
    return capture.sealed_at or clock.now()


def _line(candidate: Candidate, capture: Capture | None) -> CandidateLine:
    # What does not depend on the day of the search: the same date found again keeps its key.
    named = (candidate.method, candidate.instant.isoformat(), candidate.subject, capture.id if capture else "")
    tone, word = RELIABILITIES[candidate.reliability]
    return CandidateLine(
        key=hashlib.sha256(repr(named).encode()).hexdigest()[:32],
        candidate=candidate,
        capture=capture,
        nature=NATURES[candidate.nature],
        tone=tone,
        reliability=word,
        publication=candidate.publication() if candidate.nature is Nature.PUBLICATION else None,
        proof=_proof(candidate, capture, word),
    )


def _proof(candidate: Candidate, capture: Capture | None, reliability: str) -> str:
    where = "Adresse ou identifiant du contenu."
    if capture is not None and capture.sealed_at is not None:
        where = f"Capture scellée le {instant(capture.sealed_at)}, manifeste SHA-256 {capture.manifest_sha256}."
    return (
        f"{candidate.label} : {instant(candidate.instant)} (méthode {candidate.method}, fiabilité "
        f"{reliability.lower()} ; {candidate.source}). {where}"
    )


def _contradictions(found: list[Candidate], publication: Publication) -> Iterable[str]:
    said = contradictions(found)
    try:
        said += dating.contradicted_by(found, publication)
    except CasefileError:
        return said  # the page already says that the sighting cannot be read
    return said
