"""What the dossier knows of one content, put in the form in which the law asks for it.

A content may carry several retained qualifications: each is a ground, with its own routes and tests.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock, directory
from casefile.deadlines.limitation import open_limitations
from casefile.deadlines.triggers import publication_facts
from casefile.law import limitation
from casefile.law.identification import HOLDER_ROLES, NO_OFFENCE, Situation, thresholds_for
from casefile.law.identification_facts import situation
from casefile.law.identification_steps import EVENTS, REMOVED, SEALED, StepFacts
from casefile.law.limitation_input import facts_from_json
from casefile.models.evidence import Capture, CaptureState, Passage, Publication
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.procedure import Answer, Deadline, Qualification, QualificationState, TriggerEvent

EVENT_PREFIX = "identification_"
ACCOUNT_CLOSED = "account_closed"
HEALTH_WORDS = ("médecin", "docteur", "dentiste", "pharmac", "infirm", "sage-femme", "kinésith", "pédiatre")


@dataclass(frozen=True, slots=True)
class Ground:
    """One content under one retained qualification, with the answers that led to it."""

    publication: Publication
    qualification: str
    answers: Mapping[str, str]


def grounds(session: Session, publication: Publication) -> list[Ground]:
    """Give one ground per qualification retained for a content; « aucune » alone stands when nothing else does."""
    rows = session.scalars(
        select(Qualification)
        .join(Passage, Passage.id == Qualification.passage_id)
        .where(
            Passage.publication_id == publication.id,
            Passage.withdrawn_at.is_(None),
            Qualification.state == QualificationState.CHOSEN,
        )
        .order_by(Passage.start)
    )
    found: dict[str, Ground] = {}
    for row in rows:
        if row.chosen and row.chosen not in found:
            found[row.chosen] = Ground(publication, row.chosen, _answers(session, row.id))
    offences = [ground for name, ground in found.items() if name != NO_OFFENCE]
    return offences or list(found.values())


def first_retained(session: Session, contents: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Give, of each content that has one, the qualification of its first ground, without what led to it."""
    rows = session.execute(
        select(Passage.publication_id, Qualification.chosen)
        .join(Passage, Passage.id == Qualification.passage_id)
        .where(
            Passage.publication_id.in_(list(contents)),
            Passage.withdrawn_at.is_(None),
            Qualification.state == QualificationState.CHOSEN,
        )
        .order_by(Passage.start)
    )
    found: dict[uuid.UUID, str] = {}
    for content, chosen in rows:
        if chosen and found.get(content, NO_OFFENCE) == NO_OFFENCE:
            found[content] = chosen
    return found


def situation_of(session: Session, matter: Matter, ground: Ground) -> Situation:
    """Give the situation of a ground today, its action standing where the dossier's own limitation puts it.

    Raises InvalidInput or NoRuleInForce.
    """
    today = clock.today()
    facts = {
        "qualification": ground.qualification,
        "publication": publication_facts(ground.publication)[0],
        "role": holder_roles(session, ground.publication.platform),
        "answers": dict(ground.answers),
    }
    found = situation(facts, today, account_closed_on(session, ground.publication))
    holder = directory.find(session, ground.publication.platform)
    found = replace(found, country=holder.country if holder else "")
    for deadline in _limitations(session, matter, ground):
        question = {**deadline.facts["question"], "on": today.isoformat()}
        return replace(found, action=limitation.compute(*facts_from_json(question)).status)
    return found


def step_facts(session: Session, matter: Matter, ground: Ground) -> StepFacts:
    """Give what decides which steps may start and when they are due."""
    around = situation_of(session, matter, ground)
    criminal, civil = thresholds_for(around)
    clients = clients_of(session, matter)
    prudent = [one.prudent_on for one in open_limitations(session, matter, ground.publication)]
    return StepFacts(
        on=around.on,
        instructed_on=matter.opened_on,
        published_on=around.retention.earliest,
        prudent_on=min((day for day in prudent if day), default=None),
        action=around.action,
        is_penal=around.offence is not None and around.offence.is_penal,
        criminal=criminal.access,
        civil=civil.access,
        is_health_professional=is_for_health(clients),
        is_natural_person=not any(client.is_company for client in clients),
        events=events_of(session, ground.publication),
        territories=(matter.territory,),
    )


def events_of(session: Session, publication: Publication) -> dict[str, date]:
    """Give the day of each event of a content: those recorded, those that the proofs show, the latest of each."""
    found: dict[str, date] = {}
    sealed = session.scalar(
        select(Capture.sealed_at)
        .where(Capture.publication_id == publication.id, Capture.state == CaptureState.SEALED)
        .order_by(Capture.sealed_at)
        .limit(1)
    )
    if sealed is not None:
        found[SEALED] = clock.day_of(sealed)
    if publication.removed_on is not None:
        found[REMOVED] = publication.removed_on
    if interrupted := _last_interruption(session, publication):
        found["last_interrupting_act"] = interrupted
    for row in _recorded(session, publication):
        name = row.kind.removeprefix(EVENT_PREFIX)
        if name in EVENTS and row.occurred_on is not None:
            found[name] = row.occurred_on
    return found


def account_closed_on(session: Session, publication: Publication) -> date | None:
    """Give the day on which the author's account was closed, None while it is not known to be."""
    closings = [row for row in _recorded(session, publication) if row.kind == EVENT_PREFIX + ACCOUNT_CLOSED]
    return closings[-1].occurred_on if closings else None


def holder_roles(session: Session, platform: str) -> list[str]:
    """Give the roles of a platform in the firm's directory; none when it is not there."""
    known = directory.find(session, platform)
    return [role for role in known.roles if role in HOLDER_ROLES] if known else []


def is_for_health(clients: list[Party]) -> bool:
    """Tell whether a client is a health professional, from their register number or profession."""
    return any(client.rpps or any(word in client.profession.casefold() for word in HEALTH_WORDS) for client in clients)


def clients_of(session: Session, matter: Matter) -> list[Party]:
    """Give the clients of a dossier."""
    return list(session.scalars(select(Party).where(Party.matter_id == matter.id, Party.role == PartyRole.CLIENT)))


def _answers(session: Session, qualification_id: uuid.UUID) -> dict[str, str]:
    rows = session.scalars(
        select(Answer).where(Answer.qualification_id == qualification_id).order_by(Answer.answered_at, Answer.id)
    )
    newest = {row.question: row.value for row in rows}
    return {question: value[0] for question, value in newest.items() if value}


def _limitations(session: Session, matter: Matter, ground: Ground) -> list[Deadline]:
    standing = open_limitations(session, matter, ground.publication)
    return [one for one in standing if one.facts.get("qualification") == ground.qualification]


def _last_interruption(session: Session, publication: Publication) -> date | None:
    """Give the day of the last act that interrupts, of the limitation where it is oldest; None without one."""
    matter = session.get_one(Matter, publication.matter_id)
    standing = [row.facts.get("acts") or () for row in open_limitations(session, matter, publication)]
    last = [max((act["date"] for act in acts if act.get("interrupts")), default="") for acts in standing]
    return min((date.fromisoformat(day) for day in last if day), default=None)


def _recorded(session: Session, publication: Publication) -> list[TriggerEvent]:
    return list(
        session.scalars(
            select(TriggerEvent)
            .where(TriggerEvent.publication_id == publication.id, TriggerEvent.kind.startswith(EVENT_PREFIX))
            .order_by(TriggerEvent.created_at)
        )
    )
