"""A removal that captures establish ends what the dossier still waited for about that content, with its proof."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import settlement
from casefile.identification.notices import ABOUT_A_CONTENT, contents_of
from casefile.identification.seen import seen
from casefile.models.evidence import Capture, OnlineState, Publication
from casefile.models.ledger import Letter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState


def work(database: Database, _settings: Settings, _now: datetime) -> bool:
    """Close the follow-ups of one content proved removed; tell whether there was one."""
    with database.transaction() as session:
        for content in _removed(session):
            proof_id = seen(session, [content])[content.id].proof_id
            waiting = _waiting(session, content) if proof_id else []
            if proof_id and waiting:
                _close(session, content, proof_id, waiting)
                return True
    return False


def _removed(session: Session) -> Iterable[Publication]:
    """Give the contents removed in the dossiers that still wait for an answer: few, whatever the firm's history."""
    waiting = select(Deadline.matter_id).where(
        Deadline.kind == DeadlineKind.FOLLOW_UP, Deadline.state == DeadlineState.OPEN
    )
    return session.scalars(
        select(Publication).where(Publication.online_state == OnlineState.REMOVED, Publication.matter_id.in_(waiting))
    )


def _waiting(session: Session, content: Publication) -> list[Deadline]:
    letters = {str(key) for key in _letters(session, content)}
    rows = session.scalars(
        select(Deadline).where(
            Deadline.matter_id == content.matter_id,
            Deadline.kind == DeadlineKind.FOLLOW_UP,
            Deadline.state == DeadlineState.OPEN,
        )
    )
    return [row for row in rows if row.facts.get("letter_id") in letters]


def _letters(session: Session, content: Publication) -> Iterable[uuid.UUID]:
    """Give the letters that this removal settles: over several contents, only when each of them is proved removed."""
    mine = select(Letter.id).where(Letter.matter_id == content.matter_id, Letter.letter_type.in_(ABOUT_A_CONTENT))
    yield from session.scalars(mine.where(Letter.publication_id == content.id))
    for letter, named in contents_of(session, session.scalars(mine.where(Letter.publication_id.is_(None)))).items():
        if content.id in named:
            others = session.scalars(select(Publication).where(Publication.id.in_(named))).all()
            if all(one.is_proved_removed for one in seen(session, others).values()):
                yield letter


def _close(session: Session, content: Publication, proof_id: uuid.UUID, waiting: list[Deadline]) -> None:
    capture = session.get_one(Capture, proof_id)
    asker = session.get_one(Person, capture.requested_by_id)
    proof = f"Retrait constaté depuis le {content.removed_on:%d/%m/%Y}, capture scellée {str(capture.id)[:8]}"
    for deadline in waiting:
        settlement.mark_done(session, asker, deadline, proof, capture.id)
