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
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import bindparam, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from casefile import clock
from casefile.access import Permission, allows, visible_to_reader
from casefile.cipher import Keyring
from casefile.models.base import keys_of
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.search import SearchEntry
from casefile.words import EMPTY, each_place, words_of

QUOTED = re.compile(r"[\"«“]\s*([^\"»”]+?)\s*[\"»”]")
COUNT_LIMIT = 1000
MOST_WORDS = 20
SNIPPET_BEFORE, SNIPPET_AFTER = 8, 22

_lite = table("search_text", column("rowid"), column("search_text"))
_pg = table("search_text", column("entry_id"), column("stems"), column("words"))
_entry, _matter = SearchEntry.__table__.c, Matter.__table__.c


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


class Hit(NamedTuple):
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
    *(_entry[name] for name in ("id", "kind", "object_id", "matter_id", "happened_at", "body", "stems", "words")),
    _matter.reference,
    _matter.title,
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
    sealed = _blinded(asked, keys_of(session.get_bind().dialect))
    shape, values = _asked_of(session, person, sealed, filters, before)
    marks = Question(tuple(s for one in sealed for s in one.stems), tuple(p for one in sealed for p in one.phrases))
    rows = session.connection().execute(_listing(shape), {**values, "wanted": limit + 1}).all()
    hits = [
        Hit(kind, object_id, matter_id, reference, title, happened_at, _extract(marks, body, stems, words))
        for _id, kind, object_id, matter_id, happened_at, body, stems, words, reference, title in rows[:limit]
    ]
    return Page(hits, rows[limit - 1][0] if len(rows) > limit else None)


def count(session: Session, person: Person, question: str, filters: Filters = NO_FILTER) -> int:
    """Count the texts found, up to 1,001: beyond, one says « plus de 1 000 »."""
    asked = parse(question)
    if not asked or not allows(person, Permission.MATTER_READ):
        return 0
    sealed = _blinded(asked, keys_of(session.get_bind().dialect))
    shape, values = _asked_of(session, person, sealed, filters, None)
    return session.connection().scalar(_counting(shape), values) or 0


def _extract(asked: Question, body: str, stems: str, words: str) -> tuple[tuple[str, bool], ...]:
    """Cut the words around the first one found, and mark those looked for.

    The index holds one stem and one folded word for each word of the body, blinded as the question is, so that nothing
    is cut to its stem again.
    """
    kept, folded = stems.split(" "), words.split(" ") if asked.phrases else []
    marked = [number for number, stem in enumerate(kept) if stem in asked.stems]
    for phrase in asked.phrases:
        marked += [number + step for number in _places(folded, phrase) for step in range(len(phrase))]
    first = min(marked, default=0)
    start, end = max(0, first - SNIPPET_BEFORE), min(len(kept), first + SNIPPET_AFTER)
    places = list(islice(each_place(body), start, end))
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = places[0][0] if start else 0
    for number in sorted(set(marked)):
        if number < end:
            begins, ends = places[number - start]
            pieces += [(body[at:begins], False), (body[begins:ends], True)]
            at = ends
    last = places[-1][1] if end < len(kept) else len(body)
    pieces += [(body[at:last], False)] + ([(" …", False)] if end < len(kept) else [])
    return tuple(piece for piece in pieces if piece[0])


def _places(folded: list[str], phrase: tuple[str, ...]) -> list[int]:
    return [number for number in range(len(folded)) if tuple(folded[number : number + len(phrase)]) == phrase]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which conditions a query has; their values are given when it runs, so that each shape is built once."""

    is_sqlite: bool
    names: frozenset[str]


def _asked_of(
    session: Session, person: Person, asked: Sequence[Question], filters: Filters, before: int | None
) -> tuple[_Shape, dict[str, Any]]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    values: dict[str, Any] = {
        "kinds": list(filters.kinds) or None,
        "matter": filters.matter_id,
        "since": filters.since and _midnight(filters.since),
        "until": filters.until and _midnight(filters.until + timedelta(days=1)),
        "before": before,
    }
    values |= {"match": _fts5(asked)} if is_sqlite else _tsqueries(asked)
    given = {name: value for name, value in values.items() if value is not None}
    return _Shape(is_sqlite, frozenset(given)), {**given, "reader": person.id, "instant": clock.now()}


@cache
def _listing(shape: _Shape) -> Any:
    return _matching(shape, *_COLUMNS).order_by(_key(shape).desc()).limit(bindparam("wanted"))


@cache
def _counting(shape: _Shape) -> Any:
    return select(func.count()).select_from(_matching(shape, literal(1)).limit(COUNT_LIMIT + 1).subquery())


def _matching(shape: _Shape, *wanted: Any) -> Any:
    query: Any = select(*wanted)
    if shape.is_sqlite:
        query = query.select_from(_lite.join(SearchEntry.__table__, _entry.id == _key(shape)))
    else:
        query = query.select_from(SearchEntry.__table__.join(_pg, _pg.c.entry_id == _key(shape)))
    conditions = {
        "match": _lite.c.search_text.op("MATCH")(bindparam("match")),
        "stems": _pg.c.stems.op("@@")(cast(bindparam("stems"), TSQUERY)),
        "phrases": _pg.c.words.op("@@")(cast(bindparam("phrases"), TSQUERY)),
        "kinds": _entry.kind.in_(bindparam("kinds", expanding=True)),
        "matter": _entry.matter_id == bindparam("matter"),
        "since": _entry.happened_at >= bindparam("since"),
        "until": _entry.happened_at < bindparam("until"),
        "before": _key(shape) < bindparam("before"),
    }
    query = query.join(Matter.__table__, _matter.id == _entry.matter_id)
    return query.where(*(conditions[name] for name in sorted(shape.names)), visible_to_reader())


def _key(shape: _Shape) -> Any:
    return _lite.c.rowid if shape.is_sqlite else _entry.id


def _blinded(asked: Question, keys: Keyring) -> list[Question]:
    """Give the question as each of the firm's keys blinds it: until a change of key is done, rows are under several."""
    stems = [keys.blinds(stem) for stem in asked.stems]
    phrases = [keys.blinds(" ".join(phrase)) for phrase in asked.phrases]
    return [
        Question(tuple(one[number] for one in stems), tuple(tuple(one[number].split()) for one in phrases))
        for number in range(len(keys.secrets))
    ]


def _fts5(asked: Sequence[Question]) -> str:
    # Blinded words hold letters and digits only, so that quotation marks are enough.
    return " OR ".join(f"({_fts5_of(one)})" for one in asked)


def _fts5_of(asked: Question) -> str:
    parts = [f'stems : "{stem}"' for stem in asked.stems]
    parts += [f'words : "{" ".join(phrase)}"' for phrase in asked.phrases]
    return " AND ".join(parts)


def _tsqueries(asked: Sequence[Question]) -> dict[str, str | None]:
    # A row is under one key in both columns, so that each column may be asked for any of the keys by itself.
    stems = [" & ".join(f"'{stem}'" for stem in one.stems) for one in asked if one.stems]
    phrases = [" & ".join(f"({_following(phrase)})" for phrase in one.phrases) for one in asked if one.phrases]
    return {"stems": _any(stems), "phrases": _any(phrases)}


def _following(phrase: tuple[str, ...]) -> str:
    return " <-> ".join(f"'{word}'" for word in phrase)


def _any(parts: list[str]) -> str | None:
    return " | ".join(f"({part})" for part in parts) or None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.PARIS)
