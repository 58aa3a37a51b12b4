"""The bailiff's lead time: when the firm changes it, every running limitation gives its last useful day again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.deadlines.limitation import recompute_all
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

REASON = "Délai laissé au commissaire de justice changé"


def follow(session: Session, actor: Person) -> int:
    """Recompute the limitations that run; the dates of the law do not move. Give how many dossiers have one."""
    running = (
        select(Deadline.matter_id)
        .where(Deadline.kind == DeadlineKind.LIMITATION, Deadline.state == DeadlineState.OPEN)
        .distinct()
    )
    matters = session.scalars(select(Matter).where(Matter.id.in_(running)).order_by(Matter.reference)).all()
    for matter in matters:
        recompute_all(session, actor, matter, REASON)
    return len(matters)
