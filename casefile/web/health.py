"""Is it alive? For an outside monitor: 200 when reminders go out, 503 when they do not. It says nothing else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify

from casefile import clock
from casefile.deadlines.alarm import trouble
from casefile.web.guards import Door, access, db

blueprint = Blueprint("health", __name__)


@blueprint.get("/sante")
@access(Door.PUBLIC)
def show() -> Any:
    """Answer with the codes of what is wrong, never with a dossier or a person."""
    codes = [one.code for one in trouble(db(), clock.now())]
    return jsonify(status="trouble" if codes else "ok", trouble=codes), 503 if codes else 200
