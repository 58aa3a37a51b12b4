"""Copies for third parties: what must not be seen is blackened on a copy, the sealed original is only read."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, child_of, matter_for
from casefile.documents import redacted_copy
from casefile.documents.redacted_copy import RedactedCopy, Wish
from casefile.errors import CasefileError, NotFound
from casefile.evidence.redact import graduated, read_zones
from casefile.models.evidence import Artifact, Capture, Publication
from casefile.web.checks import Required
from casefile.web.fields import Line, Paragraphs, Segmented
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("redactions", __name__, url_prefix="/dossiers/<uuid:matter_id>/captures/<uuid:capture_id>")


class RedactionForm(CasefileForm):
    """What a copy must hide, for whom and why."""

    recipient = Line("Établie pour", [Required("Indiquez à qui la copie est destinée.")], max_length=200)
    reason = Line("Motif", [Required("Indiquez pourquoi la copie est caviardée.")], max_length=300)
    words = Paragraphs("Mots à masquer, un par ligne", max_length=4000)
    zones = Paragraphs("Zones à masquer, une par ligne", max_length=10_000)
    shows_address = Segmented(
        "Imprimer l’adresse de la page ?", [Required()], choices=(("yes", "Oui"), ("no", "Non")), default="no"
    )


@blueprint.route("/caviardage", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def show(capture_id: uuid.UUID) -> Any:
    """List the copies made and make another."""
    capture = _pictured(capture_id)
    form = RedactionForm()
    if form.validate_on_submit():
        try:
            _make(capture, form)
        except CasefileError as error:
            capture = _pictured(capture_id)
            if error.field == "words" and capture.origin != "browser":
                error.field = "zones"  # the place of words is not known: that field is not shown
            form.refuse(error)
        else:
            flash("Copie établie. Relisez chacune de ses pages avant de l’envoyer.")
            return redirect(url_for(".show", matter_id=g.matter.id, capture_id=capture_id), code=303)
    return render_matter("evidence/redaction.html", form=form, **_surroundings(capture)), 400 if form.errors else 200


@blueprint.get("/caviardage/<int:number>.png")
@access(Permission.MATTER_WRITE)
def picture(capture_id: uuid.UUID, number: int) -> Any:
    """Show one picture under a grid of tenths, to place zones without a mouse."""
    sources = redacted_copy.pictures_of(db(), _pictured(capture_id))
    if not 1 <= number <= len(sources):
        raise NotFound("Cette capture n'a pas tant d'images.")
    stream = io.BytesIO()
    with context().storage.open(sources[number - 1].sha256) as source:
        graduated(source).save(stream, "PNG", compress_level=1)
    return Response(stream.getvalue(), mimetype="image/png")


def _surroundings(capture: Capture) -> dict[str, Any]:
    made = select(Artifact).where(Artifact.capture_id == capture.id, Artifact.role == redacted_copy.ROLE)
    address = {"matter_id": g.matter.id, "capture_id": capture.id}
    return {
        "capture": capture,
        "publication": db().get_one(Publication, capture.publication_id),
        "pictures": [
            url_for(".picture", number=number, **address)
            for number, _ in enumerate(redacted_copy.pictures_of(db(), capture), 1)
        ],
        "copies": [
            (row, url_for("evidence.file", artifact_id=row.id, **address))
            for row in db().scalars(made.order_by(Artifact.path))
        ],
        "finds_words": capture.origin == "browser",
    }


def _pictured(capture_id: uuid.UUID) -> Capture:
    capture = child_of(db(), g.matter, Capture, capture_id)
    if not redacted_copy.pictures_of(db(), capture):
        raise NotFound("Cette page n'existe que pour une capture scellée qui a des images.")
    return capture


def _make(capture: Capture, form: RedactionForm) -> None:
    """Draw with no lock held, then keep: nobody else's writing waits for our drawing."""
    wish = Wish(
        recipient=form.recipient.data or "",
        reason=form.reason.data or "",
        words=tuple(line.strip() for line in (form.words.data or "").splitlines() if line.strip()),
        zones=tuple(read_zones(form.zones.data or "", len(redacted_copy.pictures_of(db(), capture)))),
        shows_address=form.shows_address.data == "yes",
    )
    matter_id, capture_id = g.matter.id, capture.id
    db().rollback()
    try:
        made = _drawn(capture_id, wish)
    finally:
        g.matter = matter_for(db(), g.person, matter_id, Permission.MATTER_WRITE)
    row = child_of(db(), g.matter, Capture, capture_id)
    redacted_copy.keep(db(), context().storage, g.person, row, made)


def _drawn(capture_id: uuid.UUID, wish: Wish) -> RedactedCopy:
    with context().database.reader() as session:
        capture = session.get_one(Capture, capture_id)
        return redacted_copy.draw(session, context().storage, capture, wish, clock.today())
