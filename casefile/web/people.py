"""The people of the firm: invited, disabled, enabled by an administrator, who sees no dossier here."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from sqlalchemy import select

from casefile import accounts
from casefile.access import Permission
from casefile.errors import NotFound
from casefile.models.people import Person, PersonState, Role
from casefile.web.checks import Required
from casefile.web.fields import Choice, Email
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db

blueprint = Blueprint("people", __name__, url_prefix="/cabinet/personnes")

ROLES = (
    (Role.PARTNER.value, "Associé"),
    (Role.LAWYER.value, "Collaborateur"),
    (Role.ASSISTANT.value, "Assistant"),
    (Role.ADMINISTRATOR.value, "Administrateur"),
)


class InvitationForm(CasefileForm):
    """Whom to invite, as what."""

    email = Email("Adresse électronique", [Required()])
    role = Choice("Rôle", [Required()], choices=ROLES)


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.PEOPLE_MANAGE)
def index() -> Any:
    """List the people; invite one and show the link once."""
    form, link = InvitationForm(), None
    if form.validate_on_submit():
        token = accounts.invite(db(), g.person, Role(form.role.data), form.email.data)
        link = context().settings.base_url + url_for("authentication.join", token=token)
        form = InvitationForm(formdata=None)
    people = db().scalars(select(Person).order_by(Person.full_name)).all()
    page = render_template("people/index.html", form=form, people=people, link=link, roles=dict(ROLES))
    return page, 400 if form.errors else 200


@blueprint.post("/<uuid:person_id>/etat")
@access(Permission.PEOPLE_MANAGE)
def toggle(person_id: uuid.UUID) -> Any:
    """Close an open account, or open a closed one again."""
    person = db().get(Person, person_id)
    if person is None:
        raise NotFound("Cette personne n'existe pas.")
    if person.state is PersonState.ACTIVE:
        accounts.disable(db(), g.person, person)
        flash("Compte fermé : ses sessions sont terminées.")
    else:
        accounts.enable(db(), g.person, person)
        flash("Compte rouvert.")
    return redirect(url_for(".index"), code=303)
