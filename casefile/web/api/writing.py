"""What the firm's tools may create: a dossier, its parties, its contents, a note; nothing that a lawyer decides."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, request

from casefile import conflicts, matters
from casefile.access import Permission
from casefile.errors import InvalidInput
from casefile.models.evidence import DateKind
from casefile.models.matter import Matter, Party, PartyRole
from casefile.tokens import Scope
from casefile.web.api import shapes
from casefile.web.api.reading import blueprint, given
from casefile.web.guards import access, context, db
from casefile.web.platforms import platform_of

__all__ = ["blueprint"]
CREATED = 201
LARGEST_BODY = 1_000_000


@blueprint.post("/dossiers")
@access(Permission.MATTER_OPEN, scope=Scope.WRITE)
def open_matter() -> Any:
    """Open a dossier with its parties; likenesses with other dossiers are looked for as from the page."""
    facts = _body(shapes.MATTER)
    matter = matters.open_matter(
        db(),
        g.person,
        title=facts["title"],
        territory=facts.get("territory", "metropole"),
        summary=facts.get("summary", ""),
    )
    for party in facts.get("parties", []):
        _add_party(matter, party)
    conflicts.check(db(), g.person, matter, base_url=context().settings.base_url)
    return jsonify(given(matter)), CREATED


@blueprint.post("/dossiers/<uuid:matter_id>/parties")
@access(Permission.MATTER_WRITE, scope=Scope.WRITE)
def add_party() -> Any:
    """Add a party."""
    return jsonify(given(_add_party(g.matter, _body(shapes.PARTY)))), CREATED


@blueprint.post("/dossiers/<uuid:matter_id>/contenus")
@access(Permission.MATTER_WRITE, scope=Scope.WRITE)
def add_publication() -> Any:
    """Add a content; its date is what the body states, and nothing is guessed."""
    facts = _body(shapes.PUBLICATION)
    kind = DateKind(facts.pop("date_kind", DateKind.UNKNOWN.value))
    needed = {DateKind.EXACT: ("published_on",), DateKind.RELATIVE: ("relative_text", "relative_seen_on")}
    for name in needed.get(kind, ()):
        if not facts.get(name):
            raise InvalidInput(f"corps.{name} : cette sorte de date le demande.")
    facts.setdefault("platform", platform_of(facts.get("url", "")))
    row = matters.add_publication(db(), g.person, g.matter, **facts, date_kind=kind)
    return jsonify(given(row)), CREATED


@blueprint.post("/dossiers/<uuid:matter_id>/notes")
@access(Permission.MATTER_WRITE, scope=Scope.WRITE)
def add_note() -> Any:
    """Write a line into the chronology."""
    row = matters.add_note(db(), g.person, g.matter, _body(shapes.NOTE)["body"])
    return jsonify(id=row.id), CREATED


def _body(shape: shapes.Shape) -> dict[str, Any]:
    request.max_content_length = LARGEST_BODY
    try:
        value = request.get_json(silent=True)
    except RecursionError:
        value = None
    if not request.is_json or value is None:
        raise InvalidInput("Envoyez un objet JSON, avec l'en-tête Content-Type: application/json.")
    found: dict[str, Any] = shapes.check(value, shape)
    return found


def _add_party(matter: Matter, facts: dict[str, Any]) -> Party:
    others = {name: value for name, value in facts.items() if name != "role"}
    return matters.add_party(db(), g.person, matter, PartyRole(facts["role"]), **others)
