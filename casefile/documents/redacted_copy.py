"""A copy of a capture for a third party: pictures whose masked zones hold no pixel of the original, no text under them.

It is never the evidence and says so on its first page; the sealed files are only read.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.documents.blocks import Block, Exact, Strong, heading, paragraph, url
from casefile.documents.pdf import Meta, render
from casefile.documents.picture import Picture
from casefile.documents.typography import long_date, long_instant
from casefile.errors import InvalidInput, Refused
from casefile.evidence import custody_ledger
from casefile.evidence.filing import DERIVED
from casefile.evidence.redact import Zone, blackened, holds, zones_of_words
from casefile.models.evidence import Artifact, Capture, CaptureState
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person
from casefile.storage import Storage

ROLE = "redacted"
_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})


@dataclass(frozen=True)
class Wish:
    """What is to be masked, for whom and why."""

    recipient: str
    reason: str
    words: tuple[str, ...] = ()
    zones: tuple[Zone, ...] = ()
    shows_address: bool = False


@dataclass(frozen=True)
class RedactedCopy:
    """A copy drawn, not yet kept."""

    content: bytes
    pictures: int
    zones: int


def pictures_of(session: Session, capture: Capture) -> list[Artifact]:
    """List what a copy shows, in order: the whole page, else our viewable copies, else the deposited picture."""
    if capture.state is not CaptureState.SEALED:
        return []
    rows = session.scalars(select(Artifact).where(Artifact.capture_id == capture.id).order_by(Artifact.path)).all()
    images = [row for row in rows if row.media_type in _PICTURES]
    for role in ("tile", "viewable", "original"):
        if found := [row for row in images if row.role == role]:
            return found
    return []


def draw(session: Session, storage: Storage, capture: Capture, wish: Wish, on: date) -> RedactedCopy:
    """Draw the copy; raises InvalidInput when nothing is masked, a word is found nowhere or our own words show one."""
    sources = pictures_of(session, capture)
    if not sources:
        raise Refused("Cette capture n'a pas d'image : seul un fichier montré en image se caviarde.")
    zones = [*wish.zones, *_word_zones(session, storage, capture, wish.words, sources)]
    if not zones:
        raise InvalidInput("Rien n'est masqué : indiquez des mots ou des zones.", field="words")
    for name, text in (("recipient", wish.recipient), ("reason", wish.reason)):
        if holds(text, wish.words):
            raise InvalidInput("Ce texte, imprimé sur la copie, contient un mot à masquer.", field=name)
    from casefile.documents.picture_pages import with_pictures

    address = capture.requested_url if wish.shows_address else ""
    if holds(address, wish.words):
        raise InvalidInput("L'adresse contient un mot à masquer : ne l'imprimez pas.", field="shows_address")
    cover = render(_cover(session, capture, wish, len(sources), len(zones), on), _meta(session, capture, on))
    pictures = (_picture(storage, row, number, zones) for number, row in enumerate(sources, 1))
    return RedactedCopy(with_pictures(cover, pictures, address), len(sources), len(zones))


def keep(session: Session, storage: Storage, actor: Person, capture: Capture, made: RedactedCopy) -> Artifact:
    """Keep a copy beside the capture and write in its custody that it was made, not what was masked."""
    named = select(Artifact.path).where(Artifact.capture_id == capture.id, Artifact.role == ROLE)
    number = len(session.scalars(named).all()) + 1
    sha256, size = storage.put(io.BytesIO(made.content))
    row = Artifact(
        capture_id=capture.id,
        path=f"{DERIVED}copie-caviardee-{number:02d}.pdf",
        sha256=sha256,
        size=size,
        media_type="application/pdf",
        role=ROLE,
    )
    session.add(row)
    session.flush()
    facts = {"file": row.path, "sha256": sha256, "pictures": made.pictures, "zones": made.zones}
    custody_ledger.record(session, capture, actor, ROLE, facts)
    audit.record(session, actor, "capture.redacted", capture, {"file": row.path, "sha256": sha256})
    return row


def _word_zones(
    session: Session, storage: Storage, capture: Capture, words: Sequence[str], sources: Sequence[Artifact]
) -> list[Zone]:
    if not words:
        return []
    from PIL import Image

    sizes = []
    for row in sources:
        with storage.open(row.sha256) as source, Image.open(source) as image:
            sizes.append(image.size)
    ratio = float(capture.facts.get("browser", {}).get("pixel_ratio") or 1)
    return zones_of_words(words, _positions(session, storage, capture), sizes, ratio)


def _positions(session: Session, storage: Storage, capture: Capture) -> list[dict[str, Any]]:
    """Read where each text lies; a deposited file has none, so that its words are found nowhere and refused."""
    query = select(Artifact.sha256).where(Artifact.capture_id == capture.id, Artifact.role == "positions")
    sha256 = session.scalar(query)
    if sha256 is None:
        return []
    with storage.open(sha256) as source:
        found: list[dict[str, Any]] = json.loads(source.read())
    return found


def _picture(storage: Storage, row: Artifact, number: int, zones: Sequence[Zone]) -> Picture:
    stream = io.BytesIO()
    with storage.open(row.sha256) as source:
        image = blackened(source, [zone for zone in zones if zone.picture == number])
    image.save(stream, "PNG", compress_level=1)
    stream.seek(0)
    return Picture(f"Copie caviardée, image {number}", "original scellé :", row.sha256, stream)


def _meta(session: Session, capture: Capture, on: date) -> Meta:
    firm = session.get(Firm, 1)
    reference = session.get_one(Matter, capture.matter_id).reference
    return Meta(title="Copie caviardée", author=firm.name if firm else "", reference=reference, created=on)


def _cover(session: Session, capture: Capture, wish: Wish, pictures: int, zones: int, on: date) -> list[Block]:
    firm = session.get(Firm, 1)
    digest = capture.manifest_sha256 or ""
    sealed = capture.sealed_at or capture.created_at
    return [
        heading("Copie caviardée d’une capture", 0),
        paragraph(f"{firm.name if firm else ''}, {long_date(on)}", style="centred"),
        paragraph(Strong("Établie pour : "), wish.recipient),
        paragraph(Strong("Motif : "), wish.reason),
        paragraph(Strong("Capture scellée le "), long_instant(clock.paris(sealed))),
        *([url(capture.requested_url, clickable=False)] if wish.shows_address else []),
        paragraph(Strong("Ce qui est masqué : "), f"{zones} zone(s) noircie(s), sur {pictures} image(s)."),
        paragraph(
            "Les zones noires ne recouvrent rien : les points de l’image y ont été remplacés et la copie ne contient "
            "aucun texte de la page. Les autres points sont ceux de l’original."
        ),
        paragraph(
            "Cette copie n’est pas la preuve. L’original scellé, non modifié, est conservé par le cabinet ; il peut "
            "être présenté au juge. L’empreinte SHA-256 de son manifeste est :"
        ),
        paragraph(Exact(" ".join(digest[start : start + 8] for start in range(0, 64, 8))), style="code"),
    ]
