"""Webhooks: where one person's tools are told that something happened, and what was sent there."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Identified, Line, Secret
from casefile.models.people import Person

BEGAN = "0031"


class Webhook(Base, Identified, Created):
    """An address of one person's tool; `seen_seq` is the last line of the trail that it was given a chance to tell."""

    __tablename__ = "webhook"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(Line)
    url: Mapped[str] = mapped_column(Secret("webhook.url", since=BEGAN))
    secret: Mapped[str] = mapped_column(Secret("webhook.secret", since=BEGAN))
    events: Mapped[list[Any]] = mapped_column(default=list)
    seen_seq: Mapped[int]
    failures: Mapped[int] = mapped_column(default=0)  # attempts failed since the last one that was heard
    disabled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    VOID = "void"  # by the time it could leave, its person no longer saw the dossier


class WebhookDelivery(Base, Identified, Created):
    """One fact to tell one address: identifiers only, so that nothing of a dossier waits here in clear."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "audit_seq"),
        Index("ix_webhook_delivery_state", "state", "next_attempt_at"),
    )

    webhook_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("webhook.id"))
    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("matter.id"), index=True)
    event: Mapped[str] = mapped_column(String(40))
    audit_seq: Mapped[int | None]  # none for a trial
    subject_type: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[str] = mapped_column(String(40), default="")
    happened_at: Mapped[datetime]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    status: Mapped[int | None]  # what the receiver answered
    last_error: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None]
