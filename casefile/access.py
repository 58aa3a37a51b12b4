"""The ethical wall: who may do what, and how a dossier and its children are loaded.

A dossier exists only for its team. Every refusal that concerns one is NotFound: to one who may not know,
it looks exactly as if it did not exist.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Label, Select, Uuid, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.errors import NotFound
from casefile.models.base import Instant
from casefile.models.client import StatusPlace
from casefile.models.conflict import ConflictMatch, ConflictState
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter, MatterState, TeamFunction, TeamMember, WallEntry
from casefile.models.people import Person, PersonState, Role

VIEWED = "matter.viewed"  # the line of the trail that says who read a dossier


class Permission(StrEnum):
    """One thing that a role, or a place in a team, may allow."""

    MATTER_OPEN = "matter.open"
    MATTER_STATUS = "matter.status"  # where a dossier stands, in a client's words: all that a client may read
    MATTER_READ = "matter.read"
    OWN_DOSSIERS = "own.dossiers"  # a client's way to the state of theirs
    MATTER_WRITE = "matter.write"
    MATTER_TEAM = "matter.team"
    MATTER_CLOSE = "matter.close"
    MATTER_ERASE = "matter.erase"  # to decide, never to ask: partners
    QUALIFY = "qualify"
    LETTER_VALIDATE = "letter.validate"
    DEADLINE_CONTROL = "deadline.control"
    DEADLINE_WAIVE = "deadline.waive"
    PEOPLE_MANAGE = "people.manage"
    FIRM_SETTINGS = "firm.settings"
    FIRM_WORDING = "firm.wording"  # the firm's own words in its letters: who signs them, never an administrator
    OUTBOX_READ = "outbox.read"  # whether messages leave, never what those of others' dossiers say
    LAW_READ = "law.read"
    FIRM_STATISTICS = "firm.statistics"  # what each person carries: partners, over the dossiers that they may see
    FIRM_READ = "firm.read"  # lists across dossiers, address book, agenda: never for guests
    OWN_ACCOUNT = "own.account"
    ACCESS_JOURNAL = "access.journal"
    BREAK_GLASS = "break.glass"


_EVERYONE = frozenset({Permission.OWN_ACCOUNT, Permission.LAW_READ})
_ASSISTANT = _EVERYONE | {
    Permission.MATTER_OPEN,
    Permission.MATTER_STATUS,
    Permission.MATTER_READ,
    Permission.MATTER_WRITE,
    Permission.DEADLINE_CONTROL,
    Permission.OUTBOX_READ,
    Permission.FIRM_READ,
}
_LAWYER = _ASSISTANT | {
    Permission.MATTER_TEAM,
    Permission.MATTER_CLOSE,
    Permission.QUALIFY,
    Permission.LETTER_VALIDATE,
    Permission.DEADLINE_WAIVE,
    Permission.ACCESS_JOURNAL,
}

# Read it aloud: this table is the whole of what roles allow. Administrators manage people, never dossiers.
ROLES: dict[Role, frozenset[Permission]] = {
    Role.PARTNER: _LAWYER
    | {
        Permission.MATTER_ERASE,
        Permission.FIRM_SETTINGS,
        Permission.FIRM_WORDING,
        Permission.FIRM_STATISTICS,
        Permission.BREAK_GLASS,
    },
    Role.LAWYER: _LAWYER,
    Role.ASSISTANT: _ASSISTANT,
    # A guest has no function but reader, until a day: see casefile.guests.
    Role.GUEST: _EVERYONE | {Permission.MATTER_STATUS, Permission.MATTER_READ},
    # A client has no place in a team: no dossier exists for them, but for the one page that says where theirs stands.
    Role.CLIENT: _EVERYONE | {Permission.MATTER_STATUS, Permission.OWN_DOSSIERS},
    Role.ADMINISTRATOR: _EVERYONE | {Permission.PEOPLE_MANAGE, Permission.FIRM_SETTINGS, Permission.OUTBOX_READ},
}

# A reader of a dossier keeps, of all that their role allows, only these.
READER_KEEPS = frozenset({Permission.MATTER_STATUS, Permission.MATTER_READ})

Child = TypeVar("Child")


def allows(person: Person, permission: Permission) -> bool:
    """Tell whether a person's role allows something, dossiers apart."""
    if person.state is not PersonState.ACTIVE:
        return False
    return permission in ROLES[person.role] or (person.administers and permission in ROLES[Role.ADMINISTRATOR])


def visible_to(person: Person) -> ColumnElement[bool]:
    """Give the condition under which a row of `matter` exists for this person; use it in every listing."""
    return _visible(person.id, Matter)


def visible_to_each() -> ColumnElement[bool]:
    """Give the same condition for each person of a query that joins `person` and `matter`."""
    return _visible(Person.id, Matter, Person)


def visible_to_reader(matter_id: Any = Matter.id) -> ColumnElement[bool]:
    """Give the same condition with its values left open (`reader`, `instant`): a statement built once, run often.

    A row of another table that names its dossier may be asked by that name, before the dossier itself is read.
    """
    reader, instant = bindparam("reader", type_=Uuid()), bindparam("instant", type_=Instant())
    return _visible(reader, matter_id.table, now=instant, matter_id=matter_id)


def _visible(person_id: Any, *outer: Any, now: Any = None, matter_id: Any = Matter.id) -> ColumnElement[bool]:
    member = (
        select(TeamMember.id)
        .where(
            TeamMember.matter_id == matter_id,
            TeamMember.person_id == person_id,
            or_(TeamMember.until.is_(None), TeamMember.until > (clock.now() if now is None else now)),
        )
        .correlate(*outer)
        .exists()
    )
    walled = (
        select(WallEntry.id)
        .where(WallEntry.matter_id == matter_id, WallEntry.person_id == person_id, WallEntry.lifted_at.is_(None))
        .correlate(*outer)
        .exists()
    )
    return member & ~walled


