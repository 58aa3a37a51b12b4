"""The one fact that a deadline hangs on: the publication, the event, or the last act that renewed it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.law import procedure
from casefile.law.rules import all_rules
from casefile.models.procedure import Deadline, DeadlineKind, ProceduralAct, TriggerEvent

ASKED = {
    "exact": "Date de publication",
    "interval": "Première date possible de publication",
    "relative": "Date à laquelle le texte relatif a été vu",
}


@dataclass(frozen=True, slots=True)
class Decisive:
    """What to look for in the source, the day that was entered, and by whom."""

    name: str
    on: date | None
    entered_by: frozenset[uuid.UUID]


def decisive_fact(session: Session, deadline: Deadline) -> Decisive:
    """Find the fact whose date a second person retypes."""
    entered = {deadline.entered_by_id} if deadline.entered_by_id else set()
    act = _last_renewing_act(session, deadline)
    if act is not None:
        title = all_rules()[f"interruption.{act.act_type}"].title
        return Decisive(f"Date de l'acte : {title}", act.done_on, frozenset({*entered, act.entered_by_id}))
    if deadline.trigger_id is None:
        name = "Date de l'audience" if deadline.kind is DeadlineKind.HEARING else "Date"
        return Decisive(name, deadline.prudent_on, frozenset(entered))
    trigger = session.get_one(TriggerEvent, deadline.trigger_id)
    if trigger.kind == "publication":
        name = ASKED.get(str(trigger.facts.get("kind")), "Date de publication")
    else:
        name = procedure.events().get(trigger.kind, "Date de l'événement")
    return Decisive(name, trigger.occurred_on, frozenset({*entered, trigger.entered_by_id}))


def _last_renewing_act(session: Session, deadline: Deadline) -> ProceduralAct | None:
    moved = [act for act in deadline.facts.get("acts", []) if isinstance(act, dict) and act.get("moves_admitted")]
    if not moved:
        return None
    last = max(moved, key=lambda act: str(act["date"]))
    return session.scalar(
        select(ProceduralAct)
        .where(
            ProceduralAct.matter_id == deadline.matter_id,
            ProceduralAct.act_type == last["type"],
            ProceduralAct.done_on == date.fromisoformat(str(last["date"])),
            ProceduralAct.withdrawn_at.is_(None),
        )
        .limit(1)
    )
