"""The register of processing and how long data are kept: shown, chosen, printed."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from casefile import clock, retention
from casefile.access import Permission, allows
from casefile.documents import processing_register
from casefile.errors import CasefileError
from casefile.models.people import Firm
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db, person

blueprint = Blueprint("processing", __name__, url_prefix="/cabinet/registre")


def _months(kind: str) -> IntegerField:
    found = next(one for one in retention.kinds() if one.id == kind)
    limits = NumberRange(found.least, retention.LONGEST, f"Donnez entre {found.least} et {retention.LONGEST} mois.")
    return IntegerField(f"{found.title}, en mois", [InputRequired(), limits])


class RetentionForm(CasefileForm):
    """The times that the firm chooses."""

    matter = _months("matter")
    message = _months("message")
    session = _months("session")


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.FIRM_SETTINGS, fresh=True)
def index() -> Any:
    """Show the register, the dossiers whose time has come, and the times to choose."""
    firm = db().get_one(Firm, 1)
    form = RetentionForm(data={kind.id: kind.months for kind in retention.kinds(firm) if kind.months is not None})
    if form.validate_on_submit():
        months = {name: form[name].data for name in ("matter", "message", "session")}
        try:
            retention.choose(db(), person(), firm, months)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Durées enregistrées : le registre les porte et la nuit prochaine les applique.")
            return redirect(url_for(".index"), code=303)
    page = render_template(
        "firm/processing.html",
        form=form,
        register=processing_register.register(firm, context().settings),
        status=processing_register.STATUS,
        kept=processing_register.kept_in_words,
        due=retention.due(db(), person()),
        destructions=allows(person(), Permission.MATTER_ERASE),
    )
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.get("/registre.pdf")
@access(Permission.FIRM_SETTINGS)
def pdf() -> Any:
    """Give the register as a PDF to sign and keep."""
    content = processing_register.pdf(db().get_one(Firm, 1), context().settings, clock.today())
    name = f"registre-traitements-{clock.today().isoformat()}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)
