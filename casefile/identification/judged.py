"""The sendings whose next day is in no column: answered, about what is gone, or shared by several contents.

The database leaves out what is certainly settled (`casefile.desk`); the others are judged as `notices` judges.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from casefile import desk
from casefile.access import visible_to_reader
from casefile.identification.notices import (
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
from casefile.identification.waiting import Part, marked, urgency
from casefile.models.desk import DeskSending, SendingStage
from casefile.models.evidence import OnlineState, Publication
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
    refused = and_(Dispatch.answer_kind.in_(REFUSALS), Letter.letter_type.in_(NOTICES))
    return (
        sendings((*LISTED, may_repeat(), and_(refused, _complaint(Letter.matter_id)).label("doubtful")))
        .join(DeskSending, DeskSending.dispatch_id == Dispatch.id)
        .where(desk.mine(DeskSending), DeskSending.stage == SendingStage.JUDGED)
        .where(visible_to_reader(Dispatch.matter_id), ~and_(refused, _surely_closed()))
        .order_by(*OLDEST_FIRST)
    )


def _surely_closed() -> ColumnElement[bool]:
    """Give the condition that a refusal was complained of, or that its time to complain is long past."""
    recourse = (
        select(TriggerEvent.id)
        .where(TriggerEvent.publication_id == Letter.publication_id, TriggerEvent.kind.in_(RECOURSE_EVENTS))
        .correlate(Letter)
        .exists()
    )
    gone = and_(Publication.removed_on.is_not(None), Publication.online_state == OnlineState.REMOVED)
    past = Dispatch.answered_on < bindparam("forgotten", type_=Date())
    forgotten = and_(past, Letter.publication_id.is_not(None), ~gone, ~recourse)
    return or_(forgotten, _complaint(Letter.matter_id, Letter.publication_id))


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
