"""Answering a deadline: done with its proof, delegated, or waived by a lawyer with a reason. Reading is no answer."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from casefile import access, audit, clock
from casefile.deadlines import ladder, schedule
from casefile.errors import InvalidInput, Refused
from casefile.models.evidence import Capture, CaptureState
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Acknowledgement, Deadline, DeadlineState

SHORTEST = 3


def mark_done(
    session: Session, actor: Person, deadline: Deadline, proof: str, capture_id: uuid.UUID | None = None
) -> Acknowledgement:
    """Close a deadline as done; the proof says what was filed, where, under which number, and which capture shows it.

    Raises NotFound for a capture of another dossier, Refused for one that is not sealed.
    """
    proof = _said(proof, "proof", "Dites quelle pièce prouve que c'est fait (récépissé, numéro d'envoi, message…).")
    if capture_id is not None:
        _must_be_sealed(session, deadline, capture_id)
    return _close(session, actor, deadline, DeadlineState.DONE, proof, capture_id=capture_id)


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
    deadline.state, deadline.settled_at, deadline.settled_by_id = DeadlineState.OPEN, None, None
    deadline.settled_proof, deadline.settled_capture_id = "", None
    session.flush()
    ladder.hang(session, deadline, clock.now())
    schedule.keep_next(session, deadline.matter_id)
    audit.record(session, actor, "deadline.reopened", deadline, {"reason": reason})


def _close(
    session: Session,
    actor: Person,
    deadline: Deadline,
    state: DeadlineState,
    said: str,
    *,
    capture_id: uuid.UUID | None = None,
) -> Acknowledgement:
    _must_be_open(deadline)
    deadline.state, deadline.settled_at, deadline.settled_by_id = state, clock.now(), actor.id
    deadline.settled_proof, deadline.settled_capture_id = said, capture_id
    ladder.void(session, deadline)
    schedule.keep_next(session, deadline.matter_id)
    return _acknowledge(session, actor, deadline, state.value, said, capture_id=capture_id)


def _acknowledge(
    session: Session,
    actor: Person,
    deadline: Deadline,
    act: str,
    note: str,
    *,
    to: Person | None = None,
    capture_id: uuid.UUID | None = None,
) -> Acknowledgement:
    row = Acknowledgement(
        deadline_id=deadline.id,
        person_id=actor.id,
        act=act,
        delegate_id=to.id if to else None,
        note=note,
        capture_id=capture_id,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    facts = {name: value for name, value in (("to", to.id if to else None), ("capture", capture_id)) if value}
    audit.record(session, actor, f"deadline.{act}", deadline, facts)
    return row


def _must_be_sealed(session: Session, deadline: Deadline, capture_id: uuid.UUID) -> None:
    capture = access.child_of(session, session.get_one(Matter, deadline.matter_id), Capture, capture_id)
    if capture.state is not CaptureState.SEALED:
        raise Refused("Cette capture n'est pas encore scellée : attendez son scellement, puis recommencez.")


def _must_be_open(deadline: Deadline) -> None:
    if deadline.state is not DeadlineState.OPEN:
        raise Refused("Cette échéance est déjà traitée : rouvrez-la d'abord si c'était une erreur.")


def _said(value: str, field: str, sentence: str) -> str:
    value = value.strip()
    if len(value) < SHORTEST:
        raise InvalidInput(sentence, field=field)
    return value
