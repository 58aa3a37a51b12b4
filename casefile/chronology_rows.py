"""What the chronology reads of the tables that it alone shows: one statement, whole or cut to the newest of each.

Each table gives the columns of SHAPE that it has; the others are empty. Encrypted columns keep a place each, because
each opens under a purpose of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
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
    # A union promises no order: PostgreSQL may give the rows of its parts one among the other.
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.table].append(row)
    return found


@cache
def _statement(*, cut: bool) -> CompoundSelect[Any]:
    matter = bindparam("matter", type_=Uuid())
    branches = [branch(matter) for branch in BRANCHES]
    if not cut:
        return union_all(*(branch.rows for branch in branches))
    limit = bindparam("newest", type_=Integer())
    parts = (branch.rows.order_by(*(key.desc() for key in branch.newest)).limit(limit) for branch in branches)
    return union_all(*(select(part.subquery()) for part in parts))


def _captures(matter: Any) -> Branch:
    row = _capture.c
    sealed = and_(row.state == CaptureState.SEALED, row.sealed_at.is_not(None))
    at: Any = case((sealed, row.sealed_at), else_=func.coalesce(row.ended_at, row.created_at))
    rows = _read(
        _capture,
        at=at,
        by=row.requested_by_id,
        state=case((sealed, literal("sealed")), else_=literal("failed")),
        origin=row.origin,
        words=case((row.file_name != "", row.file_name), else_=row.requested_url),
        detail=row.failure,
    )
    return Branch(rows.where(row.matter_id == matter, or_(sealed, row.state == CaptureState.FAILED)), (at,))


def _qualifications(matter: Any) -> Branch:
    row = _qualification.c
    rows = _read(
        _qualification, at=row.chosen_at, by=row.chosen_by_id, words=_passage.c.exact, detail=_person.c.full_name
    )
    chosen = (row.state != QualificationState.DRAFT, row.chosen_at.is_not(None))
    rows = rows.join(_passage, _passage.c.id == row.passage_id).outerjoin(_person, _person.c.id == row.chosen_by_id)
    return Branch(rows.where(row.matter_id == matter, *chosen), (row.chosen_at,))


def _deadlines(matter: Any) -> Branch:
    row = _deadline.c
    done = and_(row.state == DeadlineState.DONE, row.settled_at.is_not(None))
    replaced = row.state == DeadlineState.SUPERSEDED
    at: Any = case((done, row.settled_at), else_=row.created_at)
    rows = _read(
        _deadline,
        at=at,
        by=case((done, row.settled_by_id), else_=row.entered_by_id),
        state=case((done, literal("done")), (replaced, literal("superseded")), else_=literal("opened")),
        words=row.label,
        detail=row.superseded_reason,
        settled_proof=row.settled_proof,
    )
    return Branch(rows.where(row.matter_id == matter), (at,))


def _dispatches(matter: Any) -> Branch:
    row = _dispatch.c
    rows = _read(
        _dispatch,
        at=row.created_at,
        day=row.sent_on,
        answered_on=row.answered_on,
        by=row.sent_by_id,
        words=_letter.c.title,
        detail=row.recipient,
        answer_note=row.answer_note,
    )
    rows = rows.join(_letter, _letter.c.id == row.letter_id).where(row.matter_id == matter)
    last_day = case((row.answered_on > row.sent_on, row.answered_on), else_=row.sent_on)
    return Branch(rows, (last_day, row.created_at))


def _notes(matter: Any) -> Branch:
    row = _note.c
    rows = _read(_note, at=row.created_at, by=row.author_id, body=row.body, detail=_person.c.full_name)
    rows = rows.join(_person, _person.c.id == row.author_id)
    return Branch(rows.where(row.matter_id == matter), (row.created_at,))


def _mails(matter: Any) -> Branch:
    row = _mail.c
    at = func.coalesce(row.sent_at, row.created_at)
    rows = _read(_mail, at=at, by=row.brought_by_id, subject=row.subject, sender=row.sender)
    return Branch(rows.where(row.matter_id == matter), (at,))


BRANCHES = (_captures, _qualifications, _deadlines, _dispatches, _notes, _mails)


def _read(table: Any, **given: Any) -> Select[Any]:
    given |= {"table": literal(table.name), "id": table.c.id}
    return select(*(given.get(name, cast(null(), kind)).label(name) for name, kind in SHAPE.items())).select_from(table)
