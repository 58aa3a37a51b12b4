"""A proof brought with a form: sealed outside any transaction, then filed in the dossier as a capture."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g
from sqlalchemy import select

from casefile.access import Permission, child_of, matter_for
from casefile.errors import InvalidInput
from casefile.evidence import custody_ledger, deposit
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.web.filters import instant
from casefile.web.guards import context, db


def file_proof(upload: Any, publication_id: uuid.UUID | None) -> uuid.UUID | None:
    """Seal an upload and file it with a content, the dossier's first when none is named; None without a file.

    The request's transaction is begun anew: the caller reads its rows again.
    """
    if not upload or not upload.filename:
        return None
    matter_id = g.matter.id
    publication_id = publication_id or db().scalar(
        select(Publication.id).where(Publication.matter_id == matter_id).order_by(Publication.created_at).limit(1)
    )
    if publication_id is None:
        raise InvalidInput("Ce dossier n’a aucun contenu où ranger la preuve : décrivez-la.", field="proof")
    facts = {"operator": g.person.full_name, "reference": g.matter.reference, "head": custody_ledger.head_of(db())}
    db().rollback()
    received = deposit.seal_upload(
        context().settings, name=upload.filename, source=upload.stream, waits_for_words=False, **facts
    )
    try:
        g.matter = matter_for(db(), g.person, matter_id, Permission.MATTER_WRITE)
        publication = child_of(db(), g.matter, Publication, publication_id)
        row = deposit.file_upload(db(), context().storage, g.person, publication, received)
        db().flush()
    finally:
        deposit.forget_work(received)  # it lies there in clear
    return row.id


def sealed_captures() -> list[tuple[str, str]]:
    """List the dossier's sealed captures for a choice, the latest first."""
    rows = db().scalars(
        select(Capture)
        .where(Capture.matter_id == g.matter.id, Capture.state == CaptureState.SEALED)
        .order_by(Capture.created_at.desc())
    )
    return [(str(row.id), f"Scellée le {instant(row.sealed_at)}" if row.sealed_at else str(row.id)) for row in rows]
