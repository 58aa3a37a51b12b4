"""The letters of a dossier: drafted, previewed, validated, sent, answered."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, send_file, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, allows, child_of, may
from casefile.documents import catalogue, drafts, letters
from casefile.documents.facts import Facts
from casefile.documents.findings import DocumentRefused
from casefile.documents.preview import preview
from casefile.errors import CasefileError, NotFound
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter, LetterState
from casefile.models.people import Person
from casefile.web.concurrency import told_conflict
from casefile.web.document_form import form_for
from casefile.web.document_lines import findings_of, letter_lines, plain_fields, type_groups, type_lines
from casefile.web.fields import Choice
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter
from casefile.web.sending_form import AnswerForm, dispatch_lines, sending_form

blueprint = Blueprint("documents", __name__, url_prefix="/dossiers/<uuid:matter_id>/documents")

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class NewLetterForm(CasefileForm):
    """Which content the letter is about."""

    publication = Choice("Contenu visé", choices=())


@blueprint.get("")
@access(Permission.MATTER_READ)
def matter() -> Any:
    """List the letters of the dossier and what may be written."""
    return render_matter("documents/matter.html", letters=letter_lines(), groups=type_groups())


@blueprint.route("/nouveau/<kind>", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new(kind: str) -> Any:
    """Begin a letter of one type."""
    chosen = catalogue.types().get(kind)
    if chosen is None:
        raise NotFound("Ce type de document n’existe pas.")
    form = NewLetterForm(publication=request.args.get("contenu", ""))
    contents = db().scalars(select(Publication).where(Publication.matter_id == g.matter.id)).all()
    form.publication.choices = [("", "Tous les contenus qualifiés"), *((str(row.id), row.title) for row in contents)]
    if form.validate_on_submit():
        publication = next((row for row in contents if str(row.id) == form.publication.data), None)
        inputs = {"addressee": "isp"} if request.args.get("destinataire") == "isp" else None
        letter = letters.draft(db(), g.person, g.matter, chosen.id, publication=publication, inputs=inputs)
        return redirect(url_for(".edit", matter_id=g.matter.id, letter_id=letter.id), code=303)
    line = next(line for line in type_lines() if line["id"] == chosen.id)
    page = render_matter(
        "documents/new.html", form=form, type=chosen, line=line, may_word=allows(g.person, Permission.LETTER_VALIDATE)
    )
    return page, 400 if form.errors else 200


@blueprint.get("/<uuid:letter_id>")
@access(Permission.MATTER_READ)
def show(letter_id: uuid.UUID) -> Any:
    """Show a letter: preview, what it lacks, its sendings."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    return page_of(letter, sending_form(letter, bind=False))


@blueprint.route("/<uuid:letter_id>/modifier", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def edit(letter_id: uuid.UUID) -> Any:
    """Answer what the dossier cannot tell."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    dossier = letters.dossier_of(db(), g.matter, letter.publication_id, letter.inputs)
    signers = letters.signers(db(), g.matter)
    form = form_for(letter, dossier, signers)
    if form.validate_on_submit():
        if letter.state is LetterState.DRAFT and form.seen_version() != letter.version:
            back = url_for(".show", matter_id=g.matter.id, letter_id=letter.id)
            return told_conflict(form, letter, back_url=back, saved_form=form_for(letter, dossier, signers, bind=False))
        try:
            letters.edit(db(), g.person, letter, form.seen_version(), form.inputs())
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Projet enregistré.")
            return redirect(url_for(".show", matter_id=g.matter.id, letter_id=letter.id), code=303)
    page = render_matter("documents/edit.html", form=form, letter=letter, contents=dossier.contents)
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.get("/<uuid:letter_id>/<fmt>")
@access(Permission.MATTER_READ)
def file(letter_id: uuid.UUID, fmt: str) -> Any:
    """Download a letter: the frozen file once validated, otherwise a draft that says so."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    if fmt not in MEDIA:
        raise NotFound("Ce format n’existe pas : choisissez PDF ou Word.")
    try:
        content = letters.file_of(db(), context().storage, g.matter, letter, fmt)
    except DocumentRefused as error:
        flash(error.message, "error")
        return redirect(url_for(".show", matter_id=g.matter.id, letter_id=letter.id), code=303)
    state = "projet-" if letter.state is LetterState.DRAFT else ""
    name = f"{state}{letter.letter_type}-{g.matter.reference}.{fmt}"
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", name)
    return send_file(io.BytesIO(content), MEDIA[fmt], as_attachment=True, download_name=name)


@blueprint.post("/<uuid:letter_id>/valider")
@access(Permission.LETTER_VALIDATE)
def validate(letter_id: uuid.UUID) -> Any:
    """Freeze the letter under one's name."""
    return _act(letter_id, "Lettre validée sous votre nom : ses fichiers sont figés.", _validate)


@blueprint.post("/<uuid:letter_id>/reprendre")
@access(Permission.LETTER_VALIDATE)
def reopen(letter_id: uuid.UUID) -> Any:
    """Take a validated letter back to draft."""
    return _act(letter_id, "La lettre est redevenue un projet.", lambda row: letters.reopen(db(), g.person, row))


@blueprint.post("/<uuid:letter_id>/abandonner")
@access(Permission.MATTER_WRITE)
def abandon(letter_id: uuid.UUID) -> Any:
    """Give up a letter."""
    return _act(letter_id, "Lettre abandonnée.", lambda row: letters.abandon(db(), g.person, row))


def _validate(letter: Letter) -> None:
    letters.validate(db(), context().storage, g.person, g.matter, letter)
    drafts.keep(db(), g.person, g.matter, letter, origin="validated")


def _act(letter_id: uuid.UUID, done: str, perform: Any) -> Any:
    letter = child_of(db(), g.matter, Letter, letter_id)
    try:
        perform(letter)
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
    else:
        flash(done)
    return redirect(url_for(".show", matter_id=g.matter.id, letter_id=letter_id), code=303)


def page_of(letter: Letter, form: Any, answer_form: Any = None) -> str:
    """Draw the page of a letter; the forms may carry what was refused."""
    frozen = letter.state in {LetterState.VALIDATED, LetterState.SENT}
    facts = letter.facts if frozen else letters.current_facts(db(), g.matter, letter)
    on = letter.dated_on if frozen else clock.today()
    kind = catalogue.type_of(letter.letter_type)
    try:
        blocks = preview(letters.blocks_of(kind.id, facts, on, letter.edits))
    except DocumentRefused:
        blocks = []
    return render_matter(
        "documents/show.html",
        letter=letter,
        written_by=db().get_one(Person, letter.written_by_id),
        validated_by=db().get(Person, letter.validated_by_id) if letter.validated_by_id else None,
        kind=kind,
        blocks=blocks,
        findings=findings_of(letters.preflight(db(), g.matter, letter), kind.id, facts, letter),
        dispatches=dispatch_lines(letter),
        form=form,
        answer_form=answer_form or AnswerForm(formdata=None),
        may_write=may(db(), g.person, g.matter, Permission.MATTER_WRITE),
        plain=plain_fields(kind.id, Facts(facts), on) if blocks else [],
        may_validate=may(db(), g.person, g.matter, Permission.LETTER_VALIDATE),
        is_interrupting=kind.interrupts,
    )
