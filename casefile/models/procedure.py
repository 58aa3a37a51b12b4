"""Qualifications, what starts a clock, the deadlines themselves, their control, reminders and the steps to a name."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Identified, Line, Secret, SecretFacts, Versioned
from casefile.models.evidence import Passage, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person


class QualificationState(StrEnum):
    """The machine proposes; only a named lawyer's choice is final; a later choice supersedes, never erases."""

    DRAFT = "draft"
    CHOSEN = "chosen"
    SUPERSEDED = "superseded"


class Qualification(Base, Identified, Created, Versioned):
    """What a passage is in law: what was answered, proposed, chosen, why and by whom."""

    __tablename__ = "qualification"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    passage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("passage.id"), index=True)
    state: Mapped[QualificationState] = mapped_column(default=QualificationState.DRAFT)
    facts_on: Mapped[date]
    proposed: Mapped[str | None] = mapped_column(String(80))
    chosen: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[str] = mapped_column(Secret("qualification.reasons"), default="")
    chosen_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str] = mapped_column(Secret("qualification.review_note"), default="")
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("qualification.id"))

    passage: Mapped[Passage] = relationship(lazy="raise")
    chosen_by: Mapped[Person | None] = relationship(foreign_keys=[chosen_by_id], lazy="raise")
    answers: Mapped[list[Answer]] = relationship(
        back_populates="qualification", lazy="raise", order_by="Answer.answered_at"
    )


class Answer(Base, Identified):
    """One answer to one question, by one person at one instant; the newest counts, the older remain."""

    __tablename__ = "answer"

    qualification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("qualification.id"), index=True)
    question: Mapped[str] = mapped_column(String(80))
    value: Mapped[list[Any]] = mapped_column(default=list)  # one JSON value in a list; an empty list withdraws
    answered_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime]

    qualification: Mapped[Qualification] = relationship(back_populates="answers", lazy="raise")


class TriggerEvent(Base, Identified, Created):
    """A fact that starts a clock. It is never edited: a correction is a new row that supersedes it."""

    __tablename__ = "trigger_event"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    publication_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("publication.id"), index=True)
    kind: Mapped[str] = mapped_column(String(80))
    occurred_on: Mapped[date | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proof: Mapped[str] = mapped_column(Text, default="")
    entered_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("trigger_event.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="")


class Regularity(StrEnum):
    """Whether an act can renew the period: only a regular and proved one moves the prudent date."""

    REGULAR = "regular"
    DISPUTED = "disputed"
    VOID = "void"


class ProceduralAct(Base, Identified, Created, Versioned):
    """An act of the procedure, or a step that people take for one."""

    __tablename__ = "procedural_act"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    publication_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("publication.id"), index=True)
    act_type: Mapped[str] = mapped_column(String(80))
    done_on: Mapped[date]
    regularity: Mapped[Regularity] = mapped_column(default=Regularity.REGULAR)
    is_proved: Mapped[bool] = mapped_column(default=False)
    proof_capture_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("capture.id"))
    note: Mapped[str] = mapped_column(Secret("procedural_act.note"), default="")
    entered_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class DeadlineKind(StrEnum):
    """What sort of date it is; only tasks and appointments may be moved by hand."""

    LIMITATION = "limitation"
    PROCEDURAL = "procedural"
    RETENTION = "retention"
    FOLLOW_UP = "follow_up"
    HEARING = "hearing"
    APPOINTMENT = "appointment"
    TASK = "task"


