"""Conflicts of interest: every party of a new dossier against every party of the firm, whoever may see them.

A dossier that the opener may not see is compared too, and nothing of it is shown to them: its own team is told and
decides. The machine finds likenesses; a named lawyer says what they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from casefile import audit, clock, mail, names
from casefile.access import visible_to
from casefile.errors import InvalidInput, NotFound, Refused
from casefile.matters import walled
from casefile.models.base import Instant
from casefile.models.conflict import ConflictMatch, ConflictState
from casefile.models.matter import Matter, Party, PartyRole, TeamMember, WallEntry
from casefile.models.people import Person, PersonState, Role
from casefile.names import Identity

CLIENT, ADVERSE, EITHER = "client", "adverse", "either"
# The others (hosts, courts, bailiffs, colleagues) are met in every dossier and oppose nobody.
SIDES = {
    PartyRole.CLIENT: CLIENT,
    PartyRole.AUTHOR: ADVERSE,
    PartyRole.PUBLISHER: ADVERSE,
    PartyRole.OTHER: EITHER,
}
LAWYERS = (Role.PARTNER, Role.LAWYER)
SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A likeness that the asker may see: the party of theirs, the other one, its dossier."""

    mine: str
    party: Party
    matter: Matter
    score: int
    reasons: tuple[str, ...]
    opposed: bool
    asked: Party  # the party of theirs, as it was given


def identity_of(party: Party) -> Identity:
    """Give what may be compared of a party: all its names, married, born and traded under."""
    shown = not party.is_identified
    return names.identity(
        names=(party.name, party.birth_name, *party.other_names.splitlines()),
        first=party.first_names,
        is_company=party.is_company,
        is_shown_name=shown,
        siren=party.siren,
        rpps=party.rpps,
        email=party.email,
        phone=party.phone,
    )


def foresee(session: Session, person: Person, parties: Sequence[Party]) -> list[Found]:
    """Compare parties not yet saved with those of the dossiers that this person may see; store nothing."""
    seen = set(session.scalars(select(Matter.id).where(visible_to(person))))
    found = [
        Found(party.display_name, other, matter, alike.score, alike.reasons, _opposed(party, other), party)
        for party, other, matter, alike in _likenesses(session, parties, None)
        if matter.id in seen
    ]
    return sorted(found, key=lambda one: (not one.opposed, -one.score))


def between(parties: Sequence[Party]) -> list[tuple[Party, Party, names.Likeness]]:
    """Compare parties not yet saved with one another; gives the pairs that stand on opposed sides."""
    ours = [(party, identity_of(party)) for party in parties if party.role in SIDES]
    pool = {number: " ".join(found.names) for number, (_, found) in enumerate(ours)}
    numbers: dict[tuple[str, str], set[int]] = {}
    for place, (_, found) in enumerate(ours):
        for number in found.numbers:
            numbers.setdefault(number, set()).add(place)
    pairs = []
    for place, (party, found) in enumerate(ours):
        near = names.sift(found, pool) | {key for number in found.numbers for key in numbers[number]}
        for other in sorted(key for key in near if key > place and _opposed(party, ours[key][0])):
            alike = names.likeness(found, ours[other][1])
            if alike is not None:
                pairs.append((party, ours[other][0], alike))
    return pairs


def check(session: Session, actor: Person, matter: Matter, *, base_url: str) -> int:
    """Compare the parties of a dossier with the whole firm's, keep what is new and tell who must decide.

    Gives how many new likenesses oppose two sides. The trail keeps that the check was made, never a name.
    """
    parties = session.scalars(select(Party).where(Party.matter_id == matter.id)).all()
    known = {
        frozenset(pair)
        for pair in session.execute(
            select(ConflictMatch.party_id, ConflictMatch.other_party_id).where(
                or_(ConflictMatch.matter_id == matter.id, ConflictMatch.other_matter_id == matter.id)
            )
        )
    }
    opposed = 0
    for party, other, other_matter, alike in _likenesses(session, parties, matter.id):
        if frozenset((party.id, other.id)) in known:
            continue
        row = ConflictMatch(
            matter_id=matter.id,
            party_id=party.id,
            other_matter_id=other_matter.id,
            other_party_id=other.id,
            score=alike.score,
            reasons=list(alike.reasons),
            state=ConflictState.AWAITED if _opposed(party, other) else ConflictState.LINKED,
        )
        session.add(row)
        session.flush()
        if row.state is ConflictState.AWAITED:
            opposed += 1
            _tell(session, actor, row, (matter, other_matter), base_url)
    audit.record(session, actor, "conflicts.checked", matter, {"parties": len(parties), "opposed": opposed})
    return opposed


