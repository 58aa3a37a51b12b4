"""The report of one sealed capture, assembled from its own sealed facts and from nothing else, with its pictures."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.documents import catalogue, docx, pdf
from casefile.documents.picture import Picture
from casefile.documents.signature import Sign
from casefile.documents.types.capture_report import ITEMS
from casefile.errors import CasefileError, Refused
from casefile.evidence import bag, facts, seal, wacz
from casefile.evidence.filing import unpacked
from casefile.evidence.provenance import Outcome, Provenance
from casefile.evidence.verify import verify
from casefile.models.evidence import Capture, Passage, Publication, Seal
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person
from casefile.storage import Storage

NAME, WHY_NOT = "rapport-de-capture.pdf", "rapport-de-capture-absent.txt"
PICTURE_TITLES = {"view": "Vue d’écran", "tile": "Page entière"}
STEP_WORDS = {
    "ouverture": "ouverture du navigateur sur une page vide, profil neuf",
    "navigation": "saisie de l’adresse complète",
    "vue": "vue d’écran",
    "clic": "clic",
    "défilement": "défilement de la page",
    "fin": "fin des opérations",
}


def report(
    session: Session, storage: Storage, capture: Capture, on: date, fmt: str = "pdf", *, sign: Sign | None = None
) -> bytes:
    """Draw the report of a page captured by the built-in browser; raises DocumentRefused with what is missing.

    The Word form holds the text alone: the pictures are in the PDF, which alone is signed.
    """
    if capture.origin != "browser":
        raise Refused("Le rapport de capture décrit une capture automatique : ce fichier a été déposé.")
    with unpacked(session, storage, capture) as directory:
        values = facts_of(session, capture, directory)
        blocks = catalogue.build("rapport_capture", values, on)
        meta = catalogue.meta("rapport_capture", values, on)
        if fmt == "docx":
            return docx.render(blocks, meta)
        from casefile.documents.picture_pages import with_pictures

        whole = with_pictures(pdf.render(blocks, meta), pictures_of(directory), capture.requested_url)
    return sign(whole) if sign else whole


def extras(
    session: Session, storage: Storage, capture: Capture, on: date, sign: Sign | None = None
) -> dict[str, bytes]:
    """Give what goes into the package beside the sealed files: the report or why there is none, a WACZ to replay."""
    try:
        added = {NAME: report(session, storage, capture, on, sign=sign)}
    except CasefileError as error:
        added = {WHY_NOT: f"{error.message}\n".encode()}
    if capture.origin == "browser":
        with unpacked(session, storage, capture) as directory:
            replay = wacz.wacz(directory)
        added |= {wacz.NAME: replay} if replay else {}
    return added


def report_token(token: Seal | None) -> str:
    """Give the path of a token's files in the package, without their ending."""
    name = token.authority.split(" ", 1)[0] if token else "interne"
    return f"{bag.PROOF}/{bag.MANIFEST}.{name}"


def facts_of(session: Session, capture: Capture, directory: Path) -> dict[str, Any]:
    """Gather what the report prints: sealed facts, digests measured again now, the token checked again now."""
    sealed = seal.read_facts(directory)
    matter = session.get_one(Matter, capture.matter_id)
    operator = session.get_one(Person, capture.requested_by_id)
    token = session.scalar(select(Seal).where(Seal.capture_id == capture.id).order_by(Seal.qualified.desc()).limit(1))
    return {
        "firm": _firm(session),
        "lawyer": {"name": session.get_one(Person, matter.responsible_id).full_name},
        "matter": {"reference": matter.reference},
        "contents": [_content(session, capture)],
        "operator": {
            "name": sealed["operator"],
            "function": operator.title or operator.role.value,
            "link": "membre du cabinet, qui assiste une partie",
        },
        "url": sealed["url"],
        "final_url": sealed["final_url"],
        "started_at": sealed["started"],
        "ended_at": sealed["ended"],
        "result": _result(capture, sealed),
        "items": _items(sealed),
        "steps": _steps(directory),
        "incidents": [*sealed["reasons"], *(f"fenêtre refusée n° {n}" for n, _ in enumerate(sealed["popups"], 1))],
        "files": _files(directory),
        "manifest": capture.manifest_sha256,
        **_token(token, directory),
    }


