"""The bailiff's report come back: received as it is, then held against the capture that asked for it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from sqlalchemy import select

from casefile.access import Permission, child_of
from casefile.documents import constat_comparison
from casefile.errors import CasefileError, NotFound
from casefile.evidence.provenance import Provenance
from casefile.models.evidence import Capture, CaptureState, Passage, Publication
from casefile.web.checks import Required
from casefile.web.fields import Upload
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter
from casefile.web.receiving import receive

blueprint = Blueprint("constats", __name__, url_prefix="/dossiers/<uuid:matter_id>/captures/<uuid:capture_id>/constat")


class ReportForm(CasefileForm):
    """The report as the bailiff sent it."""

    file = Upload("Procès-verbal de constat, en PDF", [Required()], extensions=("pdf",))


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def attach(capture_id: uuid.UUID) -> Any:
    """Receive the report, or choose one already received for this content."""
    capture = _sealed(capture_id)
    form = ReportForm()
    if form.validate_on_submit():
        publication = db().get_one(Publication, capture.publication_id)
        try:
            row = receive(publication, form.file.data, Provenance.AUTHENTIC_ACT)
        except CasefileError as error:
            error.field = "file"
            form.refuse(error)
            capture = _sealed(capture_id)
        else:
            if row.state is not CaptureState.SEALED:
                flash("Procès-verbal reçu. Comparez-le quand ses pages auront été lues.")
                return redirect(url_for("evidence.show", matter_id=g.matter.id, capture_id=row.id), code=303)
            flash("Procès-verbal reçu et conservé tel quel.")
            return redirect(
                url_for(".compared", matter_id=g.matter.id, capture_id=capture_id, report_id=row.id), code=303
            )
    page = render_matter(
        "evidence/constat.html",
        form=form,
        capture=capture,
        publication=db().get_one(Publication, capture.publication_id),
        reports=db().scalars(_reports(capture).order_by(Capture.created_at)).all(),
    )
    return page, 400 if form.errors else 200


@blueprint.get("/<uuid:report_id>")
@access(Permission.MATTER_READ)
def compared(capture_id: uuid.UUID, report_id: uuid.UUID) -> Any:
    """Show the report against the capture: words, address, dates, mentions."""
    capture = _sealed(capture_id)
    report = db().scalar(_reports(capture).where(Capture.id == report_id))
    if report is None:
        raise NotFound("Ce procès-verbal n'existe pas dans ce dossier.")
    kept = select(Passage).where(Passage.publication_id == capture.publication_id, Passage.withdrawn_at.is_(None))
    passages = db().scalars(kept.order_by(Passage.start)).all()
    return render_matter(
        "evidence/constat_compared.html",
        capture=capture,
        report=report,
        publication=db().get_one(Publication, capture.publication_id),
        comparison=constat_comparison.compare(capture, passages, report),
    )


def _reports(capture: Capture) -> Any:
    return select(Capture).where(
        Capture.publication_id == capture.publication_id,
        Capture.state == CaptureState.SEALED,
        Capture.provenance == Provenance.AUTHENTIC_ACT.value,
        Capture.id != capture.id,
    )


def _sealed(capture_id: uuid.UUID) -> Capture:
    capture = child_of(db(), g.matter, Capture, capture_id)
    if capture.state is not CaptureState.SEALED:
        raise NotFound("Cette page n'existe que pour une capture scellée.")
    return capture
