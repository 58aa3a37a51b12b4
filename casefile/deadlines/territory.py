"""The court's territory: when it changes, holidays, distances and the hour of reminders are the new one's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.deadlines import ladder, limitation
from casefile.deadlines.rule_changes import count_again
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineState

REASON = "Territoire de la juridiction changé"


def follow(session: Session, actor: Person, matter: Matter) -> int:
    """Count the open dates again and hang their reminders at the new court's hour; give how many dates moved."""
    before = {row.id for row in limitation.open_limitations(session, matter)}
    after = {row.id for row in limitation.recompute_all(session, actor, matter, REASON)}
    moved = len(after - before) + count_again(session, actor, matter, REASON)
    rows = session.scalars(
        select(Deadline).where(Deadline.matter_id == matter.id, Deadline.state == DeadlineState.OPEN)
    ).all()
    for deadline in rows:
        ladder.void(session, deadline)
        session.flush()
        ladder.hang(session, deadline, clock.now())
    return moved
