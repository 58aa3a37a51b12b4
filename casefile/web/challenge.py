"""« Attaquez votre propre preuve »: the opponent's arguments against a capture, and the sheet for the hearing."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, send_file, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, child_of
from casefile.documents import courtroom_sheet
from casefile.errors import CasefileError, NotFound
from casefile.evidence import challenge, facts
from casefile.models.evidence import Capture, CaptureState, Publication, Seal
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("challenge", __name__, url_prefix="/dossiers/<uuid:matter_id>/captures/<uuid:capture_id>")


@blueprint.get("/contradiction")
@access(Permission.MATTER_READ)
def show(capture_id: uuid.UUID) -> Any:
    """Play the opponent against one capture, from its sealed facts alone."""
    capture = _browsed(capture_id)
    qualified = db().scalar(select(Seal.id).where(Seal.capture_id == capture.id, Seal.qualified))
    return render_matter(
        "evidence/challenge.html",
        capture=capture,
        publication=db().get_one(Publication, capture.publication_id),
        objections=challenge.objections(capture.facts, qualified_timestamp=qualified is not None),
        prerequisites=facts.prerequisites(capture.facts),
    )


@blueprint.get("/feuille-audience.pdf")
@access(Permission.MATTER_READ)
def sheet(capture_id: uuid.UUID) -> Any:
    """Give the one page for the hearing."""
    capture = _browsed(capture_id)
    try:
        content = courtroom_sheet.sheet(db(), capture, clock.today())
    except CasefileError as error:
        flash(error.message, "error")
        return redirect(url_for("evidence.show", matter_id=g.matter.id, capture_id=capture.id), code=303)
    name = f"audience-{g.matter.reference.replace('/', '-')}-{str(capture.id)[:8]}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def _browsed(capture_id: uuid.UUID) -> Capture:
    capture = child_of(db(), g.matter, Capture, capture_id)
    if capture.origin != "browser" or capture.state is not CaptureState.SEALED or "machine" not in capture.facts:
        raise NotFound("Cette page n'existe que pour une capture automatique scellée.")
    return capture
