"""A forgotten password: a single-use link goes to the person's own mailbox, and the second factor is asked beside it.

Neither the mailbox alone nor an administrator opens an account. Whether an account exists is never said.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casefile import accounts, clock, factors, mail, security_notices
from casefile.errors import NotFound
from casefile.models.people import PasswordReset, Person, PersonState

LIFE = timedelta(minutes=30)
MINUTES = int(LIFE.total_seconds() // 60)
# Links for one account in the time that one lives: a mailbox is not flooded.
MOST = 3


def ask(session: Session, email: str, base_url: str) -> None:
    """Mail a link to the active person of this address who has a second factor; for anybody else, nothing."""
    person = session.scalar(
        select(Person).where(
            Person.email == email.strip().lower(),
            Person.state == PersonState.ACTIVE,
            Person.password_hash.is_not(None),
            Person.totp_secret.is_not(None),
        )
    )
    facts = {"url": _url(base_url, secrets.token_urlsafe(32)), "minutes": MINUTES}
    if person is None or _too_many(session, person):
        mail.render("reset", {**facts, "recipient": ""})  # as long for whoever is not there
        return
    row, facts["url"] = give_link(session, person, base_url)
    mail.queue(session, person, mail.message_id("reset", row.id), "reset", facts)


def give_link(session: Session, person: Person, base_url: str) -> tuple[PasswordReset, str]:
    """Make the one live link of a person, valid half an hour; the former ones are worth nothing any more."""
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )
    token = secrets.token_urlsafe(32)
    row = PasswordReset(person_id=person.id, token_digest=accounts.digest(token), expires_at=clock.now() + LIFE)
    session.add(row)
    session.flush()
    return row, _url(base_url, token)


def person_of(session: Session, token: str) -> Person:
    """Give the person whom a live link is for; raises NotFound for a wrong, used or expired one."""
    return session.get_one(Person, _live(session, token).person_id)


def asks_factor(person: Person) -> bool:
    """Tell whether the second factor stands beside the link: always, save for an account that the operator emptied.

    Only `readmission` leaves an account with neither password nor factor; mail never leads to such a one.
    """
    return person.password_hash is not None or person.totp_secret is not None


def choose(session: Session, token: str, code: str, password: str) -> None:
    """Use the link up: a second factor (see `asks_factor`) and a new password; every session ends.

    Raises LoginRefused for a wrong code, InvalidInput for a weak password, NotFound for a dead link.
    """
    row = _live(session, token)
    person = session.get_one(Person, row.person_id)
    if asks_factor(person):
        factors.check_second_factor(session, person, code)
    accounts.set_password(session, person, password)
    row.used_at = clock.now()
    security_notices.record(session, person, "password.reset", person)
    accounts.revoke_all(session, person, person)


def _url(base_url: str, token: str) -> str:
    return f"{base_url}/connexion/oubli/{token}"


def _live(session: Session, token: str) -> PasswordReset:
    row = session.scalar(
        select(PasswordReset)
        .join(Person, Person.id == PasswordReset.person_id)
        .where(
            PasswordReset.token_digest == accounts.digest(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > clock.now(),
            Person.state == PersonState.ACTIVE,
        )
    )
    if row is None:
        raise NotFound("Ce lien n'est plus valable : demandez-en un autre depuis la page de connexion.")
    return row


def _too_many(session: Session, person: Person) -> bool:
    lately = select(func.count()).where(
        PasswordReset.person_id == person.id, PasswordReset.created_at > clock.now() - LIFE
    )
    return (session.scalar(lately) or 0) >= MOST
