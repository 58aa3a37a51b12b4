"""Searching everything that one may read: pages of results, and the source of the command palette."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from casefile import matters, search
from casefile.access import Permission
from casefile.web.fields import read_date
from casefile.web.guards import access, db

blueprint = Blueprint("search", __name__)

KINDS = {
    "matter": "Dossier",
    "party": "Partie",
    "publication": "Contenu",
    "capture": "Texte capturé",
    "passage": "Passage",
    "qualification": "Qualification",
    "procedural_act": "Acte",
    "deadline": "Échéance",
    "identification_step": "Étape d’identification",
    "letter": "Document",
    "dispatch": "Envoi",
    "exhibit": "Pièce",
    "note": "Note",
    "public_reply": "Réponse publique",
    "filed_mail": "Courriel reçu",
}
# table → (endpoint, argument): where a result leads; the dossier itself when its page does not exist.
PAGES = {
    "publication": ("publications.show", "publication_id"),
    "capture": ("evidence.show", "capture_id"),
    "passage": ("qualification.show", "passage_id"),
    "letter": ("documents.show", "letter_id"),
    "deadline": ("deadlines.show", "deadline_id"),
    "identification_step": ("identification.step", "step_id"),
    "filed_mail": ("correspondence.show", "mail_id"),
}
SHOWN = 50
FILTERS = ("genre", "dossier", "du", "au")
# The number of a dossier that does not exist for the reader finds nothing, and says no more.
NO_MATTER = uuid.UUID(int=0)


@blueprint.get("/recherche")
@access(Permission.MATTER_READ)
def index() -> Any:
    """Find words; a dossier's whole number leads straight to it."""
    query = request.args.get("q", "").replace("\x00", "")[:500]  # PostgreSQL takes no NUL in a text
    direct = matters.by_reference(db(), g.person, query)
    if direct and "palette" not in request.args:
        return redirect(url_for("matters.show", matter_id=direct), code=303)
    filters, misread = _filters()
    page = search.find(db(), g.person, query, filters, before=request.args.get("avant", type=int), limit=SHOWN)
    kept: dict[str, Any] = {name: value for name in ("q", *FILTERS) if (value := request.args.get(name))}
    return render_template(
        "search/index.html",
        query=query,
        results=[_result(hit) for hit in page.hits],
        # Nothing is counted beyond the page: it would take a walk through the whole firm, and its length would tell.
        total=None if "avant" in request.args else len(page.hits),
        kinds=KINDS,
        given={name: request.args.get(name, "") for name in FILTERS},
        misread=misread,
        newest=url_for(".index", **kept) if "avant" in request.args else None,
        older=url_for(".index", **kept, avant=page.older) if page.older is not None else None,
    )


def _filters() -> tuple[search.Filters, list[str]]:
    """Read what narrows the search; a day that cannot be read is told and narrows nothing."""
    days: dict[str, date | None] = {}
    misread = []
    for name in ("du", "au"):
        typed = request.args.get(name, "").strip()
        try:
            days[name] = read_date(typed) if typed else None
        except ValueError:
            days[name] = None
            misread.append(typed)
    kind, reference = request.args.get("genre", ""), request.args.get("dossier", "").strip()
    matter_id = matters.by_reference(db(), g.person, reference) or NO_MATTER if reference else None
    kinds = (kind,) if kind in KINDS else ()
    return search.Filters(kinds, matter_id, days["du"], days["au"]), misread


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
        "extract": hit.snippet,
        "happened_at": hit.happened_at,
        "url": url,
    }
