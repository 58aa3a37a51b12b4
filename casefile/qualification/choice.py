"""Answer, choose, have another lawyer read: every step attributed, dated, and superseded rather than erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.deadlines import limitation, schedule
from casefile.errors import InvalidInput, Refused
from casefile.law import offences
from casefile.law.changed_law import law_day
from casefile.law.guards import Finding
from casefile.law.qualification import Outcome, qualify
from casefile.law.questionnaire import checked_answers
from casefile.models.evidence import Passage, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Answer, Qualification, QualificationState
from casefile.qualification.record import NOTHING, answers_of, facts_days, facts_on, in_state, standing
from casefile.qualification.safety import Blocked, Unacknowledged, findings_for


def answer(
    session: Session, actor: Person, passage: Passage, publication: Publication, given: Mapping[str, str]
) -> Outcome:
    """Record the answers that changed, each with its author and instant, and weigh them all again.

    Raises InvalidInput naming a question that does not exist or an answer it does not admit.
    """
    wanted = checked_answers({question: value for question, value in given.items() if value})
    draft = _draft(session, actor, passage, publication)
    # Two answers ticked in haste arrive together: on PostgreSQL the second waits here and sees the first.
    session.flush()
    session.refresh(draft, with_for_update=True)
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
    session: Session,
    actor: Person,
    matter: Matter,
    qualification: Qualification,
    *,
    chosen: str,
    reasons: str,
    acknowledged: bool = False,
) -> Qualification:
    """Make a lawyer's choice final and open the limitation that it starts.

    `chosen` is an offence in force on the day of the facts, or « aucune », which takes the former limitation off.

    Raises Refused for one who is no lawyer; InvalidInput when the choice departs from the proposal without a reason;
    Blocked when a guard forbids it; Unacknowledged when a guard warns and the lawyer has not said to have read it.
    """
    if not actor.is_lawyer:
        raise Refused("Seul un avocat du dossier retient une qualification.")
    if chosen != NOTHING:
        qualification.facts_on = law_day(chosen, *_enclosed(session, qualification))
        offences.offence_at(chosen, qualification.facts_on)
    if chosen != (qualification.proposed or NOTHING) and not reasons.strip():
        raise InvalidInput(
            "Vous vous écartez de la proposition : écrivez pourquoi, votre motif reste au dossier.", field="reason"
        )
    found = _guarded(session, qualification, chosen, acknowledged=acknowledged)
    if qualification.supersedes_id:
        before = session.get_one(Qualification, qualification.supersedes_id)
        before.state = QualificationState.SUPERSEDED
    qualification.state = QualificationState.CHOSEN
    qualification.chosen, qualification.reasons = chosen, reasons
    qualification.chosen_by_id, qualification.chosen_at = actor.id, clock.now()
    qualification.outcome = {**qualification.outcome, "acknowledged": [asdict(finding) for finding in found]}
    session.flush()
    facts: dict[str, Any] = {"proposed": qualification.proposed, "chosen": chosen}
    if found:
        facts["acknowledged"] = sorted({finding.id for finding in found})
    audit.record(session, actor, "qualification.chosen", qualification, facts)
    _open_limitation(session, actor, matter, qualification)
    return qualification


def _enclosed(session: Session, qualification: Qualification) -> tuple[date, date]:
    passage = session.get_one(Passage, qualification.passage_id)
    return facts_days(session.get_one(Publication, passage.publication_id))


def _guarded(session: Session, qualification: Qualification, chosen: str, *, acknowledged: bool) -> tuple[Finding, ...]:
    passage = session.get_one(Passage, qualification.passage_id)
    if passage.withdrawn_at is not None:
        raise Refused("Ce passage est retiré : rétablissez-le avant de le qualifier.")
    publication = session.get_one(Publication, passage.publication_id)
    found = findings_for(session, passage, publication, chosen, answers_of(session, qualification))
    blocking = [finding for finding in found if finding.level == "block"]
    if blocking:
        raise Blocked(blocking)
    if found and not acknowledged:
        raise Unacknowledged(found)
    return found


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
    """Record that a second lawyer read the choice that stands, and what that lawyer says of it."""
    if qualification.state is not QualificationState.CHOSEN:
        raise Refused("Aucune qualification retenue à relire : un avocat doit d'abord choisir.")
    if not actor.is_lawyer or actor.id == qualification.chosen_by_id:
        raise Refused("La relecture revient à un autre avocat que celui qui a retenu la qualification.")
    qualification.reviewed_by_id, qualification.reviewed_at, qualification.review_note = actor.id, clock.now(), note
    audit.record(session, actor, "qualification.reviewed", qualification)


def _draft(session: Session, actor: Person, passage: Passage, publication: Publication) -> Qualification:
    draft = in_state(session, passage, QualificationState.DRAFT)
    if draft is not None:
        draft.facts_on = facts_on(publication)
        return draft
    before = standing(session, passage)
    draft = Qualification(
        matter_id=passage.matter_id,
        passage_id=passage.id,
        facts_on=facts_on(publication),
        supersedes_id=before.id if before else None,
        proposed=before.proposed if before else None,
        outcome=dict(before.outcome) if before else {},
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
