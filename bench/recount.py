"""Recomputing every limitation of the firm, as after a change of rule, against reading the same rows raw."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
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
# Dossiers rarely ask the same question: some tens of thousands of them, over twenty years of facts.
FIRST = date(2006, 1, 2)
DAYS = 7_300
SHAPES = 8
AT_A_TIME = 1_000


def recounting(ground: Ground) -> Pair:
    """Give each dossier a limitation with its trigger, then recount them all and read them all."""
    source = Firmament(7)
    standing = len(ground.raw.execute(RAW).fetchall())  # of the one full dossier
    with ground.database.transaction() as session:
        triggers = [_trigger(source, ground, matter, number) for number, matter in enumerate(ground.matters)]
        session.execute(insert(TriggerEvent), triggers)
        counted = (_deadline(source, ground, trigger, number) for number, trigger in enumerate(triggers))
        for part in iter(lambda: list(islice(counted, AT_A_TIME)), []):
            session.execute(insert(Deadline), part)
    # As each night: neither side may choose its indexes by what the tables held before.
    ground.database.learn()
    ground.raw.execute("ANALYZE sqlite_schema")

    def floor(_number: int) -> object:
        return len(ground.raw.execute(RAW).fetchall())

    def ours(_number: int) -> object:
        with ground.database.reader() as session:
            return rule_changes.changes(session)

    def same(left: object, right: object) -> bool:
        """Every row was read, and none of the dates counted again differs from the recorded one."""
        return left == standing + len(ground.matters) and right == []

    return Pair(floor, ours, rounds=4, warm_up=1, same=same)


def _trigger(source: Firmament, ground: Ground, matter: Any, number: int) -> dict[str, Any]:
    day = FIRST + timedelta(days=number * 7919 % DAYS)
    return {
        "id": source.identifier(),
        "matter_id": matter,
        "kind": "publication",
        "occurred_on": day,
        "facts": {"kind": "exact", "date": day.isoformat()},
        "entered_by_id": ground.person.id,
        "created_at": START,
    }


def _deadline(source: Firmament, ground: Ground, trigger: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": source.identifier(),
        "matter_id": trigger["matter_id"],
        "trigger_id": trigger["id"],
        "kind": DeadlineKind.LIMITATION,
        "state": DeadlineState.OPEN,
        "responsible_id": ground.person.id,
        "created_at": START,
        **_counted(trigger["occurred_on"], number // DAYS % SHAPES),
    }


@lru_cache(maxsize=DAYS)
def _counted(day: date, shape: int) -> dict[str, Any]:
    """Count one question: the facts of one dossier in SHAPES differ by qualification, place and an interrupting act."""
    act = {"type": "citation_directe", "date": (day + timedelta(days=40)).isoformat()}
    question = {
        "qualification": ("diffamation_publique_particulier", "injure_publique_particulier")[shape % 2],
        "publication": {"kind": "exact", "date": day.isoformat()},
        "acts": [{**act, "regularity": "regular", "proved": True}] * (shape // 2 % 2),
        "territory": ("metropole", "alsace_moselle")[shape // 4],
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
