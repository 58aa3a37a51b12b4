"""Searching everything that one may read: pages of results, and the source of the command palette."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from casefile import matters, search
from casefile.access import Permission
from casefile.web.guards import access, db

blueprint = Blueprint("search", __name__)

KINDS = {
    "matter": "Dossier",
    "party": "Partie",
    "publication": "Contenu",
    "capture": "Texte capturé",
    "passage": "Passage",
    "letter": "Document",
    "note": "Note",
    "exhibit": "Pièce",
}
# table → (endpoint, argument): where a result leads; the dossier itself when its page does not exist.
PAGES = {
    "publication": ("publications.show", "publication_id"),
    "capture": ("evidence.show", "capture_id"),
    "passage": ("qualification.show", "passage_id"),
    "letter": ("documents.show", "letter_id"),
}
SHOWN = 50


@blueprint.get("/recherche")
@access(Permission.MATTER_READ)
def index() -> Any:
    """Find words; a dossier's whole number leads straight to it."""
    query = request.args.get("q", "").replace("\x00", "")[:500]  # PostgreSQL takes no NUL in a text
    direct = matters.by_reference(db(), g.person, query)
    if direct and "palette" not in request.args:
        return redirect(url_for("matters.show", matter_id=direct), code=303)
    page = search.find(db(), g.person, query, limit=SHOWN)
    results = [_result(hit) for hit in page.hits]
    return render_template("search/index.html", query=query, results=results, more=page.older is not None)


def _result(hit: search.Hit) -> dict[str, Any]:
    endpoint, argument = PAGES.get(hit.kind, ("", ""))
    named: dict[str, Any] = {argument: hit.object_id}
    if endpoint in current_app.view_functions:
        url = url_for(endpoint, matter_id=hit.matter_id, **named)
    else:
        url = url_for("matters.show", matter_id=hit.matter_id)
    return {
        "kind": KINDS.get(hit.kind, ""),
        "title": hit.matter_title,
        "reference": hit.reference,
        "extract": "".join(text for text, _ in hit.snippet),
        "url": url,
    }
