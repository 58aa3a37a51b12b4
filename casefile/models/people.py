"""Those who use Casefile: the firm, its people, their factors, sessions and invitations."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Digest, Identified, Line, Secret, Versioned


class Role(StrEnum):
    """What a person may do in general; a dossier still opens only to its team."""

    PARTNER = "associe"
    LAWYER = "collaborateur"
    ASSISTANT = "assistant"
    ADMINISTRATOR = "administrateur"
    GUEST = "externe"  # a client or another counsel: reads one dossier, until a day
    CLIENT = "client"  # reads where a dossier stands, until a day, and never the dossier


OUTSIDERS = (Role.GUEST, Role.CLIENT)  # not of the firm: no list of colleagues holds them


class PersonState(StrEnum):
    """A disabled person keeps their name on past acts and can do nothing any more."""

    ACTIVE = "active"
    DISABLED = "disabled"


class Firm(Base, Versioned):
    """The one firm of this deployment, its letterhead and its settings."""

    __tablename__ = "firm"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    installation_id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    name: Mapped[str] = mapped_column(Line)
    address: Mapped[str] = mapped_column(Text, default="")
    city: Mapped[str] = mapped_column(Line, default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(Line, default="")
    bar: Mapped[str] = mapped_column(Line, default="")
    court_box: Mapped[str] = mapped_column(String(40), default="")
    bailiff_lead_days: Mapped[int] = mapped_column(default=5)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_demo: Mapped[bool] = mapped_column(default=False)


class Person(Base, Identified, Created, Versioned):
    """A member of the firm; `email` is the login, compared in lower case."""

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(Line, unique=True)
    full_name: Mapped[str] = mapped_column(Line)
    title: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[Role]
    administers: Mapped[bool] = mapped_column(default=False)  # a partner may manage people besides; it opens no dossier
    state: Mapped[PersonState] = mapped_column(default=PersonState.ACTIVE)
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(Secret("person.totp_secret", since="0001"))
    oidc_digest: Mapped[str | None] = mapped_column(Digest, unique=True, index=True)  # the provider's name for them
    totp_last_step: Mapped[int] = mapped_column(default=0)
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    theme: Mapped[str] = mapped_column(String(10), default="system")
    calendar_token_digest: Mapped[str | None] = mapped_column(Digest, unique=True)

    deputy: Mapped[Person | None] = relationship(remote_side="Person.id", lazy="raise")

    @property
    def is_lawyer(self) -> bool:
        """Tell whether this person may qualify, validate and waive."""
        return self.role in {Role.PARTNER, Role.LAWYER}


class Absence(Base, Identified, Created):
    """Days on which a person is away and who stands in; a cancelled one stays on record."""

    __tablename__ = "absence"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]  # none: until somebody says that they are back
    cancelled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id], lazy="raise")


class RecoveryCode(Base, Identified):
    """A single-use way in when the second factor is lost; only its digest is kept."""

    __tablename__ = "recovery_code"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    code_digest: Mapped[str] = mapped_column(Digest)
    used_at: Mapped[datetime | None]


class Passkey(Base, Identified, Created):
    """A WebAuthn credential: the public half of a key that never leaves the person's device."""

    __tablename__ = "passkey"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(Line)
    last_used_at: Mapped[datetime | None]


class Invitation(Base, Identified, Created):
    """A single-use, expiring link that lets one named person create their account."""

    __tablename__ = "invitation"

    token_digest: Mapped[str] = mapped_column(Digest, unique=True)
    email: Mapped[str | None] = mapped_column(Line)
    role: Mapped[Role]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    # A guest's invitation names the one dossier that they will read, and until when.
    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("matter.id"))
    guest_until: Mapped[datetime | None]


class PasswordReset(Base, Identified, Created):
    """A single-use link mailed to a person who forgot their password; the second factor is asked beside it."""

    __tablename__ = "password_reset"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(Digest, unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginSession(Base, Identified, Created):
    """A browser that is logged in, or half-way (password given, second factor awaited)."""

    __tablename__ = "login_session"

    token_digest: Mapped[str] = mapped_column(Digest, unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    complete: Mapped[bool] = mapped_column(default=False)
    authenticated_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(Line, default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    challenge: Mapped[str | None] = mapped_column(String(100))  # what a passkey must sign next; used once

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class LoginFailure(Base, Identified):
    """One failed attempt, counted to slow guessing down; the key is a digest, never an address in clear."""

    __tablename__ = "login_failure"

    key_digest: Mapped[str] = mapped_column(Digest, index=True)
    at: Mapped[datetime]


class RateWindow(Base):
    """How much one account or address did of one thing since an instant; the key is a digest."""

    __tablename__ = "rate_window"

    key_digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    started_at: Mapped[datetime]
    count: Mapped[int]
