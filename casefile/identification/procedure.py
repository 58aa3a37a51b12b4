"""The procedure of one content: its ordered steps, started, handed on, skipped, and moved by what happens.

Nothing here starts a step by itself: a person does. What happened is a TriggerEvent, never edited.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import access, audit, clock
from casefile.deadlines import schedule
from casefile.errors import InvalidInput, Refused
from casefile.identification.clocks import keep_clocks
from casefile.identification.situation import (
    ACCOUNT_CLOSED,
    EVENT_PREFIX,
    Ground,
    events_of,
    grounds,
    situation_of,
    step_facts,
)
from casefile.law.identification_steps import EVENTS, SEALED, Step, steps_for
from casefile.law.identification_steps import StepState as LawState
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import (
    Deadline,
    DeadlineKind,
    DeadlineState,
    IdentificationStep,
    StepState,
    TriggerEvent,
)

BY_RULE = "rule"
SHORTEST = 3
RECORDABLE = {**EVENTS, ACCOUNT_CLOSED: "compte de l’auteur clos"}


def leading(session: Session, publication: Publication) -> Ground:
    """Give the ground on which the steps stand; raises Refused while no lawyer has retained a qualification."""
    found = grounds(session, publication)
    if not found:
        raise Refused("Retenez d'abord une qualification : les voies ouvertes en dépendent.")
    return found[0]


def lawful_steps(session: Session, matter: Matter, publication: Publication) -> dict[str, Step]:
    """Give what the law says today of each step of a content, by its code."""
    return {step.id: step for step in steps_for(step_facts(session, matter, leading(session, publication)))}


def steps_of(session: Session, matter: Matter, publication: Publication | None = None) -> list[IdentificationStep]:
    """List the steps prepared in a dossier, or for one content, in their order."""
    query = select(IdentificationStep).where(IdentificationStep.matter_id == matter.id)
    if publication is not None:
        query = query.where(IdentificationStep.publication_id == publication.id)
    return list(session.scalars(query.order_by(IdentificationStep.created_at, IdentificationStep.position)))


def prepare(session: Session, actor: Person, matter: Matter, publication: Publication) -> list[IdentificationStep]:
    """Lay down every step with its due day, and put the clocks of the data on the calendar.

    Raises Refused when a content has no qualification, or its steps already.
    """
    if steps_of(session, matter, publication):
        raise Refused("Les étapes de ce contenu sont déjà préparées.")
    made = []
    sealed_on = events_of(session, publication).get(SEALED)
    for position, lawful in enumerate(lawful_steps(session, matter, publication).values(), start=1):
        step = IdentificationStep(
            matter_id=matter.id,
            publication_id=publication.id,
            code=lawful.id,
            label=lawful.rule.title,
            position=position,
            state=StepState.PLANNED,
            responsible_id=matter.responsible_id,
            answer={},
        )
        _already_done(step, sealed_on)
        session.add(step)
        made.append(step)
    session.flush()
    audit.record(session, actor, "identification.prepared", publication, {"steps": len(made)})
    refresh(session, actor, matter, publication, "Étapes préparées")
    return made


def refresh(session: Session, actor: Person, matter: Matter, publication: Publication, reason: str) -> list[str]:
    """Recompute due days, steps without object and data clocks after something happened; give the codes that moved."""
    around = situation_of(session, matter, leading(session, publication))
    keep_clocks(session, actor, matter, publication, situation=around, reason=reason)
    prepared = steps_of(session, matter, publication)
    lawful = lawful_steps(session, matter, publication) if prepared else {}
    moved = [step.code for step in prepared if _follow(step, lawful[step.code])]
    session.flush()
    for step in prepared:
        _remind(session, actor, step, lawful[step.code], reason)
    if moved:
        audit.record(session, actor, "identification.recomputed", publication, {"steps": moved, "reason": reason})
    return moved


def follow(session: Session, actor: Person, matter: Matter, publication: Publication, reason: str) -> list[str]:
    """Recompute a content whose steps were prepared, after its date or its qualification changed elsewhere."""
    if not steps_of(session, matter, publication) or not grounds(session, publication):
        return []
    return refresh(session, actor, matter, publication, reason)


def begin(session: Session, actor: Person, matter: Matter, step: IdentificationStep, on: date) -> None:
    """Start a step that the law lets start; raises Refused with what it waits for."""
    if step.state is not StepState.PLANNED:
        raise Refused("Cette étape n'est plus à engager : elle est déjà engagée, répondue ou écartée.")
    _past(on, "started_on", "Une étape ne s'engage pas à une date à venir.")
    lawful = lawful_steps(session, matter, _content(session, step))[step.code]
    if lawful.state is not LawState.READY:
        raise Refused(lawful.why)
    step.state, step.started_on = StepState.STARTED, on
    session.flush()
    audit.record(session, actor, "identification.step_started", step, {"code": step.code, "on": on})
    _remind(session, actor, step, lawful, "Étape engagée")


def skip(session: Session, actor: Person, step: IdentificationStep, reason: str) -> None:
    """Set a step aside, with a reason; its reminder is void at once."""
    if step.state not in {StepState.PLANNED, StepState.STARTED}:
        raise Refused("Cette étape est close : elle ne s'écarte plus.")
    if len(reason.strip()) < SHORTEST:
        raise InvalidInput("Indiquez pourquoi cette étape est écartée.", field="reason")
    step.state, step.result, step.answer_kind = StepState.SKIPPED, reason.strip(), ""
    session.flush()
    audit.record(session, actor, "identification.step_skipped", step, {"code": step.code})
    close_reminder(session, actor, step, "Étape écartée")


def take_up(session: Session, actor: Person, matter: Matter, step: IdentificationStep) -> None:
    """Put a step set aside back among those to do."""
    if step.state is not StepState.SKIPPED or step.answer_kind == BY_RULE:
        raise Refused("Seule une étape écartée par une personne se reprend.")
    step.state, step.result = StepState.PLANNED, ""
    session.flush()
    audit.record(session, actor, "identification.step_resumed", step, {"code": step.code})
    refresh(session, actor, matter, _content(session, step), "Étape reprise")


def assign(session: Session, actor: Person, matter: Matter, step: IdentificationStep, to: Person) -> None:
    """Hand a step to somebody of the team who may act in the dossier."""
    if not access.may(session, to, matter, access.Permission.MATTER_WRITE):
        raise InvalidInput("Choisissez une personne de l'équipe du dossier.", field="responsible")
    step.responsible_id = to.id
    session.flush()
    audit.record(session, actor, "identification.step_assigned", step, {"code": step.code, "to": to.id})


def record_event(
    session: Session,
    actor: Person,
    matter: Matter,
    publication: Publication,
    event: str,
    *,
    on: date,
    proof: str = "",
) -> list[str]:
    """Record something that happened to a content and recompute what hangs on it; give the codes that moved.

    Raises InvalidInput when the event is unknown, in the future, or contradicts another.
    """
    if event not in RECORDABLE:
        raise InvalidInput("Choisissez un évènement de la liste.", field="event")
    _past(on, "on", "Un évènement à venir ne s'enregistre pas : corrigez la date.")
    last = session.scalar(
        select(TriggerEvent)
        .where(TriggerEvent.publication_id == publication.id, TriggerEvent.kind == EVENT_PREFIX + event)
        .order_by(TriggerEvent.created_at.desc())
        .limit(1)
    )
    if last is not None and last.occurred_on == on and last.proof == proof:
        return []
    row = TriggerEvent(
        matter_id=matter.id,
        publication_id=publication.id,
        kind=EVENT_PREFIX + event,
        occurred_on=on,
        facts={"event": event},
        proof=proof,
        entered_by_id=actor.id,
        supersedes_id=last.id if last else None,
        reason="Date plus récente ou corrigée" if last else "",
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "trigger.entered", row, {"kind": row.kind, "on": on})
    if not grounds(session, publication):
        return []
    return refresh(session, actor, matter, publication, f"Évènement\u00a0: {RECORDABLE[event]}")


def _already_done(step: IdentificationStep, sealed_on: date | None) -> None:
    """Close at once what the dossier has already done: the proof is sealed, the words are qualified."""
    if step.code == "S02" and sealed_on is not None:
        step.state, step.result = StepState.DONE, f"Preuve figée le {sealed_on:%d/%m/%Y}."
    elif step.code == "S03":
        step.state, step.result = StepState.DONE, "Qualification retenue par un avocat."


def _follow(step: IdentificationStep, lawful: Step) -> bool:
    """Bring a step not yet begun to what the law says; what a person began or set aside is theirs."""
    set_aside = step.state is StepState.SKIPPED and step.answer_kind != BY_RULE
    if set_aside or step.state not in {StepState.PLANNED, StepState.SKIPPED}:
        moved = step.due_on != lawful.due_on and step.state is StepState.STARTED
        step.due_on = lawful.due_on if moved else step.due_on
        return moved
    skipped = lawful.state is LawState.SKIPPED
    after = (
        StepState.SKIPPED if skipped else StepState.PLANNED,
        lawful.why if skipped else "",
        BY_RULE if skipped else "",
        None if skipped else lawful.due_on,
    )
    moved = after != (step.state, step.result, step.answer_kind, step.due_on)
    step.state, step.result, step.answer_kind, step.due_on = after
    return moved


def _remind(session: Session, actor: Person, step: IdentificationStep, lawful: Step, reason: str) -> None:
    """Keep one follow-up on the calendar for a step that a limitation or a legal time limit commands."""
    commanded = lawful.rule.needs_limitation or any(one.kind == "law" for one in lawful.deadlines)
    owed = commanded and step.due_on is not None and step.state in {StepState.PLANNED, StepState.STARTED}
    old = _reminder(session, step)
    if not owed or lawful.state is LawState.BLOCKED:
        if old is not None:
            schedule.take_off(session, actor, old, reason)
        return
    fresh = Deadline(
        matter_id=step.matter_id,
        publication_id=step.publication_id,
        kind=DeadlineKind.FOLLOW_UP,
        rule_id=f"step.{step.code}",
        label=f"Identification · {step.label}",
        prudent_on=step.due_on,
        facts={"step": str(step.id)},
        trace=[{"text": f"{one.label}.", "source": lawful.rule.basis} for one in lawful.deadlines if one.due_on],
        responsible_id=step.responsible_id,
    )
    if old is None:
        schedule.put_on(session, actor, fresh, reason=reason)
    elif (old.prudent_on, old.responsible_id) != (fresh.prudent_on, fresh.responsible_id):
        schedule.replace(session, actor, old, fresh, reason)


def close_reminder(session: Session, actor: Person, step: IdentificationStep, reason: str) -> None:
    """Take the follow-up of a step off the calendar, once it is answered or set aside."""
    old = _reminder(session, step)
    if old is not None:
        schedule.take_off(session, actor, old, reason)


def _reminder(session: Session, step: IdentificationStep) -> Deadline | None:
    return session.scalar(
        select(Deadline).where(
            Deadline.matter_id == step.matter_id,
            Deadline.publication_id == step.publication_id,
            Deadline.kind == DeadlineKind.FOLLOW_UP,
            Deadline.rule_id == f"step.{step.code}",
            Deadline.state == DeadlineState.OPEN,
        )
    )


def _content(session: Session, step: IdentificationStep) -> Publication:
    return session.get_one(Publication, step.publication_id)


def _past(on: date, field: str, sentence: str) -> None:
    if on > clock.today():
        raise InvalidInput(sentence, field=field)
