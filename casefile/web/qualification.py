"""The qualification pages: the questionnaire of one passage, the choice, the table of the dossier."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select

from casefile import qualification
from casefile.access import Permission, child_of, matter_for
from casefile.errors import CasefileError, InvalidInput, Refused
from casefile.law.qualification import qualify
from casefile.models.evidence import Passage, Publication
from casefile.models.procedure import Qualification, QualificationState
from casefile.web.guards import access, db
from casefile.web.identification_lines import follow_identification
from casefile.web.matter_frame import render_matter
from casefile.web.qualification_form import ReviewForm, form_for
from casefile.web.qualification_lines import PassageRow, rows_of
from casefile.web.qualification_page import kept_by, passage_page

blueprint = Blueprint("qualification", __name__, url_prefix="/dossiers/<uuid:matter_id>/qualification")


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """List the passages with what was retained of each."""
    return render_matter("qualification/index.html", lines=rows_of(_all_passages()))


@blueprint.route("/<uuid:passage_id>", methods=["GET", "POST"])
@access(Permission.MATTER_READ)
def show(passage_id: uuid.UUID) -> Any:
    """Answer the questions about one passage and see what follows."""
    passage = child_of(db(), g.matter, Passage, passage_id)
    publication = db().get_one(Publication, passage.publication_id)
    form = form_for(qualification.answers_of(db(), qualification.current(db(), passage)))
    if request.method == "POST":
        return _post(passage, publication, form)
    return passage_page(passage, publication, form, ReviewForm(None))


@blueprint.post("/<uuid:passage_id>/relire")
@access(Permission.QUALIFY)
def review(passage_id: uuid.UUID) -> Any:
    """Record that a second lawyer read the choice."""
    passage = child_of(db(), g.matter, Passage, passage_id)
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            standing = qualification.standing(db(), passage)
            if standing is None:
                raise Refused("Aucune qualification retenue à relire : un avocat doit d'abord choisir.")
            qualification.review(db(), g.person, standing, form.note.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Relecture enregistrée, à votre nom.")
            return redirect(url_for(".show", matter_id=g.matter.id, passage_id=passage.id), code=303)
    publication = db().get_one(Publication, passage.publication_id)
    questionnaire = form_for(qualification.answers_of(db(), qualification.current(db(), passage)))
    return passage_page(passage, publication, questionnaire, form), 400


def _post(passage: Passage, publication: Publication, form: Any) -> Any:
    act = request.form.get("act", "answer")
    needed = Permission.MATTER_WRITE if act == "answer" else Permission.QUALIFY
    child_of(db(), matter_for(db(), g.person, g.matter.id, needed), Passage, passage.id)
    if form.validate_on_submit():
        try:
            _perform(act, passage, publication, form)
        except CasefileError as error:
            form.refuse(error)
        else:
            step = request.form.get("suivante", "") if "une" in request.args and act == "answer" else None
            return redirect(url_for(".show", matter_id=g.matter.id, passage_id=passage.id, une=step), code=303)
    return passage_page(passage, publication, form, ReviewForm(None)), 400


def _perform(act: str, passage: Passage, publication: Publication, form: Any) -> None:
    if act == "answer":
        qualification.answer(db(), g.person, passage, publication, form.answers())
        return
    row = qualification.current(db(), passage)
    if row is None or row.state is not QualificationState.DRAFT:
        row = qualification.reopen(db(), g.person, passage, publication)
    outcome = qualify(qualification.answers_of(db(), row), row.facts_on)
    row.proposed = outcome.proposed
    chosen = form.chosen.data if act == "other" else (form.kept.data or kept_by(outcome))
    if not chosen:
        raise InvalidInput("Choisissez la qualification dans la liste.", field="chosen")
    qualification.choose(
        db(),
        g.person,
        g.matter,
        row,
        chosen=chosen,
        reasons=form.reason.data or "",
        acknowledged=form.acknowledged.data,
    )
    flash("Qualification retenue. Les délais qu’elle ouvre sont calculés.")
    follow_identification(publication, "Qualification retenue")


def _all_passages() -> list[PassageRow]:
    rows = db().execute(
        select(Passage, Qualification)
        .outerjoin(
            Qualification,
            (Qualification.passage_id == Passage.id) & (Qualification.state == QualificationState.CHOSEN),
        )
        .where(Passage.matter_id == g.matter.id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.publication_id, Passage.start)
    )
    return [PassageRow(passage, row) for passage, row in rows]
