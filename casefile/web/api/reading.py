"""What the firm's tools may read: the list of dossiers, one dossier, all its data, the document of the API itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, g, jsonify, request, send_file
from sqlalchemy import select

from casefile import audit, matters, portability
from casefile.access import Permission
from casefile.errors import InvalidInput
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter
from casefile.models.matter import Matter, MatterState, Party
from casefile.models.procedure import Deadline, DeadlineState
from casefile.tokens import Scope
from casefile.web.api.openapi import document
from casefile.web.guards import Door, access, context, db

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

PAGE = 50
MOST_PAGES = 100_000
GIVEN: dict[type[Any], tuple[str, ...]] = {
    Matter: ("id", "reference", "title", "state", "territory", "opened_on", "closed_on", "next_prudent_on"),
    Party: ("id", "role", "is_company", "is_identified", "civility", "first_names", "name", "legal_form", "profession"),
    Publication: (
        *("id", "title", "platform", "url", "shown_author", "date_kind", "published_on", "relative_text"),
        *("relative_seen_on", "online_state"),
    ),
    Deadline: (
        *("id", "label", "kind", "state", "starts_on", "last_useful_day", "prudent_on", "admitted_on"),
        *("is_provisional", "control_state"),
    ),
    Letter: ("id", "letter_type", "title", "state", "dated_on"),
}


@blueprint.get("/openapi.json")
@access(Door.PUBLIC)
def openapi() -> Any:
    """Serve the description of the API; it tells nothing of the firm."""
    return jsonify(document(context().settings.base_url))


@blueprint.get("/dossiers")
@access(Permission.FIRM_READ, scope=Scope.READ)
def index() -> Any:
    """List the dossiers of the token's person, the most urgent first, fifty a page."""
    state, page = request.args.get("state", "open"), request.args.get("page", "1")
    if state not in {"open", "closed", "archived"}:
        raise InvalidInput("state : choisissez parmi open, closed, archived.")
    if not (page.isascii() and page.isdecimal() and 1 <= int(page[:9]) <= MOST_PAGES and len(page) < 9):  # noqa: PLR2004 - more digits than pages
        raise InvalidInput("page : écrivez un nombre à partir de 1.")
    found = matters.visible(db(), g.person, states=(MatterState(state),), offset=(int(page) - 1) * PAGE, limit=PAGE + 1)
    more = int(page) + 1 if len(found) > PAGE else None
    return jsonify(matters=[given(row) for row in found[:PAGE]], next_page=more)


@blueprint.get("/dossiers/<uuid:matter_id>")
@access(Permission.MATTER_READ, scope=Scope.READ)
def show() -> Any:
    """Give one dossier: parties, contents, open deadlines with their three dates, letters."""

    def held(model: Any, *conditions: Any) -> Iterable[Any]:
        return db().scalars(select(model).where(model.matter_id == g.matter.id, *conditions).order_by(model.created_at))

    return jsonify(
        **given(g.matter),
        summary=g.matter.summary,
        parties=[given(row) for row in held(Party)],
        publications=[given(row) for row in held(Publication)],
        deadlines=[given(row) for row in held(Deadline, Deadline.state == DeadlineState.OPEN)],
        letters=[given(row) for row in held(Letter)],
    )


@blueprint.get("/dossiers/<uuid:matter_id>/export")
@access(Permission.MATTER_TEAM, scope=Scope.EXPORT)
def export() -> Any:
    """Give the whole dossier as a ZIP: rows in JSON and in CSV, files by digest, for another tool to import."""
    matter_id, name = g.matter.id, g.matter.reference.replace("/", "-")
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it once it is sent
    files = portability.write(db(), context().storage, matter_id, copy)
    copy.seek(0)
    with context().database.transaction() as session:
        audit.record(session, g.person, "matter.data_exported", session.get_one(Matter, matter_id), {"files": files})
    return send_file(copy, mimetype="application/zip", as_attachment=True, download_name=f"dossier-{name}.zip")


def given(row: Any) -> dict[str, Any]:
    """Give what the API tells of a row; days as ISO."""
    found = {name: getattr(row, name) for name in GIVEN[type(row)]}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}
