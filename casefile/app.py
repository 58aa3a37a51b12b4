"""Builds the web application from frozen settings: extensions, guards, pages, errors."""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from casefile import storage
from casefile.config import Settings
from casefile.database import Database
from casefile.web import (
    BLUEPRINTS,
    addresses,
    api,
    client_intake,
    database_refusals,
    failures,
    federation,
    guards,
    request_log,
    shell,
    surroundings,
    unfinished,
)
from casefile.web.maintenance import Maintenance
from casefile.web.vault import Vault

HERE = Path(__file__).resolve().parent
FOREVER = 365 * 24 * 3600

log = logging.getLogger("casefile")


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Make the application; the database is opened but not migrated."""
    app = Flask("casefile", root_path=str(HERE), static_folder="static", template_folder=str(HERE.parent / "templates"))
    addresses.install(app)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.maximum_upload_bytes,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        SESSION_COOKIE_NAME=guards.cookie_name("casefile_form", secure=settings.is_https),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_TIME_LIMIT=None,  # a form open since this morning must still save
        SEND_FILE_MAX_AGE_DEFAULT=FOREVER,
    )
    context = guards.Context(settings, database or Database.of(settings), storage.from_settings(settings))
    app.extensions["casefile"] = context
    app.wsgi_app = Vault(app.wsgi_app, context)  # type: ignore[method-assign] # Flask's own recipe
    app.wsgi_app = Maintenance(app.wsgi_app, settings)  # type: ignore[method-assign] # idem
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign] # Flask's own recipe
    request_log.install(app)
    client_intake.install(app)  # before the token's check, which reads the whole body
    CSRFProtect(app).exempt(api.blueprint)  # a token is asked there, and the browser's session never looked at
    guards.install(app)
    federation.install(app, settings)
    shell.install(app)
    unfinished.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(surroundings.values)
    app.url_defaults(_version_static)
    failures.install(app)
    database_refusals.install(app, _unexpected)
    app.register_error_handler(Exception, _unexpected)
    return app


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        values["v"] = _static_digest(values["filename"])


@cache
def _static_digest(filename: str) -> str:
    file = HERE / "static" / filename
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "0"


def _unexpected(error: Exception) -> Any:
    # The rule is a pattern, never an address with a name in it; the message may hold client data: `logs` leaves it out.
    log.error("unexpected", exc_info=error, extra={"rule": str(request.url_rule), "request": g.get("request_number")})
    if getattr(g, "db", None) is not None:
        g.db.rollback()
    return failures.failure(500)
