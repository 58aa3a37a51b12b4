"""When people are reminded and whom silence reaches next: what the firm may change, and what it may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from casefile import audit
from casefile.deadlines import ladder
from casefile.deadlines.escalation import Patience
from casefile.models.people import Firm, Person
from casefile.models.procedure import DeadlineKind


def change(
    session: Session,
    actor: Person,
    firm: Firm,
    ladders: Mapping[DeadlineKind, Iterable[int]],
    patience: Patience,
    *,
    now: datetime,
) -> int:
    """Keep the firm's ladders and times, for the deadlines that run too; give how many reminders moved.

    Raises InvalidInput for a ladder that would leave a right end in silence, or times out of order.
    """
    patience.check()
    before = {kind: ladder.steps_for(firm, kind) for kind in ladders}
    for kind, steps in ladders.items():
        ladder.edit_steps(firm, kind, steps)
    changed = [kind for kind in ladders if ladder.steps_for(firm, kind) != before[kind]]
    times_changed = patience != Patience.of(firm)
    firm.settings["escalation"] = asdict(patience)
    session.flush()
    moved = sum(ladder.hang_again(session, kind, now) for kind in changed)
    if changed or times_changed:
        facts = {"ladders": {kind.value: list(ladder.steps_for(firm, kind)) for kind in changed}}
        audit.record(session, actor, "reminders.settings", firm, {**facts, "escalation": asdict(patience)})
    return moved
