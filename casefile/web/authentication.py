"""Signing in and out: password, then second factor; invitations; the first account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from wtforms import BooleanField, PasswordField

from casefile import accounts, attempts, factors, guests, passkeys
from casefile.errors import CasefileError, InvalidInput
from casefile.models.people import Person, Role
from casefile.web import guards
from casefile.web.checks import Required
from casefile.web.fields import Email, Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import Door, access, db

blueprint = Blueprint("authentication", __name__)

PENDING_SECRET = "pending_totp"  # noqa: S105 - the name of a slot, not a secret


class LoginForm(CasefileForm):
    """Address and password."""

    email = Email("Adresse électronique", [Required()])
    password = PasswordField("Mot de passe", [Required()])


class CodeForm(CasefileForm):
    """The six figures of the moment, or a recovery code."""

    code = Line("Code à six chiffres", [Required()], max_length=40)


class JoinForm(CasefileForm):
    """What an invited person tells of themselves."""

    title = Line("Titre", max_length=40)
    full_name = Line("Prénom et nom", [Required()], max_length=200)
    email = Email("Adresse électronique", [Required()])
    password = PasswordField("Mot de passe", [Required()])
    repeated = PasswordField("Mot de passe, une seconde fois", [Required()])
    practises = BooleanField("J’exerce comme avocat dans ce cabinet et je traiterai des dossiers")


@blueprint.route("/connexion", methods=["GET", "POST"])
@access(Door.PUBLIC)
def login() -> Any:
    """Ask for address and password, then send to the second factor."""
    if request.method == "GET" and g.login is not None and g.login.complete:
        return redirect(guards.safe_next(request.args.get("next")), code=303)
    form = LoginForm()
    if form.validate_on_submit():
        try:
            person = accounts.check_password(db(), form.email.data, form.password.data, address())
        except accounts.LoginRefused as error:
            note_failure(form.email.data)
            form.refuse(error)
            return _login_page(form), 403
        except CasefileError as error:
            form.refuse(error)
            return _login_page(form), error.status
        return _half_way(person)
    return _login_page(form), 400 if form.errors else 200


@blueprint.route("/connexion/code", methods=["GET", "POST"])
@access(Door.HALF)
def second_factor() -> Any:
    """Ask for the code; a person without a factor yet is sent to set one."""
    if g.login.complete:
        return redirect(guards.safe_next(request.args.get("next")), code=303)
    if not g.person.totp_secret:
        return redirect(url_for(".set_factor", next=request.args.get("next")), code=303)
    form = CodeForm()
    if form.validate_on_submit():
        email = g.person.email
        try:
            attempts.slow_down(db(), email, address())
            factors.check_second_factor(db(), g.person, form.code.data)
        except CasefileError as error:
            if isinstance(error, accounts.LoginRefused):  # waiting is not failing
                note_failure(email)
            return code_page(error), error.status
        return all_the_way(redirect(guards.safe_next(request.args.get("next")), code=303))
    return _code_page(form), 400 if form.errors else 200


@blueprint.route("/connexion/second-facteur", methods=["GET", "POST"])
@access(Door.HALF)
def set_factor() -> Any:
    """Show the QR code of a new second factor and prove it with one code."""
    if g.person.totp_secret:
        return redirect(url_for(".second_factor"), code=303)
    secret = session.get(PENDING_SECRET) or factors.new_totp_secret()
    session[PENDING_SECRET] = secret
    form = CodeForm()
    if form.validate_on_submit():
        try:
            codes = factors.set_totp(db(), g.person, secret, form.code.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            session.pop(PENDING_SECRET)
            return all_the_way(render_template("authentication/recovery_codes.html", codes=codes))
    import segno

    picture = segno.make(factors.totp_address(secret, g.person)).svg_data_uri(scale=5, border=2, light="#fff")
    page = render_template("authentication/set_factor.html", form=form, picture=picture, secret=secret)
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@access(Door.PUBLIC)
def join(token: str) -> Any:
    """Let an invited person create their account."""
    invitation = accounts.invitation_for(db(), token)
    form = JoinForm()
    if invitation.email:
        del form.email
    if invitation.role is not Role.ADMINISTRATOR:
        del form.practises
    if form.validate_on_submit():
        try:
            person = _accept(form, invitation)
        except CasefileError as error:
            form.refuse(error)
        else:
            return _half_way(person)
    page = render_template("authentication/join.html", form=form, invitation=invitation)
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.post("/deconnexion")
@access(Door.HALF)
def logout() -> Any:
    """End this session."""
    accounts.revoke(db(), g.person, g.login)
    response = redirect(url_for(".login"), code=303)
    guards.sign_out(response)
    session.clear()
    flash("Vous êtes déconnecté.")
    return response


def _login_page(form: LoginForm) -> str:
    return render_template(
        "authentication/login.html", form=form, federated=guards.context().settings.oidc_issuer is not None
    )


def code_page(error: CasefileError) -> str:
    """Show the page of the second factor again, with the reason of a refusal."""
    form = CodeForm(formdata=None)
    form.refuse(error)
    return _code_page(form)


def _code_page(form: CodeForm) -> str:
    # note_failure ends the transaction; the page reads on in a new one.
    return render_template("authentication/code.html", form=form, keys=_may_use_keys(), next=request.args.get("next"))


def _may_use_keys() -> bool:
    possible = passkeys.site_at(guards.context().settings.base_url) is not None
    return possible and bool(passkeys.passkeys_of(db(), g.person))


def _accept(form: JoinForm, invitation: Any) -> Person:
    if form.password.data != form.repeated.data:
        raise InvalidInput("Les deux mots de passe diffèrent : saisissez-les de nouveau.", field="repeated")
    email = invitation.email or form.email.data
    person = accounts.accept(db(), invitation, email, form.full_name.data, form.password.data)
    guests.welcome(db(), invitation, person)
    person.title = form.title.data or ""
    if "practises" in form and form.practises.data:
        person.role, person.administers = Role.PARTNER, True
    return person


def _half_way(person: Person) -> Any:
    return open_half_way(db(), person, request.args.get("next"))


def open_half_way(writer: Session, person: Person, target: str | None) -> Any:
    """Open a half session; a fresh token each time, so that a planted one is worth nothing."""
    token = accounts.start_session(
        writer, person, complete=False, user_agent=request.headers.get("User-Agent", ""), address=address()
    )
    response = redirect(url_for("authentication.second_factor", next=target), code=303)
    guards.sign_in(response, token)
    return response


def all_the_way(page: Any) -> Any:
    """Turn the half session into a whole one, under a fresh token."""
    attempts.clear_failures(db(), g.person.email, address())
    accounts.revoke(db(), g.person, g.login)
    token = accounts.start_session(
        db(), g.person, complete=True, user_agent=request.headers.get("User-Agent", ""), address=address()
    )
    response = make_response(page)
    guards.sign_in(response, token)
    return response


def note_failure(email: str) -> None:
    """Count a failure although its request is refused."""
    # The refusal rolls the request back; the failure must count all the same, so it has its own transaction.
    db().rollback()
    with guards.context().database.transaction() as session:
        attempts.note_failure(session, email, address())


def address() -> str:
    """Give the address that the request came from."""
    return request.remote_addr or ""
