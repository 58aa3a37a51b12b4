"""The sendings that only wait for an answer, the first to follow up first: the database counts, sorts and cuts them.

Each stands for one row of the list, and the day on which to write again is its own. All the others are `judged`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, String, bindparam, case, func, select
from sqlalchemy.orm import Session

from casefile import desk
from casefile.access import visible_to_reader
from casefile.identification.notices import LISTED, Notice, next_action, sendings
from casefile.identification.repeats import may_repeat
from casefile.models.desk import DeskSending, SendingStage
from casefile.models.ledger import Dispatch

ORDER = (DeskSending.follow_up_on.asc().nulls_last(), DeskSending.sent_on, DeskSending.entered_at)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows in the order of the list; the sendings among them that may repeat an earlier one."""

    rows: list[Notice]
    again: frozenset[uuid.UUID] = frozenset()


def urgency(row: Notice) -> tuple[date, date, Any, uuid.UUID]:
    """Sort as `ORDER` does; the contents of one letter keep its order."""
    sent = row.dispatch
    return row.action.due_on or date.max, sent.sent_on, sent.created_at, sent.id


@dataclass(frozen=True, slots=True)
class Group:
    """How many sendings of one nature, on one platform, wait; `late` when the day to write again has passed."""

    letter_type: str
    platform: str
    late: bool
    number: int


def counted(session: Session, values: dict[str, Any]) -> list[Group]:
    """Count those of a reader, by what they may be asked for."""
    rows = session.execute(_counting(), values)
    return [Group(row.letter_type, row.platform, bool(row.late), row.number) for row in rows]


def read(session: Session, values: dict[str, Any], *, late: bool, platform: str, letter_type: str) -> Part:
    """Read from the `offset` as many as the `limit` among the values, of those that are asked for."""
    statement = _page(late, bool(platform), bool(letter_type))
    found = session.execute(statement, {**values, "platform": platform, "letter_type": letter_type}).all()
    today = values["today"]
    rows = [
        Notice(
            *(row.dispatch, row.letter, row.matter, row.publication if row.publication.id else None),
            (today - row.dispatch.sent_on).days,
            next_action(row.letter.letter_type, row.dispatch, today),
        )
        for row in found
    ]
    return Part(rows, marked(found))


def marked(found: Sequence[Any]) -> frozenset[uuid.UUID]:
    """Give the sendings that may repeat an earlier one."""
    return frozenset(row.dispatch.id for row in found if row.again)


# Built once each, as in every list: putting them into words again would cost as much as asking.
@cache
def _counting() -> Select[Any]:
    late: Any = case((DeskSending.follow_up_on < bindparam("today", type_=Date()), 1), else_=0)
    groups = DeskSending.letter_type, DeskSending.platform, late.label("late")
    found = select(*groups, func.count().label("number")).group_by(*groups)
    return found.where(desk.mine(DeskSending), DeskSending.stage == SendingStage.WAITS)


@cache
def _page(late: bool, platform: bool, letter_type: bool) -> Select[Any]:
    found = select(DeskSending.dispatch_id, DeskSending.follow_up_on, DeskSending.sent_on, DeskSending.entered_at)
    found = found.where(desk.mine(DeskSending), DeskSending.stage == SendingStage.WAITS)
    if late:
        found = found.where(DeskSending.follow_up_on < bindparam("today", type_=Date()))
    if platform:
        found = found.where(DeskSending.platform == bindparam("platform", type_=String()))
    if letter_type:
        found = found.where(DeskSending.letter_type == bindparam("letter_type", type_=String()))
    found = found.order_by(*ORDER, DeskSending.dispatch_id)
    part = found.offset(bindparam("offset")).limit(bindparam("limit")).subquery()
    return (
        sendings((*LISTED, may_repeat()))
        .join(part, part.c.dispatch_id == Dispatch.id)
        .where(visible_to_reader(Dispatch.matter_id))
        .order_by(part.c.follow_up_on.asc().nulls_last(), part.c.sent_on, part.c.entered_at, part.c.dispatch_id)
    )
