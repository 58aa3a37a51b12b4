"""The agenda on paper and in a spreadsheet: what the screen shows, under the same filters."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from casefile import clock
from casefile.access import Permission
from casefile.deadlines import spreadsheet
from casefile.deadlines.wording import KIND_NAMES
from casefile.documents.week_sheet import Day, Item, week_sheet
from casefile.models.people import Firm
from casefile.web.agenda import blueprint
from casefile.web.agenda_lines import DayLines, Entry
from casefile.web.agenda_request import asked
from casefile.web.guards import access, db

__all__ = ["blueprint"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/agenda/export.csv")
@access(Permission.FIRM_READ)
def export() -> Any:
    """Give the entries as a CSV spreadsheet."""
    span = asked()
    return _file(spreadsheet.as_csv(span.entries()), "text/csv", f"agenda-{span.begins.isoformat()}.csv")


@blueprint.get("/agenda/export.xlsx")
@access(Permission.FIRM_READ)
def workbook() -> Any:
    """Give the entries as an Excel workbook."""
    span = asked()
    return _file(spreadsheet.as_xlsx(span.entries()), XLSX, f"agenda-{span.begins.isoformat()}.xlsx")


@blueprint.get("/agenda/imprimer.pdf")
@access(Permission.FIRM_READ)
def printed() -> Any:
    """Give the days shown as a PDF for paper; a long list keeps only the days that hold something."""
    span, firm = asked(), db().get(Firm, 1)
    calendar = span.calendar(span.away())
    lines = calendar.days_with() if span.view == "liste" else calendar.every_day(span.begins, span.ends)
    days = [_day(one) for one in lines] or [Day(span.begins, (), ())]
    made = week_sheet(days, firm.name if firm else "Casefile", g.person.full_name, clock.today())
    return _file(made, "application/pdf", f"agenda-{span.begins.isoformat()}.pdf")


def _day(lines: DayLines) -> Day:
    away = tuple(one.person.full_name for one in lines.away)
    return Day(lines.day, tuple(_item(one) for one in lines.entries), away)


def _item(entry: Entry) -> Item:
    row = entry.deadline
    nature = KIND_NAMES[row.kind]
    return Item(
        str(row.facts.get("at", "")),
        row.matter.reference,
        f"dernier jour utile, {nature}" if entry.is_useful_day else nature,
        f"{row.matter.title} – {row.label}",
        row.responsible.full_name,
    )


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
