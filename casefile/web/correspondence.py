"""Received mail: dropped into a dossier or into the queue, read without opening anything it carries."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for
from sqlalchemy import select

from casefile import mailroom, matters, withdrawals
from casefile.access import Permission, child_of, matter_for
from casefile.errors import CasefileError, NotFound
from casefile.evidence import antivirus
from casefile.messages import LARGEST
from casefile.models.correspondence import FiledMail, MailPart
from casefile.models.matter import Matter
from casefile.web.checks import Required
from casefile.web.fields import Choice, Uploads
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter
from casefile.web.undo_notice import say_done

blueprint = Blueprint("correspondence", __name__)


class MailForm(CasefileForm):
    """Messages saved from a mail program."""

    files = Uploads(
        "Courriels (.eml ou .msg)", [Required("Choisissez au moins un courriel.")], extensions=("eml", "msg")
    )


class PlaceForm(CasefileForm):
    """The dossier of a waiting message."""

    dossier = Choice("Dossier", [Required()], choices=())


@blueprint.route("/dossiers/<uuid:matter_id>/courriels", methods=["GET"])
@access(Permission.MATTER_READ)
def matter() -> Any:
    """List the messages of the dossier."""
    return _matter_page(MailForm(formdata=None))


@blueprint.post("/dossiers/<uuid:matter_id>/courriels")
@access(Permission.MATTER_WRITE)
def add() -> Any:
    """File messages into the dossier."""
    form = MailForm()
    if form.validate_on_submit():
        _bring(form, g.matter)
        return redirect(url_for(".matter", matter_id=g.matter.id), code=303)
    return _matter_page(form), 400


@blueprint.get("/dossiers/<uuid:matter_id>/courriels/<uuid:mail_id>")
@access(Permission.MATTER_READ)
def show(mail_id: uuid.UUID) -> Any:
    """Show a message, its attachments and the dates that it mentions."""
    row = child_of(db(), g.matter, FiledMail, mail_id)
    parts = db().scalars(select(MailPart).where(MailPart.filed_mail_id == row.id).order_by(MailPart.position)).all()
    known = mailroom.seen_before(db(), g.matter, parts)
    return render_matter("correspondence/show.html", mail=row, parts=parts, known=known)


@blueprint.get("/dossiers/<uuid:matter_id>/courriels/<uuid:mail_id>/original")
@access(Permission.MATTER_READ)
def original(mail_id: uuid.UUID) -> Any:
    """Give the message as it came."""
    row = child_of(db(), g.matter, FiledMail, mail_id)
    return _download(row.sha256, row.file_name or "courriel.eml")


@blueprint.get("/dossiers/<uuid:matter_id>/courriels/<uuid:mail_id>/pieces/<uuid:part_id>")
@access(Permission.MATTER_READ)
def part(mail_id: uuid.UUID, part_id: uuid.UUID) -> Any:
    """Give one attachment, as a download and never as a page of ours."""
    row = child_of(db(), g.matter, FiledMail, mail_id)
    found = db().scalar(select(MailPart).where(MailPart.id == part_id, MailPart.filed_mail_id == row.id))
    if found is None:
        raise NotFound("Cette pièce jointe n'existe pas.")
    return _download(found.sha256, found.name)


@blueprint.route("/courriels", methods=["GET", "POST"])
@access(Permission.MATTER_OPEN)
def index() -> Any:
    """Bring messages without saying where they go, and place those that wait."""
    form = MailForm()
    if form.validate_on_submit():
        _bring(form, None)
        return redirect(url_for(".index"), code=303)
    return _queue_page(form), 400 if form.errors else 200


@blueprint.post("/courriels/<uuid:mail_id>/classer")
@access(Permission.MATTER_OPEN)
def place(mail_id: uuid.UUID) -> Any:
    """Give a waiting message its dossier."""
    row = mailroom.waiting_one(db(), g.person, mail_id)
    form = _place_form(row, bind=True)
    if not form.validate_on_submit():
        flash("Choisissez le dossier de ce courriel.", "error")
        return redirect(url_for(".index"), code=303)
    chosen = matter_for(db(), g.person, uuid.UUID(form.dossier.data), Permission.MATTER_WRITE)
    try:
        mailroom.file_into(db(), g.person, row, chosen)
        filed = withdrawals.mail_filed(db(), g.person, chosen, row)
        say_done(f"Courriel classé au dossier {chosen.reference}.", filed)
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/courriels/<uuid:mail_id>/ecarter")
@access(Permission.MATTER_OPEN)
def set_aside(mail_id: uuid.UUID) -> Any:
    """Take a message out of the queue."""
    mailroom.set_aside(db(), g.person, mailroom.waiting_one(db(), g.person, mail_id))
    flash("Courriel écarté de la file.")
    return redirect(url_for(".index"), code=303)


def _bring(form: MailForm, matter: Matter | None) -> None:
    """File each message in a savepoint: one that cannot be read loses none of the others."""
    filed = waiting = 0
    for upload in form.files.files():
        try:
            with db().begin_nested():
                brought = mailroom.bring(
                    db(),
                    context().storage,
                    g.person,
                    upload.filename,
                    upload.stream.read(LARGEST + 1),
                    matter=matter,
                    examine=partial(antivirus.check, context().settings),
                )
        except CasefileError as error:
            flash(f"{upload.filename} : {error.message}", "error")
            continue
        if brought.was_known:
            flash(f"{upload.filename} : déjà classé, rien n’est ajouté.", "info")
        elif brought.mail.matter_id:
            filed += 1
            withdrawals.mail_filed(db(), g.person, db().get_one(Matter, brought.mail.matter_id), brought.mail)
        else:
            waiting += 1
    if filed:
        flash(f"{counted(filed, 'courriel classé', 'courriels classés')}.")
    if waiting:
        flash(f"{counted(waiting, 'courriel attend', 'courriels attendent')} un dossier.", "info")


def _matter_page(form: MailForm) -> str:
    return render_matter("correspondence/matter.html", mails=mailroom.of_matter(db(), g.matter), form=form)


def _queue_page(form: MailForm) -> str:
    lines = [(row, _place_form(row, bind=False)) for row in mailroom.waiting(db(), g.person)]
    return render_template("correspondence/index.html", form=form, lines=lines)


def _place_form(row: FiledMail, *, bind: bool) -> PlaceForm:
    form = PlaceForm(prefix=f"c{row.id.hex[:8]}") if bind else PlaceForm(formdata=None, prefix=f"c{row.id.hex[:8]}")
    mine = matters.visible(db(), g.person)
    mine.sort(key=lambda matter: matter.reference not in row.suggested)
    form.dossier.choices = [
        ("", "Choisir"),
        *((str(one.id), f"{one.reference} – {one.title}") for one in mine),
    ]
    return form


def _download(sha256: str, name: str) -> Any:
    return send_file(
        context().storage.open(sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
    )
