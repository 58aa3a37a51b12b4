"""What every page by hand begins with: who asks, by the cookie; the firm and its health; the bar."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import request

from casefile import clock
from casefile.law import rules
from casefile.web.shell import Link, Shell

SIGNED_IN = (
    "SELECT p.id, p.full_name, p.title, p.theme, p.role, s.last_seen_at FROM login_session s "
    "JOIN person p ON p.id = s.person_id WHERE s.token_digest = ? AND s.complete AND s.revoked_at IS NULL "
    "AND s.expires_at > ? AND s.last_seen_at > ? AND p.state = 'active'"
)
FIRM = (
    "SELECT f.name, f.is_demo, h.name, h.beat_at, "
    "(SELECT count(*) FROM outgoing_mail WHERE state = 'failed'), "
    "(SELECT count(*) FROM outgoing_mail WHERE state = 'queued' AND created_at < :stuck), "
    "(SELECT count(*) FROM reminder WHERE state IN ('due', 'queued') AND due_at < :stuck) "
    "FROM firm f LEFT JOIN heartbeat h WHERE f.id = 1"
)
# A dossier exists only for its team: the condition stands in every statement that opens a `matter m`.
SEEN = (
    "EXISTS (SELECT 1 FROM team_member t WHERE t.matter_id = m.id AND t.person_id = :me "
    "AND (t.until IS NULL OR t.until > :now)) AND NOT EXISTS (SELECT 1 FROM wall_entry w WHERE w.matter_id = m.id "
    "AND w.person_id = :me AND w.lifted_at IS NULL)"
)
# The rows that the database keeps beside the reader's name (`casefile.models.desk`): what sorts and counts is there.
MINE = "k.person_id = :me AND (k.until IS NULL OR k.until > :now)"
BAR = (
    ("Aujourd’hui", "/", "a"),
    ("Dossiers", "/dossiers", "d"),
    ("Délais", "/delais", "l"),
    ("Agenda", "/agenda", ""),
    ("Notifications", "/notifications", "n"),
    ("Annuaire", "/annuaire", ""),
    ("Droit", "/droit", ""),
)
IDLE, STUCK, SILENCE = timedelta(hours=2), timedelta(minutes=15), timedelta(minutes=5)


class Reader(NamedTuple):
    """Who asks."""

    id: str
    full_name: str
    title: str
    theme: str


class Matter(NamedTuple):
    """What a list shows of a dossier."""

    id: str
    reference: str
    title: str


class Named(NamedTuple):
    """Somebody, by name."""

    full_name: str


class Desk:
    """One request answered by hand."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        """Take the time and ask who is there."""
        self.raw, self.now = raw, clock.now()
        self.today = clock.day_of(self.now)
        token = hashlib.sha256(request.cookies["casefile_session"].encode()).hexdigest()
        found = raw.execute(SIGNED_IN, (token, stamp(self.now), stamp(self.now - IDLE))).fetchone()
        self.reader = Reader(*found[:4])
        self.values = {"me": self.reader.id, "now": stamp(self.now), "today": self.today.isoformat()}
        self.beats: dict[str, datetime] = {}

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Read rows."""
        return self.raw.execute(statement, self.values | values).fetchall()

    def number(self, statement: str, **values: Any) -> int:
        """Read one number."""
        found: int = self.raw.execute(statement, self.values | values).fetchone()[0]
        return found

    def shell(self, current: str) -> Shell:
        """Read the firm and its health, and write the bar; a firm in trouble is not what this floor shows."""
        found = self.rows(FIRM, stuck=stamp(self.now - STUCK))
        self.beats = {
            name: datetime.fromisoformat(beat).replace(tzinfo=self.now.tzinfo) for _, _, name, beat, *_ in found
        }
        name, is_demo, _, _, *stuck = found[0]
        if any(stuck) or self.now - self.beats["worker"] > SILENCE:
            raise NotImplementedError("this floor draws no red banner")
        return Shell(
            firm=name,
            person=f"{self.reader.title} {self.reader.full_name}".strip(),
            account_url="/compte",
            logout_url="/deconnexion",
            search_url="/recherche",
            navigation=tuple(Link(label, url, url == current, key) for label, url, key in BAR),
            pulse_url="/pouls",
            demonstration=bool(is_demo),
            rules_verified_on=rules.verified_since(self.today),
            rules_url="/droit",
            rules_unverified=rules.unverified_count(self.today),
            theme=self.reader.theme,
        )


def stamp(instant: datetime) -> str:
    """Write an instant as the database holds it."""
    return f"{instant:%Y-%m-%d %H:%M:%S.%f}"


def day(text: str | None) -> date | None:
    """Read a day."""
    return None if text is None else date.fromisoformat(text)


def dashed(key: str) -> str:
    """Write an identifier as addresses do."""
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
