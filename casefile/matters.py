"""Dossiers: opened, staffed, walled, closed; their parties and contents.

Verbs take loaded objects, record themselves in the trail and never commit.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from casefile import audit, clock, desk, undo
from casefile.access import ROLES, Permission, visible_to, visible_to_reader
from casefile.database import inserting
from casefile.errors import Conflict, InvalidInput, Refused
from casefile.models.desk import DeskMatter
from casefile.models.evidence import Publication
from casefile.models.ledger import Note
from casefile.models.matter import (
    Matter,
    MatterCounter,
    MatterState,
    Party,
    PartyRole,
    TeamFunction,
    TeamMember,
    WallEntry,
)
from casefile.models.people import Person, PersonState, Role

REFERENCE = re.compile(r"\d{4}/\d{4,}", re.ASCII)
EVERY = 2**31 - 1  # rows, where a list is not cut into pages


def open_matter(session: Session, actor: Person, *, title: str, territory: str, summary: str = "") -> Matter:
    """Open the next dossier of the year, its opener in its team."""
    today = clock.today()
    number = _next_number(session, today.year)
    matter = Matter(
        year=today.year,
        number=number,
        reference=f"{today.year}/{number:04d}",
        title=title,
        summary=summary,
        territory=territory,
        opened_on=today,
        responsible_id=actor.id,
    )
    session.add(matter)
    session.flush()
    session.add(TeamMember(matter_id=matter.id, person_id=actor.id, function=TeamFunction.LEAD))
    audit.record(session, actor, "matter.opened", matter, {"reference": matter.reference, "territory": territory})
    return matter


def add_party(session: Session, actor: Person, matter: Matter, role: PartyRole, **facts: object) -> Party:
    """Add a party; nothing of its identity goes into the trail."""
    party = Party(matter_id=matter.id, role=role, **facts)
    session.add(party)
    session.flush()
    audit.record(session, actor, "party.added", party, {"role": role})
    return party


def edit(
    session: Session,
    actor: Person,
    row: Matter | Party | Publication,
    seen_version: int,
    **changes: object,
) -> list[str]:
    """Change a record that the editor saw at `seen_version`; raises Conflict when somebody came first.

    Returns the names of the fields that really changed; only these names enter the trail.
    """
    if row.version != seen_version:
        raise Conflict("Quelqu'un d'autre a modifié cette fiche entre-temps : comparez les deux versions.")
    before = {name: getattr(row, name) for name, value in changes.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, changes[name])
    if before:
        session.flush()
        audit.record(session, actor, f"{row.__tablename__}.edited", row, {"fields": list(before)})
        undo.remember(session, actor, row, before)
    return list(before)


def join_team(
    session: Session,
    actor: Person,
    matter: Matter,
    person: Person,
    function: TeamFunction,
    *,
    until: datetime | None = None,
) -> TeamMember:
    """Give a person their place in the dossier, or change it; raises Refused for one who cannot read dossiers."""
    if person.role is Role.GUEST and (until is None or function is not TeamFunction.READER):
        raise Refused("Une personne externe lit un dossier jusqu'à un jour donné : invitez-la depuis le dossier.")
    if person.state is not PersonState.ACTIVE or Permission.MATTER_READ not in ROLES[person.role]:
        raise Refused("Cette personne ne peut pas entrer dans une équipe : choisissez un avocat ou un assistant actif.")
    if walled(session, matter, person):
        raise Refused("Cette personne est écartée de ce dossier : levez d'abord le cloisonnement.")
    member = session.scalar(
        select(TeamMember).where(TeamMember.matter_id == matter.id, TeamMember.person_id == person.id)
    )
    if member is None:
        member = TeamMember(matter_id=matter.id, person_id=person.id)
        session.add(member)
    member.function, member.until = function, until
    session.flush()
    audit.record(session, actor, "team.joined", matter, {"person": person.id, "function": function, "until": until})
    return member


def leave_team(session: Session, actor: Person, matter: Matter, member: TeamMember) -> None:
    """Take a person out of the team; the responsible lawyer must first hand over."""
    if member.person_id == matter.responsible_id:
        raise Refused("Le responsable du dossier ne peut pas en sortir : désignez d'abord un autre responsable.")
    session.delete(member)
    audit.record(session, actor, "team.left", matter, {"person": member.person_id})


def hand_over(session: Session, actor: Person, matter: Matter, person: Person) -> None:
    """Make a member of the team, a lawyer, responsible for the dossier."""
    if not person.is_lawyer:
        raise Refused("Le responsable d'un dossier est un avocat : choisissez un associé ou un collaborateur.")
    join_team(session, actor, matter, person, TeamFunction.LEAD)
    audit.record(session, actor, "matter.handed_over", matter, {"from": matter.responsible_id, "to": person.id})
    matter.responsible_id = person.id


def raise_wall(session: Session, actor: Person, matter: Matter, person: Person, reason: str) -> WallEntry:
    """Hide the dossier from a person, with effect at their next request."""
    if person.id == matter.responsible_id:
        raise Refused("Le responsable ne peut pas être écarté de son dossier : désignez d'abord un autre responsable.")
    if not reason.strip():
        raise InvalidInput("Indiquez le motif du cloisonnement.", field="reason")
    entry = WallEntry(matter_id=matter.id, person_id=person.id, reason=reason, raised_by_id=actor.id)
    session.add(entry)
    session.flush()
    audit.record(session, actor, "wall.raised", matter, {"person": person.id})
    return entry


def lift_wall(session: Session, actor: Person, matter: Matter, entry: WallEntry) -> None:
    """Let a walled person be a possible member again; it does not put them back into the team's eyes by itself."""
    entry.lifted_at, entry.lifted_by_id = clock.now(), actor.id
    audit.record(session, actor, "wall.lifted", matter, {"person": entry.person_id})


