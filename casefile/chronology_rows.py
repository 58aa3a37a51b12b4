"""What the chronology reads of the tables that it alone shows: one statement, whole or cut to the newest of each.

Each table gives the columns of SHAPE that it has; the others are empty. Encrypted columns keep a place each, because
each opens under a purpose of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from casefile.models.base import Instant
from casefile.models.correspondence import FiledMail
from casefile.models.evidence import Capture, CaptureState, Passage
from casefile.models.ledger import Dispatch, Letter, Note
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineState, Qualification, QualificationState

SHAPE: dict[str, Any] = {
    "table": String(),
    "id": Uuid(),
    "at": Instant(),
    "day": Date(),
    "answered_on": Date(),
    "by": Uuid(),
    "state": String(),
    "origin": String(),
    "words": Text(),
    "detail": Text(),
    "body": Note.body.type,
    "subject": FiledMail.subject.type,
    "sender": FiledMail.sender.type,
    "settled_proof": Deadline.settled_proof.type,
    "answer_note": Dispatch.answer_note.type,
}


class Branch(NamedTuple):
    """One table: what is read of it, and its newest rows first."""

    rows: Select[Any]
    newest: tuple[Any, ...]


def whole(session: Session, matter: Matter) -> dict[str, list[Any]]:
    """Give every row, by table."""
    return _by_table(session.execute(_statement(cut=False), {"matter": matter.id}).all())


def recent(session: Session, matter: Matter, limit: int) -> dict[str, list[Any]]:
    """Give no more than so many rows of each table, those that tell the newest events."""
    return _by_table(session.execute(_statement(cut=True), {"matter": matter.id, "newest": limit}).all())


def _by_table(rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {table: list(members) for table, members in groupby(rows, key=lambda row: row.table)}


@cache
def _statement(*, cut: bool) -> CompoundSelect[Any]:
    branches = list(_branches(bindparam("matter", type_=Uuid())))
    if not cut:
        return union_all(*(branch.rows for branch in branches))
    limit = bindparam("newest", type_=Integer())
    parts = (branch.rows.order_by(*(key.desc() for key in branch.newest)).limit(limit) for branch in branches)
    return union_all(*(select(part.subquery()) for part in parts))


def _branches(matter: Any) -> Iterator[Branch]:
    sealed = and_(Capture.state == CaptureState.SEALED, Capture.sealed_at.is_not(None))
    at: Any = case((sealed, Capture.sealed_at), else_=func.coalesce(Capture.ended_at, Capture.created_at))
    yield Branch(
        _read(
            Capture,
            at=at,
            by=Capture.requested_by_id,
            state=case((sealed, literal("sealed")), else_=literal("failed")),
            origin=Capture.origin,
            words=case((Capture.file_name != "", Capture.file_name), else_=Capture.requested_url),
            detail=Capture.failure,
        ).where(Capture.matter_id == matter, or_(sealed, Capture.state == CaptureState.FAILED)),
        (at,),
    )
    yield Branch(
        _read(
            Qualification,
            at=Qualification.chosen_at,
            by=Qualification.chosen_by_id,
            words=Passage.exact,
            detail=Person.full_name,
        )
        .join(Passage, Passage.id == Qualification.passage_id)
        .outerjoin(Person, Person.id == Qualification.chosen_by_id)
        .where(
            Qualification.matter_id == matter,
            Qualification.state != QualificationState.DRAFT,
            Qualification.chosen_at.is_not(None),
        ),
        (Qualification.chosen_at,),
    )
    done = and_(Deadline.state == DeadlineState.DONE, Deadline.settled_at.is_not(None))
    replaced = Deadline.state == DeadlineState.SUPERSEDED
    at = case((done, Deadline.settled_at), else_=Deadline.created_at)
    yield Branch(
        _read(
            Deadline,
            at=at,
            by=case((done, Deadline.settled_by_id), else_=Deadline.entered_by_id),
            state=case((done, literal("done")), (replaced, literal("superseded")), else_=literal("opened")),
            words=Deadline.label,
            detail=Deadline.superseded_reason,
            settled_proof=Deadline.settled_proof,
        ).where(Deadline.matter_id == matter),
        (at,),
    )
    answered_later = Dispatch.answered_on > Dispatch.sent_on
    yield Branch(
        _read(
            Dispatch,
            at=Dispatch.created_at,
            day=Dispatch.sent_on,
            answered_on=Dispatch.answered_on,
            by=Dispatch.sent_by_id,
            words=Letter.title,
            detail=Dispatch.recipient,
            answer_note=Dispatch.answer_note,
        )
        .join(Letter, Letter.id == Dispatch.letter_id)
        .where(Dispatch.matter_id == matter),
        (case((answered_later, Dispatch.answered_on), else_=Dispatch.sent_on), Dispatch.created_at),
    )
    yield Branch(
        _read(Note, at=Note.created_at, by=Note.author_id, body=Note.body, detail=Person.full_name)
        .join(Person, Person.id == Note.author_id)
        .where(Note.matter_id == matter),
        (Note.created_at,),
    )
    at = func.coalesce(FiledMail.sent_at, FiledMail.created_at)
    yield Branch(
        _read(FiledMail, at=at, by=FiledMail.brought_by_id, subject=FiledMail.subject, sender=FiledMail.sender).where(
            FiledMail.matter_id == matter
        ),
        (at,),
    )


def _read(model: Any, **given: Any) -> Select[Any]:
    given |= {"table": literal(model.__tablename__), "id": model.id}
    return select(*(given.get(name, cast(null(), kind)).label(name) for name, kind in SHAPE.items())).select_from(model)
