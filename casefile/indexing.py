"""Keeps the search index in the transaction that changes a text: no verb has to remember it.

Bulk statements (`update(Note)…`) pass beside the session and are not seen: texts are changed through objects.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, event, insert, inspect, select, update
from sqlalchemy.orm import Session

from casefile.models.correspondence import FiledMail
from casefile.models.directory import PublicReply
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.ledger import Dispatch, Exhibit, Letter, Note
from casefile.models.matter import Matter, Party
from casefile.models.procedure import Deadline, IdentificationStep, ProceduralAct, Qualification
from casefile.models.search import SearchEntry
from casefile.words import words_of

if TYPE_CHECKING:
    import uuid

    from sqlalchemy import Insert

# Read it aloud: everything that the search finds, and in which columns.
SOURCES: dict[type[Any], tuple[str, ...]] = {
    Matter: ("reference", "title", "summary"),
    Party: (
        *("civility", "first_names", "name", "birth_name", "other_names", "profession", "legal_form", "siren"),
        *("representative", "rpps", "address", "email", "phone", "notes"),
    ),
    Publication: ("title", "platform", "url", "item_id", "shown_author", "client_reply", "notes"),
    Capture: ("text", "file_name", "requested_url"),
    Passage: ("exact",),
    Qualification: ("reasons", "review_note"),
    ProceduralAct: ("note",),
    Deadline: ("label", "settled_proof"),
    IdentificationStep: ("label", "result"),
    Letter: ("title", "inputs", "facts"),
    Dispatch: ("recipient", "tracking_number", "proof_note", "answer_note"),
    Exhibit: ("title",),
    Note: ("body",),
    PublicReply: ("text",),
    FiledMail: ("subject", "sender", "recipients", "text"),
}
# A long text is cut so that PostgreSQL can number its words; parts overlap so that no phrase is cut in two.
PART_WORDS = 1500
OVERLAP = 30
BATCH = 500


class IndexingSession(Session):
    """A session that indexes what it flushes."""


@event.listens_for(IndexingSession, "after_flush")
def _after_flush(session: Session, _context: Any) -> None:
    fresh = [row for item in session.new if type(item) in SOURCES for row in rows_of(item)]
    if fresh:
        session.connection().execute(_add(), fresh)
    for item in session.dirty:
        if type(item) in SOURCES and _text_changed(item):
            _index_again(session, item)
    for item in session.deleted:
        if type(item) in SOURCES:
            _forget(session, item.__tablename__, item.id, from_part=0)


def rows_of(item: Any) -> Iterator[dict[str, Any]]:
    """Give the index rows of one object: none when it has no words, or no dossier yet."""
    if isinstance(item, FiledMail) and item.matter_id is None:
        return
    values = (getattr(item, name) for name in SOURCES[type(item)])
    text = "\n".join(part for value in values for part in _strings(value) if part)
    found = words_of(text)
    for part, first in enumerate(range(0, len(found), PART_WORDS)):
        taken = found[first : first + PART_WORDS + OVERLAP]
        yield {
            "matter_id": item.id if isinstance(item, Matter) else item.matter_id,
            "kind": item.__tablename__,
            "object_id": item.id,
            "part": part,
            "happened_at": item.created_at,
            "body": text[0 if part == 0 else taken[0].start : taken[-1].end + 1],
            "stems": " ".join(word.stem for word in taken),
            "words": " ".join(word.folded for word in taken),
        }


def rebuild(session: Session) -> int:
    """Throw the index away and make it again, oldest object first; give the number of objects read."""
    session.execute(delete(SearchEntry))
    count = 0
    rows: list[dict[str, Any]] = []
    for item in heapq.merge(*(_stream(session, model) for model in SOURCES), key=lambda found: found.created_at):
        count += 1
        rows += rows_of(item)
        session.expunge(item)
        if len(rows) >= BATCH:
            session.execute(_add(), rows)
            rows = []
    if rows:
        session.execute(_add(), rows)
    return count


@cache
def _add() -> Insert:
    return insert(SearchEntry)


def _stream(session: Session, model: type[Any]) -> Iterable[Any]:
    query = select(model).order_by(model.created_at, model.id)
    return session.scalars(query.execution_options(yield_per=BATCH))


def _text_changed(item: Any) -> bool:
    attributes = inspect(item).attrs
    names = (*SOURCES[type(item)], *(("matter_id",) if isinstance(item, FiledMail) else ()))
    return any(attributes[name].history.has_changes() for name in names)


def _index_again(session: Session, item: Any) -> None:
    rows = list(rows_of(item))
    # Updated in place: an old text that is corrected does not become the newest.
    for row in rows:
        same = (
            SearchEntry.kind == row["kind"],
            SearchEntry.object_id == row["object_id"],
            SearchEntry.part == row["part"],
        )
        found: Any = session.connection().execute(update(SearchEntry).where(*same).values(row))
        if found.rowcount == 0:
            session.connection().execute(_add(), row)
    _forget(session, item.__tablename__, item.id, from_part=len(rows))


def _forget(session: Session, kind: str, object_id: uuid.UUID, *, from_part: int) -> None:
    session.connection().execute(
        delete(SearchEntry).where(
            SearchEntry.kind == kind, SearchEntry.object_id == object_id, SearchEntry.part >= from_part
        )
    )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
