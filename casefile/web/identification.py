"""The pages that lead to a name: routes, clocks, steps, answers, the author."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, child_of
from casefile.documents import catalogue
from casefile.errors import CasefileError
from casefile.identification import answers, life, procedure, situation
from casefile.identification.correspondence import LETTERS
from casefile.law.health_arguments import health_paragraphs
from casefile.models.evidence import Publication
from casefile.models.matter import TeamFunction, TeamMember
from casefile.models.people import Person
from casefile.models.procedure import IdentificationStep
from casefile.web.dossier_timeline import dossier_timeline
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.identification_forms import (
    AnswerForm,
    AssignForm,
    BeginForm,
    CloseForm,
    EventForm,
    SkipForm,
)
from casefile.web.identification_lines import content_lines, step_lines
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("identification", __name__, url_prefix="/dossiers/<uuid:matter_id>/identification")

STEP_FORMS: dict[str, type[CasefileForm]] = {
    "begin": BeginForm,
    "answer": AnswerForm,
    "skip": SkipForm,
    "close": CloseForm,
    "assign": AssignForm,
}


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """Show, content by content, what is open, until when, and the steps."""
    clients = situation.clients_of(db(), g.matter)
    paragraphs = health_paragraphs() if situation.is_for_health(clients) else ()
    contents = content_lines()
    return render_matter(
        "identification/index.html",
        contents=contents,
        timeline=dossier_timeline(contents, clock.today()),
        health=paragraphs,
    )


@blueprint.post("/contenus/<uuid:publication_id>/preparer")
@access(Permission.MATTER_WRITE)
def prepare(publication_id: uuid.UUID) -> Any:
    """Lay down the steps of a content and put its clocks on the calendar."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    try:
        made = procedure.prepare(db(), g.person, g.matter, publication)
        flash(f"{len(made)} étapes préparées, les données encore détenues sont à l’agenda.")
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
    return home()


@blueprint.route("/contenus/<uuid:publication_id>/evenements", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def event(publication_id: uuid.UUID) -> Any:
    """Record something that happened to a content."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form: Any = EventForm()
    if form.validate_on_submit():
        proof = form.proof.data or ""
        try:
            moved = procedure.record_event(
                db(), g.person, g.matter, publication, form.event.data, on=form.on.data, proof=proof
            )
        except CasefileError as error:
            publication = refused(form, error, Publication, publication_id)
        else:
            flash(_moved("Évènement enregistré.", moved))
            return home()
    page = render_matter(
        "identification/event.html",
        form=form,
        publication=publication,
        events=sorted(situation.events_of(db(), publication).items(), key=lambda pair: pair[1]),
        labels=procedure.RECORDABLE,
    )
    return page, 400 if form.is_submitted() else 200


@blueprint.get("/contenus/<uuid:publication_id>/notifications")
@access(Permission.MATTER_READ)
def notices(publication_id: uuid.UUID) -> Any:
    """Show the life of the notices of a content, platform by platform."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    return render_matter(
        "identification/notices.html",
        publication=publication,
        lives=life.lives(db(), g.person, publication),
        today=clock.today(),
    )


@blueprint.get("/etapes/<uuid:step_id>")
@access(Permission.MATTER_READ)
def step(step_id: uuid.UUID) -> Any:
    """Show one step: what it takes, what it gives, its answers."""
    return _step_page(child_of(db(), g.matter, IdentificationStep, step_id))


@blueprint.post("/etapes/<uuid:step_id>/engager")
@access(Permission.MATTER_WRITE)
def begin(step_id: uuid.UUID) -> Any:
    """Start a step."""

    def act(row: IdentificationStep, form: Any) -> list[str]:
        procedure.begin(db(), g.person, g.matter, row, form.started_on.data)
        return ["Étape engagée."]

    return _act("begin", step_id, act)


@blueprint.post("/etapes/<uuid:step_id>/repondre")
@access(Permission.MATTER_WRITE)
def answer(step_id: uuid.UUID) -> Any:
    """Record an answer."""

    def act(row: IdentificationStep, form: Any) -> list[str]:
        done = answers.record_answer(
            db(), g.person, g.matter, row, form.kind.data, on=form.answered_on.data, details=form.details()
        )
        for warning in done.warnings:
            flash(warning, "error")
        return [_moved("Réponse enregistrée.", list(done.moved))]

    return _act("answer", step_id, act)


