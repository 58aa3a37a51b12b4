"""The exhibits of a dossier: added, ordered, communicated, downloaded stamped."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

from flask import Blueprint, flash, g, redirect, request, send_file, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, child_of, matter_for
from casefile.documents import exhibit_file
from casefile.errors import CasefileError
from casefile.evidence import antivirus
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.ledger import Exhibit
from casefile.models.people import Firm
from casefile.web.checks import Required
from casefile.web.concurrency import told_conflict
from casefile.web.fields import FrenchDate, Line, Segmented, Upload
from casefile.web.forms import CasefileForm, VersionedForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("exhibits", __name__, url_prefix="/dossiers/<uuid:matter_id>/pieces")

YES_NO = (("yes", "Oui"), ("no", "Non"))
PRINTABLE = ("pdf", "png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "heic", "eml")


class ExhibitForm(VersionedForm):
    """How an exhibit is called."""

    title = Line("Intitulé", [Required()], max_length=300)
    dated_on = FrenchDate("Date de la pièce", past=True)


class DepositForm(CasefileForm):
    """A file that becomes an exhibit."""

    file = Upload("Fichier : PDF, image ou courriel .eml", [Required()], extensions=PRINTABLE)
    title = Line("Intitulé", [Required()], max_length=300)
    dated_on = FrenchDate("Date de la pièce", past=True)
    is_adverse = Segmented("Pièce de l’adversaire ?", [Required()], choices=YES_NO, default="no")
    between_lawyers = Segmented("Est-ce une correspondance entre avocats ?", [Required()], choices=YES_NO, default="no")


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """List the exhibits, ours and theirs, and the captures that may become some."""
    used = select(Exhibit.capture_id).where(Exhibit.matter_id == g.matter.id, Exhibit.capture_id.is_not(None))
    captures = db().execute(
        select(Capture, Publication.title)
        .join(Publication, Publication.id == Capture.publication_id)
        .where(Capture.matter_id == g.matter.id, Capture.state == CaptureState.SEALED, Capture.id.not_in(used))
        .order_by(Capture.created_at)
    )
    return render_matter(
        "exhibits/index.html",
        exhibits=exhibit_file.ours(db(), g.matter),
        adverse=exhibit_file.adverse(db(), g.matter),
        candidates=[{"capture": capture, "title": title} for capture, title in captures],
    )


@blueprint.post("/verser")
@access(Permission.MATTER_WRITE)
def add() -> Any:
    """Make an exhibit of a sealed capture."""
    try:
        chosen = uuid.UUID(request.form.get("capture_id", ""))
    except ValueError:
        flash("Choisissez une capture de la liste.", "error")
        return _back()
    capture = child_of(db(), g.matter, Capture, chosen)
    storage = context().storage
    return _act(lambda: exhibit_file.add_capture(db(), storage, g.person, g.matter, capture), "Pièce versée.")


@blueprint.route("/deposer", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def deposit() -> Any:
    """Make an exhibit of a file."""
    form = DepositForm()
    if form.validate_on_submit():
        try:
            antivirus.check(context().settings, form.file.data)
            exhibit_file.add_file(
                db(),
                context().storage,
                g.person,
                g.matter,
                form.file.data.read(),
                title=str(form.title.data),
                dated_on=form.dated_on.data,
                is_adverse=form.is_adverse.data == "yes",
                between_lawyers=form.between_lawyers.data == "yes",
            )
        except CasefileError as error:
            error.field = error.field or "file"
            form.refuse(error)
        else:
            flash("Pièce versée. L’original n’a pas été modifié.")
            return _back()
    return render_matter("exhibits/deposit.html", form=form), 400 if form.errors else 200


@blueprint.route("/<uuid:exhibit_id>", methods=["GET", "POST"])
@access(Permission.MATTER_READ)
def show(exhibit_id: uuid.UUID) -> Any:
    """Show one exhibit; name it while it is not communicated."""
    exhibit = child_of(db(), g.matter, Exhibit, exhibit_id)
    form = ExhibitForm(obj=exhibit)
    if request.method == "POST":
        return _rename(exhibit_id, form)
    return render_matter("exhibits/show.html", exhibit=exhibit, form=form)


@blueprint.get("/<uuid:exhibit_id>/copie")
@access(Permission.MATTER_READ)
def copy(exhibit_id: uuid.UUID) -> Any:
    """Download the stamped copy."""
    exhibit = child_of(db(), g.matter, Exhibit, exhibit_id)
    made = exhibit_file.stamped(db(), context().storage, g.matter, exhibit)
    return send_file(io.BytesIO(made.content), "application/pdf", as_attachment=True, download_name=made.file)


@blueprint.get("/liasse")
@access(Permission.MATTER_READ)
def bundle() -> Any:
    """Download the dated list and every stamped copy in one file."""
    try:
        content = exhibit_file.bundle(db(), context().storage, g.matter)
    except CasefileError as error:
        flash(error.message, "error")
        return _back()
    name = f"Bordereau_et_pieces_{g.matter.reference.replace('/', '-')}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


@blueprint.get("/separees")
@access(Permission.MATTER_READ)
def separate() -> Any:
    """Download the list and the stamped copies as separate files, each under the firm's size."""
    try:
        files = exhibit_file.separate(db(), context().storage, g.matter, exhibit_file.limit_of(db().get(Firm, 1)))
    except CasefileError as error:
        flash(error.message, "error")
        return _back()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    packed.seek(0)
    name = f"Pieces_{g.matter.reference.replace('/', '-')}.zip"
    return send_file(packed, "application/zip", as_attachment=True, download_name=name)


