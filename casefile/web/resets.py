"""A forgotten password: ask for the link, then choose a new one with the second factor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import PasswordField

from casefile import attempts, resets
from casefile.accounts import LoginRefused
from casefile.errors import CasefileError, InvalidInput
from casefile.web.authentication import address, note_failure
from casefile.web.checks import Required
from casefile.web.fields import Email, Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import Door, access, context, db

blueprint = Blueprint("resets", __name__, url_prefix="/connexion/oubli")

# Requests are counted against the address alone: nobody spends the tries of another.
NOBODY = "reset"
SAME = "Si un compte existe à cette adresse, un lien vient d’y partir. Il sert une fois, pendant trente minutes."


class AskForm(CasefileForm):
    """Which mailbox."""

    email = Email("Adresse électronique", [Required()])


class ChooseForm(CasefileForm):
    """The second factor and the new password, twice."""

    code = Line("Code à six chiffres, ou code de secours", [Required()], max_length=40)
    password = PasswordField("Nouveau mot de passe", [Required()])
    repeated = PasswordField("Nouveau mot de passe, une seconde fois", [Required()])


@blueprint.route("", methods=["GET", "POST"])
@access(Door.PUBLIC)
def ask() -> Any:
    """Mail a link to whoever has an account at that address; the answer is the same for all."""
    form, settings = AskForm(), context().settings
    possible = settings.smtp_url is not None
    if possible and form.validate_on_submit():
        try:
            attempts.slow_down(db(), NOBODY, address(), account_too=False)
        except CasefileError as error:
            form.refuse(error)
            return render_template("authentication/forgotten.html", form=form, possible=possible), error.status
        resets.ask(db(), form.email.data, settings.base_url)
        db().commit()
        attempts.count(db(), NOBODY, address())
        flash(SAME)
        return redirect(url_for("authentication.login"), code=303)
    page = render_template("authentication/forgotten.html", form=form, possible=possible)
    return page, 400 if form.errors else 200


@blueprint.route("/<token>", methods=["GET", "POST"])
@access(Door.PUBLIC)
def choose(token: str) -> Any:
    """Let the person choose a new password."""
    person = resets.person_of(db(), token)
    form, email, asks_factor = ChooseForm(), person.email, resets.asks_factor(person)
    if not asks_factor:
        del form.code
    if form.validate_on_submit():
        try:
            if form.password.data != form.repeated.data:
                raise InvalidInput("Les deux mots de passe diffèrent : saisissez-les de nouveau.", field="repeated")
            attempts.slow_down(db(), email, address())
            resets.choose(db(), token, form.code.data if asks_factor else "", form.password.data)
        except CasefileError as error:
            if isinstance(error, LoginRefused):
                note_failure(email)
            form.refuse(error)
            return render_template("authentication/new_password.html", form=form), error.status
        flash("Mot de passe changé. Connectez-vous.")
        return redirect(url_for("authentication.login"), code=303)
    return render_template("authentication/new_password.html", form=form), 400 if form.errors else 200
