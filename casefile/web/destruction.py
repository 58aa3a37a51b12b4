"""The destruction of a dossier: asked by its lawyers, decided by a partner, and the proofs that stay."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for
from sqlalchemy import select

from casefile import destruction
from casefile.access import Permission
from casefile.documents import destruction_certificate
from casefile.errors import CasefileError
from casefile.models.erasure import ErasureGround
from casefile.models.people import Firm, Person
from casefile.web.checks import Required
from casefile.web.fields import Choice, Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db, may_here
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("destruction", __name__)


class AskForm(CasefileForm):
    """Why, and the number typed again."""

    ground = Choice("Motif", [Required()], choices=list(destruction_certificate.GROUNDS.items()), coerce=ErasureGround)
    reference = Line("Numéro du dossier", [Required("Recopiez le numéro du dossier.")], max_length=20)


class DecideForm(CasefileForm):
    """The number typed again, by the one who decides."""

    reference = Line("Numéro du dossier", [Required("Recopiez le numéro du dossier.")], max_length=20)


@blueprint.route("/dossiers/<uuid:matter_id>/destruction", methods=["GET", "POST"])
@access(Permission.MATTER_CLOSE, fresh=True)
def ask() -> Any:
    """Ask for the destruction of the dossier, or see who asked and what forbids it."""
    form = AskForm()
    if form.validate_on_submit():
        try:
            destruction.ask(db(), g.person, g.matter, form.ground.data, form.reference.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Destruction demandée : un associé de l'équipe doit en décider.")
            return redirect(url_for(".ask", matter_id=g.matter.id), code=303)
    return _page(form, DecideForm(formdata=None)), 400 if form.errors or form.form_errors else 200


@blueprint.post("/dossiers/<uuid:matter_id>/destruction/accorder")
@access(Permission.MATTER_ERASE, fresh=True)
def grant() -> Any:
    """Destroy the dossier for good."""
    form = DecideForm()
    if form.validate_on_submit():
        try:
            row = destruction.destroy(db(), g.person, g.matter, form.reference.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash(f"Dossier {row.certificate['reference']} détruit. La preuve de destruction est ci-dessous.")
            return redirect(url_for(".index"), code=303)
    return _page(AskForm(formdata=None), form), 400


@blueprint.post("/dossiers/<uuid:matter_id>/destruction/refuser")
@access(Permission.MATTER_ERASE)
def refuse() -> Any:
    """Keep the dossier."""
    try:
        destruction.refuse(db(), g.person, g.matter)
        flash("Demande refusée : le dossier est gardé.")
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".ask", matter_id=g.matter.id), code=303)


@blueprint.get("/cabinet/destructions")
@access(Permission.MATTER_ERASE)
def index() -> Any:
    """List the dossiers destroyed, with the proof of each."""
    return render_template(
        "destruction/index.html",
        rows=destruction.certificates(db(), g.person),
        grounds=destruction_certificate.GROUNDS,
        names=_names(),
        backups=destruction_certificate.BACKUPS,
    )


@blueprint.get("/cabinet/destructions/<uuid:erasure_id>.pdf")
@access(Permission.MATTER_ERASE)
def proof(erasure_id: uuid.UUID) -> Any:
    """Give the proof of one destruction as a PDF."""
    row = destruction.certificate_for(db(), g.person, erasure_id)
    content = destruction_certificate.pdf(db().get_one(Firm, 1), row, _names())
    name = f"preuve-de-destruction-{row.certificate['reference'].replace('/', '-')}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def _page(form: AskForm, decide_form: DecideForm) -> str:
    waiting = destruction.pending(db(), g.matter)
    decides = may_here(g.matter, Permission.MATTER_ERASE)
    return render_matter(
        "destruction/ask.html",
        form=form,
        decide_form=decide_form,
        obstacles=destruction.obstacles(db(), g.matter),
        pending=waiting,
        grounds=destruction_certificate.GROUNDS,
        names=_names(),
        decides=decides,
        may_decide=decides and waiting is not None and destruction.may_decide(db(), g.person, waiting),
        backups=destruction_certificate.BACKUPS,
    )


def _names() -> dict[str, str]:
    return {str(found): name for found, name in db().execute(select(Person.id, Person.full_name))}
