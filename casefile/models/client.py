"""What a client hands in by a link, and what they read: their place before a dossier, what is written to them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Digest, Identified, Line, Secret
from casefile.models.people import Person

BEGAN, STATUS_BEGAN = "0028", "0033"


class IntakeLink(Base, Identified, Created):
    """A secret address by which one client writes to one dossier, until an instant; it lets nobody read anything."""

    __tablename__ = "intake_link"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    token_digest: Mapped[str] = mapped_column(Digest, unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ClientDelivery(Base, Identified, Created):
    """One handing-in: the client's words and files, in the dossier's queue until a person of the team decides."""

    __tablename__ = "client_delivery"
    __table_args__ = (Index("ix_client_delivery_settled", "settled_at"),)

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intake_link.id"), index=True)
    told: Mapped[str] = mapped_column(Secret("client_delivery.told", since=BEGAN), default="")
    addresses: Mapped[str] = mapped_column(Secret("client_delivery.addresses", since=BEGAN), default="")
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    was_taken: Mapped[bool] = mapped_column(default=False)

    files: Mapped[list[DeliveredFile]] = relationship(lazy="raise", order_by="DeliveredFile.position")


class DeliveredFile(Base, Identified):
    """One file of a handing-in, kept by its digest as it came; it becomes evidence only when it is taken in."""

    __tablename__ = "delivered_file"

    client_delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client_delivery.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Line)
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    size: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    taken_at: Mapped[datetime | None]


class StatusPlace(Base, Identified, Created):
    """A client's place before one dossier, until an instant: they read where it stands, never the dossier."""

    __tablename__ = "status_place"
    __table_args__ = (UniqueConstraint("matter_id", "person_id"), Index("ix_status_place_person", "person_id"))

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime]
    opened_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class ClientWord(Base, Identified, Created):
    """What the lawyer writes to the client on the page of status; never changed: the last one counts, empty is none."""

    __tablename__ = "client_word"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    body: Mapped[str] = mapped_column(Secret("client_word.body", since=STATUS_BEGAN), default="")
    written_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))

    written_by: Mapped[Person] = relationship(lazy="raise")
