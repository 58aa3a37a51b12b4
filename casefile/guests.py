"""Guests: a client or another counsel reads one dossier, until a day, by invitation of its team.

A guest's place is always that of a reader and always ends; both are checked at each request, by `access`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import accounts, audit, clock, matters
from casefile.errors import InvalidInput
from casefile.models.matter import Matter, TeamFunction, TeamMember
from casefile.models.people import Invitation, Person, PersonState, Role

LONGEST = timedelta(days=180)


def invite(session: Session, actor: Person, matter: Matter, email: str, until: date) -> str | None:
    """Invite a guest and give the token of the link; None when the guest has an account, which then opens at once."""
    if not clock.today() < until <= clock.today() + LONGEST:
        raise InvalidInput(
            f"Choisissez un jour à venir, dans les {LONGEST.days} jours : l'accès pourra être prolongé.", field="until"
        )
    end = _end_of(until)
    known = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if known is None:
        token = accounts.invite(session, actor, Role.GUEST, email, matter_id=matter.id, guest_until=end)
        audit.record(session, actor, "guest.invited", matter, {"until": end})
        return token
    if known.role is not Role.GUEST or known.state is not PersonState.ACTIVE:
        raise InvalidInput(
            "Cette adresse ne peut pas être invitée : si c'est celle d'un membre du cabinet, ajoutez-le à l'équipe.",
            field="email",
        )
    matters.join_team(session, actor, matter, known, TeamFunction.READER, until=end)
    return None


def welcome(session: Session, invitation: Invitation, guest: Person) -> None:
    """Give the new guest the place that the invitation names, if whoever invited them still may."""
    if invitation.matter_id is None or invitation.invited_by_id is None:
        return
    matter = session.get_one(Matter, invitation.matter_id)
    host = session.get_one(Person, invitation.invited_by_id)
    matters.join_team(session, host, matter, guest, TeamFunction.READER, until=invitation.guest_until)


def guests_of(session: Session, matter: Matter) -> list[tuple[TeamMember, Person]]:
    """List the guests of a dossier, those whose access lapsed included."""
    rows = session.execute(
        select(TeamMember, Person)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.matter_id == matter.id, Person.role == Role.GUEST)
        .order_by(Person.full_name)
    )
    return [(member, person) for member, person in rows]


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.PARIS)