class DeadlineState(StrEnum):
    """Open until an act: done with proof, waived by a lawyer, or superseded by a recomputation."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"
    SUPERSEDED = "superseded"


class ControlState(StrEnum):
    """A critical deadline stays red until a second person has retyped its trigger without seeing it."""

    NOT_NEEDED = "not_needed"
    AWAITED = "awaited"
    CONFIRMED = "confirmed"
    MISMATCH = "mismatch"


class Deadline(Base, Identified, Created, Versioned):
    """A date that must not be missed, with its three readings and the trace that leads to them."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_state_prudent", "state", "prudent_on"),
        # Whether something critical runs in a dossier is asked of each open one: found in one step.
        Index("ix_deadline_matter_state", "matter_id", "state", "is_critical", "prudent_on"),
    )

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"))
    publication_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("publication.id"), index=True)
    qualification_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("qualification.id"))
    trigger_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("trigger_event.id"))
    kind: Mapped[DeadlineKind]
    rule_id: Mapped[str] = mapped_column(String(120), default="")
    rule_version: Mapped[str] = mapped_column(String(40), default="")
    label: Mapped[str] = mapped_column(Line)
    starts_on: Mapped[date | None]
    prudent_on: Mapped[date | None]
    admitted_on: Mapped[date | None]
    last_useful_day: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(40), default="running")
    trace: Mapped[list[Any]] = mapped_column(default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_critical: Mapped[bool] = mapped_column(default=False)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeadlineState] = mapped_column(default=DeadlineState.OPEN)
    control_state: Mapped[ControlState] = mapped_column(default=ControlState.NOT_NEEDED)
    responsible_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    entered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("deadline.id"))
    superseded_reason: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_proof: Mapped[str] = mapped_column(Secret("deadline.settled_proof"), default="")
    settled_capture_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("capture.id"))

    matter: Mapped[Matter] = relationship(lazy="raise")
    publication: Mapped[Publication | None] = relationship(lazy="raise")
    responsible: Mapped[Person] = relationship(foreign_keys=[responsible_id], lazy="raise")


class DeadlineControl(Base, Identified, Created):
    """One blind retyping of a trigger date by a second person."""

    __tablename__ = "deadline_control"

    deadline_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deadline.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    typed_on: Mapped[date]
    matches: Mapped[bool]


class ReminderState(StrEnum):
    """The reminder table is the only truth about what was sent."""

    DUE = "due"
    QUEUED = "queued"  # its message is written and waits for the server
    SENT = "sent"
    VOID = "void"
    FAILED = "failed"


class Reminder(Base, Identified, Created):
    """One message owed to one person at one instant about one deadline."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("deadline_id", "stage", "channel", "recipient_id"),
        Index("ix_reminder_state_due", "state", "due_at"),
        Index("ix_reminder_message", "message_id"),
    )

    deadline_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deadline.id"))
    recipient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    stage: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(20), default="email")
    due_at: Mapped[datetime]
    state: Mapped[ReminderState] = mapped_column(default=ReminderState.DUE)
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(Line)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")

    deadline: Mapped[Deadline] = relationship(lazy="raise")
    recipient: Mapped[Person] = relationship(lazy="raise")


class Acknowledgement(Base, Identified, Created):
    """What somebody did about a reminded deadline: done, delegated or waived."""

    __tablename__ = "acknowledgement"

    deadline_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deadline.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(String(20))
    delegate_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Secret("acknowledgement.note"), default="")
    capture_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("capture.id"))


class StepState(StrEnum):
    """The life of one identification step."""

    PLANNED = "planned"
    STARTED = "started"
    ANSWERED = "answered"
    DONE = "done"
    SKIPPED = "skipped"


class IdentificationStep(Base, Identified, Created, Versioned):
    """One step on the way to the author's name, with its due day, its answer and its result."""

    __tablename__ = "identification_step"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    publication_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("publication.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(Line)
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[StepState] = mapped_column(default=StepState.PLANNED)
    responsible_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    started_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    answer_kind: Mapped[str] = mapped_column(String(40), default="")
    answer: Mapped[dict[str, Any]] = mapped_column(
        MutableDict.as_mutable(SecretFacts("identification_step.answer")), default=dict
    )
    result: Mapped[str] = mapped_column(Secret("identification_step.result"), default="")
