"""The page of a search for one word, by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import render_template, request

from bench.floors.desk import MINE, SEEN, Desk, dashed
from bench.floors.dossier_told import opened
from casefile.models.base import keys_of
from casefile.web.guards import context
from casefile.web.search import KINDS
from casefile.words import fold, stem

FOUND = (
    "SELECT e.id, e.happened_at, e.body, e.stems, m.id, m.reference, m.title FROM search_text t "
    "JOIN search_readable k ON k.id = t.rowid JOIN search_entry e ON e.id = k.id + 0 * k.number "
    f"JOIN matter m ON m.id = e.matter_id WHERE search_text MATCH :asked AND {MINE} AND {SEEN} "
    "ORDER BY t.rowid DESC LIMIT 51"
)
WORD = re.compile(r"[^\W_]+")
SHOWN, BEFORE, AFTER = 50, 8, 22


class Result(NamedTuple):
    """One text found."""

    kind: str
    title: str
    reference: str
    extract: Any
    happened_at: datetime
    url: str


def view(desk: Desk) -> str:
    """Answer « /recherche?q=… » for one word: found, opened, and cut around each place where it stands."""
    query = request.args["q"]
    keys = keys_of(context().database.engine.dialect)
    word = keys.blind(stem(fold(query)))
    rows = desk.rows(FOUND, asked=f'stems : "{word}"')
    results = [
        Result(
            "Note",
            title,
            reference,
            _cut(opened(keys, body, "search_entry.body"), stems.split(" "), word),
            datetime.fromisoformat(at).replace(tzinfo=UTC),
            f"/dossiers/{dashed(matter)}",
        )
        for _id, at, body, stems, matter, reference, title in rows[:SHOWN]
    ]
    return render_template(
        "search/index.html",
        query=query,
        results=results,
        total=len(results),
        kinds=KINDS,
        given=dict.fromkeys(("genre", "dossier", "du", "au"), ""),
        misread=[],
        newest=None,
        older=f"/recherche?q={query}&avant={rows[SHOWN - 1][0]}" if len(rows) > SHOWN else None,
        shell=desk.shell("/recherche"),
    )


def _cut(body: str, stems: list[str], word: str) -> list[tuple[str, bool]]:
    marked = [number for number, stem in enumerate(stems) if stem == word]
    start, end = max(0, marked[0] - BEFORE), marked[0] + AFTER
    places = [found.span() for found in WORD.finditer(body)]
    at = places[start][0] if start else 0
    pieces = [("… ", False)] if start else []
    for number in marked:
        if number < end:
            begins, ends = places[number]
            pieces += [(body[at:begins], False), (body[begins:ends], True)]
            at = ends
    last = places[end - 1][1] if end < len(stems) else len(body)
    return [piece for piece in (*pieces, (body[at:last], False), (" …" if end < len(stems) else "", False)) if piece[0]]
