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
from typing import Any, NamedTuple

from sqlalchemy import Integer, Uuid, bindparam, cast, column, literal_column, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from casefile import clock, desk
from casefile.access import Permission, allows, visible_to_reader
from casefile.cipher import Keyring
from casefile.models.base import Instant, keys_of
from casefile.models.desk import DeskMatter
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.search import SearchEntry
from casefile.words import EMPTY, places_of, words_of

QUOTED = re.compile(r"[\"«“]\s*([^\"»”]+?)\s*[\"»”]")
MOST_WORDS = 20
SNIPPET_BEFORE, SNIPPET_AFTER = 8, 22

_lite = table("search_text", column("rowid"), column("search_text"))
# For each text, one row for each who may read it (migration 0039).
_readable = table(
    "search_readable",
    column("id", Integer()),
    column("matter_id", Uuid()),
    column("person_id", Uuid()),
    column("until", Instant()),
    column("number", Integer()),
)
_pg = table("search_text", column("entry_id"), column("stems"), column("words"))
_entry, _matter = SearchEntry.__table__.c, Matter.__table__.c


class Question(NamedTuple):
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
_FOUND = ("id", "kind", "object_id", "matter_id", "happened_at", "body", "stems")
_COLUMNS = (*(_entry[name] for name in _FOUND), _matter.reference, _matter.title)


def parse(question: str) -> Question:
    """Read what a person typed: words, and phrases between quotation marks."""
    quoted = QUOTED.findall(question)
    phrases = [tuple(word.folded for word in words_of(phrase)) for phrase in quoted]
    loose = words_of(QUOTED.sub(" ", question) if quoted else question)[:MOST_WORDS]
    useful = [word for word in loose if word.folded not in EMPTY] or ([] if any(phrases) else loose)
    return Question(tuple(dict.fromkeys(word.stem for word in useful)), tuple(filter(None, phrases)))


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
    connection = session.connection()
    sealed = _blinded(asked, keys_of(connection.dialect))
    shape, values = _asked_of(connection, person, sealed, filters, before)
    values["wanted"] = limit + 1
    rows = connection.execute(_listing(shape), values).all()
    marks = sealed[0] if len(sealed) == 1 else Question(*(sum(parts, ()) for parts in zip(*sealed, strict=True)))
    hits = [
        Hit(kind, object_id, matter_id, reference, title, happened_at, _extract(marks, body, stems, *words))
        for _id, kind, object_id, matter_id, happened_at, body, stems, reference, title, *words in rows[:limit]
    ]
    return Page(hits, rows[limit - 1][0] if len(rows) > limit else None)


def _extract(asked: Question, body: str, stems: str, words: str = "") -> tuple[tuple[str, bool], ...]:
    """Cut the words around the first one found, and mark those looked for.

    The index holds one stem and one folded word for each word of the body, blinded as the question is, so that nothing
    is cut to its stem again.
    """
    kept, wanted = stems.split(" "), asked.stems
    marked = [number for number, stem in enumerate(kept) if stem in wanted]
    for phrase in asked.phrases:
        folded = words.split(" ")
        marked += [number + step for number in _places(folded, phrase) for step in range(len(phrase))]
    first = min(marked, default=0)
    start, end = max(0, first - SNIPPET_BEFORE), min(len(kept), first + SNIPPET_AFTER)
    places = places_of(body, start, end)
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


class _Shape(NamedTuple):
    """Which conditions a query has; their values are given when it runs, so that each shape is built once."""

    is_sqlite: bool
    has_phrases: bool
    names: frozenset[str]


def _asked_of(
    connection: Connection, person: Person, asked: Sequence[Question], filters: Filters, before: int | None
) -> tuple[_Shape, dict[str, Any]]:
    is_sqlite = connection.dialect.name == "sqlite"
    values: dict[str, Any] = {"match": _fts5(asked)} if is_sqlite else _tsqueries(asked)
    if filters is not NO_FILTER or before is not None:
        values |= {
            "kinds": list(filters.kinds) or None,
            "matter": filters.matter_id,
            "since": filters.since and _midnight(filters.since),
            "until": filters.until and _midnight(filters.until + timedelta(days=1)),
            "before": before,
        }
        values = {name: value for name, value in values.items() if value is not None}
    shape = _Shape(is_sqlite, bool(asked[0].phrases), frozenset(values))
    values["reader"], values["instant"] = person.id, clock.now()
    return shape, values


