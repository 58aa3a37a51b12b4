"""The firm's letterhead and its settings: every letter needs them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from casefile import accounts
from casefile.access import Permission, allows
from casefile.deadlines import lead_time
from casefile.models.people import Firm
from casefile.web.checks import Required
from casefile.web.concurrency import told_conflict
from casefile.web.fields import Email, Line, Paragraphs
from casefile.web.forms import VersionedForm
from casefile.web.guards import access, db, person

blueprint = Blueprint("firm", __name__, url_prefix="/cabinet")

TEXTS = ("name", "address", "city", "phone", "email", "bar", "court_box")
LONGEST_LEAD = 30


class FirmForm(VersionedForm):
    """What is printed at the head of letters, and how long the bailiff is given."""

    name = Line("Nom du cabinet", [Required()], max_length=200)
    address = Paragraphs("Adresse postale", [Required()], max_length=600)
    city = Line("Commune, pour « Paris, le… »", [Required()], max_length=100)
    phone = Line("Téléphone", max_length=40)
    email = Email("Adresse électronique", [Required()])
    bar = Line("Barreau", [Required()], max_length=100)
    court_box = Line("Toque ou case au palais", max_length=40)
    bailiff_lead_days = IntegerField(
        "Jours laissés au commissaire de justice",
        [InputRequired(), NumberRange(0, LONGEST_LEAD, f"Écrivez un nombre entre 0 et {LONGEST_LEAD}.")],
    )


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.FIRM_SETTINGS)
def index() -> Any:
    """Show and correct the letterhead."""
    firm = db().get_one(Firm, 1)
    form = FirmForm(obj=firm)
    if form.validate_on_submit():
        if form.seen_version() != firm.version:
            return told_conflict(form, firm, back_url=url_for(".index"))
        texts = {name: form[name].data or "" for name in TEXTS}
        lead = form.bailiff_lead_days.data
        changed = accounts.edit_firm(db(), person(), firm, **texts, bailiff_lead_days=lead)
        if "bailiff_lead_days" in changed:
            lead_time.follow(db(), person())
            flash("Les derniers jours utiles des prescriptions en cours suivent.")
        flash("En-tête enregistré : les prochaines lettres le portent.")
        return redirect(url_for(".index"), code=303)
    may_word = allows(person(), Permission.LETTER_VALIDATE)
    may_count = allows(person(), Permission.FIRM_STATISTICS)
    page = render_template("firm/index.html", form=form, firm=firm, may_count=may_count, may_word=may_word)
    return page, 400 if form.errors else 200