@blueprint.post("/etapes/<uuid:step_id>/ecarter")
@access(Permission.MATTER_WRITE)
def skip(step_id: uuid.UUID) -> Any:
    """Set a step aside."""

    def act(row: IdentificationStep, form: Any) -> list[str]:
        procedure.skip(db(), g.person, row, form.reason.data or "")
        return ["Étape écartée."]

    return _act("skip", step_id, act)


@blueprint.post("/etapes/<uuid:step_id>/reprendre")
@access(Permission.MATTER_WRITE)
def take_up(step_id: uuid.UUID) -> Any:
    """Put a step back among those to do."""
    row = child_of(db(), g.matter, IdentificationStep, step_id)
    try:
        procedure.take_up(db(), g.person, g.matter, row)
        flash("Étape reprise.")
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
    return redirect(url_for(".step", matter_id=g.matter.id, step_id=step_id), code=303)


@blueprint.post("/etapes/<uuid:step_id>/clore")
@access(Permission.MATTER_WRITE)
def close(step_id: uuid.UUID) -> Any:
    """Close an answered step."""

    def act(row: IdentificationStep, form: Any) -> list[str]:
        answers.close(db(), g.person, row, form.result.data or "")
        return ["Étape close."]

    return _act("close", step_id, act)


@blueprint.post("/etapes/<uuid:step_id>/confier")
@access(Permission.MATTER_WRITE)
def assign(step_id: uuid.UUID) -> Any:
    """Hand a step to somebody of the team."""

    def act(row: IdentificationStep, form: Any) -> list[str]:
        to = db().get_one(Person, uuid.UUID(form.responsible.data))
        procedure.assign(db(), g.person, g.matter, row, to)
        return [f"Étape confiée à {to.full_name}."]

    return _act("assign", step_id, act)


def _act(name: str, step_id: uuid.UUID, verb: Callable[[IdentificationStep, Any], list[str]]) -> Any:
    row = child_of(db(), g.matter, IdentificationStep, step_id)
    forms = _step_forms(bound=name, responsible=row.responsible_id)
    form = forms[name]
    if form.validate_on_submit():
        try:
            told = verb(row, form)
        except CasefileError as error:
            row = refused(form, error, IdentificationStep, step_id)
        else:
            for sentence in told:
                flash(sentence)
            return redirect(url_for(".step", matter_id=g.matter.id, step_id=step_id), code=303)
    return _step_page(row, forms), 400


def refused(form: CasefileForm, error: CasefileError, model: Any, row_id: uuid.UUID) -> Any:
    """Take back what the verb had begun before the page tells why it refused."""
    matter_id = g.matter.id
    db().rollback()
    form.refuse(error)
    g.matter = db().get_one(type(g.matter), matter_id)
    return child_of(db(), g.matter, model, row_id)


def _step_page(row: IdentificationStep, forms: dict[str, CasefileForm] | None = None) -> str:
    publication = db().get_one(Publication, row.publication_id)
    lines = step_lines(publication)
    line = next(one for one in lines if one.step.id == row.id)
    return render_matter(
        "identification/step.html",
        step=row,
        line=line,
        publication=publication,
        forms=forms or _step_forms(bound="", responsible=row.responsible_id),
        answers=[{**entry, "day": date.fromisoformat(entry["on"])} for entry in answers.answers_to(row)],
        contradictions=(row.answer or {}).get("contradictions", ()),
        kinds=answers.KINDS,
        letters=[(catalogue.type_of(kind).title, kind) for kind in LETTERS.get(row.code, ())],
    )


def _step_forms(*, bound: str, responsible: uuid.UUID | None) -> dict[str, Any]:
    blank = {
        "begin": {"started_on": clock.today()},
        "answer": {"answered_on": clock.today()},
        "assign": {"responsible": str(responsible)},
    }
    forms = {
        name: form() if name == bound else form(formdata=None, **blank.get(name, {}))  # type: ignore[arg-type]  # WTForms' own keywords
        for name, form in STEP_FORMS.items()
    }
    members = db().execute(
        select(Person.id, Person.full_name)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.matter_id == g.matter.id, TeamMember.function != TeamFunction.READER)
        .order_by(Person.full_name)
    )
    forms["assign"]["responsible"].choices = [(str(person_id), name) for person_id, name in members]
    return forms


def _moved(told: str, codes: list[str]) -> str:
    return f"{told} Étapes recalculées : {', '.join(codes)}." if codes else told


def home() -> Any:
    """Go back to the page of identification, where it was left."""
    return redirect(url_for(".index", matter_id=g.matter.id, _anchor=request.args.get("a")), code=303)
