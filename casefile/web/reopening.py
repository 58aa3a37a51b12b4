"""Opening again a deadline that was closed by mistake: with a reason, and its reminders come back."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from casefile.access import Permission
from casefile.deadlines import settlement
from casefile.errors import CasefileError
from casefile.web.checks import Required
from casefile.web.deadline_pages import deadline_named
from casefile.web.fields import Paragraphs
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("reopening", __name__)


class ReopenForm(CasefileForm):
    """Why it was no end."""

    reason = Paragraphs("Pourquoi la rouvrir", [Required()], max_length=1000)


@blueprint.route("/dossiers/<uuid:matter_id>/delais/<uuid:deadline_id>/rouvrir", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def reopen(deadline_id: uuid.UUID) -> Any:
    """Ask why, then open it again."""
    row, form = deadline_named(deadline_id), ReopenForm()
    if form.validate_on_submit():
        try:
            settlement.reopen(db(), g.person, row, form.reason.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Échéance rouverte : ses rappels reprennent.")
            return redirect(url_for("deadlines.show", matter_id=g.matter.id, deadline_id=row.id), code=303)
    page = render_matter("deadlines/reopen.html", form=form, deadline=row)
    return page, 400 if form.errors or form.form_errors else 200
