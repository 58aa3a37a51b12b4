"""After a change of rule: the dossiers whose dates would move, and the lawyer who counts one again."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from casefile.access import Permission, allows, may
from casefile.deadlines import rule_changes
from casefile.errors import CasefileError
from casefile.web.checks import Required
from casefile.web.fields import Paragraphs
from casefile.web.filters import typography
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("rule_changes", __name__)


class AcceptForm(CasefileForm):
    """Why the dossier is counted again."""

    reason = Paragraphs("Motif", [Required("Écrivez pourquoi les dates changent.")], max_length=600)


@blueprint.get("/droit/revisions")
@access(Permission.FIRM_READ)
def index() -> Any:
    """List the dossiers of this person whose dates the present rules would move."""
    reviewed = rule_changes.are_reviewed(db()) and request.args.get("recherche") != "complete"
    within = rule_changes.reviews_of(db(), g.person) if reviewed else None
    found = rule_changes.changes(db(), viewer=g.person, matters=within)
    return render_template(
        "law/changes.html",
        dossiers=[(matter, list(lines)) for matter, lines in groupby(found, key=lambda change: change.matter)],
        reviewed=reviewed,
        may_accept=allows(g.person, Permission.QUALIFY),
    )


@blueprint.get("/dossiers/<uuid:matter_id>/delais/revision")
@access(Permission.MATTER_READ)
def show() -> Any:
    """Show what would move in one dossier, before and after."""
    return _page(AcceptForm(formdata=None, data={"reason": "Règle de droit modifiée"}))


@blueprint.post("/dossiers/<uuid:matter_id>/delais/revision")
@access(Permission.QUALIFY)
def accept() -> Any:
    """Count the dossier again: the lawyer decides, the old dates stay visible."""
    form = AcceptForm()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        moved = rule_changes.accept(db(), g.person, g.matter, form.reason.data or "")
    except CasefileError as error:
        form.refuse(error)
        return _page(form), 400
    flash("Dates recalculées ; les anciennes restent visibles, remplacées." if moved else "Aucune date ne bouge.")
    return redirect(url_for(".show", matter_id=g.matter.id), code=303)


def _page(form: AcceptForm) -> str:
    found = rule_changes.changes(db(), matters=[g.matter.id])
    return render_matter(
        "law/change.html",
        changes=found,
        problems={change.deadline.id: typography(change.problem) for change in found},
        form=form,
        may_accept=may(db(), g.person, g.matter, Permission.QUALIFY),
    )
