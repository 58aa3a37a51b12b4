"""Files received from a person: sealed with no lock held, then filed; for the pages that take deposits."""

from __future__ import annotations

from typing import Any

from flask import g

from casefile.access import Permission, child_of, matter_for
from casefile.evidence import custody_ledger, deposit
from casefile.evidence.provenance import Provenance
from casefile.models.evidence import Capture, Publication
from casefile.web.guards import context, db


def receive(publication: Publication, upload: Any, provenance: Provenance | None = None) -> Capture:
    """Seal outside any transaction, then file inside a fresh one: nobody else's writing waits for our reading."""
    settings, matter_id, publication_id = context().settings, g.matter.id, publication.id
    facts = {"operator": g.person.full_name, "reference": g.matter.reference, "head": custody_ledger.head_of(db())}
    db().rollback()
    received = deposit.seal_upload(settings, name=upload.filename, source=upload.stream, provenance=provenance, **facts)
    try:
        g.matter = matter_for(db(), g.person, matter_id, Permission.MATTER_WRITE)
        publication = child_of(db(), g.matter, Publication, publication_id)
        return deposit.file_upload(db(), context().storage, g.person, publication, received)
    finally:
        deposit.forget_work(received)
