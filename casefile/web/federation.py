"""Signing in through the firm's identity provider: code flow with PKCE, state and nonce, by Authlib."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for

from casefile import accounts, attempts, federation
from casefile.errors import CasefileError, NotFound
from casefile.web import guards
from casefile.web.authentication import LoginForm, address, note_failure, open_half_way
from casefile.web.guards import Door, access, context

if TYPE_CHECKING:
    from flask import Flask

    from casefile.config import Settings

blueprint = Blueprint("federation", __name__, url_prefix="/connexion/federee")

NEXT = "federation_next"
SECONDS = 10
# Failures are counted against the address alone: a provider that refuses must lock no account.
NOBODY = "oidc"
FAILED = "La connexion par le compte du cabinet n'a pas abouti : recommencez, ou entrez votre mot de passe."

log = logging.getLogger(__name__)


def install(app: Flask, settings: Settings) -> None:
    """Prepare the provider when one is set; without it these pages do not exist."""
    if settings.oidc_issuer is None:
        return
    from authlib.integrations.flask_client import OAuth  # an optional extra: loaded only when it is set

    provider = OAuth(app).register(
        "firm",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": SECONDS},
    )
    app.extensions["casefile_oidc"] = provider


def is_offered() -> bool:
    """Tell whether the firm has a provider."""
    return "casefile_oidc" in current_app.extensions


@blueprint.get("")
@access(Door.PUBLIC)
def start() -> Any:
    """Send the browser to the provider; what must come back with it is kept in its own signed cookie."""
    session[NEXT] = guards.safe_next(request.args.get("next"))
    callback = context().settings.base_url + url_for(".finish")
    try:
        return _vouched().authorize_redirect(callback)
    except CasefileError:
        raise
    except Exception as error:  # noqa: BLE001 - the network and the provider fail in every way; nobody gets in
        return _refused(error, 503)


@blueprint.get("/retour")
@access(Door.PUBLIC)
def finish() -> Any:
    """Check what the provider says and open the way to the second factor.

    A GET that writes, because the provider sends the browser back by one: it opens a half session and nothing else.
    """
    _provider()
    try:
        with context().database.reader() as reader:
            attempts.slow_down(reader, NOBODY, address(), account_too=False)
        claims = _vouched().authorize_access_token()["userinfo"]
        with context().database.transaction() as writer:
            person = federation.recognise(writer, claims["iss"], claims)
            target = session.pop(NEXT, None)
            return open_half_way(writer, person, guards.safe_next(target))
    except attempts.TooManyAttempts as error:
        return _page(error.message, error.status)
    except accounts.LoginRefused as error:
        note_failure(NOBODY)
        return _page(error.message, error.status)
    except Exception as error:  # noqa: BLE001 - a forged state, a stale code, a bad signature: all the same refusal
        note_failure(NOBODY)
        return _refused(error, 403)


@blueprint.get("/sortie")
@access(Door.PUBLIC)
def leave() -> Any:
    """Send the browser to the provider's own way out, when it has one; Casefile's session ends by its own button."""
    try:
        way_out = _vouched().load_server_metadata().get("end_session_endpoint")
    except CasefileError:
        raise
    except Exception as error:  # noqa: BLE001 - the network and the provider fail in every way
        return _refused(error, 503)
    if not way_out:
        return _page("Le fournisseur n'offre pas de déconnexion : fermez votre session chez lui.", 200)
    back = context().settings.base_url + url_for("authentication.login")
    query = urlencode({"client_id": context().settings.oidc_client_id, "post_logout_redirect_uri": back})
    return redirect(f"{way_out}{'&' if '?' in way_out else '?'}{query}", code=303)


def _provider() -> Any:
    provider = current_app.extensions.get("casefile_oidc")
    if provider is None:
        raise NotFound("Cette page n'existe pas.")
    return provider


def _vouched() -> Any:
    """Give the provider once its own papers name the very issuer that the firm chose, and no other (ASVS 10.5.3)."""
    provider = _provider()
    issuer = provider.load_server_metadata().get("issuer")
    if not isinstance(issuer, str) or issuer.rstrip("/") != context().settings.oidc_issuer:
        raise ValueError("the metadata name another issuer")
    return provider


def _refused(error: Exception, status: int) -> Any:
    log.warning("oidc refused: %s", type(error).__name__)
    return _page(FAILED, status)


def _page(sentence: str, status: int) -> Any:
    session.pop(NEXT, None)
    form = LoginForm(formdata=None)
    form.refuse(CasefileError(sentence))
    return render_template("authentication/login.html", form=form, federated=True), status
