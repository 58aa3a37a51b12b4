"""The one page that a client reads of their dossier, in plain French, and what the team writes to them there."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from casefile import client_status, clock, guests
from casefile.access import Permission
from casefile.documents.catalogue import types
from casefile.errors import CasefileError
from casefile.models.people import Role
from casefile.models.procedure import DeadlineKind
from casefile.web.fields import Paragraphs
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db, may_here

blueprint = Blueprint("client_status", __name__)

DATES = {
    DeadlineKind.LIMITATION: "Date limite pour agir, comptée prudemment",
    DeadlineKind.HEARING: "Audience",
    DeadlineKind.APPOINTMENT: "Rendez-vous",
}


class WordForm(CasefileForm):
    """What the client must do, in the lawyer's own words."""

    body = Paragraphs("Message au client", max_length=client_status.LONGEST_WORD)


@blueprint.get("/mon-dossier")
@access(Permission.OWN_DOSSIERS)
def index() -> Any:
    """Lead a client to their dossier, or list those that they have."""
    found = guests.dossiers_of(db(), g.person)
    if len(found) == 1:
        return redirect(url_for(".show", matter_id=found[0].id))
    return render_template("client/mine.html", matters=found)


@blueprint.get("/dossiers/<uuid:matter_id>/etat")
@access(Permission.MATTER_STATUS)
def show() -> Any:
    """Tell where the dossier stands; its team sees what the client sees, and may write to them."""
    return _page(None)


@blueprint.post("/dossiers/<uuid:matter_id>/etat")
@access(Permission.MATTER_WRITE)
def write() -> Any:
    """Write to the client, or take the message away."""
    form = WordForm()
    if form.validate_on_submit():
        try:
            client_status.write_word(db(), g.person, g.matter, form.body.data or "", _seen())
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Message enregistré : le client le lit sur sa page." if form.body.data else "Message retiré.")
            return redirect(url_for(".show", matter_id=g.matter.id), code=303)
    return _page(form), 400


def _page(form: WordForm | None) -> str:
    status = client_status.status_of(db(), g.matter)
    may_write = may_here(g.matter, Permission.MATTER_WRITE)
    if form is None and may_write:
        form = WordForm(formdata=None, data={"body": status.word.body if status.word else ""})
    return render_template(
        "client/status.html",
        matter=g.matter,
        status=status,
        dates=DATES,
        today=clock.today(),
        letters={name: kind.title for name, kind in types().items()},
        inside=g.person.role is not Role.CLIENT,
        form=form if may_write else None,
    )


def _seen() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get("seen", ""))
    except ValueError:
        return None
