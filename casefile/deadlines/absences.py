"""Absences and deputies: who is away on which days, who stands in, and what falls meanwhile.

An absent person keeps their dates and their reminders; whoever stands in is told besides.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from casefile import access, audit, clock
from casefile.errors import InvalidInput, Refused
from casefile.models.matter import Matter
from casefile.models.people import OUTSIDERS, Absence, Person, PersonState, Role
from casefile.models.procedure import Deadline, DeadlineState

LONGEST_DAYS = 731


def colleagues(session: Session) -> list[Person]:
    """List those who may be away or stand in: the active members who work on dossiers."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.state == PersonState.ACTIVE, Person.role.not_in((Role.ADMINISTRATOR, *OUTSIDERS)))
            .order_by(Person.full_name)
        )
    )


def plan(
    session: Session, actor: Person, person: Person, begins: date, ends: date | None, *, deputy: Person | None = None
) -> Absence:
    """Announce an absence, one's own or, for who runs the firm, a colleague's; refuses a deputy who is away too."""
    _may_decide(actor, person)
    if ends is not None and ends < begins:
        raise InvalidInput("Le retour précède le départ : corrigez l'une des deux dates.", field="ends")
    if ends is not None and (ends - begins).days > LONGEST_DAYS:
        raise InvalidInput("Une absence dure deux ans au plus : fermez plutôt le compte.", field="ends")
    standing = planned(session, person_id=person.id, begins=begins, ends=ends)
    if standing:
        raise InvalidInput("Une absence est déjà prévue ces jours-là : annulez-la d'abord.", field="begins")
    if deputy is not None:
        _must_be_there(session, person, deputy, begins, ends)
    row = Absence(person_id=person.id, deputy_id=deputy.id if deputy else None, begins_on=begins, ends_on=ends)
    session.add(row)
    session.flush()
    facts = {"person": person.id, "from": begins, "to": ends, "deputy": row.deputy_id}
    audit.record(session, actor, "absence.planned", row, facts)
    return row


def cancel(session: Session, actor: Person, absence: Absence) -> None:
    """Cancel an absence, or end it early: it counts no more from now on."""
    _may_decide(actor, session.get_one(Person, absence.person_id))
    if absence.cancelled_at is not None:
        raise Refused("Cette absence est déjà annulée.")
    absence.cancelled_at = clock.now()
    session.flush()
    audit.record(session, actor, "absence.cancelled", absence, {"person": absence.person_id})


def name_deputy(session: Session, actor: Person, person: Person, deputy: Person | None) -> None:
    """Name who usually stands in, whether the person is away or only silent."""
    _may_decide(actor, person)
    if deputy is not None and (deputy.id == person.id or deputy not in colleagues(session)):
        raise InvalidInput("Choisissez un autre membre du cabinet.", field="deputy")
    person.deputy_id = deputy.id if deputy else None
    session.flush()
    audit.record(session, actor, "deputy.named", person, {"deputy": person.deputy_id})


def away_on(session: Session, day: date) -> dict[uuid.UUID, uuid.UUID | None]:
    """Give who is away on a day, with who stands in for this absence."""
    return {row.person_id: row.deputy_id for row in planned(session, begins=day, ends=day)}


def planned(session: Session, *, begins: date, ends: date | None, person_id: uuid.UUID | None = None) -> list[Absence]:
    """List the absences that touch some days, the first to begin first, with their people; no end means for ever."""
    query = (
        select(Absence)
        .where(Absence.cancelled_at.is_(None), or_(Absence.ends_on.is_(None), Absence.ends_on >= begins))
        .options(joinedload(Absence.person), joinedload(Absence.deputy))
        .order_by(Absence.begins_on, Absence.id)
    )
    if ends is not None:
        query = query.where(Absence.begins_on <= ends)
    if person_id is not None:
        query = query.where(Absence.person_id == person_id)
    return list(session.scalars(query))


def falling_in(session: Session, viewer: Person, absence: Absence) -> list[Deadline]:
    """List what the absent person answers for and that falls meanwhile, among the viewer's dossiers."""
    begins, ends = absence.begins_on, absence.ends_on
    query = (
        select(Deadline)
        .join(Matter, Matter.id == Deadline.matter_id)
        .options(joinedload(Deadline.matter), joinedload(Deadline.responsible))
        .where(
            access.visible_to(viewer),
            Deadline.responsible_id == absence.person_id,
            Deadline.state == DeadlineState.OPEN,
            or_(Deadline.prudent_on >= begins, Deadline.last_useful_day >= begins),
        )
        .order_by(Deadline.prudent_on)
    )
    if ends is not None:
        query = query.where(or_(Deadline.prudent_on <= ends, Deadline.last_useful_day <= ends))
    return list(session.scalars(query))


def _must_be_there(session: Session, person: Person, deputy: Person, begins: date, ends: date | None) -> None:
    if deputy.id == person.id or deputy not in colleagues(session):
        raise InvalidInput("Choisissez un autre membre du cabinet.", field="deputy")
    if planned(session, person_id=deputy.id, begins=begins, ends=ends):
        raise InvalidInput("Cette personne est absente aussi ces jours-là : choisissez-en une autre.", field="deputy")


def _may_decide(actor: Person, person: Person) -> None:
    if actor.id != person.id and not access.allows(actor, access.Permission.FIRM_SETTINGS):
        raise Refused("Seul un associé annonce l'absence de quelqu'un d'autre.")
