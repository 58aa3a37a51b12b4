"""Finds words in everything a person may read, newest first, on SQLite and PostgreSQL alike.

Words are compared without case, accents or endings; a phrase between quotation marks word for word. The ethical wall
is inside the query: a walled text is not found, not counted, and costs no time that could be measured.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from casefile import clock
from casefile.access import Permission, allows, visible_to
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.search import SearchEntry
from casefile.words import EMPTY, Word, each_word, words_of

QUOTED = re.compile(r"[\"«“]\s*([^\"»”]+?)\s*[\"»”]")
COUNT_LIMIT = 1000
MOST_WORDS = 20
SNIPPET_BEFORE, SNIPPET_AFTER = 8, 22

_lite = table("search_text", column("rowid"), column("search_text"))
_pg = table("search_text", column("entry_id"), column("stems"), column("words"))


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: stems that must all be there, phrases that must be there word for word."""

    stems: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.stems or self.phrases)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the search: kinds of objects (table names), one dossier, days on which the text was added."""

    kinds: Sequence[str] = ()
    matter_id: uuid.UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One text found; the snippet is cut into pieces, each marked when it is one of the words looked for."""

    kind: str
    object_id: uuid.UUID
    matter_id: uuid.UUID
    reference: str
    matter_title: str
    happened_at: datetime
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some hits, newest first; `older` is given back to `find` for the next page, or None at the end."""

    hits: list[Hit] = field(default_factory=list)
    older: int | None = None


NO_FILTER = Filters()
_COLUMNS = (
    SearchEntry.id,
    SearchEntry.kind,
    SearchEntry.object_id,
    SearchEntry.matter_id,
    SearchEntry.happened_at,
    SearchEntry.body,
)


def parse(question: str) -> Question:
    """Read what a person typed: words, and phrases between quotation marks."""
    phrases = tuple(tuple(word.folded for word in words_of(phrase)) for phrase in QUOTED.findall(question))
    loose = words_of(QUOTED.sub(" ", question))[:MOST_WORDS]
    useful = [word for word in loose if word.folded not in EMPTY] or ([] if any(phrases) else loose)
    return Question(tuple(dict.fromkeys(word.stem for word in useful)), tuple(p for p in phrases if p))


def find(
    session: Session,
    person: Person,
    question: str,
    filters: Filters = NO_FILTER,
    *,
    before: int | None = None,
    limit: int = 20,
) -> Page:
    """Give the newest texts that this person may read and that hold all the words."""
    asked = parse(question)
    if not asked or not allows(person, Permission.MATTER_READ):
        return Page()
    key = _key(session)
    query = _matching(session, person, asked, filters, (*_COLUMNS, Matter.reference, Matter.title))
    if before is not None:
        query = query.where(key < before)
    rows = session.execute(query.order_by(key.desc()).limit(limit + 1)).all()
    hits = [
        Hit(kind, object_id, matter_id, reference, title, happened_at, snippet(body, asked))
        for _id, kind, object_id, matter_id, happened_at, body, reference, title in rows[:limit]
    ]
    return Page(hits, rows[limit - 1][0] if len(rows) > limit else None)


def count(session: Session, person: Person, question: str, filters: Filters = NO_FILTER) -> int:
    """Count the texts found, up to 1,001: beyond, one says « plus de 1 000 »."""
    asked = parse(question)
    if not asked or not allows(person, Permission.MATTER_READ):
        return 0
    found = _matching(session, person, asked, filters, (literal(1),)).limit(COUNT_LIMIT + 1).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def snippet(body: str, asked: Question) -> tuple[tuple[str, bool], ...]:
    """Cut the words around the first one found, and mark those looked for."""
    found, first = _until(body, asked)
    start, end = max(0, first - SNIPPET_BEFORE), min(len(found), first + SNIPPET_AFTER)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    place = found[start].start if start else 0
    for number in _marked(found, asked, start, end):
        word = found[number]
        pieces += [(body[place : word.start], False), (body[word.start : word.end], True)]
        place = word.end
    last = found[end - 1].end if end < len(found) else len(body)
    pieces += [(body[place:last], False)] + ([(" …", False)] if end < len(found) else [])
    return tuple(piece for piece in pieces if piece[0])


def _until(body: str, asked: Question) -> tuple[list[Word], int]:
    """Cut words until enough follow the first one looked for; give them and its number, or the start's."""
    found: list[Word] = []
    first: int | None = None
    for word in each_word(body):
        found.append(word)
        if first is None:
            if word.stem in asked.stems:
                first = len(found) - 1
            else:
                first = next((len(found) - len(p) for p in asked.phrases if _ends_with(found, p)), None)
        elif len(found) > first + SNIPPET_AFTER:
            break
    return found, first or 0


def _ends_with(found: list[Word], phrase: tuple[str, ...]) -> bool:
    return found[-1].folded == phrase[-1] and tuple(word.folded for word in found[-len(phrase) :]) == phrase


def _marked(found: list[Word], asked: Question, start: int, end: int) -> list[int]:
    marked = {number for number in range(start, end) if found[number].stem in asked.stems}
    for phrase in asked.phrases:
        for number in range(start, end - len(phrase) + 1):
            if all(found[number + step].folded == part for step, part in enumerate(phrase)):
                marked |= set(range(number, number + len(phrase)))
    return sorted(marked)


def _key(session: Session) -> Any:
    return _lite.c.rowid if _is_sqlite(session) else SearchEntry.id


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _matching(session: Session, person: Person, asked: Question, filters: Filters, wanted: tuple[Any, ...]) -> Any:
    condition: ColumnElement[bool]
    query: Any = select(*wanted)
    if _is_sqlite(session):
        condition = _lite.c.search_text.op("MATCH")(_fts5(asked))
        query = query.select_from(_lite).join(SearchEntry, SearchEntry.id == _lite.c.rowid)
    else:
        condition = and_(
            *(_pg.c.stems.op("@@")(_tsquery((stem,))) for stem in asked.stems),
            *(_pg.c.words.op("@@")(_tsquery(phrase)) for phrase in asked.phrases),
        )
        query = query.select_from(SearchEntry).join(_pg, _pg.c.entry_id == SearchEntry.id)
    query = query.join(Matter, Matter.id == SearchEntry.matter_id).where(condition, visible_to(person))
    return query.where(*_narrowing(filters))


def _narrowing(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.kinds:
        conditions.append(SearchEntry.kind.in_(filters.kinds))
    if filters.matter_id is not None:
        conditions.append(SearchEntry.matter_id == filters.matter_id)
    if filters.since is not None:
        conditions.append(SearchEntry.happened_at >= _midnight(filters.since))
    if filters.until is not None:
        conditions.append(SearchEntry.happened_at < _midnight(filters.until + timedelta(days=1)))
    return conditions


def _fts5(asked: Question) -> str:
    # Words hold letters and digits only, so that quotation marks are enough.
    parts = [f'stems : "{stem}"' for stem in asked.stems]
    parts += [f'words : "{" ".join(phrase)}"' for phrase in asked.phrases]
    return " AND ".join(parts)


def _tsquery(phrase: tuple[str, ...]) -> ColumnElement[Any]:
    return cast(" <-> ".join(f"'{word}'" for word in phrase), TSQUERY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.PARIS)
