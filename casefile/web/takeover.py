"""Many dossiers from one person's hands to another's, in one page."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from wtforms import BooleanField

from casefile.access import Permission
from casefile.deadlines import takeover
from casefile.errors import CasefileError, NotFound
from casefile.models.people import Person, PersonState, Role
from casefile.web.checks import Required
from casefile.web.fields import Choice, Choices, Line
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db

blueprint = Blueprint("takeover", __name__, url_prefix="/transmission")

LAWYERS = (Role.PARTNER, Role.LAWYER)


class TakeOverForm(CasefileForm):
    """Which dossiers, to whom, why."""

    dossiers = Choices("Dossiers à transmettre", [Required("Cochez au moins un dossier.")])
    taker = Choice("À qui", [Required()], choices=())
    reason = Line("Raison", [Required()], max_length=300)
    leaves_team = BooleanField("Retirer de l’équipe l’ancien responsable")


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.MATTER_TEAM, fresh=True)
def index() -> Any:
    """Choose the dossiers of a person and hand them over."""
    leaver = _leaver()
    lines = takeover.dossiers_of(db(), g.person, leaver)
    form = TakeOverForm()
    form.dossiers.choices = [(str(line.matter.id), line.matter.reference) for line in lines]
    form.taker.choices = [("", "Choisir"), *((str(row.id), row.full_name) for row in _lawyers() if row.id != leaver.id)]
    if not form.is_submitted():
        form.dossiers.data = [value for value, _ in form.dossiers.choices]
    if form.validate_on_submit():
        try:
            outcome = takeover.take_over(
                db(),
                g.person,
                leaver,
                db().get_one(Person, uuid.UUID(form.taker.data)),
                [uuid.UUID(value) for value in form.dossiers.data],
                reason=form.reason.data,
                leaves_team=form.leaves_team.data,
                base_url=context().settings.base_url,
            )
        except CasefileError as error:
            form.refuse(error)
        else:
            return _told(leaver, outcome)
    page = render_template("takeover/index.html", form=form, leaver=leaver, people=_holders(), lines=lines)
    return page, 400 if form.errors or form.form_errors else 200


def _told(leaver: Person, outcome: takeover.Outcome) -> Any:
    if outcome.done:
        deadlines, reminders = counted(outcome.deadlines, "échéance"), counted(outcome.reminders, "rappel")
        flash(f"{counted(len(outcome.done), 'dossier transmis', 'dossiers transmis')} avec {deadlines} et {reminders}.")
    for matter, why in outcome.refused:
        flash(f"{matter.reference} n’a pas été transmis : {why}", "error")
    return redirect(url_for(".index", de=leaver.id), code=303)


def _leaver() -> Person:
    asked = request.args.get("de", "")
    try:
        found = db().get(Person, uuid.UUID(asked)) if asked else g.person
    except ValueError:
        found = None
    if found is None or found.role not in LAWYERS:
        raise NotFound("Cette personne ne répond d'aucun dossier.")
    return found


def _lawyers() -> list[Person]:
    query = select(Person).where(Person.role.in_(LAWYERS), Person.state == PersonState.ACTIVE)
    return list(db().scalars(query.order_by(Person.full_name)))


def _holders() -> list[Person]:
    """List the lawyers, those who left included: it is their dossiers that wait."""
    return list(db().scalars(select(Person).where(Person.role.in_(LAWYERS)).order_by(Person.full_name)))
