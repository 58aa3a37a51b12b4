"""The agenda as a list of ninety days, by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import render_template, url_for

from bench.floors.desk import MINE, SEEN, Desk, Matter, Named, dashed, day
from casefile.deadlines.wording import KIND_NAMES
from casefile.deadlines.work import MOVABLE
from casefile.law.calendar import is_working_day
from casefile.models.procedure import DeadlineKind, DeadlineState
from casefile.web.agenda import MONDAY_FIRST
from casefile.web.paging import PAGE_SIZE, Pager

SHAPE = (
    "SELECT d.id, d.matter_id, m.reference, m.title, d.label, d.kind, d.is_critical, d.prudent_on, d.last_useful_day, "
    "d.facts, p.full_name FROM ({}) f JOIN deadline d ON d.id = f.deadline_id JOIN matter m ON m.id = d.matter_id "
    f"JOIN person p ON p.id = d.responsible_id WHERE {SEEN} "
)
FALLEN = f"FROM desk_deadline k WHERE {MINE} AND k.prudent_on BETWEEN :today AND :last"
COUNT = f"SELECT count(*) {FALLEN}"
DATED = SHAPE.format(f"SELECT k.deadline_id {FALLEN} ORDER BY k.prudent_on, k.deadline_id LIMIT 51") + (
    "ORDER BY d.prudent_on, m.reference, d.id"
)
USEFUL = (
    f"SELECT count(*) FROM desk_deadline k WHERE {MINE} AND k.limit_on BETWEEN :today AND :last "
    "AND k.limit_on <> k.prudent_on"
)
PAST = f"SELECT k.deadline_id FROM desk_deadline k WHERE {MINE} AND (k.prudent_on < :today OR k.prudent_on IS NULL)"
OVERDUE = SHAPE.format(PAST) + "ORDER BY d.prudent_on NULLS FIRST, m.reference, d.id LIMIT 51"
AWAY = (
    "SELECT a.begins_on, a.ends_on, p.full_name, q.full_name FROM absence a JOIN person p ON p.id = a.person_id "
    "LEFT JOIN person q ON q.id = a.deputy_id WHERE a.cancelled_at IS NULL "
    "AND (a.ends_on IS NULL OR a.ends_on >= :today) AND a.begins_on <= :last"
)
COLLEAGUES = "SELECT p.id, p.full_name FROM person p WHERE p.role NOT IN ('externe', 'client') ORDER BY p.full_name"
MATTERS = (
    f"SELECT m.reference, m.title FROM (SELECT k.matter_id, k.year, k.number FROM desk_matter k WHERE {MINE} "
    "AND k.state = 'open' ORDER BY k.year DESC, k.number DESC LIMIT 20) f JOIN matter m ON m.id = f.matter_id "
    f"WHERE {SEEN} ORDER BY f.year DESC, f.number DESC"
)
LOAD = (
    "SELECT p.full_name, k.prudent_on, count(*) FROM desk_deadline k JOIN deadline d ON d.id = k.deadline_id "
    f"JOIN person p ON p.id = d.responsible_id WHERE {MINE} AND k.prudent_on >= :monday "
    "AND k.prudent_on < :beyond GROUP BY p.full_name, k.prudent_on ORDER BY p.full_name"
)
WEEK, WEEKS = timedelta(7), 6
VIEWS = (("jour", "Jour"), ("semaine", "Semaine"), ("mois", "Mois"), ("liste", "Liste"))


class Deadline(NamedTuple):
    """One date."""

    id: str
    matter_id: str
    matter: Matter
    label: str
    kind: DeadlineKind
    is_critical: int
    prudent_on: date | None
    facts: dict[str, Any]
    responsible: Named
    state: DeadlineState = DeadlineState.OPEN


class Entry(NamedTuple):
    """One date on its day."""

    deadline: Deadline
    is_useful_day: bool


class Day(NamedTuple):
    """One day and what falls on it."""

    day: date
    entries: list[Entry]
    away: tuple[Any, ...]
    is_today: bool
    is_open: bool


class Page(NamedTuple):
    """The page shown, which cuts no day."""

    pager: Pager
    goes_on_before: date | None = None
    goes_on_after: date | None = None


class Offered(NamedTuple):
    """A dossier offered while one types."""

    reference: str
    title: str


def view(desk: Desk) -> str:
    """Answer « /agenda?vue=liste »."""
    begins, ends = desk.today, desk.today + timedelta(90)
    monday = begins - timedelta(begins.weekday())
    days: dict[date, list[Entry]] = {}
    total = desk.number(COUNT, last=ends.isoformat())
    for row in desk.rows(DATED, last=ends.isoformat()):
        one = _deadline(row)
        days.setdefault(one.prudent_on or begins, []).append(Entry(one, is_useful_day=False))
    span = {"monday": monday.isoformat(), "beyond": (monday + WEEKS * WEEK).isoformat()}
    load: dict[str, list[tuple[int, bool]]] = {}
    for name, on, count in desk.rows(LOAD, **span):
        weeks, place = load.setdefault(name, [(0, False)] * WEEKS), (date.fromisoformat(on) - monday) // WEEK
        weeks[place] = (weeks[place][0] + count, False)
    if total > PAGE_SIZE or desk.number(USEFUL, last=ends.isoformat()) or desk.rows(AWAY, last=ends.isoformat()):
        raise NotImplementedError("this floor draws one page, without last useful days nor absences")
    overdue = [_deadline(row) for row in desk.rows(OVERDUE)]
    return render_template(
        "agenda/index.html",
        view="liste",
        views=[(label, f"/agenda?vue={value}", None, value == "liste") for value, label in VIEWS],
        day=begins,
        misread="",
        begins=begins,
        ends=ends,
        days=[
            Day(on, entries, (), on == begins, is_working_day(on, ("metropole",)))
            for on, entries in sorted(days.items())
        ],
        page=Page(Pager(1, total, noun="échéance")),
        weeks=[],
        weekdays=MONDAY_FIRST,
        previous_url=f"/agenda?vue=liste&jour={begins - timedelta(1)}",
        next_url=f"/agenda?vue=liste&jour={ends + timedelta(1)}",
        today_url="/agenda?vue=liste",
        exports={name: url_for(f"agenda.{name}", vue="liste") for name in ("export", "workbook", "printed")},
        people=[(dashed(key), name) for key, name in desk.rows(COLLEAGUES)],
        matters=[Offered(*row) for row in desk.rows(MATTERS)],
        natures=[(kind.value, name.capitalize()) for kind, name in KIND_NAMES.items()],
        filters={"vue": "liste", "jour": "", "personne": "", "dossier": "", "nature": "", "critiques": "", "faits": ""},
        movable=MOVABLE,
        kind_names=KIND_NAMES,
        overdue=overdue,
        overdue_total=len(overdue),
        overdue_url="/agenda?vue=liste&depassees=toutes#depassees",
        load=list(load.items()),
        load_weeks=[monday + number * WEEK for number in range(WEEKS)],
        shell=desk.shell("/agenda"),
    )


def _deadline(row: Any) -> Deadline:
    key, matter, reference, title, label, kind, is_critical, prudent_on, _useful, facts, name = row
    if facts != "{}":
        raise NotImplementedError("this floor shows dates without an hour")
    matter = dashed(matter)
    place = Matter(matter, reference, title)
    return Deadline(
        dashed(key), matter, place, label, DeadlineKind(kind), is_critical, day(prudent_on), {}, Named(name)
    )
