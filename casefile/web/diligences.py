"""The work log of a dossier, to read and to carry into the bill."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, g

from casefile import diligences
from casefile.access import Permission
from casefile.deadlines.spreadsheet import harmless
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("diligences", __name__, url_prefix="/dossiers/<uuid:matter_id>/diligences")

BOM = "\ufeff"


@blueprint.get("")
@access(Permission.MATTER_WRITE)
def index() -> Any:
    """List what was done, by whom, on which day."""
    return render_matter("matters/diligences.html", lines=diligences.of_matter(db(), g.matter))


@blueprint.get("/export.csv")
@access(Permission.MATTER_WRITE)
def export() -> Any:
    """Give the log as a spreadsheet that French Excel opens as it is."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Dossier", "Jour", "Personne", "Diligence", "Objet"))
    for line in diligences.of_matter(db(), g.matter):
        cells = (g.matter.reference, f"{line.on:%d/%m/%Y}", line.person, line.act, line.detail)
        writer.writerow([harmless(cell) for cell in cells])
    name = f"diligences-{g.matter.reference.replace('/', '-')}.csv"
    return Response(
        BOM + out.getvalue(), mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"}
    )
