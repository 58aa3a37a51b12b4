"""The parties of a dossier, its team and its wall."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select

from casefile import clock, directory, matters, withdrawals
from casefile.access import Permission, child_of
from casefile.errors import CasefileError
from casefile.identification.parties import add_from_directory
from casefile.law import recipients
from casefile.models.matter import Party, PartyRole, TeamFunction, TeamMember, WallEntry
from casefile.models.people import OUTSIDERS, Person, PersonState, Role
from casefile.web.concurrency import told_conflict
from casefile.web.guards import access, db
from casefile.web.matter_forms import FUNCTIONS, PARTY_ROLES, MemberForm, PartyForm, WallForm
from casefile.web.matter_frame import render_matter
from casefile.web.undo_notice import say_changed, say_done

blueprint = Blueprint("parties", __name__, url_prefix="/dossiers/<uuid:matter_id>")

TEXTS = (
    "civility",
    "first_names",
    "name",
    "birth_name",
    "other_names",
    "born_at",
    "nationality",
    "profession",
    "legal_form",
    "siren",
    "registry_city",
    "representative",
    "rpps",
    "address",
    "email",
    "phone",
    "notes",
)


@blueprint.route("/parties/nouvelle", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new() -> Any:
    """Add a party."""
    form = PartyForm(role=request.args.get("qualite"))
    if form.validate_on_submit():
        party = matters.add_party(db(), g.person, g.matter, PartyRole(form.role.data), **_facts(form))
        flash(f"Partie ajoutée : {party.display_name}.")
        return redirect(url_for("matters.show", matter_id=g.matter.id), code=303)
    return render_matter("parties/edit.html", form=form, party=None), 400 if form.errors else 200


@blueprint.route("/parties/annuaire", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def pick() -> Any:
    """Choose a recipient of the directory and make it a party: host, operator or court."""
    asked, role = (request.args.get(name, "").strip()[:100] for name in ("q", "qualite"))
    if request.method == "POST":
        try:
            party = add_from_directory(db(), g.person, g.matter, request.form.get("key", ""))
        except CasefileError as error:
            flash(error.message, "error")
        else:
            flash(f"Partie ajoutée : {party.display_name}.")
            return redirect(url_for("matters.show", matter_id=g.matter.id), code=303)
    found = [known for known in directory.entries(db()) if directory.matches(known, asked, role)]
    lines = [(known, recipients.warnings_about(known, clock.today())) for known in found]
    page = render_matter("parties/directory.html", lines=lines, asked=asked, role=role, roles=directory.ROLES)
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/parties/<uuid:party_id>", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def edit(party_id: uuid.UUID) -> Any:
    """Correct a party."""
    party = child_of(db(), g.matter, Party, party_id)
    form = PartyForm(obj=party, nature="company" if party.is_company else "person")
    if form.validate_on_submit():
        if form.seen_version() != party.version:
            return told_conflict(form, party, back_url=url_for("matters.show", matter_id=g.matter.id))
        changes = {"role": PartyRole(form.role.data), **_facts(form)}
        matters.edit(db(), g.person, party, form.seen_version(), **changes)
        say_changed("Partie modifiée.", party)
        return redirect(url_for("matters.show", matter_id=g.matter.id), code=303)
    return render_matter("parties/edit.html", form=form, party=party), 400 if form.errors else 200


@blueprint.get("/equipe")
@access(Permission.MATTER_READ)
def team() -> Any:
    """Show who works on the dossier and who is kept away from it."""
    return _team_page(_member_form(bind=False), _wall_form(bind=False))


@blueprint.post("/equipe")
@access(Permission.MATTER_TEAM)
def join() -> Any:
    """Add a person to the team, or change their place."""
    form = _member_form(bind=True)
    if form.validate_on_submit():
        person = _person(form.person.data)
        before = withdrawals.place_of(db(), g.matter, person.id)
        try:
            matters.join_team(db(), g.person, g.matter, person, TeamFunction(form.function.data))
        except CasefileError as error:
            form.refuse(error)
        else:
            say_done("Équipe modifiée.", withdrawals.team_changed(db(), g.person, g.matter, person, before))
            return redirect(url_for(".team", matter_id=g.matter.id), code=303)
    return _team_page(form, _wall_form(bind=False)), 400


@blueprint.post("/equipe/<uuid:member_id>/retirer")
@access(Permission.MATTER_TEAM)
def leave(member_id: uuid.UUID) -> Any:
    """Take a member out of the team."""
    member = child_of(db(), g.matter, TeamMember, member_id)
    person, before = db().get_one(Person, member.person_id), withdrawals.place_of(db(), g.matter, member.person_id)
    try:
        matters.leave_team(db(), g.person, g.matter, member)
        change = withdrawals.team_changed(db(), g.person, g.matter, person, before)
        say_done("Cette personne n’a plus accès au dossier.", change)
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".team", matter_id=g.matter.id), code=303)


@blueprint.post("/equipe/<uuid:member_id>/responsable")
@access(Permission.MATTER_TEAM)
def hand_over(member_id: uuid.UUID) -> Any:
    """Make a member responsible for the dossier."""
    member = child_of(db(), g.matter, TeamMember, member_id)
    try:
        matters.hand_over(db(), g.person, g.matter, _person(str(member.person_id)))
        flash("Responsable du dossier changé.")
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".team", matter_id=g.matter.id), code=303)


@blueprint.post("/cloisonnement")
@access(Permission.MATTER_TEAM)
def raise_wall() -> Any:
    """Hide the dossier from a person at once."""
    form = _wall_form(bind=True)
    if form.validate_on_submit():
        try:
            matters.raise_wall(db(), g.person, g.matter, _person(form.walled_person.data), form.reason.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Cloisonnement posé : il vaut dès la prochaine page que cette personne ouvrira.")
            return redirect(url_for(".team", matter_id=g.matter.id), code=303)
    return _team_page(_member_form(bind=False), form), 400


@blueprint.post("/cloisonnement/<uuid:entry_id>/lever")
@access(Permission.MATTER_TEAM)
def lift_wall(entry_id: uuid.UUID) -> Any:
    """Lift a wall."""
    matters.lift_wall(db(), g.person, g.matter, child_of(db(), g.matter, WallEntry, entry_id))
    flash("Cloisonnement levé.")
    return redirect(url_for(".team", matter_id=g.matter.id), code=303)


def _facts(form: PartyForm) -> dict[str, Any]:
    return {
        **{name: form[name].data or "" for name in TEXTS},
        "born_on": form.born_on.data,
        "is_company": form.nature.data == "company",
        "is_identified": form.is_identified.data,
    }


def _eligible() -> list[Person]:
    return list(
        db().scalars(
            select(Person)
            .where(Person.state == PersonState.ACTIVE, Person.role.not_in((Role.ADMINISTRATOR, *OUTSIDERS)))
            .order_by(Person.full_name)
        )
    )


def _member_form(*, bind: bool) -> MemberForm:
    form = MemberForm() if bind else MemberForm(formdata=None)
    form.person.choices = [(str(person.id), person.full_name) for person in _eligible()]
    return form


def _wall_form(*, bind: bool) -> WallForm:
    form = WallForm() if bind else WallForm(formdata=None)
    form.walled_person.choices = [
        (str(person.id), person.full_name) for person in _eligible() if person.id != g.person.id
    ]
    return form


def _person(identifier: str) -> Person:
    return db().scalars(select(Person).where(Person.id == uuid.UUID(identifier))).one()


def _team_page(member_form: MemberForm, wall_form: WallForm) -> str:
    members = db().execute(
        select(TeamMember, Person)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.matter_id == g.matter.id)
        .order_by(Person.full_name)
    )
    walls = db().execute(
        select(WallEntry, Person)
        .join(Person, Person.id == WallEntry.person_id)
        .where(WallEntry.matter_id == g.matter.id, WallEntry.lifted_at.is_(None))
    )
    return render_matter(
        "parties/team.html",
        form=member_form,
        wall_form=wall_form,
        members=members.all(),
        walls=walls.all(),
        functions=dict(FUNCTIONS),
        roles=dict(PARTY_ROLES),
    )
