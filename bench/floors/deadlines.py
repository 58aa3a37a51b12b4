"""The tables of deadlines by hand: their counts and one page of rows, for the home page and for « Délais »."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import render_template

from bench.floors.desk import MINE, SEEN, Desk, Matter, Named, dashed, day
from casefile.deadlines.wording import KIND_NAMES
from casefile.models.procedure import DeadlineKind
from casefile.web.deadline_lines import Counter, DeadlineGroup, DeadlineLine
from casefile.web.paging import Pager
from casefile.web.urgency import Group, Urgency

OPEN = f"FROM desk_deadline k WHERE {MINE} AND k.in_open_matter = 1"
THEIRS = " AND k.is_mine = 1"
DATED = "k.prudent_on >= :today"
# What each counter counts; what is later than a month is what remains of all.
COUNTED = (
    "1 = 1",
    "(k.prudent_on IS NULL OR k.prudent_on < :today)",
    f"{DATED} AND k.limit_on <= :week",
    f"{DATED} AND k.limit_on > :week AND k.limit_on <= :month",
    "k.control_state IN ('awaited', 'mismatch')",
)
PAGE = (
    "SELECT d.id, d.matter_id, m.reference, m.title, d.label, d.kind, d.starts_on, d.prudent_on, d.admitted_on, "
    "d.last_useful_day, d.is_provisional, d.control_state, p.full_name FROM (SELECT k.deadline_id, k.limit_on, "
    f"k.prudent_on {{}} AND {DATED} ORDER BY k.limit_on, k.prudent_on, k.deadline_id LIMIT 50) f "
    "JOIN deadline d ON d.id = f.deadline_id JOIN matter m ON m.id = d.matter_id "
    f"JOIN person p ON p.id = d.responsible_id WHERE {SEEN} ORDER BY f.limit_on, f.prudent_on, f.deadline_id"
)
TO_CONTROL = (
    "SELECT count(*) FROM desk_deadline k JOIN deadline d ON d.id = k.deadline_id "
    f"WHERE {MINE} AND k.control_state IN ('awaited', 'mismatch') "
    "AND (d.entered_by_id IS NULL OR d.entered_by_id <> :me)"
)
KINDS = [
    ("limitation", "Prescription"),
    ("procedural", "Délai de procédure"),
    ("retention", "Conservation des données"),
    ("follow_up", "Relance"),
    ("hearing", "Audience"),
    ("appointment", "Rendez-vous"),
    ("task", "Tâche"),
]
DEGREES = (
    ("late", "Dépassé ou incertain", "la date est à établir", "depasse"),
    ("crit", "Critique", "dernier jour utile sous 7 jours", "critique"),
    ("soon", "Proche", "sous 30 jours", "proche"),
    ("ok", "À jour", "au-delà de 30 jours", "ensuite"),
)
SOON = ("Sous 30 jours", None)
LATER = ("Ensuite", None)
SIMPLE = ("none", "simple", "check")
WEEK, MONTH, TWO_YEARS = 7, 30, 730


class Deadline(NamedTuple):
    """One deadline, its dossier and who answers for it."""

    id: str
    matter_id: str
    matter: Matter
    label: str
    starts_on: date | None
    prudent_on: date | None
    admitted_on: date | None
    last_useful_day: date | None
    is_provisional: int
    responsible: Named


class Found(NamedTuple):
    """One page of rows, and the counts."""

    groups: list[DeadlineGroup]
    tally: list[Counter]
    total: int
    awaited: int


def found(desk: Desk, address: str, *, mine: bool) -> Found:
    """Count and read one page; the address carries the filter of each counter."""
    days = {"week": (desk.today + timedelta(7)).isoformat(), "month": (desk.today + timedelta(30)).isoformat()}
    whose = OPEN + THEIRS if mine else OPEN
    counted = ", ".join(f"(SELECT count(*) {whose} AND {part})" for part in COUNTED)
    every, past, *near, awaited = desk.rows(f"SELECT {counted}", **days)[0]
    if past:
        raise NotImplementedError("this floor draws what is to come")
    soon: list[DeadlineLine] = []
    later: list[DeadlineLine] = []
    for row in desk.rows(PAGE.format(whose), **days):
        line = _line(row, desk.today)
        (soon if line.urgency.group is Group.SOON else later).append(line)
    groups = [
        DeadlineGroup(group, *heading, tuple(lines))
        for group, heading, lines in ((Group.SOON, SOON, soon), (Group.LATER, LATER, later))
        if lines
    ]
    counts = (past, *near, every - sum(near))
    tally = [
        Counter(tone, count, label, hint, f"{address}etat={degree}", current=False)
        for count, (tone, label, hint, degree) in zip(counts, DEGREES, strict=True)
    ]
    return Found(groups, tally, every, awaited)


def _line(row: Any, today: date) -> Any:
    key, matter, reference, title, label, kind, *dates, provisional, control, name = row
    starts, prudent, admitted, useful = map(day, dates)
    limit = useful or prudent
    assert limit is not None  # only what has a day is read
    left = (limit - today).days
    if left <= WEEK or starts is not None or control != "not_needed":
        raise NotImplementedError("this floor draws rows that neither press nor await anybody")
    words = f"{left}\u00a0jours" if left < TWO_YEARS else f"{left // 365}\u00a0ans"
    urgency = (
        Urgency("soon", "soon", words, Group.SOON) if left <= MONTH else Urgency("on_time", "ok", words, Group.LATER)
    )
    place = Matter(dashed(matter), reference, title)
    named = Named(name)
    shown: Any = Deadline(dashed(key), place.id, place, label, starts, prudent, admitted, useful, provisional, named)
    return DeadlineLine(shown, urgency, None, SIMPLE, "Voir", KIND_NAMES[DeadlineKind(kind)])


def view(desk: Desk) -> str:
    """Answer « /delais »."""
    read = found(desk, "/delais?", mine=False)
    return render_template(
        "deadlines/index.html",
        tally=read.tally,
        groups=read.groups,
        pager=Pager(1, read.total, noun="échéance"),
        filters={"etat": "", "nature": ""},
        natures=KINDS,
        may_read_journal=False,
        to_control=desk.number(TO_CONTROL),
        shell=desk.shell("/delais"),
    )
