"""Contents and their proofs: publications, captures, artifacts, seals, custody, passages.

URLs, shown authors, relative dates and passages are verbatim: no code may trim or normalise them.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Digest, Identified, Line, Secret, Versioned
from casefile.models.matter import Matter
from casefile.models.people import Person


class DateKind(StrEnum):
    """How the day of publication is known."""

    EXACT = "exact"
    INTERVAL = "interval"
    RELATIVE = "relative"
    UNKNOWN = "unknown"


class OnlineState(StrEnum):
    """Whether the content was online at the last look."""

    ONLINE = "online"
    CHANGED = "changed"
    REMOVED = "removed"
    UNKNOWN = "unknown"


class Publication(Base, Identified, Created, Versioned):
    """One content put online: a review, a post, a page, a message."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_removed", "removed_on"),)

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    title: Mapped[str] = mapped_column(Line)
    platform: Mapped[str] = mapped_column(String(60))
    url: Mapped[str] = mapped_column(Text, default="")
    item_id: Mapped[str] = mapped_column(Text, default="")
    shown_author: Mapped[str] = mapped_column(Text, default="")
    author_party_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("party.id"))
    is_public: Mapped[bool] = mapped_column(default=True)
    date_kind: Mapped[DateKind] = mapped_column(default=DateKind.UNKNOWN)
    published_on: Mapped[date | None]
    published_from: Mapped[date | None]
    published_to: Mapped[date | None]
    relative_text: Mapped[str] = mapped_column(Text, default="")
    relative_seen_on: Mapped[date | None]
    sightings: Mapped[list[Any]] = mapped_column(default=list)
    date_proof: Mapped[str] = mapped_column(Text, default="")
    discovered_on: Mapped[date | None]
    online_state: Mapped[OnlineState] = mapped_column(default=OnlineState.ONLINE)
    removed_on: Mapped[date | None]
    client_reply: Mapped[str] = mapped_column(Secret("publication.client_reply"), default="")
    notes: Mapped[str] = mapped_column(Secret("publication.notes"), default="")

    matter: Mapped[Matter] = relationship(back_populates="publications", lazy="raise")
    captures: Mapped[list[Capture]] = relationship(
        back_populates="publication", lazy="raise", order_by="Capture.created_at"
    )
    passages: Mapped[list[Passage]] = relationship(back_populates="publication", lazy="raise", order_by="Passage.start")


class CaptureState(StrEnum):
    """A capture is evidence only once sealed; a seal is never undone."""

    QUEUED = "queued"
    RUNNING = "running"
    SEALED = "sealed"
    FAILED = "failed"
    DESTROYED = "destroyed"


class Capture(Base, Identified, Created):
    """One sealed taking of a content. Nothing in a sealed row or its files can change: triggers refuse it."""

    __tablename__ = "capture"
    __table_args__ = (
        Index("ix_capture_state_lease", "state", "lease_until"),
        # How many proofs a content has is asked of each content of a page.
        Index("ix_capture_publication_state", "publication_id", "state"),
    )

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    publication_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication.id"))
    requested_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CaptureState] = mapped_column(default=CaptureState.QUEUED)
    origin: Mapped[str] = mapped_column(String(20))  # "browser" or "upload"
    provenance: Mapped[str] = mapped_column(String(1))  # A to F, see evidence.provenance
    outcome: Mapped[str | None] = mapped_column(String(20))
    requested_url: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(Text, default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    manifest_sha256: Mapped[str | None] = mapped_column(Digest)
    text: Mapped[str] = mapped_column(Text, default="")
    text_sha256: Mapped[str | None] = mapped_column(Digest)
    text_from_ocr: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    batch_id: Mapped[uuid.UUID | None] = mapped_column(index=True)

    publication: Mapped[Publication] = relationship(back_populates="captures", lazy="raise")
    requested_by: Mapped[Person] = relationship(lazy="raise")
    artifacts: Mapped[list[Artifact]] = relationship(back_populates="capture", lazy="raise", order_by="Artifact.path")
    seals: Mapped[list[Seal]] = relationship(back_populates="capture", lazy="raise", order_by="Seal.created_at")


class Artifact(Base, Identified):
    """One file of a sealed capture, found in the store by its SHA-256."""

    __tablename__ = "artifact"
    __table_args__ = (UniqueConstraint("capture_id", "path"),)

    capture_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("capture.id"), index=True)
    path: Mapped[str] = mapped_column(Line)
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    size: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    media_type: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(40))

    capture: Mapped[Capture] = relationship(back_populates="artifacts", lazy="raise")


class Seal(Base, Identified, Created):
    """One time-stamp token over a capture's manifest; the authority's bytes are kept untouched."""

    __tablename__ = "seal"

    capture_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("capture.id"), index=True)
    authority: Mapped[str] = mapped_column(Line)
    qualified: Mapped[bool] = mapped_column(default=False)
    stamped_at: Mapped[datetime]
    reply: Mapped[bytes] = mapped_column(LargeBinary)
    chain_pem: Mapped[str] = mapped_column(Text, default="")

    capture: Mapped[Capture] = relationship(back_populates="seals", lazy="raise")


class TokenRetry(Base):
    """When to ask again the authorities that gave no token for a sealed capture."""

    __tablename__ = "token_retry"

    capture_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")


class TokenRenewal(Base):
    """Until when the tokens of a sealed capture hold, and when to try to renew them."""

    __tablename__ = "token_renewal"

    capture_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    before: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text, default="")


class Watch(Base):
    """A content looked at again by itself, daily or weekly; outside the publication, so that no edit conflicts."""

    __tablename__ = "watch"

    publication_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    every_days: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(index=True)
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class Hold(Base, Identified, Created):
    """A dossier whose captures nobody may erase until the hold is lifted."""

    __tablename__ = "hold"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    reason: Mapped[str] = mapped_column(Secret("hold.reason"))
    placed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    lifted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]


class Erasure(Base, Identified, Created):
    """The destruction of a capture: asked by one, decided by another; the tombstone holds no content."""

    __tablename__ = "erasure"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    capture_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("capture.id"), index=True)
    reason: Mapped[str] = mapped_column(Secret("erasure.reason"))
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool] = mapped_column(default=False)
    tombstone: Mapped[dict[str, Any]] = mapped_column(default=dict)
    files: Mapped[list[Any]] = mapped_column(default=list)  # digests still to be destroyed in the store


class CustodyEvent(Base):
    """One event in the life of a capture, chained to the one before it."""

    __tablename__ = "custody_event"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    capture_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("capture.id"), index=True)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_hash: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest, unique=True)


class Passage(Base, Identified, Created):
    """The exact words complained of, anchored in a capture's text (W3C TextQuote and TextPosition selectors)."""

    __tablename__ = "passage"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    publication_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication.id"), index=True)
    capture_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("capture.id"))
    exact: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text, default="")
    suffix: Mapped[str] = mapped_column(Text, default="")
    start: Mapped[int]
    end: Mapped[int]
    source_sha256: Mapped[str] = mapped_column(Digest)
    ocr_proposal: Mapped[str | None] = mapped_column(Text)
    marked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]

    publication: Mapped[Publication] = relationship(back_populates="passages", lazy="raise")
    capture: Mapped[Capture] = relationship(lazy="raise")
