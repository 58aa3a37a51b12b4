"""The page of one capture, put together: pictures, text, files, tokens, what the file says of itself, custody."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from casefile import clock
from casefile.chronology import Event
from casefile.documents import signature
from casefile.evidence import deposit, filing, stamping
from casefile.evidence.markup import OPENED
from casefile.evidence.provenance import Outcome, Provenance
from casefile.evidence.sniff import EMAIL
from casefile.evidence.witness import Testimony
from casefile.models.evidence import (
    Artifact,
    Capture,
    CaptureState,
    CustodyEvent,
    Passage,
    Publication,
    Seal,
    TokenRenewal,
)
from casefile.models.people import Person
from casefile.web.file_facts import lines_of
from casefile.web.guards import context, db
from casefile.web.matter_frame import render_matter
from casefile.web.timeline import lines

CUSTODY_WORDS = {
    "requested": "Capture demandée",
    "received": "Fichier reçu",
    "sealed": "Capture scellée",
    "failed": "Capture impossible",
    "erasure_asked": "Destruction demandée",
    "destroyed": "Capture détruite",
    "stamped": "Jeton d’horodatage ajouté",
    "verified": "Intégrité vérifiée",
    "exported": "Dossier de preuve exporté",
    "redacted": "Copie caviardée établie",
    "renewed": "Jeton d’horodatage renouvelé",
}
ROLE_WORDS = {
    "view": "vue d’écran",
    "tile": "page entière, par morceaux",
    "pdf": "impression de la page",
    "dom": "code de la page",
    "text": "texte visible",
    "positions": "position des mots",
    "network": "échanges réseau (WARC)",
    "certificate": "certificat du site",
    "record": "relevé technique",
    "steps": "étapes de la capture",
    "facts": "rapport technique",
    "original": "original déposé",
    "viewable": "copie de consultation",
    "redacted": "copie caviardée pour un tiers",
    "proof": "jeton d’horodatage",
    "seal": "scellé",
}
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
PICTURE_ROLES = frozenset({"view", "tile", "original", "viewable"})


def drawn(row: Capture) -> str:
    """Show one capture: what was seen, its files, its tokens, what the file says, its custody."""
    artifacts = db().scalars(select(Artifact).where(Artifact.capture_id == row.id).order_by(Artifact.path)).all()
    return render_matter(
        "evidence/show.html",
        capture=row,
        publication=db().get_one(Publication, row.publication_id),
        requested_by=db().get_one(Person, row.requested_by_id),
        pictures=[
            {
                "url": url_for("evidence.picture", matter_id=row.matter_id, capture_id=row.id, artifact_id=artifact.id),
                "alt": f"{ROLE_WORDS.get(artifact.role, '').capitalize()} n°\u00a0{number}",
            }
            for number, artifact in enumerate(_pictures(artifacts), start=1)
        ],
        files=[
            {
                "artifact": artifact,
                "role": ROLE_WORDS.get(artifact.role, artifact.role),
                "url": url_for("evidence.file", matter_id=row.matter_id, capture_id=row.id, artifact_id=artifact.id),
                "page": _page_link(row, artifact),
            }
            for artifact in artifacts
        ],
        seals=db().scalars(select(Seal).where(Seal.capture_id == row.id).order_by(Seal.stamped_at)).all(),
        custody=lines(_custody_line(event, name) for event, name in _custody(row)),
        awaited=stamping.missing([artifact.path for artifact in artifacts], filing.authorities(context().settings)),
        metadata=lines_of(row.facts.get("metadata") or {}),
        cautions=[*row.facts.get("warnings", ()), *filter(None, [row.facts.get("problem")])],
        signs=context().settings.signature_file is not None,
        signature_level=signature.LEVEL,
        renewal=db().get(TokenRenewal, row.id),
        testimonies=_testimonies(row),
        provenance=Provenance(row.provenance),
        outcome=Outcome(row.outcome).words if row.outcome else "",
        completeness=row.facts.get("completeness", {}),
    )


def _page_link(row: Capture, artifact: Artifact) -> str | None:
    """Give where a captured markup opens, when there is a second origin to open it on."""
    if artifact.media_type not in OPENED or not context().settings.vault_origin:
        return None
    return url_for("evidence.page", matter_id=row.matter_id, capture_id=row.id, artifact_id=artifact.id)


def _testimonies(row: Capture) -> list[tuple[str, Testimony]] | None:
    """Ask a deposited message about each passage of its content; None for what is not a message."""
    if row.media_type != EMAIL or row.state is not CaptureState.SEALED:
        return None
    kept = select(Passage.exact).where(Passage.publication_id == row.publication_id, Passage.withdrawn_at.is_(None))
    words = list(db().scalars(kept.order_by(Passage.start))) or [""]
    return list(zip(words, deposit.attestations(db(), context().storage, row, words), strict=False))


def _pictures(artifacts: Any) -> list[Artifact]:
    return [row for row in artifacts if row.media_type in PICTURES and row.role in PICTURE_ROLES]


def _custody(row: Capture) -> Any:
    return db().execute(
        select(CustodyEvent, Person.full_name)
        .outerjoin(Person, Person.id == CustodyEvent.actor_id)
        .where(CustodyEvent.capture_id == row.id)
        .order_by(CustodyEvent.seq)
    )


def _custody_line(event: CustodyEvent, name: str | None) -> Event:
    text = CUSTODY_WORDS.get(event.action, event.action)
    return Event(clock.day_of(event.at), event.at, "proof", text, name or "Casefile")
