"""Procedural time limits: each event recorded in the dossier opens those that the law hangs on it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from casefile import audit
from casefile.deadlines import schedule
from casefile.law import procedure
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, TriggerEvent

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
    event = procedure.Event(event_id, on, matter.territory, party_location, proved=bool(proof.strip()))
    found = procedure.deadlines_after(event)
    trigger = TriggerEvent(
        matter_id=matter.id,
        publication_id=publication.id if publication else None,
        kind=event_id,
        occurred_on=on,
        facts={"party_location": party_location, "not_deadlines": [one.as_json() for one in found if _informs(one)]},
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
