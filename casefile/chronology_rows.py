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
# Tables, not classes: what is only read to be told needs no object.
_capture = Capture.__table__
_qualification = Qualification.__table__
_deadline = Deadline.__table__
_dispatch = Dispatch.__table__
_note = Note.__table__
_mail = FiledMail.__table__
_passage = Passage.__table__
_person = Person.__table__
_letter = Letter.__table__


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
    sealed = and_(_capture.c.state == CaptureState.SEALED, _capture.c.sealed_at.is_not(None))
    at: Any = case((sealed, _capture.c.sealed_at), else_=func.coalesce(_capture.c.ended_at, _capture.c.created_at))
    yield Branch(
        _read(
            _capture,
            at=at,
            by=_capture.c.requested_by_id,
            state=case((sealed, literal("sealed")), else_=literal("failed")),
            origin=_capture.c.origin,
            words=case((_capture.c.file_name != "", _capture.c.file_name), else_=_capture.c.requested_url),
            detail=_capture.c.failure,
        ).where(_capture.c.matter_id == matter, or_(sealed, _capture.c.state == CaptureState.FAILED)),
        (at,),
    )
    yield Branch(
        _read(
            _qualification,
            at=_qualification.c.chosen_at,
            by=_qualification.c.chosen_by_id,
            words=_passage.c.exact,
            detail=_person.c.full_name,
        )
        .join(_passage, _passage.c.id == _qualification.c.passage_id)
        .outerjoin(_person, _person.c.id == _qualification.c.chosen_by_id)
        .where(
            _qualification.c.matter_id == matter,
            _qualification.c.state != QualificationState.DRAFT,
            _qualification.c.chosen_at.is_not(None),
        ),
        (_qualification.c.chosen_at,),
    )
    done = and_(_deadline.c.state == DeadlineState.DONE, _deadline.c.settled_at.is_not(None))
    replaced = _deadline.c.state == DeadlineState.SUPERSEDED
    at = case((done, _deadline.c.settled_at), else_=_deadline.c.created_at)
    yield Branch(
        _read(
            _deadline,
            at=at,
            by=case((done, _deadline.c.settled_by_id), else_=_deadline.c.entered_by_id),
            state=case((done, literal("done")), (replaced, literal("superseded")), else_=literal("opened")),
            words=_deadline.c.label,
            detail=_deadline.c.superseded_reason,
            settled_proof=_deadline.c.settled_proof,
        ).where(_deadline.c.matter_id == matter),
        (at,),
    )
    answered_later = _dispatch.c.answered_on > _dispatch.c.sent_on
    yield Branch(
        _read(
            _dispatch,
            at=_dispatch.c.created_at,
            day=_dispatch.c.sent_on,
            answered_on=_dispatch.c.answered_on,
            by=_dispatch.c.sent_by_id,
            words=_letter.c.title,
            detail=_dispatch.c.recipient,
            answer_note=_dispatch.c.answer_note,
        )
        .join(_letter, _letter.c.id == _dispatch.c.letter_id)
        .where(_dispatch.c.matter_id == matter),
        (case((answered_later, _dispatch.c.answered_on), else_=_dispatch.c.sent_on), _dispatch.c.created_at),
    )
    yield Branch(
        _read(_note, at=_note.c.created_at, by=_note.c.author_id, body=_note.c.body, detail=_person.c.full_name)
        .join(_person, _person.c.id == _note.c.author_id)
        .where(_note.c.matter_id == matter),
        (_note.c.created_at,),
    )
    at = func.coalesce(_mail.c.sent_at, _mail.c.created_at)
    yield Branch(
        _read(_mail, at=at, by=_mail.c.brought_by_id, subject=_mail.c.subject, sender=_mail.c.sender).where(
            _mail.c.matter_id == matter
        ),
        (at,),
    )


def _read(table: Any, **given: Any) -> Select[Any]:
    given |= {"table": literal(table.name), "id": table.c.id}
    return select(*(given.get(name, cast(null(), kind)).label(name) for name, kind in SHAPE.items())).select_from(table)
