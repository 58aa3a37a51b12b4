"""Whether a sending repeats an earlier one, and on what day that one left: to one recipient, about one content."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from casefile.identification.notices import BY_CONTENT, OLDEST_FIRST, Notice, contents_of
from casefile.models.ledger import Dispatch, Letter


def may_repeat() -> ColumnElement[bool]:
    """Give the condition that the same letter may have been sent before about the same content."""
    letter, dispatch = aliased(Letter), aliased(Dispatch)
    single, other = Letter.publication_id, letter.publication_id
    earlier = (
        select(dispatch.id)
        .join(letter, letter.id == dispatch.letter_id)
        .where(letter.matter_id == Letter.matter_id, letter.letter_type == Letter.letter_type)
        .where(or_(other == single, other.is_(None), single.is_(None)))
        .where(dispatch.id != Dispatch.id, dispatch.sent_on <= Dispatch.sent_on)
        .correlate(Letter, Dispatch)
        .exists()
    )
    followed = or_(single.is_not(None), Letter.letter_type.in_(BY_CONTENT))
    return and_(followed, earlier).label("again")


def told_again(session: Session, rows: list[Notice], again: frozenset[uuid.UUID]) -> list[Notice]:
    """Say on what day the same letter had already been sent to the same recipient about the same content."""
    about = [row for row in rows if row.publication and row.dispatch.id in again]
    if not about:
        return rows
    kinds, matters = {row.letter.letter_type for row in about}, {row.matter.id for row in about}
    found = session.execute(narrow(Dispatch.matter_id.in_(matters), Letter.letter_type.in_(kinds))).all()
    first: dict[Any, Any] = {}
    for row, content in with_contents(session, found):
        if content:
            first.setdefault((content, row.letter_type, row.recipient.casefold()), row)
    told = []
    for row in rows:
        before = first.get((row.content_id, row.letter.letter_type, row.dispatch.recipient.casefold()))
        repeats = before is not None and before.id != row.dispatch.id
        told.append(replace(row, sent_before=before.sent_on) if before and repeats else row)
    return told


def narrow(*within: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select of sendings what tells them from one another, the oldest first."""
    columns = Dispatch.id, Dispatch.sent_on, Dispatch.recipient, Dispatch.matter_id
    return (
        select(*columns, Letter.id.label("letter_id"), Letter.letter_type, Letter.publication_id)
        .join(Letter, Letter.id == Dispatch.letter_id)
        .where(*within)
        .order_by(*OLDEST_FIRST)
    )


def with_contents(session: Session, rows: Sequence[Any]) -> Iterator[tuple[Any, uuid.UUID | None]]:
    """Give each sending with each content of its letter, or with None."""
    shared = {row.letter_id for row in rows if row.publication_id is None and row.letter_type in BY_CONTENT}
    named = contents_of(session, shared) if shared else {}
    for row in rows:
        for content in named.get(row.letter_id) or [row.publication_id]:
            yield row, content
