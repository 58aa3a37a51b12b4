"""The work log of a dossier, to read and to carry into the bill."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from casefile import diligences
from casefile.access import Permission
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter
from casefile.web.sheets import sheet

blueprint = Blueprint("diligences", __name__, url_prefix="/dossiers/<uuid:matter_id>/diligences")

HEAD = ("Dossier", "Jour", "Personne", "Diligence", "Objet")


@blueprint.get("")
@access(Permission.MATTER_WRITE)
def index() -> Any:
    """List what was done, by whom, on which day."""
    return render_matter("matters/diligences.html", lines=diligences.of_matter(db(), g.matter))


@blueprint.get("/export.csv")
@access(Permission.MATTER_WRITE)
def export() -> Any:
    """Give the log as a spreadsheet."""
    reference = g.matter.reference
    rows = (
        (reference, f"{line.on:%d/%m/%Y}", line.person, line.act, line.detail)
        for line in diligences.of_matter(db(), g.matter)
    )
    return sheet(f"diligences-{reference.replace('/', '-')}.csv", HEAD, rows)
