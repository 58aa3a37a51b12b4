"""Marking passages in the text of a sealed capture, and setting them aside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, url_for
from wtforms import HiddenField

from casefile import passages
from casefile.access import Permission, child_of
from casefile.errors import CasefileError
from casefile.models.evidence import Capture, Passage, Publication
from casefile.web.fields import Verbatim, line_breaks
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("passages", __name__, url_prefix="/dossiers/<uuid:matter_id>")


class PassageForm(CasefileForm):
    """The words chosen by the pointer, or the first and last ones typed."""

    exact = HiddenField(filters=[line_breaks])
    prefix = HiddenField(filters=[line_breaks])
    suffix = HiddenField(filters=[line_breaks])
    start = HiddenField()
    end = HiddenField()
    first_words = Verbatim("Premiers mots")
    last_words = Verbatim("Derniers mots")
    read_as = Verbatim("Mots relus sur l’image")


class ReadingForm(CasefileForm):
    """What the image says where the machine misread it."""

    words = Verbatim("Mots relus sur l’image")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the captured text: plain, or one passage with its number."""

    text: str
    number: int | None = None
    url: str | None = None
    current: bool = False


@blueprint.route("/captures/<uuid:capture_id>/passages/nouveau", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new(capture_id: uuid.UUID) -> Any:
    """Keep the exact words, chosen in the text or named by their first and last words."""
    capture = child_of(db(), g.matter, Capture, capture_id)
    form = PassageForm()
    if form.validate_on_submit():
        try:
            start, end = _chosen(form, capture.text)
            passage = passages.mark(db(), g.person, capture, start, end, read_as=form.read_as.data or None)
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Passage retenu, mot pour mot. Qualifiez-le.")
            return redirect(url_for("qualification.show", matter_id=g.matter.id, passage_id=passage.id), code=303)
    page = render_matter(
        "evidence/mark.html",
        form=form,
        capture=capture,
        publication=db().get_one(Publication, capture.publication_id),
        segments=segments_of(capture.text, passages.kept_in(db(), capture)),
    )
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.post("/passages/<uuid:passage_id>/retirer")
@access(Permission.MATTER_WRITE)
def withdraw(passage_id: uuid.UUID) -> Any:
    """Set a passage aside."""
    passage = child_of(db(), g.matter, Passage, passage_id)
    passages.withdraw(db(), g.person, passage)
    flash("Passage retiré. Il reste au journal du dossier.")
    return redirect(
        url_for("publications.show", matter_id=g.matter.id, publication_id=passage.publication_id), code=303
    )


@blueprint.post("/passages/<uuid:passage_id>/retablir")
@access(Permission.MATTER_WRITE)
def restore(passage_id: uuid.UUID) -> Any:
    """Take a withdrawal back."""
    passage = child_of(db(), g.matter, Passage, passage_id)
    passages.restore(db(), g.person, passage)
    flash("Passage rétabli.")
    return redirect(url_for("qualification.show", matter_id=g.matter.id, passage_id=passage.id), code=303)


@blueprint.route("/passages/<uuid:passage_id>/corriger", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def correct(passage_id: uuid.UUID) -> Any:
    """Correct the words that a machine read from an image; both readings are kept."""
    passage = child_of(db(), g.matter, Passage, passage_id)
    form = ReadingForm(words=passage.exact)
    if form.validate_on_submit():
        try:
            passages.correct(db(), g.person, passage, form.words.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Lecture corrigée. Celle de la machine reste au dossier.")
            return redirect(url_for("qualification.show", matter_id=g.matter.id, passage_id=passage.id), code=303)
    page = render_matter("qualification/correct.html", form=form, passage=passage)
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.get("/passages/<uuid:passage_id>.json")
@access(Permission.MATTER_READ)
def export(passage_id: uuid.UUID) -> Any:
    """Give a passage as a W3C Web Annotation."""
    passage = child_of(db(), g.matter, Passage, passage_id)
    capture = db().get_one(Capture, passage.capture_id)
    address = db().get_one(Publication, passage.publication_id).url
    answer = jsonify(passages.annotation_of(passage, capture, address))
    answer.headers["Content-Disposition"] = f'attachment; filename="passage-{passage.id}.json"'
    return answer


def segments_of(text: str, kept: list[Passage], current: uuid.UUID | None = None) -> list[Segment]:
    """Cut a text at its passages, in order; the pieces joined are the text."""
    pieces, position = [], 0
    for number, passage in enumerate(kept, start=1):
        if passage.start > position:
            pieces.append(Segment(text[position : passage.start]))
        address = url_for("qualification.show", matter_id=passage.matter_id, passage_id=passage.id)
        pieces.append(Segment(text[passage.start : passage.end], number, address, passage.id == current))
        position = passage.end
    if position < len(text):
        pieces.append(Segment(text[position:]))
    return pieces


def _chosen(form: PassageForm, text: str) -> tuple[int, int]:
    if form.exact.data:
        start = form.start.data or ""
        return passages.locate(text, form.exact.data, int(start) if start.isdecimal() and start.isascii() else None)
    return passages.between(text, form.first_words.data or "", form.last_words.data or "")