def read_only_to_reader() -> ColumnElement[bool]:
    """Give the condition under which a visible dossier is one where the reader (`reader`) may only read."""
    return (
        select(TeamMember.id)
        .where(
            TeamMember.matter_id == Matter.id,
            TeamMember.person_id == bindparam("reader", type_=Uuid()),
            TeamMember.function == TeamFunction.READER,
        )
        .correlate(Matter)
        .exists()
    )


def matter_for(
    session: Session, person: Person, matter_id: uuid.UUID, permission: Permission = Permission.MATTER_READ
) -> Matter:
    """Load a dossier that this person may use in this way; anything else raises NotFound."""
    return place_in(session, person, matter_id, permission).matter


class Member(NamedTuple):
    """Somebody in a dossier's team today."""

    person_id: uuid.UUID
    function: TeamFunction
    full_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A dossier as its door found it: one statement, since every page of the dossier begins with it.

    The function answers, by `permits`, what else this person may do there.
    """

    matter: Matter
    function: TeamFunction
    team: tuple[Member, ...] = ()  # its responsible lawyer first, then by name
    noted: bool = False  # this person's reading was noted since the instant given
    conflicted: bool = False  # somebody retained a conflict of interests against it


def place_in(
    session: Session,
    person: Person,
    matter_id: uuid.UUID,
    permission: Permission,
    *,
    noted_since: datetime | None = None,
) -> Place:
    """Load a dossier that this person may use in this way, with their place there; anything else raises NotFound."""
    instant = clock.now()
    asked = {"matter": matter_id, "reader": person.id, "instant": instant, "noted_since": noted_since or instant}
    if person.role is Role.CLIENT:
        return _shown_to(session, person, permission, asked)
    found: Sequence[Any] = ()
    if allows(person, Permission.MATTER_READ) and allows(person, permission):
        found = session.execute(_place(), asked).all()
    function = next((row.function for row in found if row.person_id == person.id), None)
    if function is None or not permits(person, function, permission):
        raise NotFound("Ce dossier n'existe pas, ou vous n'y avez pas accès.")
    matter, first = found[0][0], found[0]
    team = (Member(row.person_id, row.function, row.full_name) for row in found)
    order = sorted(team, key=lambda one: (one.person_id != matter.responsible_id, one.full_name))
    return Place(matter, function, tuple(order), noted=first.noted, conflicted=first.conflicted)


@cache
def _place() -> Select[Matter, uuid.UUID, TeamFunction, str, bool, bool]:
    """Build the question once: one row for each member of the team, none where the wall stands."""
    conflicted = exists().where(
        or_(ConflictMatch.matter_id == Matter.id, ConflictMatch.other_matter_id == Matter.id),
        ConflictMatch.state == ConflictState.CONFLICT,
    )
    return (
        select(
            Matter,
            TeamMember.person_id,
            TeamMember.function,
            Person.full_name,
            _noted(),
            conflicted.label("conflicted"),
        )
        .join(TeamMember, TeamMember.matter_id == Matter.id)
        .join(Person, Person.id == TeamMember.person_id)
        .where(
            Matter.id == bindparam("matter", type_=Uuid()),
            visible_to_reader(),
            or_(TeamMember.until.is_(None), TeamMember.until > bindparam("instant", type_=Instant())),
        )
    )


def _noted() -> Label[bool]:
    return (
        exists()
        .where(
            AuditEntry.matter_id == Matter.id,
            AuditEntry.actor_id == bindparam("reader", type_=Uuid()),
            AuditEntry.action == VIEWED,
            AuditEntry.at > bindparam("noted_since", type_=Instant()),
        )
        .label("noted")
    )


def shown(person: Person) -> ColumnElement[bool]:
    """Give the condition under which a client may read where a dossier stands; it makes nothing else exist."""
    place = (
        select(StatusPlace.id)
        .where(StatusPlace.matter_id == Matter.id, StatusPlace.person_id == person.id, StatusPlace.until > clock.now())
        .correlate(Matter)
        .exists()
    )
    return place & (Matter.state != MatterState.ERASED)


def _shown_to(session: Session, person: Person, permission: Permission, asked: dict[str, Any]) -> Place:
    found = None
    if permission is Permission.MATTER_STATUS and allows(person, permission):
        statement = select(Matter, _noted()).where(Matter.id == bindparam("matter", type_=Uuid()), shown(person))
        found = session.execute(statement, asked).first()
    if found is None:
        raise NotFound("Ce dossier n'existe pas, ou vous n'y avez pas accès.")
    return Place(found[0], TeamFunction.READER, noted=found.noted)


def permits(person: Person, function: TeamFunction, permission: Permission) -> bool:
    """Tell whether whoever has this function in a dossier that they see may do this there."""
    reads_only = function is TeamFunction.READER or person.role is Role.GUEST
    asked = allows(person, Permission.MATTER_READ) and allows(person, permission)
    return asked and (not reads_only or permission in READER_KEEPS)


def may(session: Session, person: Person, matter: Matter, permission: Permission) -> bool:
    """Tell whether this person may do this in this dossier, to show or hide a button."""
    try:
        matter_for(session, person, matter.id, permission)
    except NotFound:
        return False
    return True


def child_of(session: Session, matter: Matter, model: type[Child], child_id: uuid.UUID) -> Child:
    """Load a child of this very dossier; a child of another one raises NotFound."""
    entity: Any = model
    found = session.scalar(select(entity).where(entity.id == child_id, entity.matter_id == matter.id))
    if found is None:
        raise NotFound("Cet élément n'existe pas dans ce dossier.")
    child: Child = found
    return child
