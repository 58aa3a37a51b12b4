"""A first dossier done step by step in a demonstration firm: followed on its pages, left and taken again at will.

Which dossier is followed lies in the browser's own cookie; how far one has come is read from the dossier, never kept.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for

from casefile import clock, matters
from casefile.access import Permission, matter_for
from casefile.errors import NotFound
from casefile.models.matter import Matter
from casefile.models.people import Firm
from casefile.web.first_steps import STEPS, Way, way_of
from casefile.web.guards import access, db, may_here

blueprint = Blueprint("first_dossier", __name__, url_prefix="/aide/premier-dossier")

FOLLOWED = "first_dossier"  # the dossier's id, or the instant since which a new one is awaited
MOST = 20  # dossiers offered to be followed
FACTS = (
    ("Intitulé", "Dr Lemarchand c/ «\u00a0Patient pressé\u00a0»", None),
    ("Client", "Docteur Anne Lemarchand, dermatologue", None),
    ("Auteur affiché", "Patient pressé", None),
    ("Plateforme", "Google Maps", None),
    ("Date affichée", "il y a 3 semaines", "vue aujourd’hui"),
)
PROOF = (
    "Patient pressé\nil y a 3 semaines\n"
    "Cette dermatologue facture des consultations qui n'ont jamais eu lieu. À fuir !\n"
)


@blueprint.get("")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Show the ten steps, and how far the dossier that is followed has come."""
    return render_template(
        "guide/first_dossier.html",
        steps=STEPS,
        way=_way(),
        awaited=_awaited_since() is not None,
        offered=_offered(),
        facts=FACTS,
        demonstration=_in_demonstration(),
    )


@blueprint.get("/preuve.txt")
@access(Permission.OWN_ACCOUNT)
def proof() -> Any:
    """Give the invented review as a file to be deposited."""
    return Response(
        PROOF,
        mimetype="text/plain",
        headers={"Content-Disposition": "attachment; filename=avis-invente.txt"},
    )


@blueprint.post("/suivre")
@access(Permission.MATTER_OPEN)
def follow() -> Any:
    """Follow a dossier, or wait for the next one that this person opens; only in a demonstration firm."""
    if not _in_demonstration():
        flash(
            "Le parcours se suit dans un cabinet de démonstration : rien d'inventé n'entre dans un vrai cabinet.",
            "info",
        )
        return redirect(url_for(".index"), code=303)
    asked = request.form.get("dossier", "")
    if not asked:
        session[FOLLOWED] = clock.now().isoformat()
        return redirect(url_for("matters.new"), code=303)
    matter = matter_for(db(), g.person, _id(asked), Permission.MATTER_WRITE)
    session[FOLLOWED] = str(matter.id)
    return redirect(url_for("matters.show", matter_id=matter.id), code=303)


@blueprint.post("/quitter")
@access(Permission.OWN_ACCOUNT)
def leave() -> Any:
    """Stop following; the dossier keeps all that was done, and may be taken again."""
    session.pop(FOLLOWED, None)
    flash("Parcours quitté. Ce qui est fait reste fait ; reprenez-le depuis l'aide quand vous voulez.")
    return redirect(url_for(".index"), code=303)


def panel() -> Way | None:
    """Give the way of the dossier whose page this is, when it is the one that this browser follows."""
    followed = session.get(FOLLOWED)
    if followed is None or not may_here(g.matter, Permission.MATTER_WRITE):
        return None
    if _is_awaited(g.matter):
        session[FOLLOWED] = followed = str(g.matter.id)
    return way_of(db(), g.matter) if followed == str(g.matter.id) else None


def _way() -> Way | None:
    followed = session.get(FOLLOWED)
    if followed is None or _awaited_since() is not None:
        return None
    try:
        return way_of(db(), matter_for(db(), g.person, _id(followed), Permission.MATTER_WRITE))
    except NotFound:
        session.pop(FOLLOWED)  # the dossier is closed to this person, or another one now uses the browser
        return None


def _is_awaited(matter: Matter) -> bool:
    since = _awaited_since()
    return since is not None and matter.created_at >= since and matter.responsible_id == g.person.id


def _awaited_since() -> datetime | None:
    try:
        return datetime.fromisoformat(session.get(FOLLOWED, ""))
    except ValueError:
        return None


def _offered() -> list[Matter]:
    if not _in_demonstration():
        return []
    return [row for row in matters.visible(db(), g.person, limit=MOST) if may_here(row, Permission.MATTER_WRITE)]


def _in_demonstration() -> bool:
    firm = db().get(Firm, 1)
    return firm is not None and firm.is_demo


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound("Ce dossier n'existe pas, ou vous n'y avez pas accès.") from error
