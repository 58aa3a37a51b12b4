"""Recomputing every limitation of the firm, as after a change of rule, against reading the same rows raw."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import insert

from bench.data import START, Firmament
from bench.ground import Ground
from bench.measure import Pair
from casefile.deadlines import rule_changes
from casefile.law.limitation import compute
from casefile.law.limitation_input import facts_from_json
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, TriggerEvent

RAW = (
    "SELECT d.*, m.*, t.* FROM deadline d JOIN matter m ON m.id = d.matter_id "
    "JOIN trigger_event t ON t.id = d.trigger_id WHERE d.state = 'open' AND d.kind = 'limitation' "
    "ORDER BY m.year, m.number, d.prudent_on"
)
DAYS = 250


def recounting(ground: Ground) -> Pair:
    """Give each dossier a limitation with its trigger, then recount them all and read them all."""
    source = Firmament(7)
    with ground.database.transaction() as session:
        triggers = [_trigger(source, ground, matter, number) for number, matter in enumerate(ground.matters)]
        session.execute(insert(TriggerEvent), triggers)
        session.execute(insert(Deadline), [_deadline(source, ground, trigger) for trigger in triggers])

    def floor(_number: int) -> object:
        return len(ground.raw.execute(RAW).fetchall())

    def ours(_number: int) -> object:
        with ground.database.reader() as session:
            return rule_changes.changes(session)

    def same(left: object, right: object) -> bool:
        """Every row was read, and none of the dates counted again differs from the recorded one."""
        return left == len(ground.matters) and right == []

    return Pair(floor, ours, rounds=4, warm_up=1, same=same)


def _trigger(source: Firmament, ground: Ground, matter: Any, number: int) -> dict[str, Any]:
    day = date(2026, 1, 1) + timedelta(days=number % DAYS)
    return {
        "id": source.identifier(),
        "matter_id": matter,
        "kind": "publication",
        "occurred_on": day,
        "facts": {"kind": "exact", "date": day.isoformat()},
        "entered_by_id": ground.person.id,
        "created_at": START,
    }


def _deadline(source: Firmament, ground: Ground, trigger: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": source.identifier(),
        "matter_id": trigger["matter_id"],
        "trigger_id": trigger["id"],
        "kind": DeadlineKind.LIMITATION,
        "state": DeadlineState.OPEN,
        "responsible_id": ground.person.id,
        "created_at": START,
        **_counted(trigger["occurred_on"]),
    }


@cache
def _counted(day: date) -> dict[str, Any]:
    question = {
        "qualification": "diffamation_publique_particulier",
        "publication": {"kind": "exact", "date": day.isoformat()},
        "acts": [],
        "territory": "metropole",
        "on": "2026-11-23",
    }
    result = compute(*facts_from_json(question))
    answer = result.to_json()
    return {
        "rule_id": result.duration.rule_id,
        "rule_version": result.duration.version,
        "label": f"Prescription · {result.duration.title}",
        "starts_on": result.earliest,
        "prudent_on": result.prudent_on,
        "admitted_on": result.admitted_on,
        "last_useful_day": result.last_useful_day,
        "trace": answer.pop("trace"),
        "facts": {"qualification": question["qualification"], "question": question, **answer},
    }
