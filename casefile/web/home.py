"""The first page of the day: what must be done, by whom."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from casefile import matters
from casefile.access import Permission
from casefile.web.guards import access, db

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Show what awaits this person."""
    return render_template("home/index.html", matters=matters.visible(db(), g.person), person=g.person)
