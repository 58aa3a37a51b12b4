"""Pages against their floor: the page's own statements on the bare driver, its own template, inside a bare Flask view.

The floor knows the answer already: it runs each statement that the page ran, reads every row, and renders the same
template with the objects the page had loaded. What is left to us is sign-in, walls, statements built, objects, lines.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jinja2
from flask import Flask, before_render_template, g
from sqlalchemy import event

from bench.floors.desk import Desk
from bench.ground import SECRET, Ground
from bench.measure import Pair
from casefile import accounts
from casefile.app import create_app
from casefile.config import Settings

OK = 200
# What is drawn anew at each visit, and nothing else: the token of each form. The rest is the same to the byte.
DRAWN = re.compile(r'(name="csrf_token"[^>]*value=)"[^"]*"')
ROW = re.compile(r'<tr[^>]*>\s*<td|<li class="entry|<a [^>]* data-result')


@dataclass
class Seen:
    """What one page did: its statements with their values, its template and what it was given."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    template: jinja2.Template | None = None
    context: dict[str, Any] = field(default_factory=dict)
    who: dict[str, Any] = field(default_factory=dict)
    body: str = ""


def settings_of(ground: Ground) -> Settings:
    """Give the settings under which the ground's firm is served."""
    environment = {
        "CASEFILE_DATA_DIR": str(ground.directory / "data"),
        "CASEFILE_DATABASE_URL": ground.database.url,
        "CASEFILE_SECRET_KEY": SECRET,
    }
    return Settings.from_env(environment)


@contextmanager
def watched(ground: Ground, app: Flask) -> Iterator[Seen]:
    """Note what a page does while the block runs."""
    seen = Seen()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.statements.append((statement, values))

    def keep(_app: Flask, template: jinja2.Template, context: dict[str, Any]) -> None:
        seen.template, seen.context = template, dict(context)
        seen.who = {name: g.get(name) for name in ("person", "login", "matter")}

    event.listen(ground.database.engine, "before_cursor_execute", note)
    before_render_template.connect(keep, app)
    try:
        yield seen
    finally:
        event.remove(ground.database.engine, "before_cursor_execute", note)
        before_render_template.disconnect(keep, app)


def paging(ground: Ground, path: str, rounds: int = 120) -> Pair:
    """Compare a page with its floor; both give the same bytes, but for the tokens of forms."""
    app, floor_app = served(ground), served(ground)
    client = signed_in(ground, app)
    asked(client, path)  # what a first visit writes is written
    with watched(ground, app) as seen:
        seen.body = asked(client, path)
    _strip(floor_app)

    def view() -> str:
        for statement, values in seen.statements:
            ground.raw.execute(statement, values).fetchall()
        for name, value in seen.who.items():
            setattr(g, name, value)
        assert seen.template is not None
        return seen.template.render(seen.context)

    endpoint, _values = floor_app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    floor_app.view_functions[endpoint] = lambda **_values: view()
    bare = floor_app.test_client()

    return Pair(lambda _number: asked(bare, path), lambda _number: asked(client, path), rounds, same=same)


def paging_by_hand(ground: Ground, path: str, write: Callable[[Desk], str], rounds: int = 120) -> Pair:
    """Compare a page with the same page written by hand; same bytes, but for the tokens of forms."""
    app, floor_app = served(ground), served(ground)
    client, bare = signed_in(ground, app), signed_in(ground, floor_app)
    _strip(floor_app)
    endpoint, _values = floor_app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    floor_app.view_functions[endpoint] = lambda **_values: write(Desk(ground.raw))
    asked(client, path)  # what a first visit writes is written
    return Pair(lambda _number: asked(bare, path), lambda _number: asked(client, path), rounds, same=same)


def same(left: object, right: object) -> bool:
    """Compare two pages byte for byte, but for the tokens of their forms."""
    return bool(DRAWN.sub(r"\1", str(left)) == DRAWN.sub(r"\1", str(right)))


def asked(client: Any, path: str) -> str:
    """Ask for a page and give its text; raises AssertionError for any answer other than 200."""
    answer = client.get(path)
    assert answer.status_code == OK, (path, answer.status_code)
    text: str = answer.get_data(as_text=True)
    return text


def rows_shown(page: str) -> int:
    """Count the rows of a listing: the lines of its table, or the entries of its days."""
    return len(ROW.findall(page))


def sections_shown(page: str) -> int:
    """Count the sections of a dossier that are filled: an empty one says so in a muted line or an empty box."""
    return sum(
        'class="empty"' not in section and 'class="muted">Rien' not in section and 'class="body muted"' not in section
        for section in page.split('<section class="card"')[1:]
    )


def served(ground: Ground) -> Flask:
    """Build the application over the ground's database."""
    return create_app(settings_of(ground), ground.database)


def signed_in(ground: Ground, app: Flask) -> Any:
    """Give a client that is the probed lawyer."""
    with ground.database.transaction() as session:
        person = session.get_one(type(ground.person), ground.person.id)
        token = accounts.start_session(session, person, complete=True, user_agent="bench", address="127.0.0.1")
    client = app.test_client()
    client.set_cookie("casefile_session", token)
    return client


def queries(ground: Ground, path: str) -> list[str]:
    """Give the statements that a second visit of a page runs."""
    app = served(ground)
    client = signed_in(ground, app)
    asked(client, path)
    with watched(ground, app) as seen:
        asked(client, path)
    return [statement for statement, _ in seen.statements]


def first_matter(ground: Ground) -> uuid.UUID:
    """Give a dossier of the probed lawyer."""
    found: uuid.UUID = ground.matters[0]
    return found


def _strip(app: Flask) -> None:
    """Leave of the application its templates and addresses only."""
    for hooks in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs):
        hooks.clear()
    app.template_context_processors[None] = app.template_context_processors[None][:1]  # Flask's own
    del app.wsgi_app
