"""Contents looked at again by themselves: the schedule that a lawyer chooses, and the captures that it queues."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import CasefileError, InvalidInput
from casefile.evidence import docket
from casefile.evidence.online import SCHEDULES
from casefile.models.evidence import Publication, Watch
from casefile.models.people import Person


def schedule(session: Session, actor: Person, publication: Publication, every_days: int | None) -> None:
    """Look at a content again by itself every so many days, or no more; raises InvalidInput without an address."""
    if every_days is not None and every_days not in SCHEDULES:
        raise InvalidInput("Choisissez une capture chaque jour ou chaque semaine.", field="every_days")
    if every_days is not None and not publication.url:
        raise InvalidInput("Ce contenu n'a pas d'adresse : complétez-la pour le suivre.", field="every_days")
    row = session.get(Watch, publication.id)
    if row is not None:
        session.delete(row)
        session.flush()
    if every_days is not None:
        due = clock.now() + timedelta(days=every_days)
        session.add(Watch(publication_id=publication.id, every_days=every_days, next_at=due, asked_by_id=actor.id))
    audit.record(session, actor, "publication.watched", publication, {"every_days": every_days})


def work(database: Database, _settings: Settings, now: datetime) -> bool:
    """Queue the capture of one content whose day has come; tell whether there was one."""
    with database.transaction() as session:
        due = select(Watch).where(Watch.next_at <= now).order_by(Watch.next_at).limit(1)
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None:
            return False
        publication = session.get_one(Publication, row.publication_id)
        row.next_at = now + timedelta(days=row.every_days)
        try:
            docket.request(session, session.get_one(Person, row.asked_by_id), publication)
        except CasefileError:
            session.delete(row)  # the address was taken away: nothing to look at any more
    return True
