"""The firm's own wording of its letters: tried, kept version by version, taken back to the original.

A draft takes the wording of the day; a validated letter keeps, among its frozen facts, the one that was validated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.documents.catalogue import type_of
from casefile.documents.clause_checks import problems
from casefile.documents.clauses import Clause, clauses_of
from casefile.errors import Conflict, InvalidInput, NotFound, Refused
from casefile.models.ledger import ClauseVersion
from casefile.models.people import Person


def clause_named(kind: str, name: str) -> Clause:
    """Find a clause of a type; raises NotFound."""
    found = clauses_of(kind).get(name)
    if found is None:
        raise NotFound("Cette formule n’existe pas.")
    return found


def in_use(session: Session) -> dict[tuple[str, str], str]:
    """Give every wording in use, by type and clause; a clause taken back to its original is not among them."""
    rows = session.scalars(select(ClauseVersion).order_by(ClauseVersion.number))
    last = {(row.letter_type, row.clause): row.words for row in rows}
    return {place: words for place, words in last.items() if words}


def as_facts(session: Session, kind: str) -> dict[str, Any]:
    """Give the wording of a type as letters read it among their facts; nothing when all is original."""
    chosen = type_of(kind).id
    query = select(ClauseVersion.clause, ClauseVersion.words).where(ClauseVersion.letter_type == chosen)
    last = {row.clause: row.words for row in session.execute(query.order_by(ClauseVersion.number))}
    own = {name: words for name, words in last.items() if words and name in clauses_of(chosen)}
    return {"wording": own} if own else {}


def versions_of(session: Session, kind: str, name: str) -> list[ClauseVersion]:
    """List the versions of a clause, the last one first."""
    query = select(ClauseVersion).where(ClauseVersion.letter_type == kind, ClauseVersion.clause == name)
    return list(session.scalars(query.order_by(ClauseVersion.number.desc())))


def write(session: Session, actor: Person, kind: str, name: str, words: str, *, seen: int) -> ClauseVersion:
    """Keep a wording once it has been tried.

    Raises Refused for one who is no lawyer, InvalidInput naming what is wrong, Conflict when somebody came first.
    """
    _must_be_lawyer(actor)
    chosen = clause_named(kind, name)
    words = words.replace("\r\n", "\n").strip()
    if wrong := list(problems(kind, chosen, words, clock.today())):
        raise InvalidInput(" ".join(wrong), field="words")
    return _keep(session, actor, kind, name, "" if words == chosen.words else words, seen)


def restore_original(session: Session, actor: Person, kind: str, name: str, *, seen: int) -> ClauseVersion:
    """Take back the original words; those of the firm stay among the versions."""
    _must_be_lawyer(actor)
    clause_named(kind, name)
    return _keep(session, actor, kind, name, "", seen)


def tried_facts(facts: Mapping[str, Any], name: str, words: str) -> dict[str, Any]:
    """Give the facts of a letter as if a wording were in use: for a preview, nothing is kept."""
    return {**facts, "wording": {**(facts.get("wording") or {}), name: words}}


def _keep(session: Session, actor: Person, kind: str, name: str, words: str, seen: int) -> ClauseVersion:
    rows = versions_of(session, kind, name)
    last = rows[0].number if rows else 0
    if last != seen:
        raise Conflict(
            "Quelqu’un d’autre a changé cette formule entre-temps : relisez la sienne, votre texte est gardé."
        )
    if (rows[0].words if rows else "") == words:
        raise Refused("Cette formule est déjà celle du cabinet : rien n’a changé.")
    version = ClauseVersion(letter_type=kind, clause=name, number=last + 1, words=words, author_id=actor.id)
    session.add(version)
    session.flush()
    audit.record(session, actor, "clause.worded", version, {"type": kind, "clause": name, "original": not words})
    return version


def _must_be_lawyer(actor: Person) -> None:
    if not actor.is_lawyer:
        raise Refused("Seul un avocat du cabinet change les formules des lettres.")
