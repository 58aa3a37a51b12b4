"""What every page is told of the firm and of its health, read in one statement and given to templates as `shell`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g, url_for
from sqlalchemy import Select, literal

from casefile import clock
from casefile.access import Permission, allows
from casefile.deadlines import alarm
from casefile.law import rules
from casefile.models.people import OUTSIDERS, Firm, Person
from casefile.web import shell


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every page says of the firm, and its signs of life."""

    firm: str
    demonstration: bool
    signs: alarm.Signs


def read() -> Surroundings:
    """Read them once for a request."""
    if "surroundings" not in g:
        rows = g.db.execute(_read(), alarm.since(clock.now())).all()
        name, demonstration = rows[0].firm or "Casefile", bool(rows[0].is_demo)
        g.surroundings = Surroundings(name, demonstration, alarm.signs_of(rows))
    found: Surroundings = g.surroundings
    return found


def values() -> dict[str, Any]:
    """Give all templates their shell."""
    who = getattr(g, "person", None)
    if getattr(g, "db", None) is None:
        return {"shell": shell.Shell()}
    around = read()
    if who is None or not g.login.complete:
        return {"shell": shell.Shell(firm=around.firm, demonstration=around.demonstration)}
    return {
        "shell": shell.Shell(
            firm=around.firm,
            person=" ".join(part for part in (who.title, who.full_name) if part),
            account_url=url_for("account.index"),
            logout_url=url_for("authentication.logout"),
            navigation=shell.navigation(),
            search_url=shell.known_url("search.index") if allows(who, Permission.MATTER_READ) else None,
            demonstration=around.demonstration,
            theme=who.theme,
            rules_verified_on=rules.verified_since(clock.today()),
            rules_url=url_for("law.index"),
            rules_unverified=rules.unverified_count(clock.today()),
            **_alarms(who, around.signs),
        )
    }


@cache
def _read() -> Select[Any]:
    firm = (Firm.name.label("firm"), Firm.is_demo)
    return alarm.statement().add_columns(*firm).outerjoin(Firm, Firm.id == literal(1))


def _alarms(who: Person, known: alarm.Signs) -> dict[str, Any]:
    """Say what keeps reminders from going out: since when the worker is silent, and the rest; outsiders see nothing."""
    if who.role in OUTSIDERS:
        return {}
    found = alarm.troubles(known, clock.now())
    worker = known.last()
    silent = any(one.code == "worker_silent" for one in found)
    return {
        "worker_silent_since": worker if silent else None,
        "alarms": tuple(one.message for one in found if one.code != "worker_silent" or worker is None),
        "pulse_url": shell.known_url("pulse.index") if allows(who, Permission.OUTBOX_READ) else None,
    }
