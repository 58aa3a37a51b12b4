"""Passkeys: listed, added and removed in one's account; offered at sign-in beside the code."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from wtforms import HiddenField

from casefile import accounts, attempts, passkeys
from casefile.access import Permission
from casefile.errors import CasefileError, NotFound
from casefile.passkeys import Site
from casefile.web import authentication, guards
from casefile.web.checks import Required
from casefile.web.fields import Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import Door, access, context, db

blueprint = Blueprint("passkeys", __name__)


class KeyForm(CasefileForm):
    """A key's name, and the answer that the browser writes into the form."""

    name = Line("Nom de la clé", [Required()], max_length=80)
    credential = HiddenField()


@blueprint.get("/compte/cles")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """List one's keys."""
    return _page(KeyForm(formdata=None))


@blueprint.post("/compte/cles/defi")
@access(Permission.OWN_ACCOUNT, fresh=True)
def registration_challenge() -> Response:
    """Give the browser what it needs to create a key."""
    return Response(passkeys.ask_to_register(db(), g.login, _site()), mimetype="application/json")


@blueprint.post("/compte/cles")
@access(Permission.OWN_ACCOUNT, fresh=True)
def register() -> Any:
    """Keep a new key."""
    site, form = _site(), KeyForm()
    if form.validate_on_submit():
        try:
            passkeys.register(db(), g.login, site, form.name.data, form.credential.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Clé ajoutée. Vos autres sessions sont fermées.")
            return redirect(url_for(".index"), code=303)
    return _page(form), 400


@blueprint.post("/compte/cles/<uuid:passkey_id>/retirer")
@access(Permission.OWN_ACCOUNT, fresh=True)
def remove(passkey_id: uuid.UUID) -> Any:
    """Take a key out of use."""
    passkeys.remove(db(), g.login, passkey_id)
    flash("Clé retirée. Vos autres sessions sont fermées.")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/connexion/cle/defi")
@access(Door.HALF)
def login_challenge() -> Response:
    """Give the browser what the key must sign."""
    return Response(passkeys.ask_to_sign(db(), g.login, _site()), mimetype="application/json")


@blueprint.post("/connexion/cle")
@access(Door.HALF)
def sign() -> Any:
    """Let the person in on the signature of one of their keys."""
    if g.login.complete:
        return redirect(guards.safe_next(request.args.get("next")), code=303)
    email, login_id = g.person.email, g.login.id
    try:
        attempts.slow_down(db(), email, authentication.address())
        passkeys.check(db(), g.login, _site(), request.form.get("credential", ""))
    except CasefileError as error:
        if isinstance(error, accounts.LoginRefused):  # waiting is not failing
            authentication.note_failure(email)
        else:
            db().rollback()
        with context().database.transaction() as session:
            passkeys.forget_challenge(session, login_id)
        return authentication.code_page(error), error.status
    return authentication.all_the_way(redirect(guards.safe_next(request.args.get("next")), code=303))


def _site() -> Site:
    site = passkeys.site_at(context().settings.base_url)
    if site is None:
        raise NotFound("Les clés d'accès demandent que Casefile soit servi en https sous un nom de domaine.")
    return site


def _page(form: KeyForm) -> str:
    return render_template(
        "account/passkeys.html",
        form=form,
        keys=passkeys.passkeys_of(db(), g.person),
        possible=passkeys.site_at(context().settings.base_url) is not None,
    )
