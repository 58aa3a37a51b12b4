"""What is on record about a passage: its draft, the choice that stands, the older ones, and who answered what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.models.evidence import Passage, Publication
from casefile.models.procedure import Answer, Qualification, QualificationState

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
    newest = {row.question: row for row in rows}
    return {question: row for question, row in newest.items() if row.value}


def answers_of(session: Session, qualification: Qualification | None) -> dict[str, str]:
    """Give the answers that count: the newest to each question; withdrawn ones are absent."""
    return {question: row.value[0] for question, row in latest_answers(session, qualification).items()}


def facts_on(publication: Publication) -> date:
    """Give the day whose law applies: the earliest day known of the facts, otherwise today."""
    return publication.published_on or publication.published_from or publication.relative_seen_on or clock.today()


def in_state(session: Session, passage: Passage, state: QualificationState) -> Qualification | None:
    """Give the newest qualification of a passage in a state."""
    return session.scalar(
        select(Qualification)
        .where(Qualification.passage_id == passage.id, Qualification.state == state)
        .order_by(Qualification.created_at.desc())
        .limit(1)
    )
