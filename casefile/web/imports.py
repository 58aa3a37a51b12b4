"""Dossiers brought in from a spreadsheet: read, shown as they would be opened, opened when the lawyer says so."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, send_file, url_for

from casefile import matter_imports, tables
from casefile.access import Permission
from casefile.errors import CasefileError
from casefile.models.people import Person
from casefile.web import opening
from casefile.web.checks import Required, bare_name
from casefile.web.fields import Upload
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db, stands
from casefile.web.import_columns import COLUMNS, HEADINGS, MENDING, MOST_LINES, lines_of
from casefile.web.import_review import Fate, Reviewed, of_fate, review
from casefile.web.sheets import sheet

blueprint = Blueprint("imports", __name__, url_prefix="/dossiers/importer")

PATIENCE = 20.0  # seconds
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FATES = (
    (Fate.READY, "ok", "Prêtes"),
    (Fate.CONFLICT, "crit", "En conflit"),
    (Fate.REFUSED, "late", "À corriger"),
    (Fate.DONE, "info", "Ouvertes"),
)


class TableForm(CasefileForm):
    """A table of dossiers."""

    file = Upload("Fichier CSV ou Excel", [Required()], extensions=("csv", "xlsx"))


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.MATTER_OPEN)
def index() -> Any:
    """Choose a table, or go on with one; what is read waits for its author alone."""
    form = TableForm()
    if form.validate_on_submit():
        db().rollback()  # nobody waits for the reading of a file
        try:
            lines, unread = lines_of(tables.read(form.file.data.read(tables.LARGEST + 1)))
            row = matter_imports.keep(db(), g.person, bare_name(form.file.data.filename), lines, unread)
        except CasefileError as error:
            form.refuse(error)
        else:
            return redirect(url_for(".show", matter_import_id=row.id), code=303)
    waiting = matter_imports.of_person(db(), g.person)
    page = render_template("imports/index.html", form=form, waiting=waiting, columns=COLUMNS, most=MOST_LINES)
    return page, 400 if form.is_submitted() else 200


@blueprint.get("/<uuid:matter_import_id>")
@access(Permission.MATTER_OPEN)
def show(matter_import_id: uuid.UUID) -> Any:
    """Show each line as it would be opened; nothing is opened by looking."""
    row = matter_imports.one_of(db(), g.person, matter_import_id)
    lines = review(db(), g.person, row)
    groups = {fate.value: of_fate(lines, fate) for fate in Fate}
    return render_template("imports/show.html", row=row, groups=groups, fates=FATES, headings=HEADINGS)


@blueprint.post("/<uuid:matter_import_id>/ouvrir")
@access(Permission.MATTER_OPEN)
def open_lines(matter_import_id: uuid.UUID) -> Any:
    """Open the ready lines, and those in conflict that were ticked: each in a transaction of its own."""
    person_id, ticked = g.person.id, set(request.form.getlist("line"))
    db().rollback()  # nobody waits for the reading of the lines
    with context().database.reader() as session:
        person = session.get_one(Person, person_id)
        lines = review(session, person, matter_imports.one_of(session, person, matter_import_id))
    chosen = [
        line for line in lines if line.fate is Fate.READY or (line.fate is Fate.CONFLICT and str(line.id) in ticked)
    ]
    opposed = _open_all(chosen)
    if opposed:
        flash(
            "Des parties ressemblent à celles d’un autre dossier : leur équipe, ou vous, dira s’il y a conflit.", "crit"
        )
    return redirect(url_for(".show", matter_import_id=matter_import_id), code=303)


@blueprint.get("/<uuid:matter_import_id>/a-corriger.<any(csv,xlsx):fmt>")
@access(Permission.MATTER_OPEN)
def refused(matter_import_id: uuid.UUID, fmt: str) -> Any:
    """Give back the refused lines, each with what to mend: corrected, the same file is brought in again."""
    row = matter_imports.one_of(db(), g.person, matter_import_id)
    lines = of_fate(review(db(), g.person, row), Fate.REFUSED)
    rows = [[*(line.cells.get(column.name, "") for column in COLUMNS), _mending(line)] for line in lines]
    return _table(fmt, "dossiers-a-corriger", rows, (MENDING, 60))


@blueprint.get("/modele.<any(csv,xlsx):fmt>")
@access(Permission.MATTER_OPEN)
def model(fmt: str) -> Any:
    """Give an empty table with its headings; the workbook explains each on a second sheet."""
    return _table(fmt, "modele-dossiers", [])


@blueprint.post("/<uuid:matter_import_id>/jeter")
@access(Permission.MATTER_OPEN)
def discard(matter_import_id: uuid.UUID) -> Any:
    """Throw the table away; the dossiers opened stay."""
    matter_imports.discard(db(), g.person, matter_imports.one_of(db(), g.person, matter_import_id))
    flash("Import jeté. Les dossiers déjà ouverts restent.")
    return redirect(url_for(".index"), code=303)


def _open_all(lines: Sequence[Reviewed]) -> int:
    """Open lines one by one; one that fails, or that a second click already opened, loses none of the others.

    Each is compared with the whole firm: what a browser would wait too long for is left to the next click.
    """
    done = opposed = 0
    end = time.monotonic() + PATIENCE
    for place, line in enumerate(lines):
        if place and time.monotonic() > end:
            left = counted(len(lines) - place, "ligne reste à ouvrir", "lignes restent à ouvrir")
            flash(f"{left} : confirmez de nouveau.", "crit")
            break
        assert line.opening is not None  # a line that is not refused describes a dossier
        try:
            if not matter_imports.claim(db(), line.id):
                db().rollback()
                continue
            matter, _, against = opening.opened(line.opening)
            matter_imports.settle(db(), line.id, matter)
            stands(f"{counted(done + 1, 'dossier est ouvert', 'dossiers sont ouverts')}.")
        except CasefileError as error:
            db().rollback()
            flash(f"Ligne {line.number} : {error.message}", "error")
        else:
            done, opposed = done + 1, opposed + against
    flash(f"{counted(done, 'dossier ouvert', 'dossiers ouverts')}." if done else "Aucune ligne nouvelle à ouvrir.")
    return opposed


def _mending(line: Reviewed) -> str:
    return " ".join(f"{HEADINGS[name]} : {sentence}" for name, sentence in line.wrong)


def _table(fmt: str, name: str, rows: Sequence[Sequence[str]], *more: tuple[str, int]) -> Any:
    heads = [(column.heading, column.width) for column in COLUMNS] + list(more)
    if fmt == "csv":
        found: Response = sheet(f"{name}.csv", [heading for heading, _ in heads], rows)
        return found
    told = [(column.heading, column.told) for column in COLUMNS]
    from casefile.deadlines.workbook import workbook

    content = workbook(("Dossiers", heads, rows), ("Mode d’emploi", (("Colonne", 26), ("Ce qu’on y écrit", 60)), told))
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")
