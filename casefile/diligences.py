"""The work done on a dossier, line by line, for its bill: who, which day, what, on which object.

Read from the trail, so nothing is typed twice; consultations are no diligence and stay in the access journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.access import VIEWED
from casefile.access_journal import EXPORTED, words_for
from casefile.models.evidence import Publication
from casefile.models.ledger import AuditEntry, Exhibit, Letter
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, IdentificationStep

# table → the column by which a bill names its object
NAMED: dict[str, tuple[type[Any], str]] = {
    "publication": (Publication, "title"),
    "letter": (Letter, "title"),
    "exhibit": (Exhibit, "title"),
    "deadline": (Deadline, "label"),
    "identification_step": (IdentificationStep, "label"),
}
NO_WORK = frozenset({VIEWED, EXPORTED, "conflicts.checked", "deadline.superseded", "matter.data_exported"})


@dataclass(frozen=True, slots=True)
class Diligence:
    """One line of the log."""

    on: date
    person: str
    act: str
    detail: str


def of_matter(session: Session, matter: Matter, *, since: date | None = None) -> list[Diligence]:
    """List the diligences of named people on a dossier, oldest first; the same act on one object counts once a day."""
    rows = session.execute(
        select(AuditEntry, Person.full_name)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.matter_id == matter.id, AuditEntry.action.not_in(NO_WORK))
        .order_by(AuditEntry.seq)
    ).all()
    names = _names(session, matter, [entry for entry, _ in rows])
    lines = [
        Diligence(
            clock.day_of(entry.at),
            person,
            words_for(entry.action).removeprefix("A ").capitalize(),
            names.get((entry.subject_type, entry.subject_id), ""),
        )
        for entry, person in rows
    ]
    return [line for line in dict.fromkeys(lines) if since is None or line.on >= since]


def _names(session: Session, matter: Matter, entries: Sequence[AuditEntry]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for table in {entry.subject_type for entry in entries} & NAMED.keys():
        model, column = NAMED[table]
        rows = session.execute(select(model.id, getattr(model, column)).where(model.matter_id == matter.id))
        found |= {(table, str(row_id)): name for row_id, name in rows}
    return found
