"""One's own account: sessions, password, theme."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from wtforms import PasswordField

from casefile import accounts, factors, webhooks
from casefile.access import Permission, allows
from casefile.errors import CasefileError, InvalidInput, NotFound
from casefile.models.people import LoginSession
from casefile.web import authentication, guards
from casefile.web.checks import Required
from casefile.web.fields import Segmented
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db

blueprint = Blueprint("account", __name__, url_prefix="/compte")

THEMES = (("system", "Comme le système"), ("light", "Clair"), ("dark", "Sombre"))


class PasswordForm(CasefileForm):
    """The present password and the new one, twice."""

    current = PasswordField("Mot de passe actuel", [Required()])
    password = PasswordField("Nouveau mot de passe", [Required()])
    repeated = PasswordField("Nouveau mot de passe, une seconde fois", [Required()])


class ConfirmForm(CasefileForm):
    """The password, once more."""

    password = PasswordField("Mot de passe", [Required()])


class ThemeForm(CasefileForm):
    """How the pages look."""

    theme = Segmented("Apparence", [Required()], choices=THEMES)


@blueprint.get("")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Show the account, its sessions and its settings."""
    return _page(PasswordForm(formdata=None), ThemeForm(formdata=None, theme=g.person.theme))


@blueprint.post("/mot-de-passe")
@access(Permission.OWN_ACCOUNT)
def change_password() -> Any:
    """Replace the password and end the other sessions."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            if form.password.data != form.repeated.data:
                raise InvalidInput("Les deux mots de passe diffèrent : saisissez-les de nouveau.", field="repeated")
            accounts.change_password(db(), g.person, form.current.data, form.password.data, keep=g.login.id)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Mot de passe changé. Vos autres sessions sont fermées.")
            return redirect(url_for(".index"), code=303)
    return _page(form, ThemeForm(formdata=None, theme=g.person.theme)), 400


@blueprint.route("/confirmation", methods=["GET", "POST"])
@access(Permission.OWN_ACCOUNT)
def confirm() -> Any:
    """Ask for the password again before a sensitive act: a screen left open is not its owner."""
    form = ConfirmForm()
    if form.validate_on_submit():
        email = g.person.email
        try:
            token = accounts.confirm(db(), g.login, form.password.data, authentication.address())
        except CasefileError as error:
            if isinstance(error, accounts.LoginRefused):  # waiting is not failing
                authentication.note_failure(email)
            form.refuse(error)
            return render_template("account/confirm.html", form=form), error.status
        flash("C’est bien vous. Recommencez l’acte demandé.")
        response = redirect(guards.safe_next(request.args.get("next")), code=303)
        guards.sign_in(response, token)
        return response
    return render_template("account/confirm.html", form=form), 400 if form.errors else 200


@blueprint.post("/codes-de-secours")
@access(Permission.OWN_ACCOUNT, fresh=True)
def new_codes() -> Any:
    """Draw new recovery codes and show them once."""
    return render_template("authentication/recovery_codes.html", codes=factors.new_recovery_codes(db(), g.person))


@blueprint.post("/apparence")
@access(Permission.OWN_ACCOUNT)
def change_theme() -> Any:
    """Keep the chosen appearance."""
    form = ThemeForm()
    if not form.validate_on_submit():
        return _page(PasswordForm(formdata=None), form), 400
    g.person.theme = form.theme.data
    flash("Apparence enregistrée.")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/sessions/<uuid:session_id>/fermer")
@access(Permission.OWN_ACCOUNT, fresh=True)
def revoke(session_id: uuid.UUID) -> Any:
    """End one of one's own sessions."""
    login = db().get(LoginSession, session_id)
    if login is None or login.person_id != g.person.id:
        raise NotFound("Cette session n'existe pas.")
    accounts.revoke(db(), g.person, login)
    flash("Session fermée.")
    return redirect(url_for(".index"), code=303)


def _page(password: PasswordForm, theme: ThemeForm) -> str:
    sessions = accounts.sessions_of(db(), g.person)
    return render_template(
        "account/index.html",
        form=password,
        theme=theme,
        sessions=sessions,
        current=g.login.id,
        person=g.person,
        may_make_tokens=allows(g.person, Permission.FIRM_READ),
        stopped_webhooks=webhooks.stopped_count(db(), g.person),
    )
