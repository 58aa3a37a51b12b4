"""The sendings whose next day is in no column: answered, about what is gone, or shared by several contents.

The database leaves out what is certainly settled; the others are judged one by one, as `notices` judges.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from casefile import desk
from casefile.access import visible_to_reader
from casefile.identification.notices import (
    ABOUT_A_CONTENT,
    BY_CONTENT,
    COMPLAINT,
    LISTED,
    NOTICES,
    OLDEST_FIRST,
    REFUSALS,
    complain,
    followed,
    is_settled,
    sendings,
)
from casefile.identification.recourses import RECOURSE_EVENTS
from casefile.identification.repeats import may_repeat, narrow, with_contents
from casefile.identification.waiting import Part, is_gone, marked, only_waits, urgency
from casefile.models.desk import DeskSending
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.procedure import TriggerEvent

# The same day some months later is some days sooner or later, never a week.
A_WEEK = timedelta(days=7)


def read(session: Session, values: dict[str, Any]) -> Part:
    """Read those of a reader that are not settled, the most urgent first."""
    today = values["today"]
    limit = complain(today).limit_on
    forgotten = date.min if limit is None else today - (limit - today) - A_WEEK
    found = session.execute(_to_judge(), {**values, "forgotten": forgotten}).all()
    rows = followed(session, found, LISTED) if found else []
    complained = _complained(session, {row.matter.id for row in found if row.doubtful})
    standing = [row for row in rows if not is_settled(row, complained, today)]
    return Part(sorted(standing, key=urgency), marked(found))


@cache
def _to_judge() -> Select[Any]:
    possible = or_(~DeskSending.waits, DeskSending.letter_type.in_(BY_CONTENT))
    refused = and_(Dispatch.answer_kind.in_(REFUSALS), Letter.letter_type.in_(NOTICES))
    return (
        sendings((*LISTED, may_repeat(), and_(refused, _complaint(Letter.matter_id)).label("doubtful")))
        .join(DeskSending, DeskSending.dispatch_id == Dispatch.id)
        .where(desk.mine(DeskSending), possible, ~only_waits(), visible_to_reader(Dispatch.matter_id))
        .where(or_(DeskSending.waits, _asks_for_more()), ~_surely_proved())
        .order_by(*OLDEST_FIRST)
    )


def _asks_for_more() -> ColumnElement[bool]:
    """Give the condition that an answer may leave something to do."""
    kind, letter_type = Dispatch.answer_kind, Letter.letter_type
    return or_(
        kind == "returned",
        and_(kind == "removed", letter_type.in_(ABOUT_A_CONTENT)),
        and_(kind.in_(REFUSALS), letter_type == COMPLAINT),
        and_(kind.in_(REFUSALS), letter_type.in_(NOTICES), ~_surely_closed()),
    )


def _surely_proved() -> ColumnElement[bool]:
    """Give the condition that a removal is certainly proved: on the day itself, `seen` judges by the clock of Paris."""
    proof = (
        select(Capture.id)
        .where(
            Capture.publication_id == Letter.publication_id,
            Capture.origin == "browser",
            Capture.state == CaptureState.SEALED,
            func.date(Capture.ended_at) > Publication.removed_on,
        )
        .correlate(Letter, Publication)
        .exists()
    )
    return and_(Letter.letter_type.in_(ABOUT_A_CONTENT), Letter.publication_id.is_not(None), is_gone(), proof)


def _surely_closed() -> ColumnElement[bool]:
    """Give the condition that a refusal was complained of, or that its time to complain is long past."""
    recourse = (
        select(TriggerEvent.id)
        .where(TriggerEvent.publication_id == Letter.publication_id, TriggerEvent.kind.in_(RECOURSE_EVENTS))
        .correlate(Letter)
        .exists()
    )
    past = Dispatch.answered_on < bindparam("forgotten", type_=Date())
    forgotten = and_(past, Letter.publication_id.is_not(None), ~is_gone(), ~recourse)
    return or_(_complaint(Letter.matter_id, Letter.publication_id), forgotten)


def _complaint(matter_id: Any, publication_id: Any = None) -> ColumnElement[bool]:
    """Give the condition that a complaint was sent in the dossier; about this content, if one is named."""
    letter, dispatch = aliased(Letter), aliased(Dispatch)
    found = select(dispatch.id).join(letter, letter.id == dispatch.letter_id)
    found = found.where(letter.matter_id == matter_id, letter.letter_type == COMPLAINT)
    if publication_id is not None:
        found = found.where(letter.publication_id == publication_id)
    return found.correlate(Letter).exists()


def _complained(session: Session, matters: set[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID | None]]:
    """Give the contents of these dossiers that were complained of; None where it was about the whole dossier."""
    if not matters:
        return set()
    rows = session.execute(narrow(Dispatch.matter_id.in_(matters), Letter.letter_type == COMPLAINT)).all()
    return {(row.matter_id, content) for row, content in with_contents(session, rows)}
