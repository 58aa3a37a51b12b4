"""Out to their tools: one iCalendar feed per person behind a secret address.

Titles carry the dossier's reference and what the rules call the date, never a client's name or a typed title.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.access import visible_to
from casefile.accounts import digest
from casefile.errors import NotFound
from casefile.models.matter import Matter
from casefile.models.people import Person, PersonState
from casefile.models.procedure import Deadline

PAST = timedelta(days=90)


def new_feed_token(session: Session, person: Person) -> str:
    """Give a person a new secret address; the one before stops at once."""
    token = secrets.token_urlsafe(32)
    person.calendar_token_digest = digest(token)
    session.flush()
    audit.record(session, person, "calendar.token_made", person)
    return token


def revoke_feed_token(session: Session, person: Person) -> None:
    """Close a person's feed."""
    person.calendar_token_digest = None
    session.flush()
    audit.record(session, person, "calendar.token_revoked", person)


def feed_for(session: Session, token: str) -> bytes:
    """Give the calendar behind a secret address; raises NotFound for a wrong or revoked one."""
    person = session.scalar(
        select(Person).where(Person.calendar_token_digest == digest(token), Person.state == PersonState.ACTIVE)
    )
    if person is None:
        raise NotFound("Ce calendrier n'existe pas ou n'est plus partagé.")
    return feed_of(session, person, clock.now())


def feed_of(session: Session, person: Person, now: datetime) -> bytes:
    """Give the calendar of the dossiers that a person sees, cancelled and settled entries included for a while."""
    since = clock.day_of(now) - PAST
    rows = session.execute(
        select(Deadline, Matter)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(visible_to(person), Deadline.prudent_on >= since, Deadline.responsible_id == person.id)
        .order_by(Deadline.prudent_on)
    )
    latest: dict[str, tuple[Deadline, Matter]] = {}
    for deadline, matter in rows:
        uid = str(deadline.facts.get("uid", deadline.id))
        known = latest.get(uid)
        if known is None or sequence(known[0]) < sequence(deadline):
            latest[uid] = (deadline, matter)
    from casefile.deadlines.calendar_file import written

    return written(latest, now)


def sequence(deadline: Deadline) -> int:
    """Give the rank of this writing of an entry: calendar programs keep the highest."""
    return int(deadline.facts.get("sequence", 0)) + deadline.version - 1
