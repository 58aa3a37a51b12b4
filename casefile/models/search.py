"""The index of the search: one row for each part of a text; the database keeps its own full-text table from it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casefile.models.base import Base, Blind, Secret


class SearchEntry(Base):
    """One part of one object's text. Identifiers grow with time, so that the newest is found first.

    The text is encrypted; its words are blinded under the firm's key, so that equal words can be found and no more.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "object_id", "part"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[uuid.UUID]
    part: Mapped[int]
    happened_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Secret("search_entry.body"))
    stems: Mapped[str] = mapped_column(Blind)
    words: Mapped[str] = mapped_column(Blind)
