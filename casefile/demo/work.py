"""What the demonstration's people did after opening a dossier: exhibits, controls, letters, steps, appointments.

Where one person plays the whole firm, what needs a second person is left undone, as it would be in life.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock, matters
from casefile.deadlines import control, limitation, work
from casefile.deadlines.decisive import decisive_fact
from casefile.documents import demonstration, exhibit_file, letters, sending
from casefile.documents.findings import DocumentRefused
from casefile.errors import Refused
from casefile.identification import procedure
from casefile.law.calendar import working_day_at_or_after
from casefile.models.evidence import Capture, Passage, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import DeadlineKind
from casefile.storage import Storage


def carry_on(
    session: Session,
    storage: Storage,
    lead: Person,
    matter: Matter,
    *,
    people: dict[str, uuid.UUID],
    facts: dict[str, Any],
) -> None:
    """Do what the plan tells of one dossier, in the order in which a lawyer would."""
    for body in facts.get("notes", ()):
        matters.add_note(session, lead, matter, body)
    contents = _contents(session, matter)
    for publication, plan in zip(contents, facts["publications"], strict=True):
        if plan.get("exhibit"):
            _exhibit(session, storage, lead, matter, publication)
        if plan.get("prepare_steps"):
            procedure.prepare(session, lead, matter, publication)
    if "controlled_by" in facts:
        _control(session, session.get_one(Person, people[facts["controlled_by"]]), matter)
    for letter in facts.get("letters", ()):
        _letter(session, storage, lead, matter, plan=letter, publication=contents[0])
    if facts.get("every_letter"):
        demonstration.draft_every_type(session, storage, lead, matter, contents[0])
    for plan in facts.get("agenda", ()):
        day = working_day_at_or_after(clock.today() + timedelta(days=plan["in_days"]), (matter.territory,))
        kind, at = DeadlineKind(plan["kind"]), plan.get("at", "")
        work.open_work(session, lead, matter, kind, plan["label"], on=day, at=at, publication=contents[0])
    if facts.get("closed"):
        matters.close(session, lead, matter, clock.today())


def _contents(session: Session, matter: Matter) -> list[Publication]:
    query = select(Publication).where(Publication.matter_id == matter.id).order_by(Publication.created_at)
    return list(session.scalars(query))


def _exhibit(session: Session, storage: Storage, lead: Person, matter: Matter, publication: Publication) -> None:
    capture = session.scalars(select(Capture).where(Capture.publication_id == publication.id)).one()
    exhibit_file.add_capture(session, storage, lead, matter, capture)


def _control(session: Session, second: Person, matter: Matter) -> None:
    for deadline in limitation.open_limitations(session, matter):
        day = decisive_fact(session, deadline).on
        try:
            control.control(session, second, deadline, day or clock.today())
        except Refused:
            return  # the same person entered the date: the control waits for somebody else


def _letter(
    session: Session, storage: Storage, lead: Person, matter: Matter, *, plan: dict[str, Any], publication: Publication
) -> None:
    said = _said_of(session, publication, plan.get("passage", {}))
    letter = letters.draft(
        session,
        lead,
        matter,
        plan["type"],
        publication=publication,
        inputs={**plan.get("answers", {}), **({"passages": said} if said else {})},
    )
    if plan.get("state") not in {"validated", "sent"}:
        return
    try:
        letters.validate(session, storage, lead, matter, letter)
    except DocumentRefused:
        return  # a firm that has not filled in its letterhead yet: the draft says what is missing
    if plan.get("state") == "sent":
        gone = sending.Sending(
            channel=plan["channel"],
            sent_on=clock.today(),
            proof_note=plan["proof"],
            tracking_number=plan.get("tracking_number", ""),
            no_interruption_acknowledged=True,
        )
        sending.mark_sent(session, lead, matter, letter, gone)


def _said_of(session: Session, publication: Publication, said: dict[str, str]) -> dict[str, dict[str, str]]:
    if not said:
        return {}
    query = select(Passage).join(Capture, Capture.id == Passage.capture_id)
    return {str(row.id): said for row in session.scalars(query.where(Capture.publication_id == publication.id))}