@blueprint.post("/<uuid:exhibit_id>/deplacer")
@access(Permission.MATTER_WRITE)
def move(exhibit_id: uuid.UUID) -> Any:
    """Move an exhibit one place up or down, or to the number where it was dropped."""
    exhibit = child_of(db(), g.matter, Exhibit, exhibit_id)
    number = request.form.get("number", "")
    if number.isascii() and number.isdecimal():
        return _act(lambda: exhibit_file.place(db(), g.person, exhibit, int(number)), "Ordre modifié.")
    step = -1 if request.form.get("direction") == "up" else 1
    return _act(lambda: exhibit_file.move(db(), g.person, exhibit, step), "Ordre modifié.")


@blueprint.post("/<uuid:exhibit_id>/retirer")
@access(Permission.MATTER_WRITE)
def remove(exhibit_id: uuid.UUID) -> Any:
    """Take an exhibit out of the list."""
    exhibit = child_of(db(), g.matter, Exhibit, exhibit_id)
    return _act(lambda: exhibit_file.remove(db(), g.person, exhibit), "Pièce retirée de la liste.")


@blueprint.post("/communiquer")
@access(Permission.MATTER_WRITE)
def communicate() -> Any:
    """Freeze the numbers of what is communicated today."""
    done = "Pièces communiquées : leurs numéros sont figés."
    return _act(lambda: exhibit_file.communicate(db(), g.person, g.matter, clock.today()), done)


def _rename(exhibit_id: uuid.UUID, form: ExhibitForm) -> Any:
    matter = matter_for(db(), g.person, g.matter.id, Permission.MATTER_WRITE)
    exhibit = child_of(db(), matter, Exhibit, exhibit_id)
    if form.validate_on_submit():
        if exhibit.communicated_on is None and form.seen_version() != exhibit.version:
            back = url_for(".show", matter_id=matter.id, exhibit_id=exhibit.id)
            return told_conflict(form, exhibit, back_url=back)
        try:
            title = str(form.title.data)
            exhibit_file.retitle(db(), g.person, exhibit, form.seen_version(), title, form.dated_on.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Pièce modifiée.")
            return _back()
    return render_matter("exhibits/show.html", exhibit=exhibit, form=form), 400


def _act(perform: Any, done: str) -> Any:
    back = _back()
    try:
        perform()
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
    else:
        flash(done)
    return back


def _back() -> Any:
    return redirect(url_for(".index", matter_id=g.matter.id), code=303)
