"""The sheet that prepares a professional for the next attack, gone through with one client line by line.

A tick says that a line was seen with the client, by whom and when. It is never erased: taken back, it stays on record.
"""

from __future__ import annotations

import tomllib
import uuid
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.errors import InvalidInput, NotFound, Refused
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person
from casefile.models.prevention import PreventionTick

SHEET = Path(__file__).parent / "data" / "prevention.toml"
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet: `status` says whether its source was read."""

    id: str
    text: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Lines under one title."""

    title: str
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One standing tick and who put it."""

    tick: PreventionTick
    person: str


@cache
def sheet() -> tuple[SheetPart, ...]:
    """Read the sheet, in its order."""
    return tuple(
        SheetPart(part["title"], tuple(SheetLine(**line) for line in part["line"])) for part in _content()["part"]
    )


def as_of() -> date:
    """Tell on which day the firm's reference was last read for it."""
    found: date = _content()["as_of"]
    return found


def line_of(line_id: str) -> SheetLine:
    """Give one line by its identifier; raises NotFound."""
    found = next((line for part in sheet() for line in part.lines if line.id == line_id), None)
    if found is None:
        raise NotFound("Cette ligne n'est pas dans la fiche de prévention.")
    return found


def clients(session: Session, matter: Matter) -> list[Party]:
    """List the clients of a dossier, the first entered first."""
    query = select(Party).where(Party.matter_id == matter.id, Party.role == PartyRole.CLIENT)
    return list(session.scalars(query.order_by(Party.created_at)))


def seen(session: Session, client: Party) -> dict[str, Seen]:
    """Give what stands ticked with a client, by line."""
    rows = session.execute(
        select(PreventionTick, Person.full_name)
        .join(Person, Person.id == PreventionTick.ticked_by_id)
        .where(PreventionTick.party_id == client.id, PreventionTick.taken_back_at.is_(None))
    )
    return {tick.line: Seen(tick, name) for tick, name in rows}


def tick(session: Session, actor: Person, client: Party, line_id: str, note: str = "") -> PreventionTick:
    """Say that a line was seen with a client; raises Refused when it already is."""
    line_of(line_id)
    if client.role is not PartyRole.CLIENT:
        raise Refused("La fiche de prévention se remplit avec un client du dossier.")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"La note compte {LONGEST_NOTE} signes au plus : abrégez-la.", field="note")
    if line_id in seen(session, client):
        raise Refused("Cette ligne est déjà cochée : rechargez la page pour voir par qui.")
    row = PreventionTick(
        matter_id=client.matter_id, party_id=client.id, line=line_id, note=note.strip(), ticked_by_id=actor.id
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "prevention.ticked", row, {"line": line_id})
    return row


def take_back(session: Session, actor: Person, row: PreventionTick) -> None:
    """Untick a line; who ticked it and when stays on record. Raises Refused when it was taken back already."""
    if row.taken_back_at is not None:
        raise Refused("Cette ligne n'est plus cochée : rechargez la page.")
    row.taken_back_at, row.taken_back_by_id = clock.now(), actor.id
    audit.record(session, actor, "prevention.taken_back", row, {"line": row.line})


def client_of(session: Session, matter: Matter, party_id: uuid.UUID | None) -> Party | None:
    """Choose the client asked for, or the first one; None in a dossier without client. Raises NotFound."""
    found = clients(session, matter)
    if party_id is None:
        return found[0] if found else None
    chosen = next((party for party in found if party.id == party_id), None)
    if chosen is None:
        raise NotFound("Cet élément n'existe pas dans ce dossier.")
    return chosen


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(SHEET.read_text("utf-8"))