def of_matter(session: Session, person: Person, matter: Matter) -> list[ConflictMatch]:
    """List the likenesses of a dossier whose other side this person may see too."""
    return _rows(
        session,
        or_(ConflictMatch.matter_id == matter.id, ConflictMatch.other_matter_id == matter.id),
        _sees(person, "matter_id"),
        _sees(person, "other_matter_id"),
    )


def retained(session: Session, matter: Matter) -> list[tuple[ConflictMatch, Person]]:
    """List the conflicts that somebody retained against a dossier; who decided may be named, the other side not."""
    rows = session.execute(
        select(ConflictMatch, Person)
        .join(Person, Person.id == ConflictMatch.decided_by_id)
        .where(
            or_(ConflictMatch.matter_id == matter.id, ConflictMatch.other_matter_id == matter.id),
            ConflictMatch.state == ConflictState.CONFLICT,
        )
        .order_by(ConflictMatch.decided_at)
    )
    return [(row, who) for row, who in rows]


def awaiting(session: Session, person: Person) -> list[ConflictMatch]:
    """List what this lawyer may decide: a side of theirs, or any as a partner; a wall on either side hides it."""
    if person.role not in LAWYERS:
        return []
    return _rows(session, ConflictMatch.state == ConflictState.AWAITED, _decidable(person))


def awaited_count(session: Session, person: Person) -> int:
    """Count the decisions that await this lawyer."""
    if person.role not in LAWYERS:
        return 0
    values = {"reader": person.id, "instant": clock.now()}
    return session.scalar(_awaited(person.role is Role.PARTNER), values) or 0


def for_decider(session: Session, person: Person, match_id: uuid.UUID) -> ConflictMatch:
    """Load a likeness that this lawyer may decide; anything else raises NotFound."""
    rows = _rows(session, ConflictMatch.id == match_id, _decidable(person)) if person.role in LAWYERS else []
    if not rows:
        raise NotFound("Ce rapprochement n'existe pas, ou ne vous revient pas.")
    return rows[0]


