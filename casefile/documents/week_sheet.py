"""The printable week: one sheet of paper for who does not carry a screen into court."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from casefile.deadlines.wording import french_day
from casefile.documents.blocks import Block, Exact, cell, heading, paragraph, table
from casefile.documents.pdf import Meta, render
from casefile.documents.typography import long_date

WIDTHS = (0.09, 0.13, 0.2, 0.38, 0.2)
HEADER = ("Heure", "Dossier", "Nature", "Intitulé", "Responsable")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a day, in the words of the agenda."""

    hour: str
    reference: str
    nature: str
    label: str
    responsible: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day, what falls on it and who is away."""

    on: date
    items: tuple[Item, ...]
    away: tuple[str, ...]


def week_sheet(days: Sequence[Day], firm: str, reader: str, printed_on: date) -> bytes:
    """Give the days as a tagged PDF; it names dossiers by their titles and is not for other eyes."""
    title = f"Semaine du {long_date(days[0].on)}"
    meta = Meta(title=title, author=firm, reference=reader, created=printed_on, subject=firm)
    said = f"{reader}, imprimée le {long_date(printed_on)}. Une date prudente ne se déplace pas."
    return render([heading(title, 0), paragraph(said), *_each(days, _day)], meta)


def _each(days: Iterable[Day], blocks: Callable[[Day], list[Block]]) -> list[Block]:
    return [block for day in days for block in blocks(day)]


def _day(day: Day) -> list[Block]:
    rows = [
        (one.hour or "–", cell(Exact(one.reference)), one.nature, cell(Exact(one.label)), cell(Exact(one.responsible)))
        for one in day.items
    ]
    away = [paragraph("Absences : ", Exact(", ".join(day.away)), style="note")] if day.away else []
    body: list[Block] = [table(HEADER, rows, widths=WIDTHS)] if rows else [paragraph("Rien.", style="note")]
    return [heading(french_day(day.on).capitalize(), 2), *away, *body]