def pictures_of(directory: Path) -> Sequence[Picture]:
    """List the views and the tiles of the whole page, in order."""
    found = []
    for row in seal.artifacts_of(directory):
        if row.role in PICTURE_TITLES and row.media_type == "image/png":
            content = io.BytesIO((directory / row.path).read_bytes())
            found.append(Picture(PICTURE_TITLES[row.role], row.path, row.sha256, content))
    return found


def _firm(session: Session) -> dict[str, Any]:
    firm = session.get_one(Firm, 1)
    return {
        "name": firm.name,
        "bar": firm.bar,
        "toque": firm.court_box,
        "address": firm.address.splitlines(),
        "city": firm.city,
        "email": firm.email,
        "phone": firm.phone,
    }


def _content(session: Session, capture: Capture) -> dict[str, Any]:
    publication = session.get_one(Publication, capture.publication_id)
    marked = select(Passage).where(Passage.capture_id == capture.id, Passage.withdrawn_at.is_(None))
    return {
        "platform": publication.platform.replace("_", " "),
        "nature": "publication",
        "url": capture.requested_url,
        "item_id": publication.item_id,
        "author": publication.shown_author or "non relevé",
        "published_on": publication.published_on.isoformat() if publication.published_on else None,
        "published_text": publication.relative_text or (None if publication.published_on else "non relevée"),
        "passages": [
            {"verbatim": row.exact, "digest": hashlib.sha256(row.exact.encode()).hexdigest()}
            for row in session.scalars(marked.order_by(Passage.start))
        ],
    }


def _result(capture: Capture, sealed: dict[str, Any]) -> list[str]:
    provenance = Provenance(capture.provenance)
    return [
        f"Provenance {provenance.value} : {provenance.words}. {provenance.limit}",
        f"Résultat : {Outcome(sealed['outcome']).words} ; {sealed['completeness']['words']}.",
        f"Bandeau de traceurs : {sealed['cookies_choice']}.",
    ]


def _items(sealed: dict[str, Any]) -> dict[str, dict[str, str]]:
    origins = {facts.MEASURED: "measured", facts.DECLARED: "form", facts.PART_DECLARED: "mixed"}
    return {
        name: {"exact": line.value, "origin": origins[line.source]}
        for name, line in zip(ITEMS, facts.prerequisites(sealed), strict=True)
        if line.established
    }


def _steps(directory: Path) -> list[str]:
    """Say each recorded step in words, with its instant; labels and addresses stay in `etapes.jsonl`."""
    lines = (directory / "data" / "etapes.jsonl").read_text("utf-8").splitlines()
    steps = [json.loads(line) for line in lines if line.strip()]
    return [
        f"{step['at'][11:19]} UTC : {STEP_WORDS.get(step['action'], step['action'])} ({step['cause']}) ;"
        for step in steps
    ]


def _files(directory: Path) -> list[dict[str, Any]]:
    return [
        {"name": row.path, "size": row.bytes, "sha256": row.sha256, "measured_sha256": bag.digest(directory / row.path)}
        for row in seal.artifacts_of(directory)
    ]


def _token(token: Seal | None, directory: Path) -> dict[str, Any]:
    if token is None:
        return {}
    names = [path.stem for path in sorted((directory / bag.PROOF).glob("*.tsr")) if path.read_bytes() == token.reply]
    return {
        "timestamp": {
            "authority": token.authority,
            "time": token.stamped_at.isoformat(),
            "qualified": token.qualified,
            "verified": bool(names) and verify(directory).intact,
            "reply_file": f"{bag.PROOF}/{names[0]}.tsr" if names else "",
            "chain_file": f"{bag.PROOF}/{names[0]}.pem" if names else "",
        }
    }
