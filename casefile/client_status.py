"""Where a dossier stands, as its client reads it: done, next dates, awaited, and what the lawyer asks of them.

It reads what the dossier holds and tells kinds and days only: no label, note, name or word that the firm typed for
itself, but for the message that is written to the client.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.errors import InvalidInput
from casefile.models.client import ClientWord, IntakeLink
from casefile.models.evidence import Capture, CaptureState, OnlineState, Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import (
    Deadline,
    DeadlineKind,
    DeadlineState,
    IdentificationStep,
    Qualification,
    QualificationState,
    StepState,
)

LONGEST_WORD = 4000
SHOWN_KINDS = (DeadlineKind.LIMITATION, DeadlineKind.HEARING, DeadlineKind.APPOINTMENT)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is done: its kind (captured, qualified, letter, removed), its day, which letter, how many."""

    kind: str
    on: date
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Coming:
    """One date ahead; a limitation comes on its prudent day."""

    kind: DeadlineKind
    on: date
    at: str = ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that others owe: a kind (answer, step), since when, what kind of letter."""

    kind: str
    since: date
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """All that the page says; `undetermined` when a date is still to be found, which `coming` leaves out."""

    done: tuple[Fact, ...]
    coming: tuple[Coming, ...]
    undetermined: bool
    awaited: tuple[Awaited, ...]
    hand_in_until: date | None
    word: ClientWord | None


def status_of(session: Session, matter: Matter) -> Status:
    """Tell where a dossier stands today."""
    ahead = session.scalars(
        select(Deadline).where(
            Deadline.matter_id == matter.id, Deadline.state == DeadlineState.OPEN, Deadline.kind.in_(SHOWN_KINDS)
        )
    ).all()
    dated = [Coming(row.kind, row.prudent_on, str(row.facts.get("at", ""))) for row in ahead if row.prudent_on]
    return Status(
        done=tuple(sorted(_done(session, matter), key=lambda fact: fact.on)),
        coming=tuple(sorted(set(dated), key=lambda one: (one.on, one.at))),
        undetermined=any(row.prudent_on is None for row in ahead),
        awaited=tuple(sorted(_awaited(session, matter), key=lambda one: one.since)),
        hand_in_until=_hand_in_until(session, matter),
        word=current_word(session, matter),
    )


def current_word(session: Session, matter: Matter) -> ClientWord | None:
    """Give the message to the client that stands; None when there is none or the last one was emptied."""
    query = select(ClientWord).where(ClientWord.matter_id == matter.id).order_by(ClientWord.created_at.desc()).limit(1)
    found = session.scalar(query)
    return found if found is not None and found.body else None


def write_word(session: Session, actor: Person, matter: Matter, body: str, seen: uuid.UUID | None) -> ClientWord | None:
    """Write what the client must do; empty takes it away. Raises InvalidInput when another was written since."""
    standing = current_word(session, matter)
    if (standing.id if standing else None) != seen:
        raise InvalidInput(
            "Quelqu'un d'autre a écrit au client entre-temps : relisez son message, puis enregistrez le vôtre.",
            field="body",
        )
    if len(body) > LONGEST_WORD:
        raise InvalidInput(f"Le message compte {LONGEST_WORD} signes au plus : abrégez-le.", field="body")
    if body.strip() == (standing.body if standing else ""):
        return standing
    row = ClientWord(matter_id=matter.id, body=body.strip(), written_by_id=actor.id)
    session.add(row)
    session.flush()
    audit.record(session, actor, "client_word.written", row)
    return row


def _done(session: Session, matter: Matter) -> Iterator[Fact]:
    sealed, last = session.execute(
        select(func.count(Capture.id), func.max(Capture.sealed_at)).where(
            Capture.matter_id == matter.id, Capture.state == CaptureState.SEALED
        )
    ).one()
    if sealed and last:
        yield Fact("captured", clock.day_of(last), count=sealed)
    chosen = session.scalar(
        select(func.max(Qualification.chosen_at)).where(
            Qualification.matter_id == matter.id, Qualification.state == QualificationState.CHOSEN
        )
    )
    if chosen:
        yield Fact("qualified", clock.day_of(chosen))
    for kind, on in session.execute(
        select(Letter.letter_type, Dispatch.sent_on).join(Dispatch.letter).where(Dispatch.matter_id == matter.id)
    ):
        yield Fact("letter", on, kind)
    removed = session.scalars(
        select(Publication.removed_on).where(
            Publication.matter_id == matter.id,
            Publication.online_state == OnlineState.REMOVED,
            Publication.removed_on.is_not(None),
        )
    )
    for day in removed:
        if day is not None:
            yield Fact("removed", day)


def _awaited(session: Session, matter: Matter) -> Iterator[Awaited]:
    letters = session.execute(
        select(Letter.letter_type, Dispatch.sent_on)
        .join(Dispatch.letter)
        .where(Dispatch.matter_id == matter.id, Dispatch.answered_on.is_(None))
    )
    for kind, on in letters:
        yield Awaited("answer", on, kind)
    steps = session.scalars(
        select(IdentificationStep.started_on).where(
            IdentificationStep.matter_id == matter.id,
            IdentificationStep.state == StepState.STARTED,
            IdentificationStep.started_on.is_not(None),
        )
    )
    for day in steps:
        if day is not None:
            yield Awaited("step", day)


def _hand_in_until(session: Session, matter: Matter) -> date | None:
    until = session.scalar(
        select(func.max(IntakeLink.expires_at)).where(
            IntakeLink.matter_id == matter.id, IntakeLink.revoked_at.is_(None), IntakeLink.expires_at > clock.now()
        )
    )
    return clock.day_of(until) if until else None
