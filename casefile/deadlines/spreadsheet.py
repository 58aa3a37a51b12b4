"""The agenda as a spreadsheet, in CSV and in XLSX; no cell of either can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from casefile.deadlines.wording import KIND_NAMES
from casefile.models.procedure import Deadline, DeadlineState

Columns = Sequence[tuple[str, int]]
# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    ("Dossier", 12),
    ("Nature", 22),
    ("Intitulé", 48),
    ("Heure", 8),
    ("Dernier jour utile", 18),
    ("Date prudente", 14),
    ("Date admise", 14),
    ("Responsable", 24),
    ("État", 12),
)
STATES = {DeadlineState.OPEN: "ouverte", DeadlineState.DONE: "faite", DeadlineState.WAIVED: "abandonnée"}


def as_csv(entries: Iterable[Deadline]) -> bytes:
    """Give a spreadsheet that opens in French Excel as it is."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(name for name, _ in COLUMNS)
    for one in entries:
        writer.writerow(harmless(f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell or "") for cell in _cells(one))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(entries: Iterable[Deadline]) -> bytes:
    """Give the same as a workbook: dates are dates, texts are texts even when they begin with « = »."""
    from casefile.deadlines.workbook import workbook

    return workbook(("Agenda", COLUMNS, (_cells(one) for one in entries)))


def harmless(cell: str) -> str:
    """Prefix what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(one: Deadline) -> tuple[str | date | None, ...]:
    return (
        one.matter.reference,
        KIND_NAMES[one.kind],
        one.label,
        str(one.facts.get("at", "")),
        one.last_useful_day,
        one.prudent_on,
        one.admitted_on,
        one.responsible.full_name,
        STATES.get(one.state, one.state.value),
    )
