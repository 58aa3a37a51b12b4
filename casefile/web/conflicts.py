"""Likenesses between parties of two dossiers: shown to who may see both sides, decided by a named lawyer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for

from casefile import conflicts
from casefile.access import Permission, may
from casefile.errors import CasefileError
from casefile.models.conflict import ConflictState
from casefile.web.checks import Required
from casefile.web.fields import Line, Segmented
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("conflicts", __name__)

STATES = {
    ConflictState.LINKED: ("info", "Même côté"),
    ConflictState.AWAITED: ("crit", "À décider"),
    ConflictState.CLEARED: ("ok", "Pas de conflit"),
    ConflictState.CONFLICT: ("late", "Conflit"),
}


class DecisionForm(CasefileForm):
    """What a lawyer decides of one likeness, and why."""

    decision = Segmented(
        "Y a-t-il conflit ?", [Required()], choices=(("cleared", "Pas de conflit"), ("conflict", "Conflit"))
    )
    reason = Line("Raison", [Required()], max_length=300)


@blueprint.get("/conflits")
@access(Permission.FIRM_READ)
def index() -> Any:
    """List what awaits this person's decision."""
    return render_template("conflicts/index.html", rows=_with_sight(conflicts.awaiting(db(), g.person)))


@blueprint.route("/conflits/<uuid:match_id>", methods=["GET", "POST"])
@access(Permission.FIRM_READ)
def decide(match_id: uuid.UUID) -> Any:
    """Decide whether one likeness is a conflict."""
    row = conflicts.for_decider(db(), g.person, match_id)
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            conflicts.decide(db(), g.person, row, ConflictState(form.decision.data), form.reason.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Décision enregistrée, à votre nom.")
            return redirect(url_for(".index"), code=303)
    page = render_template("conflicts/decide.html", form=form, line=_with_sight([row])[0])
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.get("/dossiers/<uuid:matter_id>/conflits")
@access(Permission.MATTER_READ)
def matter() -> Any:
    """Show the likenesses of a dossier whose other side this person may see, and the conflicts retained."""
    decidable = {row.id for row in conflicts.awaiting(db(), g.person)}
    rows = [(row, STATES[row.state], row.id in decidable) for row in conflicts.of_matter(db(), g.person, g.matter)]
    return render_matter("conflicts/matter.html", rows=rows, retained=conflicts.retained(db(), g.matter))


@blueprint.post("/dossiers/<uuid:matter_id>/conflits")
@access(Permission.MATTER_WRITE)
def check() -> Any:
    """Compare the parties of the dossier again with the whole firm's."""
    found = conflicts.check(db(), g.person, g.matter, base_url=context().settings.base_url)
    flash(
        f"{counted(found, 'nouveau rapprochement', 'nouveaux rapprochements')} entre parties opposées."
        if found
        else "Contrôle fait : rien de nouveau. Sa date est au journal."
    )
    return redirect(url_for(".matter", matter_id=g.matter.id), code=303)


def _with_sight(rows: list[Any]) -> list[tuple[Any, bool, bool]]:
    """Tell of each row which of its two dossiers this person may open."""
    return [
        (
            row,
            may(db(), g.person, row.matter, Permission.MATTER_READ),
            may(db(), g.person, row.other_matter, Permission.MATTER_READ),
        )
        for row in rows
    ]
