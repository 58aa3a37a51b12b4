"""The door of every page: deny by default, load the dossier through the wall, commit once at the edge.

A view without @access does not exist for anyone. A view whose address names a dossier finds it in `g.matter`,
loaded with the view's permission; what one may not know is 404.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from casefile import access_journal, accounts, clock, tokens, unfinished
from casefile.access import VIEWED, Permission, Place, allows, may, permits, place_in
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import Conflict, NotFound
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.pace import Pace, spend
from casefile.storage import Storage
from casefile.tokens import Scope
from casefile.web import paces
from casefile.web.database_refusals import reading_goes_on

COOKIE = "casefile_session"
READS = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSED = 400
REDIRECTS = frozenset({301, 302, 303, 307, 308})

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=63072000; includeSubDomains"


class Door(StrEnum):
    """Policies that come before any permission."""

    PUBLIC = "public"  # anyone, signed in or not
    HALF = "half"  # the password was given; the second factor is awaited or being set


@dataclass(frozen=True, slots=True)
class Context:
    """What the application carries from request to request."""

    settings: Settings
    database: Database
    storage: Storage


def context() -> Context:
    """Give the running application's settings, database and storage."""
    found: Context = current_app.extensions["casefile"]
    return found


def db() -> Session:
    """Give the request's database session."""
    found: Session = g.db
    return found


def stands(what: str) -> None:
    """Commit a first part that stands by itself: whatever refuses the rest says that this part is kept."""
    g.db.commit()
    g.stands = what


def may_here(matter: Matter, permission: Permission) -> bool:
    """Tell whether the signed-in person may do this in this dossier; while it only reads, the door's answer holds."""
    place: Place | None = g.get("place")
    if request.method in READS and place is not None and place.matter is matter:
        return permits(g.person, place.function, permission)
    return may(g.db, g.person, matter, permission)


def enter(matter_id: uuid.UUID, permission: Permission) -> None:
    """Load the request's dossier into `g.matter` and the person's place in it into `g.place`; raises NotFound."""
    since = clock.now() - access_journal.VIEW_STEP
    g.place = place_in(g.db, g.person, matter_id, permission, noted_since=since)
    g.matter = g.place.matter


def person() -> Person:
    """Give the signed-in person."""
    found: Person = g.person
    return found


def access(
    policy: Door | Permission, *, fresh: bool = False, scope: Scope | None = None
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., Any]]:
    """Declare who may call a view; required on every route. A `fresh` one asks again for the password after a while.

    One with a `scope` is for tools: it wants a token that covers it, and never looks at the browser's session.
    """

    def decorate(view: Callable[..., ResponseReturnValue]) -> Callable[..., Any]:
        @wraps(view)
        def edge(**values: Any) -> Any:
            if "matter_id" in values and isinstance(policy, Permission):
                enter(values.pop("matter_id"), policy)
            try:
                response = make_response(view(**values))
                paces.after(context().database, response)
                if request.method in READS:
                    _note_reading(response)
                    return response
                if response.status_code < REFUSED:
                    _forget_draft(response)
                    g.db.commit()
                else:
                    g.db.rollback()  # a refusal stores nothing half-way
            except StaleDataError as error:
                g.db.rollback()  # the page that tells it reads the database too
                raise Conflict(
                    "Quelqu'un d'autre a modifié cette fiche pendant que vous y travailliez : "
                    "revenez en arrière, rechargez-la et reportez votre saisie."
                ) from error
            return response

        edge.access_policy = policy  # type: ignore[attr-defined] # read by `admit` and by the access-matrix test
        edge.api_scope = scope  # type: ignore[attr-defined] # idem
        edge.asks_again = fresh  # type: ignore[attr-defined] # idem
        return edge

    return decorate


def install(app: Flask) -> None:
    """Put the door in front of every route."""
    app.before_request(_admit)
    app.after_request(_protect)
    app.teardown_request(_close)


def cookie_name(name: str, *, secure: bool) -> str:
    """Give a cookie's name: over https its prefix makes browsers refuse what a neighbour or plain http planted."""
    return f"__Host-{name}" if secure else name


def sign_in(response: Any, token: str) -> None:
    """Give the browser its session token."""
    secure = context().settings.is_https
    response.set_cookie(
        cookie_name(COOKIE, secure=secure), token, httponly=True, secure=secure, samesite="Lax", path="/"
    )


