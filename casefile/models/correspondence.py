"""Received messages: the bytes as they came, filed once, and what is read from them."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Digest, Identified, Line, Secret, SecretList


class MailPlace(StrEnum):
    """In a dossier, waiting for one, or set aside by the person who brought it."""

    WAITING = "waiting"
    FILED = "filed"
    ASIDE = "aside"


class FiledMail(Base, Identified, Created):
    """One message received; without a dossier it exists only for the person who brought it."""

    __tablename__ = "filed_mail"
    __table_args__ = (UniqueConstraint("matter_id", "sha256"),)

    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("matter.id"), index=True)
    brought_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    place: Mapped[MailPlace] = mapped_column(default=MailPlace.WAITING)
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    file_name: Mapped[str] = mapped_column(Secret("filed_mail.file_name"), default="")
    message_id: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Secret("filed_mail.subject"), default="")
    sender: Mapped[str] = mapped_column(Secret("filed_mail.sender"), default="")
    recipients: Mapped[str] = mapped_column(Secret("filed_mail.recipients"), default="")
    sent_at: Mapped[datetime | None]
    text: Mapped[str] = mapped_column(Secret("filed_mail.text"), default="")
    # Dates read, each with its words: never a deadline.
    proposals: Mapped[list[Any]] = mapped_column(SecretList("filed_mail.proposals"), default=list)
    suggested: Mapped[list[Any]] = mapped_column(default=list)  # numbers of dossiers that it seems to concern

    parts: Mapped[list[MailPart]] = relationship(lazy="raise", order_by="MailPart.position")


class MailPart(Base, Identified):
    """One attachment; the same bytes are kept once, whoever sends them again."""

    __tablename__ = "mail_part"

    filed_mail_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("filed_mail.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Line)
    media_type: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    size: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
