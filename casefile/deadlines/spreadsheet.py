"""The agenda as a spreadsheet, in CSV and in XLSX; no cell of either can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

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
    return workbook(("Agenda", COLUMNS, (_cells(one) for one in entries)))


def workbook(*sheets: tuple[str, Columns, Iterable[Sequence[str | date | None]]]) -> bytes:
    """Write sheets (title, headings with their width, rows) as a workbook ready to filter and to print."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, columns, rows in sheets:
        _fill(book.create_sheet(title), columns, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Prefix what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _fill(sheet: Worksheet, columns: Columns, rows: Iterable[Sequence[str | date | None]]) -> None:
    sheet.append([name for name, _ in columns])
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            _write(sheet.cell(number, column), value)
    for column, (_, width) in enumerate(columns, start=1):
        head = sheet.cell(1, column)
        head.font = Font(bold=True)
        sheet.column_dimensions[head.column_letter].width = width
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


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


def _write(cell: Cell | object, value: str | date | None) -> None:
    assert isinstance(cell, Cell)
    if isinstance(value, date):
        cell.value, cell.number_format = value, "DD/MM/YYYY"
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"  # never « f », whatever the text begins with
        cell.quotePrefix = value.startswith(FORMULA)