@cache
def _listing(shape: _Shape) -> Any:
    words = [_entry.words] if shape.has_phrases else []
    return _matching(shape, *_COLUMNS, *words).order_by(_key(shape).desc()).limit(bindparam("wanted"))


def _matching(shape: _Shape, *wanted: Any) -> Any:
    # First comes the reader's own copy of the dossier: most of what holds a common word is others', and is passed over
    # there, neither text nor dossier read.
    copies: Any
    if shape.is_sqlite:
        copies = _readable.c
        # A sum that needs the copy, so that no text is read before it, whatever the planner reckons.
        text = _entry.id == copies.id + literal_column("0") * copies.number
        found = _lite.join(_readable, copies.id == _key(shape)).join(SearchEntry.__table__, text)
    else:
        copies = DeskMatter.__table__.c
        found = SearchEntry.__table__.join(_pg, _pg.c.entry_id == _key(shape))
        found = found.join(DeskMatter.__table__, copies.matter_id == _entry.matter_id)
    conditions = {
        **_words_asked(shape),
        "kinds": _entry.kind.in_(bindparam("kinds", expanding=True)),
        "matter": copies.matter_id == bindparam("matter"),
        "since": _entry.happened_at >= bindparam("since"),
        "until": _entry.happened_at < bindparam("until"),
        "before": _key(shape) < bindparam("before"),
    }
    query = select(*wanted).select_from(found.join(Matter.__table__, _matter.id == _entry.matter_id))
    asked = (conditions[name] for name in sorted(shape.names))
    return query.where(*asked, desk.mine(copies), visible_to_reader(_entry.matter_id))


def _words_asked(shape: _Shape) -> dict[str, Any]:
    if shape.is_sqlite:
        return {"match": _lite.c.search_text.op("MATCH")(bindparam("match"))}
    from sqlalchemy.dialects.postgresql import TSQUERY

    return {
        "stems": _pg.c.stems.op("@@")(cast(bindparam("stems"), TSQUERY)),
        "phrases": _pg.c.words.op("@@")(cast(bindparam("phrases"), TSQUERY)),
    }


def _key(shape: _Shape) -> Any:
    return _lite.c.rowid if shape.is_sqlite else _entry.id


def _blinded(asked: Question, keys: Keyring) -> list[Question]:
    """Give the question as each of the firm's keys blinds it: until a change of key is done, rows are under several."""
    stems = [tuple(line.split()) for line in keys.blinds(" ".join(asked.stems))]
    if not asked.phrases:
        return [Question(one) for one in stems]
    phrases = [keys.blinds(" ".join(phrase)) for phrase in asked.phrases]
    return [
        Question(one, tuple(tuple(phrase[number].split()) for phrase in phrases)) for number, one in enumerate(stems)
    ]


def _fts5(asked: Sequence[Question]) -> str:
    # Blinded words hold letters and digits only, so that quotation marks are enough.
    return " OR ".join(f"({_fts5_of(one)})" for one in asked)


def _fts5_of(asked: Question) -> str:
    parts = [f'stems : "{stem}"' for stem in asked.stems]
    parts += [f'words : "{" ".join(phrase)}"' for phrase in asked.phrases]
    return " AND ".join(parts)


def _tsqueries(asked: Sequence[Question]) -> dict[str, Any]:
    # A row is under one key in both columns, so that each column may be asked for any of the keys by itself.
    stems = [" & ".join(f"'{stem}'" for stem in one.stems) for one in asked if one.stems]
    phrases = [" & ".join(f"({_following(phrase)})" for phrase in one.phrases) for one in asked if one.phrases]
    found = {"stems": _any(stems), "phrases": _any(phrases)}
    return {name: query for name, query in found.items() if query}


def _following(phrase: tuple[str, ...]) -> str:
    return " <-> ".join(f"'{word}'" for word in phrase)


def _any(parts: list[str]) -> str:
    return " | ".join(f"({part})" for part in parts)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.PARIS)
