"""What narrows the chronology of a dossier, all of it in the address: kind, person, days, words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from sqlalchemy import select

from casefile.chronology import Event
from casefile.models.people import Person
from casefile.web.fields import read_date
from casefile.web.guards import db
from casefile.words import fold, words_of

LONGEST = 200  # signs of what is looked for
# Value in the address → (words, the tables that the lines tell about)
FAMILIES = {
    "contenus": ("Contenus", frozenset({"publication"})),
    "preuves": ("Captures et preuves", frozenset({"capture"})),
    "qualifications": ("Qualifications", frozenset({"qualification"})),
    "delais": ("Délais et actes", frozenset({"deadline", "procedural_act"})),
    "identification": ("Identification", frozenset({"identification_step"})),
    "documents": ("Documents et envois", frozenset({"letter", "dispatch"})),
    "courriels": ("Courriels", frozenset({"filed_mail"})),
    "notes": ("Notes", frozenset({"note"})),
    "dossier": ("Vie du dossier", frozenset({"matter"})),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked, as typed, and what could be read of it; a day that cannot be read narrows nothing."""

    family: str = ""
    person: str = ""
    since_typed: str = ""
    until_typed: str = ""
    words: str = ""
    since: date | None = None
    until: date | None = None
    misread: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Tell whether something narrows the list."""
        return bool(self.family or self.person or self.since or self.until or self.words)


def chosen() -> Filters:
    """Read the filters of the address."""
    typed = [request.args.get(name, "").strip()[:LONGEST] for name in ("du", "au")]
    days = [_day(text) for text in typed]
    family = request.args.get("nature", "")
    return Filters(
        family=family if family in FAMILIES else "",
        person=_person(request.args.get("qui", "")),
        since_typed=typed[0],
        until_typed=typed[1],
        words=request.args.get("mots", "").strip()[:LONGEST],
        since=days[0],
        until=days[1],
        misread=tuple(text for text, day in zip(typed, days, strict=True) if text and day is None),
    )


def kept(events: Iterable[Event], filters: Filters) -> list[Event]:
    """Keep the lines that answer every filter, in their order."""
    wanted = [fold(word) for word in filters.words.split()]
    return [event for event in events if _answers(event, filters) and _holds(event, wanted)]


def people_of(events: Sequence[Event]) -> list[tuple[str, str]]:
    """List who did something in the dossier, by name: identifier and name."""
    known = {event.by for event in events if event.by}
    rows = db().execute(select(Person.id, Person.full_name).where(Person.id.in_(known)).order_by(Person.full_name))
    return [(str(person_id), name) for person_id, name in rows]


def _answers(event: Event, filters: Filters) -> bool:
    tables = FAMILIES[filters.family][1] if filters.family else None
    return (
        (tables is None or event.table in tables)
        and (not filters.person or str(event.by) == filters.person)
        and (filters.since is None or event.on >= filters.since)
        and (filters.until is None or event.on <= filters.until)
    )


def _holds(event: Event, wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    held = " ".join(word.folded for word in words_of(f"{event.text} {event.detail}"))
    return all(word in held for word in wanted)


def _day(text: str) -> date | None:
    try:
        return read_date(text) if text else None
    except ValueError:
        return None


def _person(text: str) -> str:
    try:
        return str(uuid.UUID(text)) if text else ""
    except ValueError:
        return ""
