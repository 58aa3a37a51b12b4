"""Who enters a dossier besides its team, and who looked at it: guests, exceptional access, the access journal."""

from __future__ import annotations

import tempfile
import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for

from casefile import access_journal, audit, clock, glass, guests, portability
from casefile.access import Permission, child_of
from casefile.errors import CasefileError, NotFound
from casefile.models.client import StatusPlace
from casefile.models.matter import Matter
from casefile.models.people import Role
from casefile.web.checks import Required
from casefile.web.fields import Email, FrenchDate, Line, Paragraphs, Segmented
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter
from casefile.web.paging import pager

blueprint = Blueprint("secrecy", __name__)


KINDS = (
    (Role.GUEST.value, "Tout le dossier"),
    (Role.CLIENT.value, "L’état du dossier seulement"),
)


class GuestForm(CasefileForm):
    """Whom to let read, until when."""

    role = Segmented("Cette personne lit", [Required()], choices=KINDS, default=Role.GUEST.value)
    email = Email("Adresse électronique", [Required()])
    until = FrenchDate("Dernier jour d’accès", [Required()])


class GlassForm(CasefileForm):
    """Which dossier, and why."""

    reference = Line("Numéro du dossier", [Required()], max_length=20)
    reason = Paragraphs("Motif", [Required()], max_length=1000)


@blueprint.route("/dossiers/<uuid:matter_id>/externes", methods=["GET", "POST"])
@access(Permission.MATTER_TEAM, fresh=True)
def guest_list() -> Any:
    """List the guests; invite one and show the link once."""
    form, link = GuestForm(), None
    if form.validate_on_submit():
        try:
            role, until = Role(form.role.data), form.until.data or clock.today()
            token = guests.invite(db(), g.person, g.matter, form.email.data, until, role=role)
        except CasefileError as error:
            form.refuse(error)
        else:
            if token is None:
                flash("Accès ouvert : cette personne a déjà un compte et l'accès vaut dès maintenant.")
                return redirect(url_for(".guest_list", matter_id=g.matter.id), code=303)
            link = context().settings.base_url + url_for("authentication.join", token=token)
            form = GuestForm(formdata=None)
    page = render_matter(
        "parties/guests.html",
        form=form,
        guests=guests.guests_of(db(), g.matter),
        places=guests.status_places(db(), g.matter),
        link=link,
    )
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.post("/dossiers/<uuid:matter_id>/externes/<uuid:place_id>/retirer")
@access(Permission.MATTER_TEAM, fresh=True)
def end_status(place_id: uuid.UUID) -> Any:
    """Close the state of the dossier to a client."""
    guests.end_status(db(), g.person, g.matter, child_of(db(), g.matter, StatusPlace, place_id))
    flash("Accès retiré : cette personne ne lit plus rien du dossier.")
    return redirect(url_for(".guest_list", matter_id=g.matter.id), code=303)


@blueprint.get("/dossiers/<uuid:matter_id>/journal")
@access(Permission.ACCESS_JOURNAL)
def journal() -> Any:
    """Show who saw, exported and changed the dossier, to a partner of its team or its responsible."""
    if g.person.role is not Role.PARTNER and g.person.id != g.matter.responsible_id:
        raise NotFound("Cette page n'existe pas, ou vous n'y avez pas accès.")
    pages = pager(access_journal.count(db(), g.matter))
    lines = access_journal.lines(db(), g.matter, offset=pages.offset, limit=pages.size)
    return render_matter("matters/journal.html", lines=lines, pager=pages)


@blueprint.post("/dossiers/<uuid:matter_id>/donnees")
@access(Permission.MATTER_TEAM, fresh=True)
def export_data() -> Any:
    """Give all the data of the dossier as one ZIP, for the client's right of access and portability."""
    matter_id, name = g.matter.id, g.matter.reference.replace("/", "-")
    db().rollback()  # copying files must not keep the others from writing
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it once it is sent
    with context().database.reader() as session:
        files = portability.write(session, context().storage, matter_id, copy)
    copy.seek(0)
    audit.record(db(), g.person, "matter.data_exported", db().get_one(Matter, matter_id), {"files": files})
    return send_file(copy, mimetype="application/zip", as_attachment=True, download_name=f"donnees-{name}.zip")


@blueprint.route("/acces-exceptionnel", methods=["GET", "POST"])
@access(Permission.BREAK_GLASS, fresh=True)
def break_glass() -> Any:
    """Let a partner read a dossier outside their teams, for a reason, under the eyes of its responsible."""
    form = GlassForm()
    if form.validate_on_submit():
        try:
            matter = glass.break_glass(
                db(), g.person, form.reference.data, form.reason.data, base_url=context().settings.base_url
            )
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Dossier ouvert en lecture pour 24 heures. Son responsable est prévenu.")
            return redirect(url_for("matters.show", matter_id=matter.id), code=303)
    return render_template("matters/glass.html", form=form), 400 if form.errors or form.form_errors else 200
