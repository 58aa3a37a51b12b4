"""Many addresses captured at once: the pasted list, its progress, its stop and its resumption."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from casefile.access import Permission
from casefile.errors import CasefileError, NotFound
from casefile.evidence import batch
from casefile.models.evidence import Capture
from casefile.web.checks import Required
from casefile.web.fields import Verbatim
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("batches", __name__, url_prefix="/dossiers/<uuid:matter_id>/series")


class BatchForm(CasefileForm):
    """Addresses, one a line."""

    addresses = Verbatim("Adresses, une par ligne", [Required("Collez une adresse par ligne.")])


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new() -> Any:
    """Receive the list and queue its captures."""
    form = BatchForm()
    if form.validate_on_submit():
        try:
            made, refusals = batch.start(db(), g.person, g.matter, form.addresses.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            for refusal in refusals[:10]:
                flash(f"Ligne {refusal.line} : {refusal.why}", "error")
            return redirect(url_for(".show", matter_id=g.matter.id, batch_id=made), code=303)
    return render_matter("evidence/batch_new.html", form=form, most=batch.MOST), 400 if form.errors else 200


@blueprint.get("/<uuid:batch_id>")
@access(Permission.MATTER_READ)
def show(batch_id: uuid.UUID) -> Any:
    """Show how far a series is."""
    rows = _rows(batch_id)
    counts = Counter(row.state.value for row in rows)
    done = counts["sealed"] + counts["failed"] + counts["destroyed"]
    return render_matter(
        "evidence/batch.html", captures=rows, batch_id=batch_id, counts=counts, done=done, total=len(rows)
    )


@blueprint.post("/<uuid:batch_id>/arreter")
@access(Permission.MATTER_WRITE)
def cancel(batch_id: uuid.UUID) -> Any:
    """Stop what has not begun."""
    _rows(batch_id)
    flash(f"Captures annulées : {batch.cancel(db(), g.person, g.matter, batch_id)}.")
    return redirect(url_for(".show", matter_id=g.matter.id, batch_id=batch_id), code=303)


@blueprint.post("/<uuid:batch_id>/reprendre")
@access(Permission.MATTER_WRITE)
def resume(batch_id: uuid.UUID) -> Any:
    """Queue again what was stopped or has failed."""
    _rows(batch_id)
    flash(f"Captures remises en file : {batch.resume(db(), g.person, g.matter, batch_id)}.")
    return redirect(url_for(".show", matter_id=g.matter.id, batch_id=batch_id), code=303)


def _rows(batch_id: uuid.UUID) -> list[Capture]:
    rows = batch.captures_of(db(), g.matter, batch_id)
    if not rows:
        raise NotFound("Cette série n'existe pas.")
    return rows
