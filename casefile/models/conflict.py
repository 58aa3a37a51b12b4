"""Likenesses between the parties of two dossiers, and what a named person decided of each."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Identified, Secret
from casefile.models.matter import Matter, Party


class ConflictState(StrEnum):
    """Only opposed sides await a decision; the same side twice is only told."""

    LINKED = "linked"
    AWAITED = "awaited"
    CLEARED = "cleared"
    CONFLICT = "conflict"


class ConflictMatch(Base, Identified, Created):
    """A party of a dossier resembles a party of another one."""

    __tablename__ = "conflict_match"
    __table_args__ = (UniqueConstraint("party_id", "other_party_id"),)

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("party.id"))
    other_matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    other_party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("party.id"))
    score: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[ConflictState] = mapped_column(default=ConflictState.AWAITED)
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Secret("conflict_match.reason"), default="")

    matter: Mapped[Matter] = relationship(foreign_keys=[matter_id], lazy="raise")
    other_matter: Mapped[Matter] = relationship(foreign_keys=[other_matter_id], lazy="raise")
    party: Mapped[Party] = relationship(foreign_keys=[party_id], lazy="raise")
    other_party: Mapped[Party] = relationship(foreign_keys=[other_party_id], lazy="raise")
