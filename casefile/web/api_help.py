"""The help of those who link another tool: tokens, calls, webhooks and their signature, the form of an export."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from casefile.access import Permission, allows
from casefile.web.guards import access, context
from casefile.web.tokens import SCOPES
from casefile.web.webhooks import EVENTS

blueprint = Blueprint("api_help", __name__, url_prefix="/aide/api")

# Run by a test against what is really sent.
RECIPE = """\
import hashlib, hmac, time

def is_from_casefile(secret, headers, body):
    at = headers["Casefile-Timestamp"]
    signed = at.encode() + b"." + body
    found = hmac.new(secret.encode(), signed, hashlib.sha256)
    given = headers["Casefile-Signature"]
    fresh = abs(time.time() - int(at)) < 300
    return fresh and hmac.compare_digest(
        "v1=" + found.hexdigest(), given)
"""
EXPORT = (
    ("donnees.json", "Toutes les lignes, par table ; dates en ISO 8601, instants en temps universel."),
    ("csv/TABLE.csv", "Les mêmes lignes ; une apostrophe précède ce qu’un tableur prendrait pour une formule."),
    ("schema.json", "Pour chaque table, ses colonnes, leur type et la ligne qu’elles désignent ailleurs."),
    ("fichiers/EMPREINTE", "Chaque pièce telle que reçue, nommée par le SHA-256 que cite une colonne en « sha256 »."),
    ("LISEZ-MOI.txt", "Ce qui s’y trouve, et ce qui reste au cabinet."),
)


@blueprint.get("")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Explain the API in two sentences a section."""
    return render_template(
        "guide/api.html",
        base_url=context().settings.base_url,
        may_make=allows(g.person, Permission.FIRM_READ),
        scopes=SCOPES,
        events=EVENTS,
        export=EXPORT,
        recipe=RECIPE,
    )
