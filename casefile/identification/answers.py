"""What a recipient answered to a step: nothing, a refusal, an order, a connection, the details of an account.

An answer is added, never replaced. Two that contradict each other are both kept and the step says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.errors import InvalidInput, Refused
from casefile.identification import procedure
from casefile.law.connection import Connection, contradictions, read_connection
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import IdentificationStep, StepState

UNKNOWN, CONNECTION, ACCOUNT = "unknown", "connection", "account"
ORDER, REFUSAL, DONE = "order", "refusal", "done"
KINDS = {
    UNKNOWN: "Inconnu : le destinataire n’a pas la donnée",
    CONNECTION: "Une adresse IP, avec son port, son instant et son fuseau",
    ACCOUNT: "Les données du compte ou de l’abonné",
    ORDER: "Une ordonnance rendue",
    REFUSAL: "Un refus",
    DONE: "Fait, sans donnée reçue",
}
CONTRADICTORY = "contradictory"
UNIVERSAL = re.compile(r"\s*(?:UTC|GMT)$", re.IGNORECASE)
ACCOUNT_FIELDS = ("name", "postal_address", "email", "phone", "pseudonym", "payment")
# What each answer makes happen, besides what its own data say.
EVENTS_OF = {
    CONNECTION: ("data_received",),
    ACCOUNT: ("data_received",),
    ORDER: ("order_made",),
    REFUSAL: (),
    UNKNOWN: (),
    DONE: (),
}
REFUSAL_EVENTS = {"S07": "refusal", "S17": "complaint_refused"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording an answer led to: sentences to say at once, and the steps that moved."""

    warnings: tuple[str, ...]
    moved: tuple[str, ...]


def record_answer(
    session: Session,
    actor: Person,
    matter: Matter,
    step: IdentificationStep,
    kind: str,
    *,
    on: date,
    details: dict[str, Any] | None = None,
) -> Recorded:
    """Record an answer received on a day; `details` holds address, port and at, or the fields of an account.

    Raises Refused for a step never started; InvalidInput for a future answer, an IP address without time zone, or
    an account without any detail. Contradictory answers are kept and said.
    """
    if step.state not in {StepState.STARTED, StepState.ANSWERED, StepState.DONE}:
        raise Refused("Cette étape n'a jamais été engagée : engagez-la d'abord, à sa vraie date.")
    _check_day(step, kind, on)
    given, connection = _read(kind, on, details or {})
    entry = {"kind": kind, "on": on.isoformat(), "by": str(actor.id), "at": clock.now().isoformat(), **given}
    step.answer = {**step.answer, "answers": [*answers_to(step), entry]}
    step.state, step.answered_on = StepState.ANSWERED, on
    session.flush()
    against = _contradictions(session, matter, step)
    step.answer = {**step.answer, "contradictions": list(against)}
    step.answer_kind = CONTRADICTORY if against else kind
    session.flush()
    audit.record(session, actor, "identification.answered", step, {"code": step.code, "kind": step.answer_kind})
    procedure.close_reminder(session, actor, step, "Réponse reçue")
    publication = session.get_one(Publication, step.publication_id)
    moved: list[str] = []
    for event, day in _events(step, entry, on, connection):
        proof = f"étape {step.code}"
        moved += procedure.record_event(session, actor, matter, publication, event, on=day, proof=proof)
    warning = (connection.warning,) if connection and connection.warning else ()
    return Recorded((*against, *warning), tuple(dict.fromkeys(moved)))


def close(session: Session, actor: Person, step: IdentificationStep, result: str) -> None:
    """Close an answered step with what it brought."""
    if step.state is not StepState.ANSWERED:
        raise Refused("Seule une étape qui a reçu sa réponse se clôt.")
    if len(result.strip()) < procedure.SHORTEST:
        raise InvalidInput("Dites en une phrase ce que cette étape a donné.", field="result")
    step.state, step.result = StepState.DONE, result.strip()
    session.flush()
    audit.record(session, actor, "identification.step_closed", step, {"code": step.code})


def answers_to(step: IdentificationStep) -> list[dict[str, Any]]:
    """Give the answers recorded for a step, oldest first."""
    return list((step.answer or {}).get("answers", ()))


def connections(steps: Iterable[IdentificationStep]) -> list[Connection]:
    """Give the connections named in the answers of several steps."""
    now = clock.now()
    return [
        read_connection(entry["address"], entry["port"], entry["connected_at"], now=now)
        for step in steps
        for entry in answers_to(step)
        if entry["kind"] == CONNECTION
    ]


def _check_day(step: IdentificationStep, kind: str, on: date) -> None:
    if kind not in KINDS:
        raise InvalidInput("Choisissez la réponse reçue.", field="kind")
    if on > clock.today():
        raise InvalidInput("Cette réponse est datée du futur : corrigez la date de réception.", field="answered_on")
    if step.started_on and on < step.started_on:
        raise InvalidInput(
            "La réponse précède l'engagement de l'étape : corrigez l'une des dates.", field="answered_on"
        )


def _read(kind: str, on: date, details: dict[str, Any]) -> tuple[dict[str, Any], Connection | None]:
    note = str(details.get("note") or "").strip()
    if kind == CONNECTION:
        found = read_connection(
            str(details.get("address") or ""), details.get("port"), _instant(details), now=clock.now()
        )
        if clock.day_of(found.at) > on:
            raise InvalidInput("La connexion est postérieure à la réponse : corrigez l'instant.", field="at")
        said = {"address": found.address, "port": found.port, "connected_at": found.at.isoformat(), "note": note}
        return {**said, "as_given": str(details.get("at"))}, found
    if kind == ACCOUNT:
        account = {name: str(details.get(name) or "").strip() for name in ACCOUNT_FIELDS}
        if not any(account.values()):
            raise InvalidInput("Recopiez au moins une donnée reçue, ou répondez « inconnu ».", field="name")
        return {**account, "note": note}, None
    return {"note": note}, None


def _instant(details: dict[str, Any]) -> str:
    """Give the instant as typed, the two names of universal time read as its offset; no other name is guessed."""
    return UNIVERSAL.sub("+00:00", str(details.get("at") or "").strip())


def _contradictions(session: Session, matter: Matter, step: IdentificationStep) -> tuple[str, ...]:
    publication = session.get_one(Publication, step.publication_id)
    others = [one for one in procedure.steps_of(session, matter, publication) if one.state is not StepState.SKIPPED]
    found = list(contradictions(connections(others)))
    names = {_plain(entry["name"]) for one in others for entry in answers_to(one) if entry.get("name")}
    if len(names) > 1:
        found.append("Deux réponses nomment des titulaires différents : conservez les deux et interrogez.")
    kinds = {entry["kind"] for entry in answers_to(step)}
    if UNKNOWN in kinds and kinds & {CONNECTION, ACCOUNT}:
        found.append("Le même destinataire a répondu « inconnu » et donné des données : demandez-lui laquelle vaut.")
    return tuple(found)


def _plain(name: str) -> str:
    return " ".join(sorted(name.casefold().split()))


def _events(
    step: IdentificationStep, entry: dict[str, Any], on: date, connection: Connection | None
) -> list[tuple[str, date]]:
    happened = [(event, on) for event in EVENTS_OF[entry["kind"]]]
    if entry["kind"] == REFUSAL and step.code in REFUSAL_EVENTS:
        happened.append((REFUSAL_EVENTS[step.code], on))
    if connection is not None:
        happened.append(("connection", clock.day_of(connection.at)))
        if not connection.warning:
            happened.append(("ip_received", on))
    if entry.get("name"):
        happened.append(("identity_candidate", on))
    return happened
