"""« Un événement est survenu »: what starts procedural time limits, shown before it is recorded, never edited."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, child_of
from casefile.deadlines import procedural
from casefile.errors import CasefileError, InvalidInput
from casefile.law import procedure
from casefile.models.evidence import Publication
from casefile.models.procedure import TriggerEvent
from casefile.web.checks import Required
from casefile.web.fields import Choice, FrenchDate, Paragraphs
from casefile.web.filters import typography
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.happening_lines import previewed
from casefile.web.matter_forms import TERRITORIES
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("happenings", __name__, url_prefix="/dossiers/<uuid:matter_id>/evenements")

ELSEWHERE = (("outre_mer", "Autre outre-mer"), ("ue", "Union européenne"), ("etranger", "Étranger, hors Union"))
PLACES = (("", "Inconnu : aucun délai de distance"), *TERRITORIES, *ELSEWHERE)


class HappeningForm(CasefileForm):
    """What happened, when, to whom, and its proof."""

    event = Choice("Ce qui est survenu", [Required()], choices=())
    on = FrenchDate("Date de l’événement", [Required()])
    party_location = Choice("Domicile de la partie qui doit agir", choices=PLACES)
    publication = Choice("Contenu visé", choices=())
    proof = Paragraphs("Preuve de l’événement", max_length=2000)


class CorrectionForm(CasefileForm):
    """The event as it is now known, and why it changes."""

    on = FrenchDate("Date de l’événement", [Required()])
    proof = Paragraphs("Preuve de l’événement", max_length=2000)
    reason = Paragraphs("Pourquoi cette correction", [Required("Écrivez pourquoi l’événement change.")], max_length=600)


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """List what was recorded, with the dates that inform without being deadlines."""
    titles = procedure.events()
    rows = procedural.events_of(db(), g.matter)
    return render_matter("law/happenings.html", events=rows, titles=titles)


@blueprint.route("/nouveau", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new() -> Any:
    """Show the dates that an event would open, then record it."""
    form, contents = _form()
    lines: list[Any] = []
    if form.validate_on_submit():
        try:
            if request.form.get("act") == "save":
                return _saved(form, contents)
            lines = previewed(_event(form))
        except CasefileError as error:
            form.refuse(_beside(error))
    refused = bool(form.errors or form.form_errors)
    return render_matter("law/happening.html", form=form, lines=lines), 400 if refused else 200


@blueprint.route("/<uuid:trigger_id>/corriger", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def correct(trigger_id: uuid.UUID) -> Any:
    """Mend the date of an event or bring its proof; the time limits it opened are superseded."""
    trigger = child_of(db(), g.matter, TriggerEvent, trigger_id)
    standing = trigger in procedural.events_of(db(), g.matter)
    form = CorrectionForm(obj=trigger)
    if request.method == "GET":
        form.on.data, form.reason.data = trigger.occurred_on, None
    if form.validate_on_submit():
        try:
            _correct(trigger, form, standing=standing)
        except CasefileError as error:
            form.refuse(_beside(error))
        else:
            flash("Événement corrigé. Les délais qu’il avait ouverts sont recalculés ; les anciens restent visibles.")
            return redirect(url_for(".index", matter_id=g.matter.id), code=303)
    title = procedure.events().get(trigger.kind, trigger.kind)
    page = render_matter("law/happening_correction.html", form=form, trigger=trigger, title=title, standing=standing)
    return page, 400 if form.errors or form.form_errors else 200


def _form() -> tuple[HappeningForm, dict[str, Publication]]:
    form = HappeningForm(data={"on": clock.today(), "event": request.args.get("evenement", "")})
    titles = sorted(procedure.events().items(), key=lambda pair: pair[1].casefold())
    form.event.choices = [("", "Choisir"), *titles]
    rows = db().scalars(select(Publication).where(Publication.matter_id == g.matter.id)).all()
    form.publication.choices = [("", "Tout le dossier"), *((str(row.id), row.title) for row in rows)]
    return form, {str(row.id): row for row in rows}


def _event(form: HappeningForm) -> procedure.Event:
    return procedure.Event(
        str(form.event.data),
        form.on.data or clock.today(),
        g.matter.territory,
        form.party_location.data or None,
        proved=bool((form.proof.data or "").strip()),
    )


def _saved(form: HappeningForm, contents: dict[str, Publication]) -> Any:
    event, publication = _event(form), contents.get(form.publication.data or "")
    for row in procedural.events_of(db(), g.matter):
        known = (row.kind, row.occurred_on, row.publication_id, row.facts.get("party_location"))
        if known == (event.id, event.on, publication.id if publication else None, event.party_location):
            raise InvalidInput("Cet événement est déjà enregistré à cette date.", field="on")
    opened = procedural.open_procedural(
        db(),
        g.person,
        g.matter,
        event.id,
        event.on,
        party_location=event.party_location,
        proof=form.proof.data or "",
        publication=publication,
    )
    count = f"{len(opened)} délais ouverts." if len(opened) > 1 else "Un délai ouvert." if opened else "Aucun délai."
    flash(f"Événement enregistré. {count}")
    return redirect(url_for(".index", matter_id=g.matter.id), code=303)


def _correct(trigger: TriggerEvent, form: CorrectionForm, *, standing: bool) -> None:
    if not standing:
        raise InvalidInput("Cet événement a déjà été remplacé : corrigez le plus récent.", field="reason")
    procedural.correct_event(
        db(),
        g.person,
        g.matter,
        trigger,
        on=form.on.data or clock.today(),
        proof=form.proof.data or "",
        reason=form.reason.data or "",
    )


def _beside(error: CasefileError) -> CasefileError:
    """Put the law's own names of fields beside the form's."""
    error.field = {"date": "on", "party_location": "party_location", "event": "event"}.get(
        error.field or "", error.field
    )
    error.message = typography(error.message)
    return error
