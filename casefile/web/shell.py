"""What surrounds every page: the bar, the person signed in, banners and the foot.

The application gives one `Shell` to all templates as `shell`; `install` prepares the template engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request, url_for
from jinja2 import StrictUndefined

from casefile.access import Permission, allows
from casefile.web.act_effects import act_effect
from casefile.web.charts import bars, line
from casefile.web.filters import FILTERS
from casefile.web.glossary import page_words
from casefile.web.ruler import mini, ruler

if TYPE_CHECKING:
    from datetime import date, datetime

    from flask import Flask

# Label, endpoint, letter after « g ». An entry is shown to whom its page opens.
NAVIGATION = (
    ("Aujourd’hui", "home.index", "a"),
    ("Mon dossier", "client_status.index", ""),
    ("Dossiers", "matters.index", "d"),
    ("Délais", "deadlines.index", "l"),
    ("Agenda", "agenda.index", ""),
    ("Notifications", "notifications.index", "n"),
    ("Documents", "documents.index", ""),
    ("Annuaire", "directory.index", ""),
    ("Statistiques", "statistics.index", ""),
    ("Droit", "law.index", ""),
    ("Personnes", "people.index", ""),
    ("Cabinet", "firm.index", ""),
)


@dataclass(frozen=True)
class Link:
    """One entry of the bar."""

    label: str
    url: str
    current: bool = False
    key: str = ""  # the letter that opens it after « g »


@dataclass(frozen=True)
class Shell:
    """Facts shown around the page; all have a value fit for someone who has not signed in."""

    firm: str = "Casefile"
    person: str | None = None  # as shown: « Me Aubry »; None before sign-in
    account_url: str | None = None
    logout_url: str | None = None
    search_url: str | None = None
    navigation: tuple[Link, ...] = ()
    worker_silent_since: datetime | None = None  # set: red banner on every page
    alarms: tuple[str, ...] = ()  # the other reasons for it
    pulse_url: str | None = None  # the page that says what is wrong, for whom it opens
    demonstration: bool = False
    rules_verified_on: date | None = None
    rules_url: str | None = None
    rules_unverified: int = 0
    theme: str = "system"  # system, light or dark: the person's choice


def navigation() -> tuple[Link, ...]:
    """Lists the entries whose pages exist, marking the one that holds the page: « Dossiers » for a dossier's."""
    held_by = "matters" if g.get("matter") is not None else request.blueprint or ""
    return tuple(
        Link(label, url_for(endpoint), current=endpoint.partition(".")[0] == held_by, key=key)
        for label, endpoint, key in NAVIGATION
        if endpoint in current_app.view_functions and _may_open(endpoint)
    )


def _may_open(endpoint: str) -> bool:
    policy = getattr(current_app.view_functions[endpoint], "access_policy", None)
    person = g.get("person")
    return person is None or not isinstance(policy, Permission) or allows(person, policy)


def known_url(endpoint: str, **values: Any) -> str | None:
    """Gives the address of a page, or None while no module provides it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def install(app: Flask) -> None:
    """Prepares the template engine: filters, drawings, strict names, an anonymous shell by default."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        ruler=ruler,
        mini_ruler=mini,
        bars=bars,
        line_chart=line,
        shell=Shell(),
        known_url=known_url,
        act_effect=act_effect,
        page_words=page_words,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
