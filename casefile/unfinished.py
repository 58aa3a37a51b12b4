"""Forms begun and not sent: kept for their author alone, per page, until they are sent, thrown away or a month old."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.errors import InvalidInput
from casefile.models.people import Person
from casefile.models.work import FormDraft, RecentChange

LARGEST = 200_000
LIFE = timedelta(days=30)
CHANGES = timedelta(days=2)


def keep(
    session: Session, person: Person, page: str, fields: dict[str, list[str]], *, matter_id: uuid.UUID | None = None
) -> FormDraft:
    """Keep what is typed so far; raises InvalidInput beyond what a hand types."""
    if sum(len(text) for values in fields.values() for text in values) > LARGEST:
        raise InvalidInput("Ce brouillon est trop long pour être gardé : enregistrez le formulaire.")
    found = of_page(session, person, page)
    if found is None:
        found = FormDraft(person_id=person.id, page=page, matter_id=matter_id)
        session.add(found)
    found.fields, found.saved_at = dict(fields), clock.now()
    session.flush()
    return found


def of_page(session: Session, person: Person, page: str) -> FormDraft | None:
    """Find what this person left on this page."""
    return session.scalar(select(FormDraft).where(FormDraft.person_id == person.id, FormDraft.page == page))


def forget(session: Session, person: Person, page: str) -> None:
    """Throw away what this person left on this page."""
    session.execute(delete(FormDraft).where(FormDraft.person_id == person.id, FormDraft.page == page))


def sweep(session: Session) -> int:
    """Erase the drafts of a month and the changes that can no longer be taken back; give how many drafts."""
    session.execute(delete(RecentChange).where(RecentChange.created_at < clock.now() - CHANGES))
    result = session.execute(delete(FormDraft).where(FormDraft.saved_at < clock.now() - LIFE))
    return int(getattr(result, "rowcount", 0))
