"""Guessing slowed down: failures counted per account and per address, noted in the trail, and told to the person.

Nobody is locked out: the wait grows, ends by itself, and does not bind the addresses from which the person comes.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casefile import audit, clock, security_notices
from casefile.errors import CasefileError
from casefile.models.people import LoginFailure, LoginSession, Person, PersonState

FREE_FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=30)
LONGEST_WAIT = timedelta(minutes=15)
KNOWN_ADDRESS = timedelta(days=30)


class TooManyAttempts(CasefileError):
    """Guessing is slowed down; the right person waits a little and is never locked out."""

    code = "too_many_attempts"
    status = 429


def slow_down(session: Session, email: str, address: str, *, account_too: bool = True) -> None:
    """Raise TooManyAttempts when this account or this address failed too often lately.

    Where the person lately came in from, only that address counts: strangers who fail on purpose lock nobody out.
    """
    account, origin = _keys(email, address)
    for key in (account, origin) if account_too and not _came_from(session, email, address) else (origin,):
        count, last = session.execute(
            select(func.count(), func.max(LoginFailure.at)).where(
                LoginFailure.key_digest == key, LoginFailure.at > clock.now() - FAILURE_WINDOW
            )
        ).one()
        if count < FREE_FAILURES or last is None:
            continue
        wait = min(timedelta(seconds=2 ** (count - FREE_FAILURES)), LONGEST_WAIT)
        if _aware(last) + wait > clock.now():
            raise TooManyAttempts("Trop d'essais : attendez un moment avant de recommencer.")


def _came_from(session: Session, email: str, address: str) -> bool:
    query = (
        select(LoginSession.id)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            Person.email == email,
            LoginSession.complete,
            LoginSession.address == address,
            LoginSession.created_at > clock.now() - KNOWN_ADDRESS,
        )
    )
    return session.scalar(query.limit(1)) is not None


def note_failure(session: Session, email: str, address: str) -> None:
    """Count a failed attempt against the account and against the address it came from, and note it in the trail."""
    email = email.strip().lower()
    count(session, email, address)
    person = session.scalar(select(Person).where(Person.email == email, Person.state == PersonState.ACTIVE))
    audit.record(session, None, "session.refused", person)
    failed = session.scalar(select(func.count()).where(LoginFailure.key_digest == _keys(email, address)[0]))
    if person is not None and failed == FREE_FAILURES:
        security_notices.record(session, None, "session.attempts", person, place=address[:64])


def count(session: Session, email: str, address: str) -> None:
    """Count one try against the account and the address."""
    for key in _keys(email, address):
        session.add(LoginFailure(key_digest=key, at=clock.now()))
    session.execute(delete(LoginFailure).where(LoginFailure.at < clock.now() - FAILURE_WINDOW))


def clear_failures(session: Session, email: str, address: str) -> None:
    """Forget the failures once the person is in."""
    account, _ = _keys(email.strip().lower(), address)
    session.execute(delete(LoginFailure).where(LoginFailure.key_digest == account))


def _keys(email: str, address: str) -> tuple[str, str]:
    return _digest(f"account:{email}"), _digest(f"address:{address}")


def _aware(instant: datetime) -> datetime:
    # An aggregate loses the column's type on SQLite; what is stored is always UTC.
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.now().tzinfo)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
