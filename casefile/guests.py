"""Guests: a client or another counsel reads one dossier, or only where it stands, until a day, on invitation.

A guest's place is always that of a reader and always ends; both are checked at each request, by `access`. Whoever is
invited to the state of the dossier has no place in the team at all: nothing else exists for them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from casefile import accounts, audit, clock, matters
from casefile.access import shown
from casefile.errors import InvalidInput
from casefile.models.client import StatusPlace
from casefile.models.matter import Matter, TeamFunction, TeamMember
from casefile.models.people import Invitation, Person, PersonState, Role

LONGEST = timedelta(days=180)


def invite(
    session: Session, actor: Person, matter: Matter, email: str, until: date, *, role: Role = Role.GUEST
) -> str | None:
    """Invite an outsider and give the token of the link; None when they have an account, which then opens at once.

    `role` is GUEST for who reads the dossier, CLIENT for who reads only where it stands.
    """
    if not clock.today() < until <= clock.today() + LONGEST:
        raise InvalidInput(
            f"Choisissez un jour à venir, dans les {LONGEST.days} jours : l'accès pourra être prolongé.", field="until"
        )
    end = _end_of(until)
    known = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if known is None:
        token = accounts.invite(session, actor, role, email, matter_id=matter.id, guest_until=end)
        audit.record(session, actor, "guest.invited", matter, {"until": end, "role": role})
        return token
    if known.role is not role or known.state is not PersonState.ACTIVE:
        raise InvalidInput(
            "Cette adresse ne peut pas être invitée ainsi : si c'est celle d'un membre du cabinet, ajoutez-le à "
            "l'équipe ; un compte externe ne change pas de nature, invitez une autre adresse.",
            field="email",
        )
    _seat(session, actor, matter, known, end)
    return None


def welcome(session: Session, invitation: Invitation, guest: Person) -> None:
    """Give the new guest the place that the invitation names, if whoever invited them still may."""
    if invitation.matter_id is None or invitation.invited_by_id is None:
        return
    matter = session.get_one(Matter, invitation.matter_id)
    host = session.get_one(Person, invitation.invited_by_id)
    if invitation.guest_until is not None:
        _seat(session, host, matter, guest, invitation.guest_until)


def guests_of(session: Session, matter: Matter) -> list[tuple[TeamMember, Person]]:
    """List the guests of a dossier, those whose access lapsed included."""
    rows = session.execute(
        select(TeamMember, Person)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.matter_id == matter.id, Person.role == Role.GUEST)
        .order_by(Person.full_name)
    )
    return [(member, person) for member, person in rows]


def status_places(session: Session, matter: Matter) -> list[StatusPlace]:
    """List who reads where the dossier stands, those whose access lapsed included, with their person."""
    query = select(StatusPlace).join(StatusPlace.person).where(StatusPlace.matter_id == matter.id)
    return list(session.scalars(query.options(contains_eager(StatusPlace.person)).order_by(Person.full_name)))


def end_status(session: Session, actor: Person, matter: Matter, place: StatusPlace) -> None:
    """Close the state of the dossier to a client, with effect at their next request."""
    session.delete(place)
    audit.record(session, actor, "status.ended", matter, {"person": place.person_id})


def dossiers_of(session: Session, client: Person) -> list[Matter]:
    """List the dossiers whose state a client may read, the last opened first."""
    return list(session.scalars(select(Matter).where(shown(client)).order_by(Matter.year.desc(), Matter.number.desc())))


def _seat(session: Session, host: Person, matter: Matter, guest: Person, until: datetime) -> None:
    if guest.role is Role.GUEST:
        matters.join_team(session, host, matter, guest, TeamFunction.READER, until=until)
        return
    place = session.scalar(
        select(StatusPlace).where(StatusPlace.matter_id == matter.id, StatusPlace.person_id == guest.id)
    )
    if place is None:
        place = StatusPlace(matter_id=matter.id, person_id=guest.id, until=until, opened_by_id=host.id)
        session.add(place)
    place.until = until
    session.flush()
    audit.record(session, host, "status.opened", matter, {"person": guest.id, "until": until})


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.PARIS)
