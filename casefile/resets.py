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
from casefile.passwords import refuse_weak

LIFE = timedelta(minutes=30)
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
    token = secrets.token_urlsafe(32)
    facts = {"url": f"{base_url}/connexion/oubli/{token}", "minutes": int(LIFE.total_seconds() // 60)}
    if person is None or _too_many(session, person):
        mail.render("reset", {**facts, "recipient": ""})  # as long for whoever is not there
        return
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )
    row = PasswordReset(person_id=person.id, token_digest=accounts.digest(token), expires_at=clock.now() + LIFE)
    session.add(row)
    session.flush()
    mail.queue(session, person, mail.message_id("reset", row.id), "reset", facts)


def person_of(session: Session, token: str) -> Person:
    """Give the person whom a live link is for; raises NotFound for a wrong, used or expired one."""
    return session.get_one(Person, _live(session, token).person_id)


def choose(session: Session, token: str, code: str, password: str) -> None:
    """Use the link up: a second factor and a new password; every session ends.

    Raises LoginRefused for a wrong code, InvalidInput for a weak password, NotFound for a dead link.
    """
    row = _live(session, token)
    person = session.get_one(Person, row.person_id)
    refuse_weak(password, person.email, person.full_name)
    factors.check_second_factor(session, person, code)
    row.used_at = clock.now()
    person.password_hash = accounts.hash_password(password)
    security_notices.record(session, person, "password.reset", person)
    accounts.revoke_all(session, person, person)


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
