"""The way to a name as its page shows it: grounds, routes, clocks against the limitation, steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, g, url_for
from sqlalchemy import select

from casefile import clock, directory
from casefile.deadlines.limitation import open_limitations
from casefile.errors import CasefileError
from casefile.identification import answers, procedure, situation
from casefile.law.identification import NO_OFFENCE, Route, Routes, routes_for
from casefile.law.identification_steps import Step
from casefile.law.identification_steps import StepState as LawState
from casefile.law.offences import offence_at
from casefile.law.retention import HOLDING_LABELS, Clock, Holding
from casefile.law.thresholds import Access, Threshold
from casefile.models.evidence import Publication
from casefile.models.people import Person
from casefile.models.procedure import IdentificationStep, StepState
from casefile.web.data_ruler import DataRuler, Span, data_ruler
from casefile.web.guards import db

ACCESS = {
    Access.OPEN: ("ok", "Ouverte", "circle-check"),
    Access.UNCERTAIN: ("soon", "Incertaine", "help-circle"),
    Access.CLOSED: ("none", "Fermée", "lock"),
}
TESTS = {
    Access.OPEN: ("ok", "Ouvert", "circle-check"),
    Access.UNCERTAIN: ("soon", "Incertain", "help-circle"),
    Access.CLOSED: ("none", "Fermé", "lock"),
}
ORDER = (Access.OPEN, Access.UNCERTAIN, Access.CLOSED)
HOLDING = {Holding.HELD: "ok", Holding.POSSIBLY_LOST: "soon", Holding.LOST: "late"}
LIMITATION = "Prescription (date prudente, puis limite admise)"
SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One route with its badge."""

    route: Route
    badge: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One datum, until when it is held, in words and colour."""

    label: str
    earliest: date | None
    latest: date | None
    tone: str
    word: str
    holders: str
    source: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the dossier, what the law says of it today, who does it."""

    step: IdentificationStep
    lawful: Step | None
    tone: str
    word: str
    responsible: str
    url: str


