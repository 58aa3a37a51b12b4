"""Answering a deadline: done with its proof, delegated, or waived by a lawyer with a reason. Reading is no answer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casefile import access, audit, clock
from casefile.deadlines import ladder, schedule
from casefile.errors import InvalidInput, Refused
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Acknowledgement, Deadline, DeadlineState

SHORTEST = 3


def mark_done(session: Session, actor: Person, deadline: Deadline, proof: str) -> Acknowledgement:
    """Close a deadline as done; the proof says what was filed, where, under which number."""
    proof = _said(proof, "proof", "Dites quelle pièce prouve que c'est fait (récépissé, numéro d'envoi, message…).")
    return _close(session, actor, deadline, DeadlineState.DONE, proof)


def waive(session: Session, actor: Person, deadline: Deadline, reason: str) -> Acknowledgement:
    """Let a deadline go, as a lawyer and with a reason."""
    if not access.allows(actor, access.Permission.DEADLINE_WAIVE):
        raise Refused("Seul un avocat peut abandonner une échéance.")
    reason = _said(reason, "reason", "Indiquez pourquoi cette échéance est abandonnée.")
    return _close(session, actor, deadline, DeadlineState.WAIVED, reason)


def delegate(session: Session, actor: Person, deadline: Deadline, to: Person, note: str = "") -> Acknowledgement:
    """Hand a deadline to somebody of the dossier's team: the reminders to come are theirs."""
    _must_be_open(deadline)
    matter = session.get_one(Matter, deadline.matter_id)
    if not access.may(session, to, matter, access.Permission.MATTER_WRITE):
        raise InvalidInput("Choisissez une personne de l'équipe du dossier.", field="to")
    if to.id == deadline.responsible_id:
        raise InvalidInput("Cette personne est déjà responsable de l'échéance.", field="to")
    ladder.void(session, deadline)
    deadline.responsible_id = to.id
    session.flush()
    ladder.hang(session, deadline, clock.now())
    return _acknowledge(session, actor, deadline, "delegated", note, to=to)


def reopen(session: Session, actor: Person, deadline: Deadline, reason: str) -> None:
    """Open again a deadline closed by mistake."""
    if deadline.state not in {DeadlineState.DONE, DeadlineState.WAIVED}:
        raise Refused("Cette échéance n'est pas close.")
    reason = _said(reason, "reason", "Indiquez pourquoi cette échéance est rouverte.")
    deadline.state, deadline.settled_at, deadline.settled_by_id, deadline.settled_proof = (
        DeadlineState.OPEN,
        None,
        None,
        "",
    )
    session.flush()
    ladder.hang(session, deadline, clock.now())
    schedule.keep_next(session, deadline.matter_id)
    audit.record(session, actor, "deadline.reopened", deadline, {"reason": reason})


def _close(session: Session, actor: Person, deadline: Deadline, state: DeadlineState, said: str) -> Acknowledgement:
    _must_be_open(deadline)
    deadline.state, deadline.settled_at, deadline.settled_by_id = state, clock.now(), actor.id
    deadline.settled_proof = said
    ladder.void(session, deadline)
    schedule.keep_next(session, deadline.matter_id)
    return _acknowledge(session, actor, deadline, state.value, said)


def _acknowledge(
    session: Session, actor: Person, deadline: Deadline, act: str, note: str, *, to: Person | None = None
) -> Acknowledgement:
    row = Acknowledgement(
        deadline_id=deadline.id,
        person_id=actor.id,
        act=act,
        delegate_id=to.id if to else None,
        note=note,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    facts = {"to": to.id} if to else {}
    audit.record(session, actor, f"deadline.{act}", deadline, facts)
    return row


def _must_be_open(deadline: Deadline) -> None:
    if deadline.state is not DeadlineState.OPEN:
        raise Refused("Cette échéance est déjà traitée : rouvrez-la d'abord si c'était une erreur.")


def _said(value: str, field: str, sentence: str) -> str:
    value = value.strip()
    if len(value) < SHORTEST:
        raise InvalidInput(sentence, field=field)
    return value
