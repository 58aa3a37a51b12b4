"""What a person changed lately and may take back, as long as nobody touched the record since.

It gives back values and never writes them: the verb that changed the record also restores it, with all that follows.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.errors import Conflict, NotFound, Refused
from casefile.models.evidence import Publication
from casefile.models.matter import Matter, Party
from casefile.models.people import Person
from casefile.models.work import RecentChange

Record = Matter | Party | Publication
RECORDS: dict[str, Any] = {model.__tablename__: model for model in (Matter, Party, Publication)}
ACTS = ("note", "filed_mail", "team_member")  # acts taken back whole: see casefile.withdrawals
LIFE = timedelta(days=1)


def remember(session: Session, actor: Person, row: Record, before: dict[str, Any]) -> None:
    """Keep what a record held before a change, for whoever made it."""
    session.add(
        RecentChange(
            person_id=actor.id,
            matter_id=row.id if isinstance(row, Matter) else row.matter_id,
            kind=row.__tablename__,
            row_id=row.id,
            seen_version=row.version,
            before={name: _plain(value) for name, value in before.items()},
        )
    )
    session.flush()


def remember_act(
    session: Session, actor: Person, matter: Matter, kind: str, row_id: uuid.UUID, *, facts: dict[str, Any]
) -> RecentChange:
    """Keep what it takes to undo an act that has no record with a version."""
    row = RecentChange(
        person_id=actor.id, matter_id=matter.id, kind=kind, row_id=row_id, seen_version=0, before=dict(facts)
    )
    session.add(row)
    session.flush()
    return row


def recent_acts(session: Session, person: Person, matter: Matter) -> list[RecentChange]:
    """List the acts that this person did in this dossier within the day and did not take back, the latest first."""
    return [change for change in _lately(session, person, matter) if change.kind in ACTS]


def act(session: Session, person: Person, matter: Matter, change_id: uuid.UUID) -> RecentChange | None:
    """Give an act of this person; None when the change is of a record. Raises NotFound, and Refused after a day."""
    change = _own(session, person, matter, change_id)
    return change if change.kind in ACTS else None


def mark(change: RecentChange) -> None:
    """Mark a change as taken back."""
    change.taken_back_at = clock.now()


def recent(session: Session, person: Person, matter: Matter) -> list[tuple[RecentChange, Record]]:
    """List what this person may still take back in this dossier with its record, the latest first."""
    changes = [change for change in _lately(session, person, matter) if change.kind in RECORDS]
    found = [(change, session.get(RECORDS[change.kind], change.row_id)) for change in changes]
    return [(change, row) for change, row in found if row is not None and row.version == change.seen_version]


def former(session: Session, person: Person, matter: Matter, change_id: uuid.UUID) -> tuple[Record, dict[str, Any]]:
    """Give a record and what it held before a change of this person, now marked as taken back.

    Raises NotFound for the change of somebody else, Refused after a day, Conflict when the record changed since.
    """
    change = _own(session, person, matter, change_id)
    model = RECORDS[change.kind]
    row: Record | None = session.get(model, change.row_id)
    if row is None or row.version != change.seen_version:
        raise Conflict("La fiche a changé depuis : corrigez-la à la main pour ne rien effacer d'autre.")
    mark(change)
    return row, {name: _typed(model, name, value) for name, value in change.before.items()}


def _lately(session: Session, person: Person, matter: Matter) -> Sequence[RecentChange]:
    query = select(RecentChange).where(
        RecentChange.person_id == person.id,
        RecentChange.matter_id == matter.id,
        RecentChange.taken_back_at.is_(None),
        RecentChange.created_at > clock.now() - LIFE,
    )
    return session.scalars(query.order_by(RecentChange.created_at.desc())).all()


def _own(session: Session, person: Person, matter: Matter, change_id: uuid.UUID) -> RecentChange:
    change = session.get(RecentChange, change_id)
    if change is None or change.person_id != person.id or change.matter_id != matter.id:
        raise NotFound("Cet élément n'existe pas dans ce dossier.")
    if change.taken_back_at is not None or change.created_at <= clock.now() - LIFE:
        raise Refused("Cette modification ne peut plus être annulée : corrigez-la à la main.")
    return change


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _typed(model: Any, name: str, value: Any) -> Any:
    kind = model.__table__.columns[name].type.python_type
    if value is None or not isinstance(value, str):
        return value
    if issubclass(kind, enum.Enum):
        return kind(value)
    if kind is uuid.UUID:
        return uuid.UUID(value)
    return date.fromisoformat(value) if kind is date else value
