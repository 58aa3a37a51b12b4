"""The firm's paper: its logo, the test sheet with the envelope's window, the size of files of exhibits."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from casefile import accounts, clock
from casefile.access import Permission
from casefile.documents import exhibit_file, letterhead
from casefile.documents.dossier_people import firm_facts
from casefile.errors import CasefileError, Conflict
from casefile.models.people import Firm
from casefile.web.fields import Upload
from casefile.web.forms import VersionedForm
from casefile.web.guards import access, db, person

blueprint = Blueprint("letterhead", __name__, url_prefix="/cabinet/papier")
LARGEST_LIMIT = 100


class PaperForm(VersionedForm):
    """What letters and exhibits look like when they leave."""

    logo = Upload("Logo, en PNG ou JPEG", extensions=("png", "jpg", "jpeg"))
    no_logo = BooleanField("Retirer le logo")
    exhibit_limit_mb = IntegerField(
        "Taille d’un fichier de pièces, en Mo",
        [InputRequired(), NumberRange(1, LARGEST_LIMIT, f"Écrivez un nombre entre 1 et {LARGEST_LIMIT}.")],
    )


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.FIRM_SETTINGS)
def index() -> Any:
    """Show and change the firm's paper."""
    firm = db().get_one(Firm, 1)
    form = PaperForm(obj=firm, data={"exhibit_limit_mb": exhibit_file.limit_of(firm) // 1_000_000})
    if form.validate_on_submit():
        try:
            if form.seen_version() != firm.version:
                raise Conflict(
                    "Quelqu’un d’autre a modifié le cabinet entre-temps : rechargez la page, puis recommencez."
                )
            accounts.edit_firm(db(), person(), firm, settings=_settings(firm, form))
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Papier enregistré : imprimez la feuille d’essai avant le premier envoi.")
            return redirect(url_for(".index"), code=303)
    failed = form.errors or form.form_errors
    return render_template(
        "firm/paper.html", form=form, has_logo=bool(firm.settings.get("logo"))
    ), 400 if failed else 200


@blueprint.get("/feuille-essai")
@access(Permission.FIRM_SETTINGS)
def trial() -> Any:
    """Download the test sheet with the outline of the envelope's window."""
    content = letterhead.trial_sheet(firm_facts(db().get_one(Firm, 1)), clock.today())
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name="feuille-essai.pdf")


def _settings(firm: Firm, form: PaperForm) -> dict[str, Any]:
    """Give the firm's settings with the logo chosen and the size allowed; raises InvalidInput for a bad picture."""
    settings = {**firm.settings, "exhibit_limit_mb": form.exhibit_limit_mb.data}
    if form.no_logo.data:
        settings.pop("logo", None)
    elif form.logo.data and form.logo.data.filename:
        settings["logo"] = letterhead.logo_from(form.logo.data.read())
    return settings
