"""What an address of the agenda asks for: a span, filters, the entries and absences that answer it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, request, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import visible_to
from casefile.deadlines import absences, agenda
from casefile.deadlines.typed_day import read_day
from casefile.errors import InvalidInput
from casefile.models.matter import Matter, MatterState
from casefile.models.procedure import Deadline, DeadlineKind
from casefile.web.agenda_lines import Calendar
from casefile.web.guards import db

VIEWS = (("jour", "Jour"), ("semaine", "Semaine"), ("mois", "Mois"), ("liste", "Liste"))
FILTERS = ("vue", "jour", "personne", "dossier", "nature", "critiques", "faits")
NO_MATTER = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Asked:
    """The view, its days, and what was not understood of the address."""

    view: str
    day: date
    begins: date
    ends: date
    misread: str

    def entries(self) -> list[Deadline]:
        """Load the deadlines of the span that answer the filters."""
        return agenda.entries(db(), g.person, wanted(self.begins, self.ends))

    def calendar(self) -> Calendar:
        """Load all that the span shows, last useful days and absences included."""
        asked = wanted(self.begins, self.ends)
        useful = agenda.useful_days(db(), g.person, asked)
        away = absences.planned(db(), begins=self.begins, ends=self.ends)
        return Calendar.of(self.entries(), useful, away, clock.today())


def asked() -> Asked:
    """Read the address; nonsense becomes this week, and is said."""
    view = request.args.get("vue", "semaine")
    view = view if view in dict(VIEWS) else "semaine"
    today, typed, misread = clock.today(), request.args.get("jour", "").strip(), ""
    try:
        day = read_day(typed, today) if typed else today
    except InvalidInput as error:
        day, misread = today, error.message
    begins, ends = agenda.span(view, day)
    return Asked(view, day, begins, ends, misread)


def wanted(begins: date, ends: date) -> agenda.Wanted:
    """Read the filters; a dossier that the reader does not see has no entry."""
    given = kept()
    reference = given.get("dossier", "").strip()
    return agenda.Wanted(
        begins=begins,
        ends=ends,
        responsible_id=_as_uuid(given.get("personne", "")),
        matter_id=_matter_named(reference) if reference else None,
        kinds=[DeadlineKind(given["nature"])] if given.get("nature") in set(DeadlineKind) else (),
        critical_only=given.get("critiques") == "1",
        settled_too=given.get("faits") == "1",
    )


def kept() -> dict[str, Any]:
    """Give the filters that the address carries."""
    return {name: request.args[name] for name in FILTERS if request.args.get(name)}


def address(**changes: str | None) -> str:
    """Give the same address with something changed."""
    return url_for("agenda.index", **{**kept(), **changes})


def open_matters() -> list[Matter]:
    """List the open dossiers that the reader sees, the newest first."""
    found = select(Matter).where(visible_to(g.person), Matter.state == MatterState.OPEN)
    return list(db().scalars(found.order_by(Matter.year.desc(), Matter.number.desc()).limit(500)))


def matter_with(reference: str) -> Matter | None:
    """Find a dossier that the reader sees by its number, as typed or as chosen from the list."""
    number = reference.strip().partition(" ")[0]
    return db().scalar(select(Matter).where(Matter.reference == number, visible_to(g.person)))


def _matter_named(reference: str) -> uuid.UUID:
    found = matter_with(reference)
    return found.id if found else NO_MATTER


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
