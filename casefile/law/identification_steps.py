"""The ordered steps S01… from an anonymous author to an answer: what may start, what waits, what is due when.

Deadlines before the limitation count back from the prudent date; nothing here starts a step, the lawyer does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.law import reference
from casefile.law.calendar import add_months, working_day_at_or_after, working_day_at_or_before
from casefile.law.limitation_result import Status
from casefile.law.thresholds import Access

if TYPE_CHECKING:
    from collections.abc import Mapping

SEALED, REMOVED = "evidence_sealed", "content_removed"
EVENTS = {
    SEALED: "preuve figée",
    REMOVED: "contenu retiré",
    "order_made": "ordonnance rendue",
    "data_received": "données reçues",
    "connection": "connexion qui a servi à publier",
    "ip_received": "adresse IP reçue avec port, instant et fuseau",
    "identity_candidate": "identité candidate",
    "author_identified": "auteur identifié",
    "refusal": "refus de la plateforme",
    "complaint_refused": "réclamation rejetée ou sans réponse",
    "body_seized": "organe extrajudiciaire saisi (DSA, art. 21)",
    "body_answered": "issue devant l’organe extrajudiciaire",
    "regulator_seized": "coordinateur saisi d’une plainte (DSA, art. 53)",
    "judge_seized": "juge saisi du retrait (LCEN, art. 6-3)",
    "judgment": "décision du juge sur le retrait",
    "last_interrupting_act": "dernier acte interruptif",
    "rgpd_request": "demande RGPD reçue par le destinataire",
    "outcome": "issue du dossier",
}
# The second of each pair cannot precede the first.
ORDERED = (
    ("order_made", "data_received"),
    ("identity_candidate", "author_identified"),
    ("refusal", "complaint_refused"),
    ("body_seized", "body_answered"),
    ("judge_seized", "judgment"),
)
ISP_STEP = "S13"
CONNECTION_MONTHS = 12


class StepState(StrEnum):
    """Whether a step may start."""

    READY = "ready"
    WAITING = "waiting"
    BLOCKED = "blocked"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class StepFacts:
    """What the dossier knows on a day. `events` maps the names of EVENTS to the day they happened."""

    on: date
    instructed_on: date
    published_on: date | None
    prudent_on: date | None
    action: Status
    is_penal: bool
    criminal: Access
    civil: Access
    is_health_professional: bool = False
    is_natural_person: bool = True
    events: Mapping[str, date] = field(default_factory=dict)
    territories: tuple[str, ...] = ("metropole",)


@dataclass(frozen=True)
class StepDeadline:
    """One deadline of a step; no day while its event has not happened. `kind` is « law » or « house »."""

    label: str
    due_on: date | None
    kind: str


@dataclass(frozen=True)
class StepRule:
    """One step as the reference states it."""

    id: str
    title: str
    role: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    document: str
    basis: str
    stop_if: tuple[str, ...]
    opens_for: str
    needs: tuple[str, ...]
    needs_limitation: bool
    needs_running_action: bool
    technical_test: str
    deadlines: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Step:
    """One step of this dossier: may it start, why, by when, and may it ask for technical data."""

    rule: StepRule
    state: StepState
    why: str
    deadlines: tuple[StepDeadline, ...]
    asks_technical_data: bool
    alerts: tuple[str, ...]

    @property
    def id(self) -> str:
        """Give the stable identifier, S01 to S22."""
        return self.rule.id

    @property
    def due_on(self) -> date | None:
        """Give the earliest day due."""
        return min((one.due_on for one in self.deadlines if one.due_on), default=None)


def steps_for(facts: StepFacts) -> tuple[Step, ...]:
    """Give every step in order, with its state and its deadlines.

    Raises InvalidInput when an event is unknown, in the future, or contradicts another.
    """
    _check_events(facts)
    return tuple(_step(rule, facts) for rule in reference.rows("steps", StepRule))


def _step(rule: StepRule, facts: StepFacts) -> Step:
    state, why = _state(rule, facts)
    test = {"criminal": facts.criminal, "civil": facts.civil}.get(rule.technical_test)
    return Step(
        rule=rule,
        state=state,
        why=why,
        deadlines=tuple(_deadline(raw, facts) for raw in rule.deadlines),
        asks_technical_data=test is Access.OPEN,
        alerts=tuple(_alerts(rule, facts, test)),
    )


def _state(rule: StepRule, facts: StepFacts) -> tuple[StepState, str]:
    skipped = _why_skipped(rule, facts)
    if skipped:
        return StepState.SKIPPED, skipped
    if rule.needs_limitation and facts.prudent_on is None:
        why = "La date prudente est inconnue : fixez d’abord la date de publication et la prescription (S01)."
        return StepState.BLOCKED, why
    missing = [EVENTS[event] for event in rule.needs if event not in facts.events]
    if missing:
        return StepState.WAITING, f"En attente : {', '.join(missing)}."
    return StepState.READY, ""


def _why_skipped(rule: StepRule, facts: StepFacts) -> str:
    if rule.opens_for == "penal" and not facts.is_penal:
        return "Sans objet : une action civile seule n’ouvre pas l’identification (CA Paris, 27 avr. 2022)."
    if rule.opens_for == "health" and not facts.is_health_professional:
        return "Sans objet : le client n’est pas un professionnel de santé."
    if rule.opens_for == "natural_person" and not facts.is_natural_person:
        return "Sans objet : le demandeur est une personne morale, le RGPD protège les personnes physiques."
    if rule.needs_running_action and facts.action is Status.EXPIRED:
        return "L’action est prescrite : seules restent les voies de retrait et du RGPD."
    connection = facts.events.get("connection")
    if rule.id == ISP_STEP and connection and facts.on > add_months(connection, CONNECTION_MONTHS):
        return "La connexion a plus d’un an : la table de l’opérateur est effacée."
    return ""


def _deadline(raw: Mapping[str, Any], facts: StepFacts) -> StepDeadline:
    anchored = {
        "instructed_on": facts.instructed_on,
        "published_on": facts.published_on,
        "prudent_on": facts.prudent_on,
        **facts.events,
    }.get(raw["anchor"])
    if anchored is None:
        return StepDeadline(raw["label"], None, raw["kind"])
    due = add_months(anchored, raw["months"]) + timedelta(days=raw["days"])
    if raw["snap"] == "working_day_after":
        due = working_day_at_or_after(due, facts.territories)
    elif raw["snap"] == "working_day_before":
        due = working_day_at_or_before(due, facts.territories)
    return StepDeadline(raw["label"], due, raw["kind"])


def _alerts(rule: StepRule, facts: StepFacts, test: Access | None) -> list[str]:
    found = []
    if rule.id == "S02" and REMOVED in facts.events and SEALED not in facts.events:
        found.append("Le contenu a été retiré avant que la preuve soit figée : cherchez copies et archives sans délai.")
    if test is not None and test is not Access.OPEN and rule.id != ISP_STEP:
        found.append("Ne demandez pas l’adresse IP dans cet acte (Crim., 14 mars 2023, n° 22-90.018).")
    if rule.id == ISP_STEP and "data_received" in facts.events and "ip_received" not in facts.events:
        found.append("Sans adresse IP, port, instant et fuseau, l’opérateur ne peut rien dire : visez le courriel.")
    return found


def _check_events(facts: StepFacts) -> None:
    for event, day in facts.events.items():
        if event not in EVENTS:
            raise InvalidInput(f"L’évènement « {event} » est inconnu : vérifiez son identifiant.", field=event)
        if day > facts.on:
            raise InvalidInput(
                f"L’évènement « {EVENTS[event]} » est daté du futur ({day:%d/%m/%Y}) : corrigez sa date.", field=event
            )
    for first, second in ORDERED:
        before, after = facts.events.get(first), facts.events.get(second)
        if before and after and after < before:
            raise InvalidInput(
                f"« {EVENTS[second]} » précède « {EVENTS[first]} » : corrigez l’une des deux dates.", field=second
            )
