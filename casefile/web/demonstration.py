"""The button of the empty home page: a few invented dossiers to look around in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from casefile import demo
from casefile.access import Permission
from casefile.errors import CasefileError
from casefile.web.guards import access, context, db

blueprint = Blueprint("demonstration", __name__)


@blueprint.post("/demonstration")
@access(Permission.MATTER_OPEN)
def load() -> Any:
    """Load the demonstration dossiers into a firm that has none."""
    person_id = g.person.id
    db().rollback()  # the loader has transactions of its own: nobody waits for another here
    try:
        done = demo.load_for(context().database, context().storage, context().settings, person_id)
        flash(f"{len(done.matters)} dossiers de démonstration chargés : tout y est inventé.")
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for("home.index"), code=303)
