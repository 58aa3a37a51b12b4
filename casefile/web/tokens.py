"""One's own tokens for the firm's other tools: made, shown once, revoked."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from wtforms import IntegerField

from casefile import clock, tokens
from casefile.access import Permission
from casefile.errors import CasefileError
from casefile.tokens import Scope
from casefile.web.checks import Required
from casefile.web.fields import Choices, Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db

blueprint = Blueprint("tokens", __name__, url_prefix="/compte/jetons")

SCOPES = (
    (Scope.READ.value, "Lire les dossiers que je vois"),
    (Scope.WRITE.value, "Ouvrir des dossiers, ajouter parties, contenus et notes"),
    (Scope.EXPORT.value, "Exporter un dossier entier"),
)


class TokenForm(CasefileForm):
    """What a token is for, and how long it lives."""

    name = Line("Nom de l’outil", [Required()], max_length=100)
    scopes = Choices("Usages permis", choices=SCOPES)
    days = IntegerField("Nombre de jours", [Required()], default=90)


@blueprint.get("")
@access(Permission.FIRM_READ)
def index() -> Any:
    """List one's tokens."""
    return _page(TokenForm(formdata=None))


@blueprint.post("")
@access(Permission.FIRM_READ, fresh=True)
def make() -> Any:
    """Make a token, shown once."""
    form = TokenForm()
    if form.validate_on_submit():
        try:
            token = tokens.make(db(), g.person, form.name.data or "", form.scopes.data or (), form.days.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            return _page(TokenForm(formdata=None), token)
    return _page(form), 400


@blueprint.post("/<uuid:token_id>/revoquer")
@access(Permission.FIRM_READ)
def revoke(token_id: uuid.UUID) -> Any:
    """End a token at once."""
    tokens.revoke(db(), g.person, token_id)
    flash("Jeton révoqué : il n’ouvre plus rien.")
    return redirect(url_for(".index"), code=303)


def _page(form: TokenForm, token: str | None = None) -> str:
    return render_template(
        "account/tokens.html",
        form=form,
        token=token,
        tokens=tokens.of_person(db(), g.person),
        scopes=dict(SCOPES),
        now=clock.now(),
    )
