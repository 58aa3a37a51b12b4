"""The client's own page, which writes and never reads, and the dossier's queue of what came by it."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from wtforms import IntegerField

from casefile import client_intake, matters
from casefile.access import Permission, child_of
from casefile.errors import CasefileError, InvalidInput
from casefile.models.client import ClientDelivery, IntakeLink
from casefile.models.evidence import Capture, DateKind, Publication
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Firm
from casefile.pace import Pace, spend
from casefile.web.checks import Required
from casefile.web.fields import Paragraphs, Uploads, Verbatim
from casefile.web.filters import counted, french_date
from casefile.web.forms import CasefileForm
from casefile.web.guards import Door, access, context, db, stands
from casefile.web.matter_frame import render_matter
from casefile.web.paging import pager
from casefile.web.platforms import platform_of
from casefile.web.receiving import receive

blueprint = Blueprint("client_intake", __name__)

LARGEST_BODY = 300_000_000
SCHEMES = ("https://", "http://")


class DeliveryForm(CasefileForm):
    """What a client tells and hands in."""

    told = Paragraphs("Ce qui s’est passé, avec vos mots", max_length=20_000)
    addresses = Verbatim("Adresses des pages en cause")
    files = Uploads("Captures d’écran, courriels, documents")


class LinkForm(CasefileForm):
    """How long the link of a client lives."""

    days = IntegerField("Nombre de jours", [Required()], default=14)


def install(app: Flask) -> None:
    """Bound what a stranger may send before anything of it is read."""
    app.before_request(_bound)


def _bound() -> None:
    if request.endpoint == "client_intake.deliver":
        request.max_content_length = LARGEST_BODY


@blueprint.route("/remettre/<token>", methods=["GET", "POST"])
@access(Door.PUBLIC)
def deliver(token: str) -> Any:
    """Let the client of one dossier tell facts and hand in files; nothing of the dossier is shown."""
    link = client_intake.usable(db(), token)
    form = DeliveryForm()
    if form.validate_on_submit():
        try:
            _take(form, token, link)
        except CasefileError as error:
            db().rollback()
            form.refuse(error)
        else:
            return redirect(url_for(".thanks"), code=303)
    page = render_template("client/deliver.html", form=form, firm=db().get(Firm, 1), until=link.expires_at)
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.get("/remettre")
@access(Door.PUBLIC)
def thanks() -> Any:
    """Say that everything arrived."""
    return render_template("client/thanks.html", firm=db().get(Firm, 1))


@blueprint.get("/remises")
@access(Permission.FIRM_READ)
def overview() -> Any:
    """Show where something waits, and from which dossiers a link may be opened."""
    state = MatterState.OPEN
    shown = pager(matters.count_visible(db(), g.person, state), noun="dossier")
    found = matters.visible(db(), g.person, states=(state,), offset=shown.offset, limit=shown.size)
    return render_template(
        "client/overview.html",
        waiting=client_intake.waiting_by_dossier(db(), g.person),
        matters=found,
        pager=shown,
    )


@blueprint.route("/dossiers/<uuid:matter_id>/remises", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def index() -> Any:
    """Show what waits and the links that are open; make a link, shown once."""
    form, address = LinkForm(), None
    if form.validate_on_submit():
        try:
            token = client_intake.make_link(db(), g.person, g.matter, form.days.data)
        except CasefileError as error:
            form.refuse(error)
        else:
            address = context().settings.base_url + url_for(".deliver", token=token)
    links = db().scalars(
        select(IntakeLink).where(IntakeLink.matter_id == g.matter.id).order_by(IntakeLink.created_at.desc())
    )
    page = render_matter(
        "client/matter.html",
        form=form,
        address=address,
        links=links.all(),
        deliveries=client_intake.waiting(db(), g.matter),
    )
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.post("/dossiers/<uuid:matter_id>/remises/liens/<uuid:link_id>/fermer")
@access(Permission.MATTER_WRITE)
def revoke(link_id: uuid.UUID) -> Any:
    """Close a link at once."""
    client_intake.revoke(db(), g.person, child_of(db(), g.matter, IntakeLink, link_id))
    flash("Lien fermé : il ne reçoit plus rien.")
    return redirect(url_for(".index", matter_id=g.matter.id), code=303)


@blueprint.post("/dossiers/<uuid:matter_id>/remises/<uuid:delivery_id>/ecarter")
@access(Permission.MATTER_WRITE)
def set_aside(delivery_id: uuid.UUID) -> Any:
    """Take a handing-in out of the queue without taking it in."""
    client_intake.settle(db(), g.person, client_intake.waiting_one(db(), g.matter, delivery_id), taken=False)
    flash("Remise écartée. Elle n’entre pas au dossier.")
    return redirect(url_for(".index", matter_id=g.matter.id), code=303)


@blueprint.post("/dossiers/<uuid:matter_id>/remises/<uuid:delivery_id>/verser")
@access(Permission.MATTER_WRITE)
def take_in(delivery_id: uuid.UUID) -> Any:
    """Take a handing-in into the dossier: words as a note, addresses as contents, each file sealed."""
    row = client_intake.waiting_one(db(), g.matter, delivery_id)
    publication = _write_down(row)
    stands("Les mots du client sont au dossier.")  # whatever becomes of a file
    refused = _seal_all(delivery_id, publication.id) if publication else 0
    row = client_intake.waiting_one(db(), g.matter, delivery_id)
    if not refused:
        client_intake.settle(db(), g.person, row, taken=True)
        flash("Remise versée au dossier. Datez les contenus et scellez-en les captures.")
    if publication is None:
        return redirect(url_for("matters.chronology", matter_id=g.matter.id), code=303)
    return redirect(url_for("publications.show", matter_id=g.matter.id, publication_id=publication.id), code=303)


def _take(form: DeliveryForm, token: str, link: IntakeLink) -> None:
    """Keep the files with no lock held, then write the handing-in down; the link is asked again in between."""
    uploads, settings = form.files.files(), context().settings
    if len(uploads) > client_intake.MOST_FILES:
        raise InvalidInput(f"Joignez {client_intake.MOST_FILES} fichiers au plus à la fois.", field="files")
    spend(db(), Pace.DELIVERY, str(link.id))
    db().commit()
    kept = []
    for upload in uploads:
        try:
            kept.append(client_intake.keep(settings, context().storage, upload.filename or "fichier", upload.stream))
        except CasefileError as error:
            raise InvalidInput(f"{upload.filename} : {error.message}", field="files") from error
    client_intake.deliver(
        db(),
        client_intake.usable(db(), token),
        told=form.told.data or "",
        addresses=form.addresses.data or "",
        files=kept,
        base_url=settings.base_url,
    )


def _write_down(row: ClientDelivery) -> Publication | None:
    """Write the words and the addresses into the dossier, once; give the content that will hold the files."""
    day = french_date(row.created_at)
    if not client_intake.was_written(db(), row) and not any(one.taken_at for one in row.files):
        _write_words(row, day)
        client_intake.mark_written(db(), g.person, row)
    if not row.files:
        return None
    title = f"Remis par le client le {day}"
    known = db().scalar(select(Publication).where(Publication.matter_id == g.matter.id, Publication.title == title))
    return known or matters.add_publication(
        db(), g.person, g.matter, title=title, platform="site", date_kind=DateKind.UNKNOWN
    )


def _write_words(row: ClientDelivery, day: str) -> None:
    if row.told.strip():
        matters.add_note(db(), g.person, g.matter, f"Récit du client, remis le {day} par le lien sécurisé.\n{row.told}")
    for address in _addresses(row):
        facts = {"title": address[:80], "platform": platform_of(address), "url": address}
        matters.add_publication(db(), g.person, g.matter, **facts, date_kind=DateKind.UNKNOWN)


def _addresses(row: ClientDelivery) -> list[str]:
    lines = [line.strip() for line in row.addresses.splitlines()]
    return [line for line in lines if line.startswith(SCHEMES) and not any(part.isspace() for part in line)]


def _seal_all(delivery_id: uuid.UUID, publication_id: uuid.UUID) -> int:
    """Seal each file in a transaction of its own; give how many were refused."""
    row = client_intake.waiting_one(db(), g.matter, delivery_id)
    left = [(one.id, one.name, one.sha256) for one in row.files if one.taken_at is None]
    refused = 0
    for file_id, name, sha256 in left:
        try:
            capture = _seal(child_of(db(), g.matter, Publication, publication_id), name, sha256)
            client_intake.mark_taken(db(), file_id, capture)
            db().commit()
        except CasefileError as error:
            db().rollback()
            refused += 1
            flash(f"{name} : {error.message}", "error")
        g.matter = db().get_one(Matter, g.matter.id)
    if refused:
        flash(f"{counted(refused, 'fichier reste', 'fichiers restent')} dans la file.", "error")
    return refused


def _seal(publication: Publication, name: str, sha256: str) -> Capture:
    with tempfile.TemporaryFile() as copy, context().storage.open(sha256) as source:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        return receive(publication, FileStorage(stream=copy, filename=name))
