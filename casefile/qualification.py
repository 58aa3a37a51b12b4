"""Qualify a passage: answers recorded one by one, a proposal by the rules, a choice by a named lawyer.

What was proposed, chosen and why stays on record; a new choice supersedes the old one and erases nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.deadlines import limitation, schedule
from casefile.errors import InvalidInput, Refused
from casefile.law import offences
from casefile.law.guards import ChosenPassage, Finding, guards
from casefile.law.qualification import Outcome, qualify
from casefile.law.questionnaire import checked_answers
from casefile.models.evidence import Passage, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Answer, Qualification, QualificationState

NOTHING = "aucune"


def standing(session: Session, passage: Passage) -> Qualification | None:
    """Give the choice that stands for a passage, if a lawyer made one."""
    return _in_state(session, passage, QualificationState.CHOSEN)


def current(session: Session, passage: Passage) -> Qualification | None:
    """Give what is being worked on: the draft if there is one, otherwise the choice that stands."""
    return _in_state(session, passage, QualificationState.DRAFT) or standing(session, passage)


def answers_of(session: Session, qualification: Qualification | None) -> dict[str, str]:
    """Give the answers that count: the newest to each question; withdrawn ones are absent."""
    if qualification is None:
        return {}
    rows = session.scalars(
        select(Answer).where(Answer.qualification_id == qualification.id).order_by(Answer.answered_at, Answer.id)
    )
    newest = {row.question: row.value for row in rows}
    return {question: value[0] for question, value in newest.items() if value}


def facts_on(publication: Publication) -> date:
    """Give the day whose law applies: the earliest day known of the facts, otherwise today."""
    return publication.published_on or publication.published_from or publication.relative_seen_on or clock.today()


def answer(
    session: Session, actor: Person, passage: Passage, publication: Publication, given: dict[str, str]
) -> Outcome:
    """Record the answers that changed, each with its author and instant, and weigh them all again.

    Raises InvalidInput naming a question that does not exist or an answer it does not admit.
    """
    wanted = checked_answers({question: value for question, value in given.items() if value})
    draft = _draft(session, actor, passage, publication)
    known = answers_of(session, draft)
    instant = clock.now()
    for question in {*known, *wanted}:
        if known.get(question) != wanted.get(question):
            value = [wanted[question]] if question in wanted else []
            session.add(
                Answer(
                    qualification_id=draft.id,
                    question=question,
                    value=value,
                    answered_by_id=actor.id,
                    answered_at=instant,
                )
            )
    outcome = qualify(wanted, draft.facts_on)
    draft.proposed, draft.outcome = outcome.proposed, _kept(outcome)
    session.flush()
    return outcome


def reopen(session: Session, actor: Person, passage: Passage, publication: Publication) -> Qualification:
    """Begin a new draft from the choice that stands, so that a change of mind leaves both on record."""
    return _draft(session, actor, passage, publication)


def choose(
    session: Session, actor: Person, matter: Matter, qualification: Qualification, *, chosen: str, reasons: str
) -> Qualification:
    """Make a lawyer's choice final and open the limitation that it starts.

    `chosen` is an offence in force on the day of the facts, or « aucune », which takes the former limitation off.

    Raises Refused for one who is no lawyer; InvalidInput when the choice departs from the proposal without a reason.
    """
    if not actor.is_lawyer:
        raise Refused("Seul un avocat du dossier retient une qualification.")
    if chosen != NOTHING:
        offences.offence_at(chosen, qualification.facts_on)
    if chosen != (qualification.proposed or NOTHING) and not reasons.strip():
        raise InvalidInput(
            "Vous vous écartez de la proposition : écrivez pourquoi, votre motif reste au dossier.", field="reason"
        )
    if qualification.supersedes_id:
        before = session.get_one(Qualification, qualification.supersedes_id)
        before.state = QualificationState.SUPERSEDED
    qualification.state = QualificationState.CHOSEN
    qualification.chosen, qualification.reasons = chosen, reasons
    qualification.chosen_by_id, qualification.chosen_at = actor.id, clock.now()
    session.flush()
    facts = {"proposed": qualification.proposed, "chosen": chosen}
    audit.record(session, actor, "qualification.chosen", qualification, facts)
    _open_limitation(session, actor, matter, qualification)
    return qualification


def _open_limitation(session: Session, actor: Person, matter: Matter, qualification: Qualification) -> None:
    passage = session.get_one(Passage, qualification.passage_id)
    publication = session.get_one(Publication, passage.publication_id)
    if qualification.chosen != NOTHING:
        limitation.recompute_limitation(
            session,
            actor,
            matter,
            publication,
            str(qualification.chosen),
            reason="Qualification retenue",
            qualification=qualification,
        )
        return
    for deadline in limitation.open_limitations(session, matter, publication):
        # The clock of another passage of the same content goes on: only the one this passage opened is taken off.
        if qualification.supersedes_id and deadline.qualification_id == qualification.supersedes_id:
            schedule.take_off(session, actor, deadline, f"Qualification abandonnée : {qualification.reasons}")


def review(session: Session, actor: Person, qualification: Qualification, note: str) -> None:
    """Record that a second lawyer read the choice."""
    if not actor.is_lawyer or actor.id == qualification.chosen_by_id:
        raise Refused("La relecture revient à un autre avocat que celui qui a retenu la qualification.")
    qualification.reviewed_by_id, qualification.reviewed_at, qualification.review_note = actor.id, clock.now(), note
    audit.record(session, actor, "qualification.reviewed", qualification)


def conflicts(session: Session, publication: Publication) -> tuple[Finding, ...]:
    """Say what, among the choices made for one content, could void an act."""
    rows = session.execute(
        select(Passage, Qualification)
        .join(Qualification, Qualification.passage_id == Passage.id)
        .where(
            Passage.publication_id == publication.id,
            Passage.withdrawn_at.is_(None),
            Qualification.state == QualificationState.CHOSEN,
            Qualification.chosen != NOTHING,
        )
    ).all()
    return guards([_chosen(session, passage, row) for passage, row in rows])


def _chosen(session: Session, passage: Passage, row: Qualification) -> ChosenPassage:
    return ChosenPassage(
        id=str(passage.id),
        words=passage.exact,
        qualification=row.chosen or "",
        facts_on=row.facts_on,
        answers=answers_of(session, row),
        publication=str(passage.publication_id),
        start=passage.start,
        end=passage.end,
    )


def _in_state(session: Session, passage: Passage, state: QualificationState) -> Qualification | None:
    return session.scalar(
        select(Qualification)
        .where(Qualification.passage_id == passage.id, Qualification.state == state)
        .order_by(Qualification.created_at.desc())
        .limit(1)
    )


def _draft(session: Session, actor: Person, passage: Passage, publication: Publication) -> Qualification:
    draft = _in_state(session, passage, QualificationState.DRAFT)
    if draft is not None:
        draft.facts_on = facts_on(publication)
        return draft
    before = standing(session, passage)
    draft = Qualification(
        matter_id=passage.matter_id,
        passage_id=passage.id,
        facts_on=facts_on(publication),
        supersedes_id=before.id if before else None,
    )
    session.add(draft)
    session.flush()
    if before is not None:
        _copy_answers(session, before, draft)
    audit.record(session, actor, "qualification.begun", draft)
    return draft


def _copy_answers(session: Session, before: Qualification, draft: Qualification) -> None:
    """Begin again from what was answered, each answer still with its author and instant."""
    for row in session.scalars(select(Answer).where(Answer.qualification_id == before.id)):
        session.add(
            Answer(
                qualification_id=draft.id,
                question=row.question,
                value=list(row.value),
                answered_by_id=row.answered_by_id,
                answered_at=row.answered_at,
            )
        )
    session.flush()


def _kept(outcome: Outcome) -> dict[str, Any]:
    return {
        "conclusion": outcome.conclusion.value,
        "proposed": outcome.proposed,
        "defences": list(outcome.defences),
        "candidates": [
            {
                "qualification": row.qualification,
                "fits": row.fits.value,
                "met": list(row.met),
                "missing": list(row.missing),
            }
            for row in outcome.candidates
        ],
        "conflicts": [asdict(conflict) for conflict in outcome.conflicts],
    }
