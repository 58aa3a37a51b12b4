"""Taking back one's own change: the record gets its former values by the verb that changed it, deadlines included."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from casefile import matters, undo, withdrawals
from casefile.access import Permission, matter_for
from casefile.errors import CasefileError, NotFound
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.work import RecentChange
from casefile.web.deadline_pages import follow_territory
from casefile.web.guards import access, db
from casefile.web.publications import follow_dating
from casefile.web.undo_notice import say_changed

TOLD = {
    withdrawals.NOTE: "Note retirée.",
    withdrawals.MAIL: "Courriel sorti du dossier : il attend de nouveau dans votre file.",
    withdrawals.TEAM: "Équipe rétablie comme avant votre changement.",
}

blueprint = Blueprint("undo", __name__, url_prefix="/dossiers/<uuid:matter_id>")


@blueprint.post("/annuler/<uuid:change_id>")
@access(Permission.MATTER_WRITE)
def take_back(change_id: uuid.UUID) -> Any:
    """Give a record back what it held before one's own change."""
    back = url_for("matters.show", matter_id=g.matter.id)
    try:
        act = undo.act(db(), g.person, g.matter, change_id)
        if act is not None:
            return _withdraw(act)
        row, values = undo.former(db(), g.person, g.matter, change_id)
        changed = matters.edit(db(), g.person, row, row.version, **values)
    except NotFound:
        raise
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
        return redirect(back, code=303)
    if isinstance(row, Publication):
        follow_dating(row, changed, "Correction de la date de mise en ligne annulée")
        back = url_for("publications.show", matter_id=g.matter.id, publication_id=row.id)
    if isinstance(row, Matter):
        follow_territory(row, changed)
    say_changed("Modification annulée.", row)
    return redirect(back, code=303)


def _withdraw(act: RecentChange) -> Any:
    """Take back a whole act; a place in the team is given and taken by who may do both."""
    if act.kind == withdrawals.TEAM:
        matter_for(db(), g.person, g.matter.id, Permission.MATTER_TEAM)
    withdrawals.take_back(db(), g.person, g.matter, act)
    flash(TOLD[act.kind])
    if act.kind == withdrawals.MAIL:
        return redirect(url_for("correspondence.index"), code=303)
    endpoint = "parties.team" if act.kind == withdrawals.TEAM else "matters.chronology"
    return redirect(url_for(endpoint, matter_id=g.matter.id), code=303)
