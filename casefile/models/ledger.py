"""What leaves the firm and what is remembered: letters, dispatches, exhibits, mail, jobs, audit."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Digest, Identified, Line, Secret, SecretFacts, SecretList, Versioned
from casefile.models.matter import Matter
from casefile.models.people import Person


class LetterState(StrEnum):
    """Draft → validated by a named lawyer → sent and frozen."""

    DRAFT = "draft"
    VALIDATED = "validated"
    SENT = "sent"
    ABANDONED = "abandoned"


class Letter(Base, Identified, Created, Versioned):
    """A letter, notice or act of the dossier; once sent its files are frozen by digest."""

    __tablename__ = "letter"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    publication_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("publication.id"))
    letter_type: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Line)
    state: Mapped[LetterState] = mapped_column(default=LetterState.DRAFT)
    inputs: Mapped[dict[str, Any]] = mapped_column(MutableDict.as_mutable(SecretFacts("letter.inputs")), default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(MutableDict.as_mutable(SecretFacts("letter.facts")), default=dict)
    edits: Mapped[list[Any]] = mapped_column(SecretList("letter.edits"), nullable=True, default=list)
    word_sha256: Mapped[str | None] = mapped_column(Digest)
    dated_on: Mapped[date]
    written_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    validated_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    validated_at: Mapped[datetime | None]
    pdf_sha256: Mapped[str | None] = mapped_column(Digest)
    docx_sha256: Mapped[str | None] = mapped_column(Digest)

    matter: Mapped[Matter] = relationship(lazy="raise")
    written_by: Mapped[Person] = relationship(foreign_keys=[written_by_id], lazy="raise")
    validated_by: Mapped[Person | None] = relationship(foreign_keys=[validated_by_id], lazy="raise")
    dispatches: Mapped[list[Dispatch]] = relationship(back_populates="letter", lazy="raise")


class LetterVersion(Base, Identified, Created):
    """The words of a letter at one moment, block by block: never changed, compared with one another."""

    __tablename__ = "letter_version"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    letter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("letter.id"), index=True)
    number: Mapped[int]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    origin: Mapped[str] = mapped_column(String(20))
    blocks: Mapped[list[Any]] = mapped_column(SecretList("letter_version.blocks"), default=list)
    edits: Mapped[list[Any]] = mapped_column(SecretList("letter_version.edits"), default=list)
    file_sha256: Mapped[str | None] = mapped_column(Digest)

    author: Mapped[Person] = relationship(lazy="raise")


class ClauseVersion(Base, Identified, Created):
    """One wording of a passage by the firm; empty words take back the original. Never changed: the last one counts."""

    __tablename__ = "clause_version"
    __table_args__ = (UniqueConstraint("letter_type", "clause", "number"),)

    letter_type: Mapped[str] = mapped_column(String(80))
    clause: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person] = relationship(lazy="raise")


class Dispatch(Base, Identified, Created, Versioned):
    """One sending of a letter: channel, day, proof; every answer, and the one that counts today."""

    __tablename__ = "dispatch"

    letter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("letter.id"), index=True)
    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(Text, default="")
    sent_on: Mapped[date]
    tracking_number: Mapped[str] = mapped_column(Line, default="")
    proof_capture_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("capture.id"))
    proof_note: Mapped[str] = mapped_column(Secret("dispatch.proof_note"), default="")
    no_interruption_acknowledged: Mapped[bool] = mapped_column(default=False)
    sent_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    follow_up_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    answer_kind: Mapped[str] = mapped_column(String(40), default="")
    answer_note: Mapped[str] = mapped_column(Secret("dispatch.answer_note"), default="")
    answers: Mapped[list[Any]] = mapped_column(MutableList.as_mutable(SecretList("dispatch.answers")), default=list)

    letter: Mapped[Letter] = relationship(back_populates="dispatches", lazy="raise")


class Exhibit(Base, Identified, Created, Versioned):
    """A numbered piece; its number is frozen once communicated."""

    __tablename__ = "exhibit"
    __table_args__ = (UniqueConstraint("matter_id", "number"),)

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Line)
    dated_on: Mapped[date | None]
    capture_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("capture.id"))
    sha256: Mapped[str] = mapped_column(Digest)
    media_type: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int | None]
    communicated_on: Mapped[date | None]
    is_adverse: Mapped[bool] = mapped_column(default=False)


class Note(Base, Identified, Created):
    """A line written by a person into the dossier's chronology."""

    __tablename__ = "note"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str] = mapped_column(Secret("note.body"))

    author: Mapped[Person] = relationship(lazy="raise")


class MailState(StrEnum):
    """Where an outgoing message stands; without SMTP it stays readable in the outbox page."""

    QUEUED = "queued"
    SENT = "sent"
    KEPT = "kept"
    FAILED = "failed"
    VOID = "void"


class OutgoingMail(Base, Identified, Created):
    """One message as rendered, for the outbox page and for proof."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_state", "state", "created_at"),)

    message_id: Mapped[str] = mapped_column(Line, unique=True)
    recipient_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    recipient_address: Mapped[str] = mapped_column(Line)
    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("matter.id"))
    subject: Mapped[str] = mapped_column(Line)
    text: Mapped[str] = mapped_column(Secret("outgoing_mail.text"))
    html: Mapped[str] = mapped_column(Secret("outgoing_mail.html"), default="")
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class Heartbeat(Base):
    """When each background worker was last alive."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    beat_at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(Line, default="")


class JournalPage(Base):
    """One day of the deadline journal: append-only by trigger, each page's hash covers the one before."""

    __tablename__ = "journal_page"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(unique=True)
    lines: Mapped[list[Any]] = mapped_column(default=list)
    previous_hash: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest, unique=True)


class JournalSheet(Base):
    """The sealed PDF of one page of the journal: append-only by trigger, kept by digest, made once."""

    __tablename__ = "journal_sheet"

    number: Mapped[int] = mapped_column(ForeignKey("journal_page.number"), primary_key=True, autoincrement=False)
    seal: Mapped[str] = mapped_column(Digest, unique=True)
    pdf_sha256: Mapped[str] = mapped_column(Digest)
    made_at: Mapped[datetime]


class AuditEntry(Base):
    """One fact of the trail: append-only by trigger, each row's hash covers the one before."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("matter.id"), index=True)
    subject_type: Mapped[str] = mapped_column(String(60), default="")
    subject_id: Mapped[str] = mapped_column(String(64), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_hash: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest, unique=True)


class ChainHead(Base):
    """The end of a chain under a code that only the key can write: rows cut from the end, or rewritten, are seen."""

    __tablename__ = "chain_head"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Digest)
    code: Mapped[str] = mapped_column(String(100))


class AuditAnchor(Base, Identified, Created):
    """The end of the trail on one day, under one authority's time stamp: append-only by trigger."""

    __tablename__ = "audit_anchor"
    __table_args__ = (UniqueConstraint("day", "authority"),)

    day: Mapped[date]
    authority: Mapped[str] = mapped_column(Line)
    qualified: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Digest)
    stamped_at: Mapped[datetime]
    reply: Mapped[bytes] = mapped_column(LargeBinary)
    chain_pem: Mapped[str] = mapped_column(Text)
