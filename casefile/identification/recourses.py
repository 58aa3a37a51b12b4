"""After the platform: the out-of-court body, the regulator, the judge; which was seized, and what to do meanwhile."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.identification.situation import EVENT_PREFIX
from casefile.law import procedure
from casefile.law.procedure import Event
from casefile.models.procedure import TriggerEvent


@dataclass(frozen=True, slots=True)
class NextAction:
    """What to do next: by when the firm aims to do it, until when the law lets it."""

    text: str
    due_on: date | None = None
    limit_on: date | None = None
    source: str = ""


# The farthest recourse reached commands.
FARTHEST_FIRST = {
    "judgment": ("Lire la décision du juge : exécution ou appel", "CPC, art. 481-1"),
    "judge_seized": ("Attendre la décision du juge", "LCEN, art. 6-3"),
    "body_answered": ("Lire l’avis de l’organe ; décider du juge", "DSA, art. 21 ; LCEN, art. 6-3"),
    "body_seized": ("Attendre l’avis de l’organe", "DSA, art. 21 § 4 (de mémoire)"),
    "regulator_seized": ("Le coordinateur ne juge pas le contenu : décider du juge", "DSA, art. 53 ; LCEN, art. 6-3"),
}
RECOURSE_EVENTS = tuple(EVENT_PREFIX + name for name in FARTHEST_FIRST)


def recourses(session: Session, contents: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, date]]:
    """Give the day of each recourse recorded for contents; the last correction of each counts."""
    found: dict[uuid.UUID, dict[str, date]] = defaultdict(dict)
    rows = session.scalars(
        select(TriggerEvent)
        .where(
            TriggerEvent.publication_id.in_(list(contents)),
            TriggerEvent.kind.in_(RECOURSE_EVENTS),
        )
        .order_by(TriggerEvent.created_at)
    )
    for row in rows:
        if row.publication_id is not None and row.occurred_on is not None:
            found[row.publication_id][row.kind.removeprefix(EVENT_PREFIX)] = row.occurred_on
    return found


def recourse_action(reached: Mapping[str, date]) -> NextAction | None:
    """Say what to do after the farthest recourse reached; None while none was."""
    stage = next((name for name in FARTHEST_FIRST if name in reached), None)
    if stage is None:
        return None
    text, source = FARTHEST_FIRST[stage]
    due_on = _answer_of_body(reached[stage]) if stage == "body_seized" else None
    return NextAction(text, due_on=due_on, source=source)


def _answer_of_body(seized_on: date) -> date | None:
    found = procedure.deadlines_after(Event("saisine_organe_dsa", seized_on))
    return min((one.due_on for one in found if one.due_on), default=None)
