"""When the database will not write: the disk is full, it is read-only, it is away. Said in French; nothing was stored.

The transaction is rolled back whole, and the page says what to ask of whoever keeps the machine.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from casefile.errors import NO_ROOM
from casefile.models.people import LoginSession, Person
from casefile.web.failures import failure
from casefile.web.filters import typography

log = logging.getLogger("casefile")

FULL = (
    "Le disque est plein : rien n’a été enregistré, rien n’a été abîmé. Revenez en arrière, votre saisie y est "
    "encore ; prévenez la personne qui tient l’installation, puis recommencez."
)
READ_ONLY = (
    "Casefile est en lecture seule : tout se consulte, rien ne s’enregistre. Revenez en arrière, votre saisie y est "
    "encore ; recommencez quand l’entretien sera fini."
)
AWAY = "La base de données ne répond pas : rien n’a été enregistré. Recommencez dans une minute."
# PostgreSQL's SQLSTATE, or its class; SQLite has the name of its result code.
POSTGRESQL = {"53100": (507, FULL), "25006": (503, READ_ONLY), "53": (503, AWAY), "57": (503, AWAY), "08": (503, AWAY)}
SQLITE = {
    "SQLITE_FULL": (507, FULL),
    "SQLITE_READONLY": (503, READ_ONLY),
    "SQLITE_BUSY": (503, AWAY),
    "SQLITE_CANTOPEN": (503, AWAY),
    "SQLITE_IOERR_SHMSIZE": (507, FULL),  # no room even for what readers share
    "SQLITE_IOERR": (503, AWAY),
}


def install(app: Flask, otherwise: Callable[[Exception], Any]) -> None:
    """Give the application these pages; what is not the machine's fault goes to `otherwise`."""

    def refused(error: DBAPIError) -> Any:
        found = answer_for(error)
        return _told(*found, error) if found else otherwise(error)

    def disk(error: OSError) -> Any:
        if error.errno in NO_ROOM:
            return _told(507, FULL, error)
        return _told(503, READ_ONLY, error) if error.errno == errno.EROFS else otherwise(error)

    app.register_error_handler(DBAPIError, refused)
    app.register_error_handler(OSError, disk)


@contextmanager
def reading_goes_on() -> Iterator[None]:
    """Let a page be read although a note about the reading cannot be written: the technical log keeps it instead."""
    try:
        yield
    except DBAPIError as error:
        if answer_for(error) is None:
            raise
        log.error("reading not noted", exc_info=error, extra={"rule": str(request.url_rule)})  # noqa: TRY400 - no message


def answer_for(error: DBAPIError) -> tuple[int, str] | None:
    """Give the status and the sentence for a refusal that is the machine's, None for a fault of ours."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return next((told for code, told in SQLITE.items() if name == code or name.startswith(f"{code}_")), None)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return (503, AWAY) if error.connection_invalidated or type(error.orig).__name__ == "OperationalError" else None
    return POSTGRESQL.get(state) or POSTGRESQL.get(state[:2])


def _told(status: int, sentence: str, error: Exception) -> Any:
    log.error("storage refused", exc_info=error, extra={"status": status})
    try:
        _read_again()
        return failure(status, typography(sentence))
    except DBAPIError:
        g.db.close()
        g.db = g.person = g.login = None  # the page does without the firm's name
        return failure(status, typography(sentence))


def _read_again() -> None:
    """Give the page of refusal a session that only reads: a writer could not even begin."""
    login = inspect(g.login).identity if g.get("login") is not None else None
    if g.get("db") is not None:
        g.db.close()
    g.db, g.person = current_app.extensions["casefile"].database.reader(), None
    g.login = g.db.get(LoginSession, login) if login else None
    if g.login is not None:
        g.person = g.db.get(Person, g.login.person_id)
