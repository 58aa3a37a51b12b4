"""Figures for Prometheus, counted in the database at each visit: the same whichever process answers.

Nothing in them names a dossier, a person or a word. The address exists only when a token is set, and only for it.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, request

from casefile.errors import NotFound
from casefile.web.guards import Door, access, context, db

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@access(Door.PUBLIC)
def show() -> Any:
    """Give the figures to whoever holds the token; to anyone else the address does not exist."""
    wanted = context().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise NotFound("Cette page n'existe pas.")
    from casefile.web.figures import exposition

    content, kind = exposition(db())
    return Response(content, content_type=kind)
