"""What a table of dossiers would open, line by line: ready, in conflict, refused, or opened already."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock, conflicts, matter_imports
from casefile.access import visible_to
from casefile.conflicts import Found
from casefile.errors import CasefileError
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.work import ImportLine, MatterImport
from casefile.web import import_lines
from casefile.web.import_columns import FORMULAS
from casefile.web.opening import Opening, first_limitation, lead_days_of

if TYPE_CHECKING:
    from casefile.law.limitation_result import LimitationResult


class Fate(StrEnum):
    """What becomes of a line."""

    READY = "ready"
    CONFLICT = "conflict"
    REFUSED = "refused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One line as it would be opened; `matter` is its dossier when there is one that the reader may see."""

    id: uuid.UUID
    number: int
    cells: dict[str, str]
    fate: Fate
    opening: Opening | None = None
    wrong: tuple[tuple[str, str], ...] = ()
    likenesses: tuple[Found, ...] = ()
    neighbours: tuple[str, ...] = ()
    limitation: LimitationResult | None = None
    refusal: str = ""
    days: int | None = None
    matter: Matter | None = None

    @property
    def name(self) -> str:
        """Say which line it is, by what it says of the client."""
        shown = self.opening.title if self.opening else self.cells.get("name", "").strip()[:80]
        return shown or "Ligne sans nom"


def review(session: Session, person: Person, row: MatterImport) -> list[Reviewed]:
    """Read every line again, compare its parties with the firm's and with one another, and date it; store nothing."""
    again = matter_imports.opened_before(session, person, row)
    found = {line.id: _read(line, again) for line in row.lines}
    openings = {key: one.opening for key, one in found.items() if one.opening and one.fate is Fate.READY}
    _compare(session, person, found, openings)
    lead_days = lead_days_of(session)
    for key, opening in openings.items():
        found[key] = _dated(found[key], opening, lead_days)
    _name_dossiers(session, person, row, again, found)
    return list(found.values())


def of_fate(lines: Sequence[Reviewed], fate: Fate) -> list[Reviewed]:
    """Choose the lines of one fate."""
    return [line for line in lines if line.fate is fate]


def _read(line: ImportLine, again: dict[uuid.UUID, uuid.UUID]) -> Reviewed:
    cells = {name: text for name, text in line.cells.items() if name != FORMULAS}
    if line.opened_at is not None or line.id in again:
        return Reviewed(line.id, line.number, cells, Fate.DONE)
    opening, wrong = import_lines.read(dict(line.cells))
    fate = Fate.REFUSED if wrong else Fate.READY
    return Reviewed(line.id, line.number, cells, fate, opening, tuple(wrong.items()))


def _compare(
    session: Session, person: Person, found: dict[uuid.UUID, Reviewed], openings: dict[uuid.UUID, Opening]
) -> None:
    """Put beside each line what resembles its parties, in the dossiers that the reader may see and in the table."""
    owners = {id(party): key for key, opening in openings.items() for party in opening.parties}
    parties = [party for opening in openings.values() for party in opening.parties]
    for one in conflicts.foresee(session, person, parties):
        key = owners[id(one.asked)]
        fate = Fate.CONFLICT if one.opposed else found[key].fate
        found[key] = replace(found[key], likenesses=(*found[key].likenesses, one), fate=fate)
    for mine, other, alike in conflicts.between(parties):
        for party, against in ((mine, other), (other, mine)):
            key, place = owners[id(party)], found[owners[id(against)]].number
            told = f"{party.display_name} ↔ {against.display_name}, ligne {place} ({', '.join(alike.reasons)})"
            if owners[id(against)] != key:
                neighbours = (*found[key].neighbours, told)
                found[key] = replace(found[key], neighbours=neighbours, fate=Fate.CONFLICT)


def _dated(line: Reviewed, opening: Opening, lead_days: int) -> Reviewed:
    try:
        result = first_limitation(opening, lead_days)
    except CasefileError as error:
        return replace(line, refusal=error.message)
    days = (result.prudent_on - clock.today()).days if result and result.prudent_on else None
    return replace(line, limitation=result, days=days)


def _name_dossiers(
    session: Session,
    person: Person,
    row: MatterImport,
    again: dict[uuid.UUID, uuid.UUID],
    found: dict[uuid.UUID, Reviewed],
) -> None:
    became = {line.id: line.matter_id for line in row.lines if line.matter_id is not None} | again
    query = select(Matter).where(Matter.id.in_(became.values()), visible_to(person))
    seen = {matter.id: matter for matter in session.scalars(query)} if became else {}
    for key, matter_id in became.items():
        found[key] = replace(found[key], matter=seen.get(matter_id))
