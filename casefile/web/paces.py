"""Which pages are counted, and as what: read it aloud. A download that is not named here is counted all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, g, request

from casefile.pace import Pace, spend

if TYPE_CHECKING:
    from casefile.database import Database

# Counted before the work is done, whatever its outcome.
BEFORE: dict[tuple[str, str], Pace] = {
    ("GET", "search.index"): Pace.SEARCH,
    ("POST", "evidence.capture"): Pace.CAPTURE,
    ("POST", "batches.new"): Pace.CAPTURE,
    ("POST", "evidence.upload"): Pace.DEPOSIT,
    ("POST", "exhibits.deposit"): Pace.DEPOSIT,
    ("POST", "secrecy.export_data"): Pace.EXPORT,
    ("POST", "evidence.export"): Pace.EXPORT,
    **{
        ("GET", endpoint): Pace.EXPORT
        for endpoint in (
            *("evidence.report", "exhibits.bundle", "exhibits.copy", "documents.file"),
            *("passages.export", "notifications.export", "directory.export", "agenda.export", "qualification_note.pdf"),
        )
    },
}
# Addresses that hold a secret: a wrong one counts against the address that tried it, the right one always opens.
GUESSED = frozenset({"authentication.join", "client_intake.deliver", "agenda.feed"})


def before(database: Database) -> None:
    """Count what is about to be done by a signed-in person; raises TooFast."""
    pace = BEFORE.get((request.method, request.endpoint or ""))
    if pace is not None and g.person is not None:
        who = str(g.person.id)
        # The count is kept whatever becomes of the act: our own lock must not stand in its way. Who reads holds none.
        if request.method != "GET":
            g.db.rollback()
        with database.transaction() as session:
            spend(session, pace, who)


def after(database: Database, response: Any) -> None:
    """Count a file that leaves by a page that nobody named, and a secret address guessed wrong; raises TooFast."""
    leaves = response.headers.get("Content-Disposition", "").startswith("attachment")
    if g.get("person") is not None and leaves and (request.method, request.endpoint or "") not in BEFORE:
        if request.method == "POST":
            spend(g.db, Pace.EXPORT, str(g.person.id))  # the act holds the write lock already
            return
        with database.transaction() as session:
            spend(session, Pace.EXPORT, str(g.person.id))


def guessed() -> None:
    """Count one wrong guess against the address that made it; raises TooFast."""
    if request.endpoint in GUESSED:
        database: Database = current_app.extensions["casefile"].database
        g.db.rollback()
        with database.transaction() as session:
            spend(session, Pace.GUESS, request.remote_addr or "")
