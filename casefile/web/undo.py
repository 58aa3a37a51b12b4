"""Taking back one's own change: the record gets its former values by the verb that changed it, deadlines included."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from casefile import matters, undo
from casefile.access import Permission
from casefile.errors import CasefileError, NotFound
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.web.deadline_pages import follow_territory
from casefile.web.guards import access, db
from casefile.web.publications import follow_dating
from casefile.web.undo_notice import say_changed

blueprint = Blueprint("undo", __name__, url_prefix="/dossiers/<uuid:matter_id>")


@blueprint.post("/annuler/<uuid:change_id>")
@access(Permission.MATTER_WRITE)
def take_back(change_id: uuid.UUID) -> Any:
    """Give a record back what it held before one's own change."""
    back = url_for("matters.show", matter_id=g.matter.id)
    try:
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
