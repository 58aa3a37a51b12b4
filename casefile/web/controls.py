"""The dates that wait for one's own blind control: which to look for and where, never the date itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from casefile import clock
from casefile.access import Permission
from casefile.deadlines.control import cards_for
from casefile.web.guards import access, db

blueprint = Blueprint("controls", __name__)


@blueprint.get("/delais/a-controler")
@access(Permission.DEADLINE_CONTROL)
def index() -> Any:
    """List them, the most pressing first."""
    return render_template("deadlines/to_control.html", cards=cards_for(db(), g.person, clock.now()))
