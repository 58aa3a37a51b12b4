"""What becomes of each row of a destroyed dossier: emptied, kept under a chain, or gone; and of its guests.

Every table that hangs on a dossier goes unless it is named here: a new one needs nothing to be destroyed.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, union, update

from casefile.models import Base
from casefile.models.belonging import naming_columns, of_matter
from casefile.models.client import StatusPlace
from casefile.models.desk import COPIES
from casefile.models.evidence import Capture, Erasure
from casefile.models.ledger import AuditEntry, OutgoingMail
from casefile.models.matter import Matter, TeamMember
from casefile.models.people import OUTSIDERS, Invitation, LoginSession, Passkey, Person, PersonState, RecoveryCode

if TYPE_CHECKING:
    from sqlalchemy import Column, Table
    from sqlalchemy.orm import Session

# What is emptied and stays, with the columns that it keeps: a capture's tombstone needs its dossier and its content.
EMPTIED: dict[str, frozenset[str]] = {
    "matter": frozenset(
        {"id", "year", "number", "reference", "state", "territory", "opened_on", "closed_on", "responsible_id"}
        | {"created_at", "version"}
    ),
    "publication": frozenset({"id", "matter_id", "is_public", "date_kind", "online_state", "created_at", "version"}),
    "capture": frozenset(
        {"id", "matter_id", "publication_id", "requested_by_id", "state", "origin", "provenance", "outcome"}
        | {"started_at", "ended_at", "sealed_at", "manifest_sha256", "text_from_ocr", "attempts", "batch_id"}
        | {"created_at"}
    ),
    # A wall outlives the dossier: who could not know of it does not read its certificate either.
    "wall_entry": frozenset(
        {"id", "matter_id", "person_id", "raised_by_id", "lifted_at", "lifted_by_id", "created_at"}
    ),
    "erasure": frozenset(
        {"id", "matter_id", "capture_id", "asked_by_id", "decided_by_id", "decided_at", "granted", "tombstone"}
        | {"created_at"}
    ),
}
# What stays whole: identifiers, instants and digests under a chain or an outside signature.
KEPT = frozenset({"audit_entry", "custody_event", "seal", "matter_erasure"})
TITLE = "Dossier détruit"


def files_of(session: Session, matter_id: uuid.UUID) -> set[str]:
    """Name every file of the store that a dossier names."""
    found: set[str] = set()
    for column in naming_columns():
        mine = of_matter(column.table, matter_id)
        if mine is not None:
            found |= {value for value in session.scalars(select(column).where(mine)) if value}
    manifests = select(Capture.manifest_sha256).where(Capture.matter_id == matter_id)
    unfinished = session.scalars(select(Erasure.files).where(Erasure.matter_id == matter_id))
    return found | {value for value in session.scalars(manifests) if value} | {one for row in unfinished for one in row}


def empty(session: Session, matter_id: uuid.UUID) -> dict[str, int]:
    """Empty what stays, then delete the rest, children first; give how many rows of each table went."""
    counts: dict[str, int] = {}
    for name, kept in EMPTIED.items():
        table = Base.metadata.tables[name]
        session.execute(update(table).where(_mine(table, matter_id)).values(_blanks(table, kept)))
    matters = Base.metadata.tables["matter"]
    session.execute(update(matters).where(matters.c.id == matter_id).values(title=TITLE))
    for row in session.scalars(select(Erasure).where(Erasure.matter_id == matter_id)):
        row.tombstone = {key: value for key, value in row.tombstone.items() if key != "reason"}
    session.flush()
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in KEPT or table.name in EMPTIED or of_matter(table, matter_id) is None:
            continue
        done: Any = session.execute(delete(table).where(_mine(table, matter_id)))
        if done.rowcount and table.name not in COPIES:
            counts[table.name] = done.rowcount
    return counts


def forget_guests(session: Session, matter: Matter) -> int:
    """Take the name and the keys of the guests who had no other dossier; give how many."""
    seated = select(TeamMember.person_id).where(TeamMember.matter_id == matter.id)
    ever = select(AuditEntry.facts).where(
        AuditEntry.matter_id == matter.id, AuditEntry.action.in_(("team.joined", "status.opened"))
    )
    shown = select(StatusPlace.person_id).where(StatusPlace.matter_id == matter.id)
    people = (
        set(session.scalars(seated))
        | set(session.scalars(shown))
        | {uuid.UUID(facts["person"]) for facts in session.scalars(ever)}
    )
    elsewhere = union(
        select(TeamMember.person_id).where(TeamMember.matter_id != matter.id),
        select(StatusPlace.person_id).where(StatusPlace.matter_id != matter.id),
    )
    guests = session.scalars(
        select(Person).where(Person.id.in_(people), Person.role.in_(OUTSIDERS), Person.id.not_in(elsewhere))
    ).all()
    for guest in guests:
        session.execute(delete(Invitation).where(Invitation.email == guest.email))
        for model in (LoginSession, Passkey, RecoveryCode):
            session.execute(delete(model).where(model.person_id == guest.id))
        session.execute(delete(OutgoingMail).where(OutgoingMail.recipient_id == guest.id))
        guest.email, guest.full_name, guest.title = f"efface-{guest.id}@invalid", "Externe effacé", ""
        guest.state, guest.password_hash, guest.totp_secret = PersonState.DISABLED, None, None
        guest.oidc_digest = guest.calendar_token_digest = None
    return len(guests)


def left_of(session: Session, matter_id: uuid.UUID) -> dict[str, int]:
    """Count the rows that a destroyed dossier should no longer have, by table."""
    counts = {}
    for table in Base.metadata.sorted_tables:
        mine = None if table.name in KEPT or table.name in EMPTIED else of_matter(table, matter_id)
        if mine is not None:
            counts[table.name] = session.scalar(select(func.count()).select_from(table).where(mine)) or 0
    return {name: count for name, count in counts.items() if count}


def _mine(table: Table, matter_id: uuid.UUID) -> Any:
    return of_matter(table, matter_id)


def _blanks(table: Table, kept: frozenset[str]) -> dict[str, Any]:
    """Give an empty value for each column that is not kept."""
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in kept:
            found[column.name] = None if column.nullable else _empty_value(column)
    return found


def _empty_value(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None:
        return ""
    return default.arg(None) if default.is_callable else default.arg
