"""The people of the firm: invited, disabled, enabled by an administrator, who sees no dossier here."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from sqlalchemy import select
from wtforms import BooleanField

from casefile import accounts, administration
from casefile.access import Permission
from casefile.errors import CasefileError, NotFound
from casefile.models.people import OUTSIDERS, Person, PersonState, Role
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

NAMES = {**dict(ROLES), Role.GUEST.value: "Externe", Role.CLIENT.value: "Client (état du dossier)"}


class InvitationForm(CasefileForm):
    """Whom to invite, as what."""

    email = Email("Adresse électronique", [Required()])
    role = Choice("Rôle", [Required()], choices=ROLES)


class RoleForm(CasefileForm):
    """What a person may do from now on."""

    role = Choice("Rôle", [Required()], choices=ROLES)
    administers = BooleanField("Gère aussi les comptes du cabinet (associé seulement)")


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.PEOPLE_MANAGE, fresh=True)
def index() -> Any:
    """List the people; invite one and show the link once."""
    form, link = InvitationForm(), None
    if form.validate_on_submit():
        token = accounts.invite(db(), g.person, Role(form.role.data), form.email.data)
        link = context().settings.base_url + url_for("authentication.join", token=token)
        form = InvitationForm(formdata=None)
    people = db().scalars(select(Person).order_by(Person.full_name)).all()
    page = render_template("people/index.html", form=form, people=people, link=link, roles=NAMES)
    return page, 400 if form.errors else 200


@blueprint.route("/<uuid:person_id>", methods=["GET", "POST"])
@access(Permission.PEOPLE_MANAGE, fresh=True)
def edit(person_id: uuid.UUID) -> Any:
    """Change a person's role; their sessions end."""
    person = _person(person_id)
    form = RoleForm(role=person.role.value, administers=person.administers)
    if person.role in OUTSIDERS:
        form.role.choices = [(person.role.value, NAMES[person.role.value])]
    if form.validate_on_submit():
        try:
            administration.change_role(db(), g.person, person, Role(form.role.data), administers=form.administers.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Rôle changé : cette personne devra se reconnecter.")
            return redirect(url_for(".index"), code=303)
    page = render_template("people/edit.html", form=form, person=person, roles=NAMES)
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.post("/<uuid:person_id>/second-facteur")
@access(Permission.PEOPLE_MANAGE, fresh=True)
def reset_factor(person_id: uuid.UUID) -> Any:
    """Let a person who lost their telephone set a new factor after their password."""
    try:
        administration.reset_factor(db(), g.person, _person(person_id))
        flash("Second facteur effacé : cette personne en choisira un nouveau après son mot de passe.")
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<uuid:person_id>/sessions/fermer")
@access(Permission.PEOPLE_MANAGE, fresh=True)
def end_sessions(person_id: uuid.UUID) -> Any:
    """End every session of a person."""
    try:
        administration.end_sessions(db(), g.person, _person(person_id))
        flash("Sessions fermées : cette personne devra se reconnecter. Elle en est prévenue.")
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<uuid:person_id>/etat")
@access(Permission.PEOPLE_MANAGE, fresh=True)
def toggle(person_id: uuid.UUID) -> Any:
    """Close an open account, or open a closed one again."""
    person = _person(person_id)
    try:
        if person.state is PersonState.ACTIVE:
            administration.disable(db(), g.person, person)
            flash("Compte fermé : ses sessions sont terminées.")
        else:
            administration.enable(db(), g.person, person)
            flash("Compte rouvert.")
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".index"), code=303)


def _person(person_id: uuid.UUID) -> Person:
    person = db().get(Person, person_id)
    if person is None:
        raise NotFound("Cette personne n'existe pas.")
    return person
