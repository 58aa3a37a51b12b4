"""The qualification pages: the questionnaire of one passage, the choice, the table of the dossier."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select

from casefile import passages, qualification
from casefile.access import Permission, child_of, may
from casefile.errors import CasefileError
from casefile.law.qualification import Outcome, qualify
from casefile.law.questionnaire import is_worth_asking, questions
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.people import Person
from casefile.models.procedure import Qualification, QualificationState
from casefile.web.filters import typography
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter
from casefile.web.passages import segments_of
from casefile.web.qualification_form import form_for
from casefile.web.qualification_lines import (
    PassageRow,
    decided_of,
    defences_of,
    proposal_of,
    readings_of,
    rows_of,
)

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
    return _page(passage, publication, form)


def _post(passage: Passage, publication: Publication, form: Any) -> Any:
    act = request.form.get("act", "answer")
    needed = Permission.MATTER_WRITE if act == "answer" else Permission.QUALIFY
    child_of(db(), _matter_with(needed), Passage, passage.id)
    if form.validate_on_submit():
        try:
            _perform(act, passage, publication, form)
        except CasefileError as error:
            form.refuse(error)
        else:
            return redirect(url_for(".show", matter_id=g.matter.id, passage_id=passage.id), code=303)
    return _page(passage, publication, form), 400


def _matter_with(permission: Permission) -> Any:
    from casefile.access import matter_for

    return matter_for(db(), g.person, g.matter.id, permission)


def _perform(act: str, passage: Passage, publication: Publication, form: Any) -> None:
    if act == "answer":
        qualification.answer(db(), g.person, passage, publication, form.answers())
        return
    row = qualification.current(db(), passage)
    if row is None or row.state is not QualificationState.DRAFT:
        row = qualification.reopen(db(), g.person, passage, publication)
    chosen = form.chosen.data if act == "other" else row.proposed
    qualification.choose(
        db(), g.person, g.matter, row, chosen=chosen or qualification.NOTHING, reasons=form.reason.data or ""
    )
    flash("Qualification retenue. Les délais qu’elle ouvre sont calculés.")


def _page(passage: Passage, publication: Publication, form: Any) -> str:
    row = qualification.current(db(), passage)
    on = qualification.facts_on(publication)
    answers = form.answers()
    outcome = qualify(answers, on)
    siblings = passages.kept_in(db(), db().get_one(Capture, passage.capture_id))
    position = next((index for index, other in enumerate(siblings) if other.id == passage.id), 0)
    chosen_by = db().get(Person, row.chosen_by_id) if row and row.chosen_by_id else None
    return render_matter(
        "qualification/show.html",
        publication=publication,
        capture=db().get_one(Capture, passage.capture_id),
        passage=passage,
        passages=_sibling_lines(siblings, passage),
        segments=segments_of(db().get_one(Capture, passage.capture_id).text, siblings, passage.id),
        form=form,
        questions=_question_lines(form, outcome, answers),
        answered=len(answers),
        proposal=proposal_of(outcome, answers),
        readings=readings_of(outcome),
        defences=defences_of(outcome, answers, on),
        conflicts=_conflict_lines(outcome, publication),
        decided=decided_of(row, chosen_by),
        may_choose=may(db(), g.person, g.matter, Permission.QUALIFY),
        previous_url=_neighbour(siblings, position - 1),
        next_url=_neighbour(siblings, position + 1),
    )


def _question_lines(form: Any, outcome: Outcome, answers: dict[str, str]) -> list[dict[str, Any]]:
    lines = []
    for question in questions().values():
        if question.id not in answers and not is_worth_asking(question, answers):
            continue
        lines.append(
            {
                "field": form[question.id],
                "hint": typography(question.source),
                "help": typography(question.help),
                "todo": question.id == outcome.next_question,
            }
        )
    return lines


def _conflict_lines(outcome: Outcome, publication: Publication) -> list[dict[str, str]]:
    found = [
        {"title": typography(conflict.text), "detail": typography(conflict.source)} for conflict in outcome.conflicts
    ]
    return found + [
        {"title": typography(finding.text), "detail": typography(finding.source)}
        for finding in qualification.conflicts(db(), publication)
    ]


def _sibling_lines(siblings: list[Passage], current: Passage) -> list[dict[str, Any]]:
    lines = rows_of([PassageRow(other, qualification.standing(db(), other)) for other in siblings])
    return [{**line, "current": line["passage"].id == current.id} for line in lines]


def _neighbour(siblings: list[Passage], position: int) -> str | None:
    if not 0 <= position < len(siblings):
        return None
    return url_for(".show", matter_id=g.matter.id, passage_id=siblings[position].id)


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