def sign_out(response: Any) -> None:
    """Take the token back."""
    secure = context().settings.is_https
    response.delete_cookie(cookie_name(COOKIE, secure=secure), secure=secure, path="/")


def safe_next(target: str | None) -> str:
    """Give a path of this application to go on to; anything that could lead elsewhere becomes the home page."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return url_for("home.index")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):  # noqa: PLR2004 - control characters
        return url_for("home.index")
    return target


def _admit() -> ResponseReturnValue | None:
    database = context().database
    g.db = database.reader() if request.method in READS else database.writer()
    g.person, g.login = None, None
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # Flask answers 404 or 405 by itself
    policy = Door.PUBLIC if request.endpoint == "static" else getattr(view, "access_policy", None)
    if policy is None:
        raise NotFound("Cette page n'existe pas.")
    scope = getattr(view, "api_scope", None)
    if scope is not None and isinstance(policy, Permission):
        _recognise_tool(scope, policy)
        return None
    _recognise()
    if policy is Door.PUBLIC:
        return None
    if g.login is None or (policy is not Door.HALF and not g.login.complete):
        return _to_login()
    if isinstance(policy, Permission) and not allows(g.person, policy):
        raise NotFound("Cette page n'existe pas, ou vous n'y avez pas accès.")
    if getattr(view, "asks_again", False) and request.method not in READS and not accounts.is_fresh(g.login):
        return _to_confirmation()
    paces.before(database)
    return None


def _recognise_tool(scope: Scope, policy: Permission) -> None:
    database = context().database
    row = tokens.admit(g.db, request.headers.get("Authorization", ""), scope)
    if not allows(row.person, policy):
        raise NotFound("Cette page n'existe pas, ou vous n'y avez pas accès.")
    token_id, person_id, stale = row.id, row.person_id, tokens.needs_touch(row)
    g.person_number = str(person_id)
    g.db.rollback()  # the count is kept whatever becomes of the act; it also forgets the rows read so far
    with database.transaction() as session:
        spend(session, Pace.API, str(person_id))
        if stale:
            tokens.touch(session, token_id)
    g.person = g.db.get_one(Person, person_id)


def _to_confirmation() -> ResponseReturnValue:
    # The act itself is not replayed: the person comes back to the page that offered it and does it knowingly.
    origin = urlsplit(request.referrer or "")
    back = origin.path if origin.netloc == request.host else ""
    return redirect(url_for("account.confirm", next=safe_next(back)), code=303)


def _recognise() -> None:
    token = request.cookies.get(cookie_name(COOKIE, secure=context().settings.is_https))
    if not token:
        return
    login = accounts.session_for(g.db, token)
    if login is None:
        return
    g.login, g.person, g.person_number = login, login.person, str(login.person_id)
    if not accounts.needs_touch(login):
        return
    if request.method not in READS:
        accounts.touch(g.db, login.id)  # this request already holds the write lock: a second one would wait for it
        return
    with reading_goes_on(), context().database.statement() as session:
        accounts.touch(session, login.id)


def _to_login() -> ResponseReturnValue:
    if request.method not in READS:
        return redirect(url_for("authentication.login"), code=303)
    return redirect(url_for("authentication.login", next=request.full_path.rstrip("?")), code=303)


def _forget_draft(response: Any) -> None:
    """Throw away what was kept of a form, in the transaction that accepts it."""
    if response.status_code == 303 and g.get("draft_page"):  # noqa: PLR2004 - See Other: the form was accepted
        unfinished.forget(g.db, g.person, g.draft_page)


def _note_reading(response: Any) -> None:
    """Write into the dossier's journal that it was seen, once an hour, or that a file of it left, each time."""
    matter = g.get("matter")
    if matter is None or response.status_code >= REFUSED or request.method == "HEAD":
        return
    exported = response.headers.get("Content-Disposition", "").startswith("attachment")
    if not exported and g.place.noted:
        return
    action = access_journal.EXPORTED if exported else VIEWED
    with reading_goes_on(), context().database.transaction() as session:
        access_journal.note(session, g.person, matter, action, request.endpoint or "")


def _protect(response: Any) -> Any:
    if response.status_code in REDIRECTS:
        response.set_data(b"")  # the framework's English sentence helps nobody
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static" or response.status_code >= REFUSED:
        response.headers["Cache-Control"] = "no-store"
    if context().settings.is_https:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def _close(_error: BaseException | None) -> None:
    session = g.pop("db", None)
    if session is not None:
        session.close()
