"""Letting back in, from the machine itself, who lost a password or a second factor where no mail reaches them.

It takes the service's account, which could rewrite the database anyway; it does so in the open: the trail keeps it, the
person, the partners and the administrators are told, sessions and tokens end. No password is ever set or shown: a link
of half an hour, used once, lets the person choose theirs. To know who asks is the operator's duty (ASVS 6.4.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casefile import accounts, administration, clock, mail, resets, security_notices, tokens
from casefile.errors import InvalidInput
from casefile.models.ledger import AuditEntry
from casefile.models.people import Person, PersonState, Role

SHORTEST_REASON = 20


class Lost(StrEnum):
    """What the person no longer has."""

    PASSWORD = "password"  # noqa: S105 - a name, not a secret
    FACTOR = "factor"
    BOTH = "both"


SAID = {
    Lost.PASSWORD: "un lien de nouveau mot de passe lui a été remis ; son second facteur reste demandé",
    Lost.FACTOR: "son second facteur a été effacé ; son mot de passe reste demandé",
    Lost.BOTH: "mot de passe et second facteur ont été effacés, un lien lui a été remis",
}


@dataclass(frozen=True, slots=True)
class Readmission:
    """Who comes back, by which link (none when the password was not lost), and who was told."""

    person: Person
    url: str | None
    told: tuple[str, ...]


def readmit(session: Session, email: str, lost: Lost, reason: str, *, base_url: str) -> Readmission:
    """Open the way back for one person; raises InvalidInput when the account or the reason does not allow it."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput(
            f"Dites en {SHORTEST_REASON} caractères au moins qui demande et comment vous l'avez reconnu : "
            "les associés et les administrateurs liront ce motif.",
            field="reason",
        )
    person = _person(session, email, lost)
    if lost is not Lost.PASSWORD:
        administration.forget_factors(session, person)
    if lost is Lost.BOTH:
        person.password_hash = None
    url = None if lost is Lost.FACTOR else resets.give_link(session, person, base_url)[1]
    facts = {"lost": lost.value, "reason": reason.strip()}
    security_notices.record(session, None, "person.readmitted", person, facts=facts)
    accounts.revoke_all(session, None, person)
    tokens.revoke_all(session, person)
    return Readmission(person, url, tuple(_tell(session, person, lost, reason.strip())))


def _person(session: Session, email: str, lost: Lost) -> Person:
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise InvalidInput("Aucun compte n'a cette adresse : relisez-la dans « casefile people list ».", field="email")
    if person.state is not PersonState.ACTIVE:
        raise InvalidInput("Ce compte est fermé : un administrateur doit d'abord le rouvrir.", field="email")
    if lost is Lost.PASSWORD and person.totp_secret is None:
        raise InvalidInput("Ce compte n'a plus de second facteur : choisissez --lost both.", field="lost")
    if lost is Lost.FACTOR and person.password_hash is None:
        raise InvalidInput("Ce compte n'a plus de mot de passe : choisissez --lost both.", field="lost")
    return person


def _tell(session: Session, person: Person, lost: Lost, reason: str) -> list[str]:
    at = clock.now()
    facts = {
        "person": person.full_name,
        "done": SAID[lost],
        "at": clock.paris(at).strftime("%d/%m/%Y à %H h %M"),
        "reason": reason,
    }
    entry = session.scalar(
        select(AuditEntry.seq).where(AuditEntry.action == "person.readmitted").order_by(AuditEntry.seq.desc()).limit(1)
    )
    watching = select(Person).where(
        Person.state == PersonState.ACTIVE,
        Person.id != person.id,
        or_(Person.role.in_((Role.PARTNER, Role.ADMINISTRATOR)), Person.administers),
    )
    told = []
    for other in session.scalars(watching.order_by(Person.email)).all():
        mail.queue(session, other, mail.message_id("readmission", entry, other.id), "readmission", facts)
        told.append(other.email)
    return told
