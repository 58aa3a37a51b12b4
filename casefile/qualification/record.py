"""What is on record about a passage: its draft, the choice that stands, the older ones, and who answered what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.deadlines import dating
from casefile.errors import InvalidInput
from casefile.models.evidence import DateKind, Passage, Publication
from casefile.models.procedure import Answer, Qualification, QualificationState
from casefile.passages import newest

NOTHING = "aucune"


def standing(session: Session, passage: Passage) -> Qualification | None:
    """Give the choice that stands for a passage, if a lawyer made one."""
    return in_state(session, passage, QualificationState.CHOSEN)


def current(session: Session, passage: Passage) -> Qualification | None:
    """Give what is being worked on: the draft if there is one, otherwise the choice that stands."""
    return in_state(session, passage, QualificationState.DRAFT) or standing(session, passage)


def choices_of(session: Session, passage: Passage) -> list[Qualification]:
    """List the choices ever made for a passage, the one that stands first."""
    return list(
        session.scalars(
            select(Qualification)
            .where(Qualification.passage_id == passage.id, Qualification.chosen_at.is_not(None))
            .order_by(Qualification.chosen_at.desc())
        )
    )


def latest_answers(session: Session, qualification: Qualification | None) -> dict[str, Answer]:
    """Give the newest answer to each question, with its author and instant; withdrawn ones are absent."""
    if qualification is None:
        return {}
    rows = session.scalars(
        select(Answer).where(Answer.qualification_id == qualification.id).order_by(Answer.answered_at, Answer.id)
    )
    return newest(rows)


def answers_of(session: Session, qualification: Qualification | None) -> dict[str, str]:
    """Give the answers that count: the newest to each question; withdrawn ones are absent."""
    return {question: row.value[0] for question, row in latest_answers(session, qualification).items()}


def facts_on(publication: Publication) -> date:
    """Give the day whose law applies: the earliest possible day of the facts, otherwise the latest, otherwise today."""
    return facts_days(publication)[0]


def facts_days(publication: Publication) -> tuple[date, date]:
    """Give the two days that enclose the facts: the law may have changed between them.

    A relative date counts from the earliest day that it allows, never from the day somebody saw it.
    """
    match publication.date_kind:
        case DateKind.EXACT if publication.published_on:
            return publication.published_on, publication.published_on
        case DateKind.INTERVAL if publication.published_from and publication.published_to:
            return publication.published_from, publication.published_to
        case _:
            return _days_shown(publication)


def _days_shown(publication: Publication) -> tuple[date, date]:
    try:
        found = dating.crossed(publication)
    except InvalidInput:  # The words typed are no relative date: the day they were seen is all that is known.
        found = None
    seen = publication.relative_seen_on or publication.discovered_on or clock.today()
    latest = found.latest if found and found.latest else seen
    return (found.earliest if found and found.earliest else latest), latest


def in_state(session: Session, passage: Passage, state: QualificationState) -> Qualification | None:
    """Give the newest qualification of a passage in a state."""
    return session.scalar(
        select(Qualification)
        .where(Qualification.passage_id == passage.id, Qualification.state == state)
        .order_by(Qualification.created_at.desc())
        .limit(1)
    )
