"""Whom the firm writes to, as the firm itself corrected or added it, and the public replies that it prepares."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casefile.models.base import Base, Created, Identified, Line, Secret, Versioned


class RecipientEntry(Base, Identified, Created, Versioned):
    """One recipient that the firm added, corrected or checked; it prevails over the seed of the same key."""

    __tablename__ = "recipient"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(Line)
    service: Mapped[str] = mapped_column(Line, default="")
    legal_entity: Mapped[str] = mapped_column(Line)
    roles: Mapped[list[Any]] = mapped_column(default=list)
    postal_address: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    channel: Mapped[str] = mapped_column(Text, default="")
    notice_url: Mapped[str] = mapped_column(Text, default="")
    review_policy_url: Mapped[str] = mapped_column(Text, default="")
    identification_contact: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[list[Any]] = mapped_column(default=list)
    is_vlop: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    checked_on: Mapped[date | None]
    checked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    is_verified: Mapped[bool] = mapped_column(default=False)
    verified_fields: Mapped[list[Any]] = mapped_column(default=list)
    wrong_entities: Mapped[list[Any]] = mapped_column(default=list)


class ReplyState(StrEnum):
    """The life of a public reply: it cools off and is read by a second person before anybody publishes it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    READ = "read"
    PUBLISHED = "published"


class PublicReply(Base, Identified, Created, Versioned):
    """The text that the client may publish under a content; the application publishes nothing."""

    __tablename__ = "public_reply"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    publication_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication.id"), index=True)
    state: Mapped[ReplyState] = mapped_column(default=ReplyState.DRAFT)
    text: Mapped[str] = mapped_column(Secret("public_reply.text"), default="")
    written_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    read_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime | None]
    read_note: Mapped[str] = mapped_column(Secret("public_reply.read_note"), default="")
    published_on: Mapped[date | None]