@dataclass(frozen=True, slots=True)
class GroundLine:
    """One content under one qualification."""

    publication: Publication
    qualification: str
    refusal: str
    criminal: tuple[tuple[str, str, str], Threshold] | None
    civil: tuple[tuple[str, str, str], Threshold] | None
    remains: str
    routes: tuple[RouteLine, ...]
    clocks: tuple[ClockLine, ...]
    ruler: DataRuler | None
    limitation: tuple[date | None, date | None]
    begins: date | None = None


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One content: its grounds, its steps and the pages that lead on."""

    publication: Publication
    grounds: tuple[GroundLine, ...]
    steps: tuple[StepLine, ...]
    next_step: StepLine | None


def content_lines() -> list[ContentLine]:
    """Gather every content of the dossier."""
    contents = db().scalars(
        select(Publication).where(Publication.matter_id == g.matter.id).order_by(Publication.created_at)
    )
    return [content_line(content) for content in contents]


def content_line(publication: Publication) -> ContentLine:
    """Gather one content."""
    lines = tuple(_ground_line(ground) for ground in situation.grounds(db(), publication))
    steps = step_lines(publication)
    following = next((line for line in steps if line.word in {"À engager", "Réponse attendue", "Contradictoire"}), None)
    return ContentLine(publication, lines, steps, following)


def step_lines(publication: Publication) -> tuple[StepLine, ...]:
    """Gather the steps of a content in their order."""
    prepared = procedure.steps_of(db(), g.matter, publication)
    if not prepared:
        return ()
    try:
        lawful = procedure.lawful_steps(db(), g.matter, publication)
    except CasefileError:
        lawful = {}
    people = {row.id: row.full_name for row in db().scalars(select(Person))}
    return tuple(_step_line(step, lawful.get(step.code), people) for step in prepared)


def follow_identification(publication: Publication, reason: str) -> None:
    """Recompute the steps and clocks of a content whose date or qualification has just changed, and say so."""
    try:
        moved = procedure.follow(db(), g.person, g.matter, publication, reason)
    except CasefileError as error:
        flash(f"Étapes d’identification à revoir : {error.message}", "error")
        return
    if moved:
        flash("Les étapes d’identification et les dates de conservation ont été recalculées.")


def title_of(qualification: str, on: date) -> str:
    """Name a qualification as a lawyer says it."""
    if qualification == NO_OFFENCE:
        return "Aucune infraction retenue"
    try:
        return offence_at(qualification, on).title
    except CasefileError:
        return qualification


def _ground_line(ground: situation.Ground) -> GroundLine:
    try:
        around = situation.situation_of(db(), g.matter, ground)
        found = routes_for(around)
    except CasefileError as error:
        today = clock.today()
        name = title_of(ground.qualification, today)
        return GroundLine(ground.publication, name, error.message, None, None, "", (), (), None, (None, None))
    prudent, admitted = _limitation(ground.publication)
    return GroundLine(
        publication=ground.publication,
        qualification=title_of(ground.qualification, around.facts_on),
        refusal="",
        criminal=(TESTS[found.criminal.access], found.criminal),
        civil=(TESTS[found.civil.access], found.civil),
        remains=found.remains,
        routes=_route_lines(found),
        clocks=tuple(_clock_line(one, around.on) for one in found.clocks),
        ruler=_drawn(found, around, (prudent, admitted)),
        limitation=(prudent, admitted),
        begins=around.retention.earliest,
    )


def _route_lines(found: Routes) -> tuple[RouteLine, ...]:
    ordered = sorted(found.routes, key=lambda route: ORDER.index(route.state))
    return tuple(RouteLine(route, ACCESS[route.state]) for route in ordered)


def _clock_line(one: Clock, today: date) -> ClockLine:
    held = one.on(today)
    return ClockLine(
        one.label,
        one.held_until_earliest,
        one.held_until_latest,
        HOLDING[held],
        HOLDING_LABELS[held],
        ", ".join(directory.ROLES.get(holder, holder) for holder in one.holders),
        one.source,
    )


def _limitation(publication: Publication) -> tuple[date | None, date | None]:
    for deadline in open_limitations(db(), g.matter, publication):
        if deadline.prudent_on is not None:
            return deadline.prudent_on, deadline.admitted_on
    return None, None


def _drawn(found: Routes, around: Any, limits: tuple[date | None, date | None]) -> DataRuler | None:
    begins = around.retention.earliest
    if begins is None:
        return None
    spans = []
    if limits[0] is not None:
        spans.append(Span(LIMITATION, begins, limits[0], limits[1] or limits[0], "late"))
    spans += [
        Span(one.label, begins, one.held_until_earliest, one.held_until_latest, HOLDING[one.on(around.on)])
        for one in found.clocks
        if one.held_until_earliest is not None
    ]
    return data_ruler(spans, around.on)


def _step_line(step: IdentificationStep, lawful: Step | None, people: dict[Any, str]) -> StepLine:
    tone, word = _step_state(step, lawful)
    url = url_for("identification.step", matter_id=step.matter_id, step_id=step.id)
    return StepLine(step, lawful, tone, word, people.get(step.responsible_id, ""), url)


def _step_state(step: IdentificationStep, lawful: Step | None) -> tuple[str, str]:
    if step.state is StepState.SKIPPED:
        return "none", "Sans objet" if step.answer_kind == procedure.BY_RULE else "Écartée"
    if step.answer_kind == answers.CONTRADICTORY:
        return "late", "Contradictoire"
    if step.state is StepState.STARTED:
        return _by_day(step.due_on, "Réponse attendue")
    if step.state in {StepState.ANSWERED, StepState.DONE}:
        return ("info", "Réponse reçue") if step.state is StepState.ANSWERED else ("ok", "Close")
    if lawful is not None and lawful.state is not LawState.READY:
        return "none", "En attente" if lawful.state is LawState.WAITING else "Bloquée"
    return _by_day(step.due_on, "À engager")


def _by_day(due_on: date | None, word: str) -> tuple[str, str]:
    if due_on is None:
        return "info", word
    days = (due_on - clock.today()).days
    return ("late" if days < 0 else "soon" if days <= SOON_DAYS else "ok"), word
