"""Sheets written as an XLSX workbook; a text stays a text, whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from casefile.deadlines.spreadsheet import FORMULA, Columns


def workbook(*sheets: tuple[str, Columns, Iterable[Sequence[str | date | None]]]) -> bytes:
    """Write sheets (title, headings with their width, rows) as a workbook ready to filter and to print."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, columns, rows in sheets:
        _fill(book.create_sheet(title), columns, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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


def _write(cell: Cell | object, value: str | date | None) -> None:
    assert isinstance(cell, Cell)
    if isinstance(value, date):
        cell.value, cell.number_format = value, "DD/MM/YYYY"
    elif value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"  # never « f », whatever the text begins with
        cell.quotePrefix = value.startswith(FORMULA)