def decide(session: Session, actor: Person, row: ConflictMatch, state: ConflictState, reason: str) -> None:
    """Say, as a named lawyer, whether a likeness is a conflict, and why; the trail keeps earlier decisions."""
    if state not in {ConflictState.CLEARED, ConflictState.CONFLICT}:
        raise Refused("Dites s'il y a conflit ou non : la machine ne tranche pas.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput("Dites en quelques mots ce qui vous fait décider ainsi.", field="reason")
    row.state, row.reason, row.decided_by_id, row.decided_at = state, reason.strip(), actor.id, clock.now()
    session.flush()
    for matter_id in (row.matter_id, row.other_matter_id):
        audit.record(session, actor, "conflict.decided", row, {"state": state}, matter_id=matter_id)


def _likenesses(
    session: Session, parties: Iterable[Party], but: uuid.UUID | None
) -> Iterable[tuple[Party, Party, Matter, names.Likeness]]:
    ours = [(party, identity_of(party)) for party in parties if party.role in SIDES]
    ours = [(party, found) for party, found in ours if found.names or found.numbers]
    if not ours:
        return
    pool, owners, numbers = _firm(session, but)
    for party, found in ours:
        keys = {owners[key] for key in names.sift(found, pool)}
        keys |= {owner for number in found.numbers for owner in numbers.get(number, ())}
        rows = session.execute(select(Party, Matter).join(Matter).where(Party.id.in_(keys))) if keys else ()
        for other, matter in rows:
            alike = names.likeness(found, identity_of(other))
            if alike is not None:
                yield party, other, matter, alike


def _firm(
    session: Session, but: uuid.UUID | None
) -> tuple[dict[int, str], dict[int, uuid.UUID], dict[tuple[str, str], set[uuid.UUID]]]:
    """Read every name and number of the firm's parties, columns only: the careful comparison loads few rows."""
    columns = (Party.id, Party.name, Party.birth_name, Party.other_names, Party.siren, Party.rpps, Party.email)
    query = select(*columns, Party.phone).where(Party.role.in_(SIDES))
    pool: dict[int, str] = {}
    owners: dict[int, uuid.UUID] = {}
    numbers: dict[tuple[str, str], set[uuid.UUID]] = {}
    for row in session.execute(query if but is None else query.where(Party.matter_id != but)):
        found = names.identity(
            names=(row.name, row.birth_name, *row.other_names.splitlines()),
            siren=row.siren,
            rpps=row.rpps,
            email=row.email,
            phone=row.phone,
        )
        for name in found.names:
            owners[len(pool)] = row.id
            pool[len(pool)] = name
        for number in found.numbers:
            numbers.setdefault(number, set()).add(row.id)
    return pool, owners, numbers


def _opposed(one: Party, other: Party) -> bool:
    sides = {SIDES.get(one.role), SIDES.get(other.role)}
    return sides == {CLIENT, ADVERSE} or (EITHER in sides and CLIENT in sides)


def _tell(session: Session, actor: Person, row: ConflictMatch, pair: tuple[Matter, Matter], base_url: str) -> None:
    """Write to the responsible of the other dossier, or to the partners when a wall keeps them from knowing."""
    matter, other_matter = pair
    responsible = session.get_one(Person, other_matter.responsible_id)
    told = [responsible] if _may_know(session, matter, responsible) else []
    if not told:
        partners = select(Person).where(Person.role == Role.PARTNER, Person.state == PersonState.ACTIVE)
        told = [one for one in session.scalars(partners) if _may_know(session, matter, one)]
        told = [one for one in told if not walled(session, other_matter, one)]
    facts = {"reference": matter.reference, "opener": actor.full_name, "url": f"{base_url}/conflits"}
    for person in told:
        mail.queue(session, person, mail.message_id("conflict", row.id, person.id), "conflict", facts)


def _may_know(session: Session, matter: Matter, person: Person) -> bool:
    return person.state is PersonState.ACTIVE and not walled(session, matter, person)


def _rows(session: Session, *conditions: ColumnElement[bool]) -> list[ConflictMatch]:
    query = (
        select(ConflictMatch)
        .where(*conditions)
        .options(*(joinedload(getattr(ConflictMatch, name)) for name in ("matter", "other_matter")))
        .options(*(joinedload(getattr(ConflictMatch, name)) for name in ("party", "other_party")))
        .order_by(ConflictMatch.created_at.desc(), ConflictMatch.score.desc())
    )
    return list(session.scalars(query))


def _sees(person: Person, column: str) -> ColumnElement[bool]:
    return getattr(ConflictMatch, column).in_(select(Matter.id).where(visible_to(person)))  # type: ignore[no-any-return] # a column's own


def _decidable(person: Person) -> ColumnElement[bool]:
    """Give the condition: no wall on either side, and a partner, or a member of the other dossier's team."""
    return _decidable_by(person.id, clock.now(), is_partner=person.role is Role.PARTNER)


@cache
def _awaited(is_partner: bool) -> Any:
    reader, instant = bindparam("reader", type_=Uuid()), bindparam("instant", type_=Instant())
    count = select(func.count()).select_from(ConflictMatch).where(ConflictMatch.state == ConflictState.AWAITED)
    return count.where(_decidable_by(reader, instant, is_partner=is_partner))


def _decidable_by(person_id: Any, now: Any, *, is_partner: bool) -> ColumnElement[bool]:
    barred = select(WallEntry.matter_id).where(WallEntry.person_id == person_id, WallEntry.lifted_at.is_(None))
    open_to = ConflictMatch.matter_id.not_in(barred) & ConflictMatch.other_matter_id.not_in(barred)
    if is_partner:
        return open_to
    team = aliased(TeamMember)
    mine = select(team.id).where(
        team.matter_id == ConflictMatch.other_matter_id,
        team.person_id == person_id,
        or_(team.until.is_(None), team.until > now),
    )
    return open_to & mine.correlate(ConflictMatch).exists()
