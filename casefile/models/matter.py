"""The dossier: its number, its team, its wall, its parties."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Identified, Line, Secret, Versioned
from casefile.models.people import Person

if TYPE_CHECKING:
    from casefile.models.evidence import Publication


class MatterState(StrEnum):
    """Where the dossier stands in its life."""

    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"
    ERASED = "erased"  # nothing of it is left but its number and the proof of its destruction: nobody's any more


class TeamFunction(StrEnum):
    """What a member of the team may do in this dossier."""

    LEAD = "lead"
    MEMBER = "member"
    READER = "reader"


class MatterCounter(Base):
    """The last number given in a year; numbers are never reused."""

    __tablename__ = "matter_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(default=0)


class Matter(Base, Identified, Created, Versioned):
    """One dossier. `next_prudent_on` repeats its nearest open deadline, kept with it in the same transaction."""

    __tablename__ = "matter"
    __table_args__ = (UniqueConstraint("year", "number"), Index("ix_matter_open_next", "state", "next_prudent_on"))

    year: Mapped[int]
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(Line)
    summary: Mapped[str] = mapped_column(Secret("matter.summary"), default="")
    state: Mapped[MatterState] = mapped_column(default=MatterState.OPEN)
    territory: Mapped[str] = mapped_column(String(40), default="metropole")
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    responsible_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    next_prudent_on: Mapped[date | None]
    quiet_reason: Mapped[str | None] = mapped_column(Secret("matter.quiet_reason"))
    quiet_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    quiet_at: Mapped[datetime | None]

    responsible: Mapped[Person] = relationship(foreign_keys=[responsible_id], lazy="raise")
    team: Mapped[list[TeamMember]] = relationship(back_populates="matter", lazy="raise", cascade="all, delete-orphan")
    parties: Mapped[list[Party]] = relationship(back_populates="matter", lazy="raise", order_by="Party.created_at")
    publications: Mapped[list[Publication]] = relationship(
        back_populates="matter", lazy="raise", order_by="Publication.created_at"
    )


class TeamMember(Base, Identified, Created):
    """A person's place in a dossier, perhaps until an instant; a barred member sees nothing of it."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("matter_id", "person_id"), Index("ix_team_member_person", "person_id"))

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    function: Mapped[TeamFunction] = mapped_column(default=TeamFunction.MEMBER)
    until: Mapped[datetime | None]

    matter: Mapped[Matter] = relationship(back_populates="team", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class WallEntry(Base, Identified, Created):
    """« Cloisonnement »: this person must not know that the dossier exists, whatever their team or role."""

    __tablename__ = "wall_entry"
    __table_args__ = (Index("ix_wall_entry_matter_person", "matter_id", "person_id"),)

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Secret("wall_entry.reason"))
    raised_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class PartyRole(StrEnum):
    """The place of a party in the dossier."""

    CLIENT = "client"
    AUTHOR = "author"
    PUBLISHER = "publisher"
    HOST = "host"
    ISP = "isp"
    BAILIFF = "bailiff"
    COURT = "court"
    COLLEAGUE = "colleague"
    OTHER = "other"


class Party(Base, Identified, Created, Versioned):
    """A person or a company met in a dossier; an unknown author is a party with `is_identified` false."""

    __tablename__ = "party"

    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"), index=True)
    role: Mapped[PartyRole]
    is_company: Mapped[bool] = mapped_column(default=False)
    is_identified: Mapped[bool] = mapped_column(default=True)
    civility: Mapped[str] = mapped_column(String(40), default="")
    first_names: Mapped[str] = mapped_column(Line, default="")
    name: Mapped[str] = mapped_column(Line, default="")
    birth_name: Mapped[str] = mapped_column(Line, default="")
    other_names: Mapped[str] = mapped_column(Text, default="")  # brands, shop signs, pen names: one a line
    born_on: Mapped[date | None]
    born_at: Mapped[str] = mapped_column(Secret("party.born_at"), default="")
    nationality: Mapped[str] = mapped_column(Secret("party.nationality"), default="")
    profession: Mapped[str] = mapped_column(Line, default="")
    legal_form: Mapped[str] = mapped_column(Line, default="")
    siren: Mapped[str] = mapped_column(String(20), default="")
    registry_city: Mapped[str] = mapped_column(Line, default="")
    representative: Mapped[str] = mapped_column(Line, default="")
    rpps: Mapped[str] = mapped_column(Secret("party.rpps"), default="")
    address: Mapped[str] = mapped_column(Secret("party.address"), default="")
    email: Mapped[str] = mapped_column(Secret("party.email"), default="")
    phone: Mapped[str] = mapped_column(Secret("party.phone"), default="")
    notes: Mapped[str] = mapped_column(Secret("party.notes"), default="")

    matter: Mapped[Matter] = relationship(back_populates="parties", lazy="raise")

    @property
    def display_name(self) -> str:
        """Give the name as a lawyer says it; an unknown author says so."""
        return display_name_of(self)


def display_name_of(party: Any) -> str:
    """Give the same of a row that has only what a name is made of."""
    if not party.is_identified and not party.name:
        return "Auteur inconnu"
    parts = (party.legal_form,) if party.is_company else (party.civility, party.first_names)
    return " ".join(part for part in (*parts, party.name) if part)
