"""The firm's directory: whom to write to, checked when, and the file that carries it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for

from casefile import clock, directory
from casefile.access import Permission
from casefile.errors import CasefileError, InvalidInput
from casefile.law import recipients
from casefile.law.recipients import Recipient
from casefile.web.concurrency import told_conflict
from casefile.web.directory_forms import CheckForm, ImportForm, RecipientForm, values_of
from casefile.web.guards import access, db

blueprint = Blueprint("directory", __name__, url_prefix="/annuaire")

MOST_BYTES = 1_000_000
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the list shows it."""

    known: Recipient
    roles: str
    stale: bool
    ours: bool
    warnings: tuple[str, ...]


@blueprint.get("")
@access(Permission.FIRM_READ)
def index() -> Any:
    """List the directory; the filters are in the address."""
    asked, role, state = (request.args.get(name, "").strip()[:100] for name in ("q", "qualite", "etat"))
    ours = directory.keys(db())
    lines = [_line(known, ours=known.id in ours) for known in directory.entries(db())]
    total_stale = sum(line.stale for line in lines)
    shown = [line for line in lines if _matches(line, asked, role, state)]
    return render_template(
        "directory/index.html",
        lines=shown,
        total=len(lines),
        stale=total_stale,
        asked=asked,
        role=role,
        state=state,
        roles=directory.ROLES,
    )


@blueprint.route("/nouveau", methods=["GET", "POST"])
@access(Permission.MATTER_OPEN)
def new() -> Any:
    """Add a recipient."""
    form = RecipientForm()
    if form.validate_on_submit():
        try:
            known = directory.add(db(), g.person, form.facts())
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Destinataire ajouté. Contrôlez l’entité et l’adresse au registre.")
            return redirect(url_for(".show", key=known.id), code=303)
    return _edit_page(form, None), 400 if form.is_submitted() else 200


@blueprint.get("/<key>")
@access(Permission.FIRM_READ)
def show(key: str) -> Any:
    """Show one recipient, its warnings, and whether a written entity is the right one."""
    return _show_page(directory.get(db(), key), CheckForm(formdata=None))


@blueprint.route("/<key>/modifier", methods=["GET", "POST"])
@access(Permission.MATTER_OPEN)
def edit(key: str) -> Any:
    """Correct a recipient."""
    known = directory.get(db(), key)
    form = RecipientForm(**values_of(known), version=_version(key))
    if form.validate_on_submit():
        row = directory.entry(db(), key)
        if row is not None and form.seen_version() != row.version:
            saved = RecipientForm(formdata=None, **values_of(known))
            return told_conflict(form, row, back_url=url_for(".show", key=key), saved_form=saved)
        try:
            directory.correct(db(), g.person, key, form.facts(), form.seen_version())
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Fiche modifiée.")
            return redirect(url_for(".show", key=key), code=303)
    return _edit_page(form, known), 400 if form.is_submitted() else 200


@blueprint.post("/<key>/controler")
@access(Permission.MATTER_OPEN)
def check(key: str) -> Any:
    """Record that the entry was checked today."""
    known = directory.get(db(), key)
    form = CheckForm()
    if form.validate_on_submit():
        try:
            directory.mark_checked(db(), g.person, key, form.source.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Fiche contrôlée à ce jour.")
            return redirect(url_for(".show", key=key), code=303)
    return _show_page(known, form), 400


@blueprint.get("/export.csv")
@access(Permission.FIRM_READ)
def export() -> Any:
    """Give the whole directory as a sheet whose cells no spreadsheet can run."""
    text = BOM + recipients.to_csv(directory.entries(db()))
    disposition = {"Content-Disposition": "attachment; filename=annuaire.csv"}
    return Response(text, mimetype="text/csv", headers=disposition)


@blueprint.route("/importer", methods=["GET", "POST"])
@access(Permission.MATTER_OPEN)
def load() -> Any:
    """Preview a sheet, then write it: nothing is stored before the second step."""
    form = ImportForm()
    content, lines = "", []
    if form.is_submitted() and form.validate():
        try:
            content = _content(form)
            if request.form.get("act") == "import":
                done = directory.import_csv(db(), g.person, content)
                flash(
                    f"Annuaire importé : {done['new']} ajoutés, {done['changed']} modifiés, {done['same']} inchangés."
                )
                return redirect(url_for(".index"), code=303)
            lines = directory.read_csv(db(), content)
        except CasefileError as error:
            db().rollback()
            content, lines = "", []
            form.refuse(error)
    refused = form.is_submitted() and not lines
    return render_template("directory/import.html", form=form, lines=lines, content=content), 400 if refused else 200


def _content(form: Any) -> str:
    upload = form.file.data
    raw = upload.read(MOST_BYTES + 1) if upload and upload.filename else request.form.get("content", "").encode()
    if not raw.strip():
        raise InvalidInput("Choisissez un fichier CSV.", field="file")
    if len(raw) > MOST_BYTES:
        raise InvalidInput("Ce fichier dépasse 1 Mo : importez-le en plusieurs fois.", field="file")
    try:
        return str(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput("Ce fichier n'est pas en UTF-8 : enregistrez-le en « CSV UTF-8 ».", field="file") from error


def _line(known: Recipient, *, ours: bool) -> Line:
    today = clock.today()
    return Line(
        known,
        ", ".join(directory.ROLES.get(role, role) for role in known.roles),
        known.is_stale(today),
        ours,
        recipients.warnings_about(known, today),
    )


def _matches(line: Line, asked: str, role: str, state: str) -> bool:
    return directory.matches(line.known, asked, role) and (state != "a-controler" or line.stale)


def _version(key: str) -> int:
    row = directory.entry(db(), key)
    return row.version if row else 0


def _show_page(known: Recipient, form: CheckForm) -> str:
    written = request.args.get("entite", "").strip()[:300]
    warnings = recipients.warnings_about(known, clock.today(), written_entity=written)
    return render_template(
        "directory/show.html",
        line=_line(known, ours=known.id in directory.keys(db())),
        warnings=warnings,
        written=written,
        form=form,
    )


def _edit_page(form: RecipientForm, known: Recipient | None) -> str:
    return render_template("directory/edit.html", form=form, known=known)
