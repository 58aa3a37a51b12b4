"""The chronology of a dossier: one line per fact, gathered from what the dossier holds.

It reads and never writes; the trail (casefile.audit) proves, the chronology tells.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.models.correspondence import FiledMail
from casefile.models.evidence import Capture, CaptureState, DateKind, Passage, Publication
from casefile.models.ledger import Dispatch, Letter, LetterState, Note
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import (
    Deadline,
    DeadlineState,
    IdentificationStep,
    ProceduralAct,
    Qualification,
    QualificationState,
    StepState,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One line: the day it happened, what kind it is, the sentence, a detail, the object it tells about, who did it."""

    on: date
    at: datetime | None
    kind: str
    text: str
    detail: str = ""
    subject: Any = None
    by: uuid.UUID | None = None  # None when no person of the firm did it


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a dossier holds, whole tables in no order: a page that shows them and tells them reads each of them once."""

    publications: Sequence[Publication]
    captures: Sequence[Capture]
    acts: Sequence[ProceduralAct]
    deadlines: Sequence[Deadline]
    steps: Sequence[IdentificationStep]
    letters: Sequence[Letter]


def holdings_of(session: Session, matter: Matter) -> Holdings:
    """Read what a dossier holds."""

    def held(model: Any) -> Sequence[Any]:
        return session.scalars(select(model).where(model.matter_id == matter.id)).all()

    return Holdings(
        publications=held(Publication),
        captures=held(Capture),
        acts=held(ProceduralAct),
        deadlines=held(Deadline),
        steps=held(IdentificationStep),
        letters=held(Letter),
    )


def events_of(session: Session, matter: Matter, holdings: Holdings | None = None) -> list[Event]:
    """Gather every event of a dossier, newest first; events of one day keep their hour."""
    held = holdings or holdings_of(session, matter)
    events = [
        *_opening(session, matter),
        *_publications(held.publications),
        *_captures(held.captures),
        *_qualifications(session, matter),
        *_procedure(held),
        *_letters(session, matter, held.letters),
        *_notes(session, matter),
        *_mails(session, matter),
    ]
    return sorted(events, key=_order, reverse=True)


def _order(event: Event) -> tuple[date, float]:
    return event.on, event.at.timestamp() if event.at else 0.0


def _day(instant: datetime) -> date:
    return clock.day_of(instant)


def _made(
    kind: str, instant: datetime, text: str, detail: str = "", subject: Any = None, *, by: uuid.UUID | None = None
) -> Event:
    return Event(_day(instant), instant, kind, text, detail, subject, by)


def _opening(session: Session, matter: Matter) -> Iterator[Event]:
    opener = session.get(Person, matter.responsible_id)
    yield Event(
        matter.opened_on, matter.created_at, "matter", "Dossier ouvert", opener.full_name if opener else "", matter
    )
    if matter.closed_on:
        yield Event(matter.closed_on, None, "matter", "Dossier clos", "", matter)


def _publications(rows: Sequence[Publication]) -> Iterator[Event]:
    for row in rows:
        yield _made("publication", row.created_at, f"Contenu ajouté\u00a0: {row.title}", row.platform, row)
        if row.date_kind is DateKind.EXACT and row.published_on:
            yield Event(row.published_on, None, "publication", f"Mise en ligne\u00a0: {row.title}", "date exacte", row)
        if row.discovered_on:
            yield Event(row.discovered_on, None, "publication", f"Découverte\u00a0: {row.title}", "", row)
        if row.removed_on:
            yield Event(row.removed_on, None, "removed", f"Contenu retiré\u00a0: {row.title}", "", row)


def _captures(rows: Sequence[Capture]) -> Iterator[Event]:
    for row in rows:
        if row.state is CaptureState.SEALED and row.sealed_at:
            what = "Capture scellée" if row.origin == "browser" else "Pièce déposée et scellée"
            yield _made("proof", row.sealed_at, what, row.file_name or row.requested_url, row, by=row.requested_by_id)
        elif row.state is CaptureState.FAILED:
            yield _made(
                "void", row.ended_at or row.created_at, "Capture impossible", row.failure, row, by=row.requested_by_id
            )


def _qualifications(session: Session, matter: Matter) -> Iterator[Event]:
    rows = session.execute(
        select(Qualification, Passage.exact, Person.full_name)
        .join(Passage, Passage.id == Qualification.passage_id)
        .outerjoin(Person, Person.id == Qualification.chosen_by_id)
        .where(Qualification.matter_id == matter.id, Qualification.state != QualificationState.DRAFT)
    )
    for row, exact, who in rows:
        if row.chosen_at:
            yield _made(
                "qualification",
                row.chosen_at,
                f"Passage qualifié\u00a0: «\u00a0{_short(exact)}\u00a0»",
                who or "",
                row,
                by=row.chosen_by_id,
            )


def _procedure(held: Holdings) -> Iterator[Event]:
    for act in held.acts:
        if act.withdrawn_at is None:
            yield Event(
                act.done_on,
                None,
                "act",
                f"Acte\u00a0: {act.act_type.replace('_', ' ')}",
                act.note,
                act,
                act.entered_by_id,
            )
    for row in held.deadlines:
        if row.state is DeadlineState.DONE and row.settled_at:
            done = f"Échéance accomplie\u00a0: {row.label}"
            yield _made("deadline", row.settled_at, done, row.settled_proof, row, by=row.settled_by_id)
        elif row.state is DeadlineState.SUPERSEDED:
            gone = f"Échéance remplacée\u00a0: {row.label}"
            yield _made("void", row.created_at, gone, row.superseded_reason, row, by=row.entered_by_id)
        else:
            opened = f"Échéance ouverte\u00a0: {row.label}"
            yield _made("deadline", row.created_at, opened, "", row, by=row.entered_by_id)
    for step in held.steps:
        if step.started_on:
            yield Event(step.started_on, None, "step", f"Démarche engagée\u00a0: {step.label}", "", step)
        if step.answered_on and step.state in {StepState.ANSWERED, StepState.DONE}:
            yield Event(step.answered_on, None, "step", f"Réponse reçue\u00a0: {step.label}", step.result, step)


def _letters(session: Session, matter: Matter, rows: Sequence[Letter]) -> Iterator[Event]:
    for row in rows:
        yield _made("letter", row.created_at, f"Document rédigé\u00a0: {row.title}", "", row, by=row.written_by_id)
        if row.validated_at:
            told = f"Document validé\u00a0: {row.title}"
            yield _made("letter", row.validated_at, told, "", row, by=row.validated_by_id)
        if row.state is LetterState.ABANDONED:
            yield _made("void", row.created_at, f"Document abandonné\u00a0: {row.title}", "", row, by=row.written_by_id)
    sent = select(Dispatch, Letter.title).join(Letter).where(Dispatch.matter_id == matter.id)
    for dispatch, title in session.execute(sent):
        told = f"Envoyé\u00a0: {title}"
        at, by = dispatch.created_at, dispatch.sent_by_id
        yield Event(dispatch.sent_on, at, "letter", told, dispatch.recipient, dispatch, by)
        if dispatch.answered_on:
            yield Event(
                dispatch.answered_on, None, "letter", f"Réponse à\u00a0: {title}", dispatch.answer_note, dispatch
            )


def _notes(session: Session, matter: Matter) -> Iterator[Event]:
    notes = select(Note, Person.full_name).join(Person, Person.id == Note.author_id).where(Note.matter_id == matter.id)
    for row, who in session.execute(notes):
        yield _made("note", row.created_at, row.body, who, row, by=row.author_id)


def _mails(session: Session, matter: Matter) -> Iterator[Event]:
    for row in session.scalars(select(FiledMail).where(FiledMail.matter_id == matter.id)):
        told = f"Courriel reçu\u00a0: {row.subject}"
        yield _made("mail", row.sent_at or row.created_at, told, row.sender, row, by=row.brought_by_id)


def _short(words: str, limit: int = 80) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"
