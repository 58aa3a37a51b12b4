"""Builds the web application from frozen settings: extensions, guards, pages, errors."""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from casefile import clock, storage
from casefile.access import Permission, allows
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import alarm, heartbeat
from casefile.law import rules
from casefile.models.ledger import Heartbeat
from casefile.models.people import OUTSIDERS, Firm, Person
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
    app.context_processor(_surroundings)
    app.url_defaults(_version_static)
    failures.install(app)
    database_refusals.install(app, _unexpected)
    app.register_error_handler(Exception, _unexpected)
    return app


def _surroundings() -> dict[str, Any]:
    session, who = getattr(g, "db", None), getattr(g, "person", None)
    if session is None:
        return {"shell": shell.Shell()}
    guards.hold_heartbeats()
    firm = session.get(Firm, 1)
    name, demonstration = (firm.name, firm.is_demo) if firm else ("Casefile", False)
    if who is None or not g.login.complete:
        return {"shell": shell.Shell(firm=name, demonstration=demonstration)}
    return {
        "shell": shell.Shell(
            firm=name,
            person=" ".join(part for part in (who.title, who.full_name) if part),
            account_url=url_for("account.index"),
            logout_url=url_for("authentication.logout"),
            navigation=shell.navigation(),
            search_url=shell.known_url("search.index") if allows(who, Permission.MATTER_READ) else None,
            demonstration=demonstration,
            theme=who.theme,
            rules_verified_on=rules.verified_since(clock.today()),
            rules_url=url_for("law.index"),
            rules_unverified=rules.unverified_count(clock.today()),
            **_alarms(session, who),
        )
    }


def _alarms(session: Session, who: Person) -> dict[str, Any]:
    """Say what keeps reminders from going out: since when the worker is silent, and the rest; outsiders see nothing."""
    if who.role in OUTSIDERS:
        return {}
    found = alarm.trouble(session, clock.now(), guards.hold_heartbeats())
    worker = session.get(Heartbeat, heartbeat.WORKER)
    silent = any(one.code == "worker_silent" for one in found)
    return {
        "worker_silent_since": worker.beat_at if silent and worker else None,
        "alarms": tuple(one.message for one in found if one.code != "worker_silent" or worker is None),
        "pulse_url": shell.known_url("pulse.index") if allows(who, Permission.OUTBOX_READ) else None,
    }


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
