"""The sealed sheets of the deadline journal, for a partner whom no wall keeps from what they tell."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template
from sqlalchemy import func, select

from casefile import audit
from casefile.access import Permission
from casefile.documents import deadline_journal
from casefile.errors import NotFound
from casefile.models.ledger import JournalPage, JournalSheet
from casefile.models.matter import Matter, WallEntry
from casefile.web.guards import access, context, db
from casefile.web.paging import PAGE_SIZE, pager

blueprint = Blueprint("deadline_journal", __name__, url_prefix="/delais/journal")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@blueprint.get("")
@access(Permission.BREAK_GLASS)
def index() -> Any:
    """List the sheets, the last first, with their seals."""
    pages = pager(db().scalar(select(func.count()).select_from(JournalSheet)) or 0, PAGE_SIZE, "feuille")
    rows = db().execute(
        select(JournalSheet, JournalPage)
        .join(JournalPage, JournalPage.number == JournalSheet.number)
        .order_by(JournalSheet.number.desc())
        .offset(pages.offset)
        .limit(pages.size)
    )
    walled = _walled()
    lines = [
        {"sheet": sheet, "day": page.day, "count": len(page.lines), "open": not _crosses(page, walled)}
        for sheet, page in rows
    ]
    months = sorted({f"{line['day']:%Y-%m}" for line in lines}, reverse=True)
    return render_template("deadlines/journal.html", lines=lines, months=months, pager=pages)


@blueprint.get("/<int:number>.pdf")
@access(Permission.BREAK_GLASS)
def show(number: int) -> Any:
    """Give one sheet as it was made."""
    row, page = db().get(JournalSheet, number), db().get(JournalPage, number)
    if row is None or page is None or _crosses(page, _walled()):
        raise NotFound("Cette feuille n'existe pas, ou vous n'y avez pas accès.")
    with context().storage.open(row.pdf_sha256) as content:
        made = content.read()
    return _file(made, "application/pdf", deadline_journal.file_name(number, page.day))


@blueprint.get("/<string:month>.zip")
@access(Permission.BREAK_GLASS)
def bundle(month: str) -> Any:
    """Give the sheets of one month with the program that verifies them."""
    if not MONTH.fullmatch(month):
        raise NotFound("Ce mois n'existe pas.")
    begins = date.fromisoformat(f"{month}-01")
    ends = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    walled = _walled()
    pages = db().scalars(select(JournalPage).where(JournalPage.day >= begins, JournalPage.day <= ends))
    if any(_crosses(page, walled) for page in pages):
        raise NotFound("Ce mois touche un dossier dont un mur vous sépare : demandez-le à un autre associé.")
    made = deadline_journal.bundle(db(), context().settings, begins, ends)
    return _file(made, "application/zip", f"journal-des-delais-{month}.zip")


def _walled() -> set[str]:
    """Name the dossiers that a wall keeps from the reader."""
    rows = db().scalars(
        select(Matter.reference)
        .join(WallEntry, WallEntry.matter_id == Matter.id)
        .where(WallEntry.person_id == g.person.id, WallEntry.lifted_at.is_(None))
    )
    return set(rows)


def _crosses(page: JournalPage, walled: set[str]) -> bool:
    return bool(walled) and any(line["matter"] in walled for line in page.lines)


def _file(content: bytes, kind: str, name: str) -> Response:
    with context().database.transaction() as session:
        audit.record(session, g.person, "journal.taken", None, {"file": name})
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
