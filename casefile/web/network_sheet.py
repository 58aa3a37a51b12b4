"""The network sheet: what the firm declares once of its own connection, for the capture reports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from casefile.access import Permission
from casefile.errors import CasefileError
from casefile.evidence.network_sheet import declare, declared_network
from casefile.models.people import Firm
from casefile.web.fields import Line, Paragraphs
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db, person

blueprint = Blueprint("network_sheet", __name__, url_prefix="/cabinet/reseau")


class NetworkForm(CasefileForm):
    """The two lines of the capture report that no measure can fill."""

    public_address = Line("Adresse IP publique du cabinet", max_length=60)
    network = Paragraphs("Réseau, fournisseur d’accès, routeur, pare-feu", max_length=1000)


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.FIRM_SETTINGS)
def index() -> Any:
    """Show and correct the declaration."""
    declared = declared_network(db())
    form = NetworkForm(data=declared)
    if form.validate_on_submit():
        texts = {"public_address": form.public_address.data or "", "network": form.network.data or ""}
        try:
            declare(db(), person(), db().get_one(Firm, 1), **texts)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Fiche réseau enregistrée : les prochaines captures la portent, comme déclarée.")
            return redirect(url_for(".index"), code=303)
    page = render_template("firm/network.html", form=form, declared=declared)
    return page, 400 if form.errors or form.form_errors else 200
