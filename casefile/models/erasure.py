"""The destruction of whole dossiers: who asked, who decided, the certificate, what is still to be destroyed."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casefile.models.base import Base, Created, Digest, Identified


class ErasureGround(StrEnum):
    """Why a dossier is destroyed: chosen from a list, because a typed reason could name somebody and outlive them."""

    TERM = "term"
    REQUEST = "request"


class MatterErasure(Base, Identified, Created):
    """One request to destroy a dossier, its decision, and the certificate that stays: no name, no word of the dossier.

    `files` and `messages` are what remains to be destroyed outside the database; empty once it is done.
    """

    __tablename__ = "matter_erasure"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    ground: Mapped[ErasureGround]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[str | None] = mapped_column(Digest)
    files: Mapped[list[Any]] = mapped_column(default=list)
    messages: Mapped[list[Any]] = mapped_column(default=list)
    finished_at: Mapped[datetime | None]
