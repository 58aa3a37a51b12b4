"""The end of a capture: destruction asked by one person and decided by another, the hold that forbids it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from sqlalchemy import select

from casefile.access import Permission, child_of
from casefile.errors import CasefileError
from casefile.evidence import erasure
from casefile.models.evidence import Capture, Erasure, Publication
from casefile.models.people import Person
from casefile.web.checks import Required
from casefile.web.fields import Paragraphs
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("erasures", __name__, url_prefix="/dossiers/<uuid:matter_id>")


class ReasonForm(CasefileForm):
    """Why a capture is destroyed, or a dossier held."""

    reason = Paragraphs("Motif", [Required("Indiquez le motif.")], max_length=2000)


@blueprint.route("/captures/<uuid:capture_id>/destruction", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def ask(capture_id: uuid.UUID) -> Any:
    """Ask for the destruction of a capture, or see who asked."""
    capture = child_of(db(), g.matter, Capture, capture_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            erasure.ask(db(), g.person, capture, form.reason.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Destruction demandée : un autre avocat du dossier doit en décider.")
            return redirect(url_for(".ask", matter_id=g.matter.id, capture_id=capture.id), code=303)
    page = render_matter(
        "evidence/erasure.html",
        form=form,
        capture=capture,
        publication=db().get_one(Publication, capture.publication_id),
        pending=erasure.pending(db(), capture),
        hold=erasure.hold_of(db(), g.matter),
        past=db().scalars(select(Erasure).where(Erasure.capture_id == capture.id, Erasure.granted)).all(),
        names={row.id: row.full_name for row in db().scalars(select(Person))},
    )
    return page, 400 if form.errors else 200


@blueprint.post("/captures/<uuid:capture_id>/destruction/<any(accorder, refuser):decision>")
@access(Permission.MATTER_CLOSE)
def decide(capture_id: uuid.UUID, decision: str) -> Any:
    """Grant or refuse the destruction that somebody else asked for."""
    capture = child_of(db(), g.matter, Capture, capture_id)
    back = redirect(url_for(".ask", matter_id=g.matter.id, capture_id=capture_id), code=303)
    try:
        erasure.decide(db(), g.person, capture, granted=decision == "accorder")
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
        return back
    flash("Capture détruite : il en reste la preuve de destruction." if decision == "accorder" else "Demande refusée.")
    return back


@blueprint.route("/conservation", methods=["GET", "POST"])
@access(Permission.MATTER_CLOSE)
def hold() -> Any:
    """Hold the captures of the dossier against any erasure."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            erasure.place_hold(db(), g.person, g.matter, form.reason.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Conservation posée : aucune capture du dossier ne peut être détruite.")
            return redirect(url_for(".hold", matter_id=g.matter.id), code=303)
    return render_matter("evidence/hold.html", form=form, hold=erasure.hold_of(db(), g.matter)), (
        400 if form.errors else 200
    )


@blueprint.post("/conservation/lever")
@access(Permission.MATTER_CLOSE)
def lift() -> Any:
    """Lift the hold."""
    try:
        erasure.lift_hold(db(), g.person, g.matter)
    except CasefileError as error:
        flash(error.message, "error")
    else:
        flash("Conservation levée.")
    return redirect(url_for(".hold", matter_id=g.matter.id), code=303)
