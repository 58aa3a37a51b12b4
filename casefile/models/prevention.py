"""What was gone through with a client so that the next attack finds them ready."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casefile.models.base import Base, Created, Identified, Secret

BEGAN = "0032"


class PreventionTick(Base, Identified, Created):
    """One line of the sheet seen with one client: by whom, when, with what note; taken back, it stays on record."""

    __tablename__ = "prevention_tick"
    __table_args__ = (Index("ix_prevention_tick_matter_party", "matter_id", "party_id"),)

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("party.id"))
    line: Mapped[str] = mapped_column(String(60))  # its `id` in data/prevention.toml
    note: Mapped[str] = mapped_column(Secret("prevention_tick.note", since=BEGAN), default="")
    ticked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
