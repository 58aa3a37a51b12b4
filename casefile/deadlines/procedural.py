"""Procedural time limits: each event recorded in the dossier opens those that the law hangs on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casefile import audit
from casefile.deadlines import schedule
from casefile.errors import InvalidInput
from casefile.law import procedure
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, TriggerEvent

# What a date of each effect becomes on the calendar; an « earliest » day is no deadline, it only informs.
KINDS = {
    "deadline": DeadlineKind.PROCEDURAL,
    "latest_before": DeadlineKind.PROCEDURAL,
    "internal": DeadlineKind.FOLLOW_UP,
    "retention": DeadlineKind.RETENTION,
}


def open_procedural(
    session: Session,
    actor: Person,
    matter: Matter,
    event_id: str,
    on: date,
    *,
    party_location: str | None = None,
    proof: str = "",
    publication: Publication | None = None,
) -> list[Deadline]:
    """Record an event and open every time limit that it starts; provisional as long as no proof is given.

    The prudent date never relies on an extension to a working day. Raises InvalidInput or NoRuleInForce.
    """
    found = _found(matter, event_id, on, party_location, proof)
    trigger = TriggerEvent(
        matter_id=matter.id,
        publication_id=publication.id if publication else None,
        kind=event_id,
        occurred_on=on,
        facts=_facts(party_location, found),
        proof=proof,
        entered_by_id=actor.id,
    )
    session.add(trigger)
    session.flush()
    audit.record(session, actor, "trigger.entered", trigger, {"kind": event_id, "on": on})
    return [
        schedule.put_on(session, actor, _deadline(matter, trigger, one), reason=procedure.events()[event_id])
        for one in found
        if not _informs(one)
    ]


def correct_event(
    session: Session, actor: Person, matter: Matter, trigger: TriggerEvent, *, on: date, proof: str, reason: str
) -> list[Deadline]:
    """Supersede a recorded event, its date mended or its proof brought, and the open time limits that hang on it.

    Gives those that stand afterwards; what was done or waived stays as it was. Raises InvalidInput.
    """
    if not reason.strip():
        raise InvalidInput("Indiquez pourquoi cet événement est corrigé.", field="reason")
    party_location = trigger.facts.get("party_location")
    found = _found(matter, trigger.kind, on, party_location, proof)
    fresh = TriggerEvent(
        matter_id=matter.id,
        publication_id=trigger.publication_id,
        kind=trigger.kind,
        occurred_on=on,
        facts=_facts(party_location, found),
        proof=proof,
        entered_by_id=actor.id,
        supersedes_id=trigger.id,
        reason=reason,
    )
    session.add(fresh)
    session.flush()
    audit.record(session, actor, "trigger.corrected", fresh, {"kind": fresh.kind, "on": on, "reason": reason})
    hanging = {row.rule_id: row for row in session.scalars(select(Deadline).where(Deadline.trigger_id == trigger.id))}
    standing = []
    for one in found:
        older = hanging.pop(one.rule.rule_id, None)
        if _informs(one) or (older is not None and older.state is not DeadlineState.OPEN):
            continue
        deadline = _deadline(matter, fresh, one)
        if older is None:
            standing.append(schedule.put_on(session, actor, deadline, reason=reason))
        else:
            deadline.responsible_id = older.responsible_id
            standing.append(schedule.replace(session, actor, older, deadline, reason))
    for left in hanging.values():
        if left.state is DeadlineState.OPEN:
            schedule.take_off(session, actor, left, reason)
    return standing


def counted_again(matter: Matter, deadline: Deadline, trigger: TriggerEvent) -> Deadline | None:
    """Give what the law says today of a recorded time limit, unsaved; None when its rule no longer opens it."""
    day = trigger.occurred_on or deadline.starts_on
    if day is None:
        return None
    found = _found(matter, trigger.kind, day, trigger.facts.get("party_location"), trigger.proof)
    one = next((one for one in found if one.rule.rule_id == deadline.rule_id and not _informs(one)), None)
    return _deadline(matter, trigger, one) if one else None


def events_of(session: Session, matter: Matter) -> list[TriggerEvent]:
    """List the recorded events that start procedural time limits and that no other supersedes, newest first."""
    later = aliased(TriggerEvent)
    rows = session.scalars(
        select(TriggerEvent)
        .outerjoin(later, later.supersedes_id == TriggerEvent.id)
        .where(TriggerEvent.matter_id == matter.id, later.id.is_(None))
        .order_by(TriggerEvent.occurred_on.desc(), TriggerEvent.created_at.desc())
    )
    return [row for row in rows if "not_deadlines" in row.facts]


def _found(
    matter: Matter, event_id: str, on: date, party_location: str | None, proof: str
) -> list[procedure.ProceduralDeadline]:
    event = procedure.Event(event_id, on, matter.territory, party_location, proved=bool(proof.strip()))
    return procedure.deadlines_after(event)


def _facts(party_location: str | None, found: list[procedure.ProceduralDeadline]) -> dict[str, Any]:
    return {"party_location": party_location, "not_deadlines": [one.as_json() for one in found if _informs(one)]}


def _informs(found: procedure.ProceduralDeadline) -> bool:
    return found.due_on is None or found.kind not in KINDS


def _deadline(matter: Matter, trigger: TriggerEvent, found: procedure.ProceduralDeadline) -> Deadline:
    answer = found.as_json()
    dates = [day for day in (found.counted_on, found.due_on) if day is not None]
    kind = KINDS[found.kind]
    return Deadline(
        matter_id=matter.id,
        publication_id=trigger.publication_id,
        trigger_id=trigger.id,
        kind=kind,
        rule_id=found.rule.rule_id,
        rule_version=found.rule.version,
        label=str(answer["title"]),
        starts_on=found.event.on,
        prudent_on=min(dates),
        admitted_on=found.due_on,
        last_useful_day=found.last_useful_day,
        trace=answer.pop("trace"),
        facts={"event": found.event.id, **answer},
        is_critical=kind is DeadlineKind.PROCEDURAL,
        is_provisional=found.provisional,
        responsible_id=matter.responsible_id,
    )
