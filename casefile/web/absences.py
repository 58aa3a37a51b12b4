"""Who is away and who stands in: planned by each, or by a partner for somebody who cannot."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from casefile import clock
from casefile.access import Permission, allows
from casefile.deadlines import absences
from casefile.deadlines.typed_day import read_day
from casefile.deadlines.wording import KIND_NAMES
from casefile.errors import CasefileError, NotFound
from casefile.models.people import Absence, Person
from casefile.web.checks import Required
from casefile.web.fields import Choice, Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db

blueprint = Blueprint("absences", __name__, url_prefix="/agenda/absences")
NOBODY = ("", "La personne de l’équipe présente")


class AbsenceForm(CasefileForm):
    """Who, from when to when, and who stands in."""

    person = Choice("Personne absente", [Required()], choices=())
    begins = Line("Premier jour d’absence", [Required()], max_length=40)
    ends = Line("Dernier jour d’absence", max_length=40)
    deputy = Choice("Suppléant pour cette absence", choices=())


class DeputyForm(CasefileForm):
    """Who usually stands in."""

    deputy = Choice("Suppléant habituel", choices=())


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.FIRM_READ)
def index() -> Any:
    """List the absences to come; announce one, and show what falls meanwhile."""
    form = AbsenceForm()
    people = {str(one.id): one for one in absences.colleagues(db())}
    _offer(form, people)
    if request.method == "GET":
        form.person.data, form.deputy.data = str(g.person.id), str(g.person.deputy_id or "")
    if form.validate_on_submit():
        try:
            row = _plan(form, people)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Absence annoncée : les rappels iront aussi au suppléant.")
            return redirect(url_for(".show", absence_id=row.id), code=303)
    return _page(form, people), 400 if form.errors or form.form_errors else 200


@blueprint.get("/<uuid:absence_id>")
@access(Permission.FIRM_READ)
def show(absence_id: uuid.UUID) -> Any:
    """Show what falls during an absence, to hand over before leaving."""
    row = _absence(absence_id)
    entries = absences.falling_in(db(), g.person, row)
    return render_template(
        "absences/show.html", absence=row, entries=entries, kind_names=KIND_NAMES, may_cancel=_may_decide(row)
    )


@blueprint.post("/<uuid:absence_id>/annuler")
@access(Permission.FIRM_READ)
def cancel(absence_id: uuid.UUID) -> Any:
    """Cancel an absence, or say that the person is back."""
    row = _absence(absence_id)
    try:
        absences.cancel(db(), g.person, row)
    except CasefileError as error:
        flash(error.message, "error")
    else:
        flash("Absence annulée : les rappels ne vont plus au suppléant.")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/suppleant")
@access(Permission.FIRM_READ)
def name_deputy() -> Any:
    """Keep one's usual deputy."""
    form = DeputyForm()
    people = {str(one.id): one for one in absences.colleagues(db())}
    form.deputy.choices = _deputies(people)
    if form.validate_on_submit():
        absences.name_deputy(db(), g.person, g.person, people.get(form.deputy.data or ""))
        flash("Suppléant habituel enregistré.")
        return redirect(url_for(".index"), code=303)
    return _page(AbsenceForm(formdata=None), people, form), 400


def _page(form: AbsenceForm, people: dict[str, Person], deputy: DeputyForm | None = None) -> str:
    _offer(form, people)
    if deputy is None:
        deputy = DeputyForm(formdata=None, deputy=str(g.person.deputy_id or ""))
        deputy.deputy.choices = _deputies(people)
    today = clock.today()
    rows = absences.planned(db(), begins=today, ends=None)
    return render_template("absences/index.html", form=form, deputy=deputy, absences=rows, today=today)


def _plan(form: AbsenceForm, people: dict[str, Person]) -> Absence:
    begins = _day(form, "begins")
    ends = _day(form, "ends") if (form.ends.data or "").strip() else None
    return absences.plan(
        db(), g.person, people[form.person.data], begins, ends, deputy=people.get(form.deputy.data or "")
    )


def _day(form: AbsenceForm, name: str) -> Any:
    try:
        return read_day(form[name].data, clock.today())
    except CasefileError as error:
        error.field = name
        raise


def _offer(form: AbsenceForm, people: dict[str, Person]) -> None:
    mine = str(g.person.id)
    others = allows(g.person, Permission.FIRM_SETTINGS)
    form.person.choices = [(key, one.full_name) for key, one in people.items() if others or key == mine]
    form.deputy.choices = [NOBODY, *((key, one.full_name) for key, one in people.items())]


def _deputies(people: dict[str, Person]) -> list[tuple[str, str]]:
    mine = str(g.person.id)
    return [NOBODY, *((key, one.full_name) for key, one in people.items() if key != mine)]


def _absence(absence_id: uuid.UUID) -> Absence:
    row = db().get(Absence, absence_id)
    if row is None or row.cancelled_at is not None:
        raise NotFound("Cette absence n'existe pas ou a été annulée.")
    db().refresh(row, ["person", "deputy"])
    return row


def _may_decide(row: Absence) -> bool:
    return row.person_id == g.person.id or allows(g.person, Permission.FIRM_SETTINGS)
