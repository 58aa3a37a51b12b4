"""Personal tokens: how the firm's other tools come in, as one person and for some things only."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Digest, Identified, Line
from casefile.models.people import Person


class ApiToken(Base, Identified, Created):
    """A secret that stands for one person until a day, for the scopes named; only its digest is kept."""

    __tablename__ = "api_token"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(Line)
    token_digest: Mapped[str] = mapped_column(Digest, unique=True)
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