def walled(session: Session, matter: Matter, person: Person) -> bool:
    """Tell whether a wall stands between this person and this dossier."""
    query = select(WallEntry.id).where(
        WallEntry.matter_id == matter.id, WallEntry.person_id == person.id, WallEntry.lifted_at.is_(None)
    )
    return session.scalar(query) is not None


def add_publication(session: Session, actor: Person, matter: Matter, **facts: object) -> Publication:
    """Add a content to the dossier; its URL, author and relative date are kept letter for letter."""
    publication = Publication(matter_id=matter.id, **facts)
    session.add(publication)
    session.flush()
    audit.record(session, actor, "publication.added", publication, {"platform": publication.platform})
    return publication


def add_note(session: Session, actor: Person, matter: Matter, body: str) -> Note:
    """Write a line into the chronology."""
    note = Note(matter_id=matter.id, author_id=actor.id, body=body)
    session.add(note)
    session.flush()
    audit.record(session, actor, "note.added", note)
    return note


def close(session: Session, actor: Person, matter: Matter, on: date) -> None:
    """Close the dossier; what it holds stays readable to its team."""
    if matter.state is not MatterState.OPEN:
        raise Refused("Ce dossier est déjà clos.")
    if on < matter.opened_on:
        raise InvalidInput("La clôture précède l'ouverture du dossier : corrigez la date.", field="closed_on")
    matter.state, matter.closed_on = MatterState.CLOSED, on
    audit.record(session, actor, "matter.closed", matter)


def reopen(session: Session, actor: Person, matter: Matter) -> None:
    """Open a closed dossier again."""
    matter.state, matter.closed_on = MatterState.OPEN, None
    audit.record(session, actor, "matter.reopened", matter)


def visible(
    session: Session,
    person: Person,
    *,
    states: Sequence[MatterState] = (MatterState.OPEN,),
    offset: int = 0,
    limit: int | None = None,
) -> list[Matter]:
    """List the dossiers that exist for this person, the most urgent first; those without a date come last."""
    values = {"reader": person.id, "instant": clock.now(), "offset": offset, "limit": EVERY if limit is None else limit}
    return list(session.scalars(_listing(tuple(states)), values))


def count_visible(session: Session, person: Person, state: MatterState) -> int:
    """Count the dossiers of a state that exist for this person."""
    return session.scalar(_counting(state), {"reader": person.id, "instant": clock.now()}) or 0


# Built once: a page runs them at each visit, and putting the wall into words again cost as much as asking.
@cache
def _listing(states: tuple[MatterState, ...]) -> Select[Matter]:
    return (
        select(Matter)
        .join(DeskMatter, DeskMatter.matter_id == Matter.id)
        .where(desk.mine(DeskMatter), DeskMatter.state.in_(states), visible_to_reader())
        # Nulls last, and not « is null » first: the list is then read from the index, one page of it.
        .order_by(DeskMatter.next_prudent_on.asc().nulls_last(), DeskMatter.year.desc(), DeskMatter.number.desc())
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


@cache
def _counting(state: MatterState) -> Select[int]:
    return select(func.count()).select_from(DeskMatter).where(desk.mine(DeskMatter), DeskMatter.state == state)


def by_reference(session: Session, person: Person, reference: str) -> uuid.UUID | None:
    """Find a visible dossier by its number; None when it does not exist for this person."""
    asked = reference.strip()
    if not REFERENCE.fullmatch(asked):
        return None  # words, most often: no question is worth asking
    return session.scalar(select(Matter.id).where(Matter.reference == asked, visible_to(person)))


def _next_number(session: Session, year: int) -> int:
    # One statement, so that two openings at once never get the same number.
    statement = (
        inserting(session, MatterCounter)
        .values(year=year, last_number=1)
        .on_conflict_do_update(index_elements=[MatterCounter.year], set_={"last_number": MatterCounter.last_number + 1})
        .returning(MatterCounter.last_number)
    )
    return int(session.execute(statement).scalar_one())
