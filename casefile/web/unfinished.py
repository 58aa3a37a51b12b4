"""Long forms keep what is typed: saved while typing, offered when the page is opened again, gone once sent."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, jsonify, redirect, request
from werkzeug.exceptions import HTTPException

from casefile import unfinished
from casefile.access import Permission, matter_for
from casefile.errors import NotFound
from casefile.web.filters import clock_time
from casefile.web.guards import access, db

blueprint = Blueprint("unfinished", __name__, url_prefix="/brouillons")

# Pages whose form is sent to the page's own address.
PAGES = frozenset(
    {
        *("matters.new", "matters.edit", "parties.new", "parties.edit", "publications.new", "publications.edit"),
        *("many_publications.several", "aftermath.new", "happenings.new", "identification.event"),
        *("directory.new", "directory.edit"),
        *("drafts.words", "documents.edit"),
    }
)
NEVER = frozenset({"csrf_token", "act"})


@blueprint.post("")
@access(Permission.FIRM_READ)
def save() -> Any:
    """Keep what is typed so far on a page; the browser calls it, and shows the hour."""
    page, matter_id = _page()
    typed = {name: values for name, values in request.form.lists() if name not in NEVER}
    kept = unfinished.keep(db(), g.person, page, typed, matter_id=matter_id)
    return jsonify(saved_at=clock_time(kept.saved_at))


@blueprint.post("/jeter")
@access(Permission.FIRM_READ)
def discard() -> Any:
    """Throw the draft of a page away and go back to the page."""
    page, _ = _page()
    unfinished.forget(db(), g.person, page)
    return redirect(page, code=303)


def install(app: Flask) -> None:
    """Offer the draft on each page that keeps one, and fill its form when it is taken up."""
    app.before_request(_take_up)
    app.context_processor(lambda: {"draft": g.get("draft"), "taken_up": g.get("taken_up") is not None})


def _take_up() -> None:
    if request.endpoint not in PAGES or g.get("person") is None:
        return
    if request.method == "POST":
        g.draft_page = request.path  # the door throws the draft away when it accepts the form
        return
    g.draft = unfinished.of_page(g.db, g.person, request.path)
    if g.draft is not None and request.args.get("brouillon") == "reprendre":
        g.taken_up = g.draft.fields


def _page() -> tuple[str, uuid.UUID | None]:
    """Give the page that the form belongs to and its dossier; raises NotFound for a page that keeps no draft."""
    page = urlsplit(request.args.get("page", "")).path
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(page, method="GET")
    except HTTPException:
        endpoint, values = "", {}
    if endpoint not in PAGES:
        raise NotFound("Cette page ne garde pas de brouillon.")
    matter_id: uuid.UUID | None = values.get("matter_id")
    if matter_id is not None:
        matter_for(db(), g.person, matter_id, Permission.MATTER_WRITE)
    return page, matter_id
