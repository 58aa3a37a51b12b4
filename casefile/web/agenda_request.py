"""What an address of the agenda asks for: a span, filters, the entries and absences that answer it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from flask import g, request, url_for
from sqlalchemy import select

from casefile import clock, desk
from casefile.access import visible_to, visible_to_reader
from casefile.deadlines import absences, agenda
from casefile.deadlines.typed_day import read_day
from casefile.errors import InvalidInput
from casefile.models.desk import DeskMatter
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Absence
from casefile.models.procedure import Deadline, DeadlineKind
from casefile.names import folded
from casefile.web.agenda_lines import ONE_DAY, Calendar
from casefile.web.guards import db
from casefile.web.paging import Pager, pager

VIEWS = (("jour", "Jour"), ("semaine", "Semaine"), ("mois", "Mois"), ("liste", "Liste"))
FILTERS = ("vue", "jour", "personne", "dossier", "nature", "critiques", "faits")
NO_MATTER = uuid.UUID(int=0)
OFFERED = 20  # dossiers offered while one types


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, and the days that it cuts: what they hold besides is on the page before, or after."""

    calendar: Calendar
    pager: Pager
    goes_on_before: date | None
    goes_on_after: date | None


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

    def away(self, *, until: date | None = None) -> list[Absence]:
        """List the absences that touch the span, and those from today until a later day."""
        begins, ends = self.begins, self.ends
        if until is not None:
            begins, ends = min(begins, monday_of(clock.today())), max(ends, until)
        return absences.planned(db(), begins=begins, ends=ends)

    def calendar(self, away: Sequence[Absence]) -> Calendar:
        """Load all that the span shows, last useful days included."""
        asked = wanted(self.begins, self.ends)
        useful = agenda.useful_days(db(), g.person, asked)
        return Calendar.of(self.entries(), useful, away, clock.today())

    def page(self, away: Sequence[Absence]) -> Page:
        """Load one page of the list: as many lines as any other list, whatever the days hold."""
        asked = wanted(self.begins, self.ends)
        shown = pager(agenda.fallen_count(db(), g.person, asked), noun="échéance")
        # One line more on each side tells whether the page cuts a day.
        before = min(shown.offset, 1)
        around = agenda.fallen(db(), g.person, asked, offset=shown.offset - before, limit=before + shown.size + 1)
        rows, after = around[before : before + shown.size], around[before + shown.size :]
        lines = Calendar.of(
            [one.deadline for one in rows if not one.is_useful_day],
            [one.deadline for one in rows if one.is_useful_day],
            away,
            clock.today(),
        )
        first, last = (rows[0].day, rows[-1].day) if rows else (None, None)
        return Page(
            lines,
            shown,
            first if before and around[0].day == first else None,
            last if after and after[0].day == last else None,
        )


def monday_of(day: date) -> date:
    """Give the first day of a week."""
    return day - day.weekday() * ONE_DAY


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


def newest_matters() -> list[Any]:
    """Give the newest of the open dossiers that the reader sees: number and title, offered before anything is typed."""
    return list(db().execute(_open_matters(OFFERED), _reader()))


def matters_like(typed: str) -> list[Any]:
    """Give the open dossiers of the reader whose number or title holds what was typed, accents and capitals aside."""
    words = folded(typed).split()
    rows = db().execute(_open_matters(None), _reader())
    return list(islice((row for row in rows if _holds(row, words)), OFFERED))


def _holds(row: Any, words: list[str]) -> bool:
    shown = folded(f"{row.reference} {row.title}")
    return all(word in shown for word in words)


@cache
def _open_matters(limit: int | None) -> Any:
    newest = (
        select(DeskMatter.matter_id, DeskMatter.year, DeskMatter.number)
        .where(desk.mine(DeskMatter), DeskMatter.state == MatterState.OPEN)
        .order_by(DeskMatter.year.desc(), DeskMatter.number.desc())
        .limit(limit)
        .subquery()
    )
    found = select(Matter.reference, Matter.title).join(newest, newest.c.matter_id == Matter.id)
    return found.where(visible_to_reader()).order_by(newest.c.year.desc(), newest.c.number.desc())


def _reader() -> dict[str, Any]:
    return {"reader": g.person.id, "instant": clock.now()}


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
