"""The list of dossiers by hand."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import render_template

from bench.floors.desk import MINE, SEEN, Desk, dashed, day
from casefile.web.paging import Pager

COUNT = f"SELECT count(*) FROM desk_matter k WHERE {MINE} AND k.state = 'open'"
PAGE = (
    "SELECT m.id, m.reference, m.title, m.opened_on, m.next_prudent_on FROM desk_matter k "
    f"JOIN matter m ON m.id = k.matter_id WHERE {MINE} AND k.state = 'open' AND {SEEN} "
    "ORDER BY k.next_prudent_on NULLS LAST, k.year DESC, k.number DESC LIMIT 50"
)


class Line(NamedTuple):
    """One dossier of the list."""

    id: str
    reference: str
    title: str
    opened_on: date | None
    next_prudent_on: date | None


def view(desk: Desk) -> str:
    """Answer « /dossiers »."""
    found = [
        Line(dashed(key), reference, title, day(opened), day(nearest))
        for key, reference, title, opened, nearest in desk.rows(PAGE)
    ]
    return render_template(
        "matters/index.html",
        matters=found,
        pager=Pager(1, desk.number(COUNT), noun="dossier"),
        state="open",
        states=(("open", "Ouverts"), ("closed", "Clos"), ("archived", "Archivés")),
        may_open=True,
        may_hand_over=True,
        may_break_glass=False,
        shell=desk.shell("/dossiers"),
    )
