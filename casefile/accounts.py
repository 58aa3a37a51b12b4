"""People's way in: invitations, passwords, sessions; the second factor is in `factors`.

Secrets are kept as digests (tokens) or argon2id hashes (passwords). Unknown address and wrong
password take the same time and give the same sentence. The legal source of the measure is RGPD art. 32.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session, contains_eager

from casefile import attempts, audit, clock, security_notices
from casefile.errors import CasefileError, InvalidInput, NotFound
from casefile.models.people import (
    Firm,
    Invitation,
    LoginSession,
    Person,
    PersonState,
    Role,
)
from casefile.passwords import refuse_weak

INVITATION_LIFE = timedelta(days=7)
IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)
HALF_LOGIN_LIMIT = timedelta(minutes=10)
FRESH_LIMIT = timedelta(minutes=10)
SEEN_STEP = timedelta(minutes=1)
SEEN_SESSIONS = 200

_hasher = PasswordHasher()
# Verified against when the address is unknown, so that both answers take the same time; its password was drawn and
# thrown away. Written rather than drawn at each start, which would cost every process the time of a sign-in.
_DECOY = "$argon2id$v=19$m=65536,t=3,p=4$38k3bsgDz3F75Ml4zgypiw$OQJtLv6HoZQ1mL6oRLmvNxuiVLYqmzDwqAhgx+auQt0"


class LoginRefused(CasefileError):
    """Wrong address, password or code: which one is never said."""

    code = "login_refused"
    status = 403


def hash_password(password: str) -> str:
    """Give the argon2id hash under which a password is kept."""
    return _hasher.hash(password)


def digest(token: str) -> str:
    """Give the form in which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    session: Session,
    actor: Person | None,
    role: Role,
    email: str | None = None,
    *,
    matter_id: uuid.UUID | None = None,
    guest_until: datetime | None = None,
) -> str:
    """Create a single-use invitation, valid seven days, and give its token: it is not kept in clear."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_digest=digest(token),
        email=email.strip().lower() if email else None,
        role=role,
        expires_at=clock.now() + INVITATION_LIFE,
        invited_by_id=actor.id if actor else None,
        matter_id=matter_id,
        guest_until=guest_until,
    )
    session.add(invitation)
    session.flush()
    audit.record(session, actor, "person.invited", invitation, {"role": role})
    return token


def invitation_for(session: Session, token: str) -> Invitation:
    """Find a usable invitation; raises NotFound for a wrong, used or expired one."""
    found = session.scalar(
        select(Invitation).where(
            Invitation.token_digest == digest(token), Invitation.used_at.is_(None), Invitation.expires_at > clock.now()
        )
    )
    if found is None:
        raise NotFound("Cette invitation n'est plus valable : demandez-en une nouvelle à l'administrateur du cabinet.")
    return found


def accept(session: Session, invitation: Invitation, email: str, full_name: str, password: str) -> Person:
    """Create the invited account and use the invitation up; the second factor is set on the next page."""
    address = invitation.email or email.strip().lower()
    if session.scalar(select(Person.id).where(Person.email == address)):
        raise InvalidInput("Un compte existe déjà pour cette adresse : connectez-vous.", field="email")
    _refuse_weak(session, password, address, full_name)
    person = Person(
        email=address, full_name=full_name.strip(), role=invitation.role, password_hash=_hasher.hash(password)
    )
    invitation.used_at = clock.now()
    session.add(person)
    session.flush()
    audit.record(session, person, "person.joined", person, {"role": person.role})
    return person


def check_password(session: Session, email: str, password: str, address: str) -> Person:
    """Give the active person whose password this is; raises LoginRefused or TooManyAttempts."""
    email = email.strip().lower()
    attempts.slow_down(session, email, address)
    person = session.scalar(select(Person).where(Person.email == email, Person.state == PersonState.ACTIVE))
    known = person.password_hash if person and person.password_hash else _DECOY
    try:
        _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        person = None
    if person is None:
        raise LoginRefused("Adresse ou mot de passe incorrect.")
    return person


def start_session(session: Session, person: Person, *, complete: bool, user_agent: str, address: str) -> str:
    """Open a session for a browser and give its token.

    Raises LoginRefused for an account that is not active, closed while its password was being typed included.
    """
    if person.state is not PersonState.ACTIVE:
        raise LoginRefused("Adresse ou mot de passe incorrect.")
    token, instant = secrets.token_urlsafe(32), clock.now()
    is_new = complete and _is_new_device(session, person, user_agent[:300], address[:64])
    session.add(
        LoginSession(
            token_digest=digest(token),
            person_id=person.id,
            complete=complete,
            authenticated_at=instant,
            last_seen_at=instant,
            expires_at=instant + (ABSOLUTE_LIMIT if complete else HALF_LOGIN_LIMIT),
            user_agent=user_agent[:300],
            address=address[:64],
        )
    )
    if complete:
        audit.record(session, person, "session.started", person)
    if is_new:
        security_notices.record(session, person, "session.new_device", person, place=address[:64])
    session.flush()
    return token


def _is_new_device(session: Session, person: Person, user_agent: str, address: str) -> bool:
    """Tell whether this browser at this address is new for a person who came before; the first time tells nothing."""
    before = select(LoginSession.user_agent, LoginSession.address).where(
        LoginSession.person_id == person.id, LoginSession.complete
    )
    seen = session.execute(before.order_by(LoginSession.created_at.desc()).limit(SEEN_SESSIONS)).all()
    return bool(seen) and not any(row.user_agent == user_agent and row.address == address for row in seen)


def session_for(session: Session, token: str) -> LoginSession | None:
    """Find the live session of a token: not revoked, not idle too long, its person active."""
    found = session.scalar(_session_of(), {"token_digest": digest(token)})
    instant = clock.now()
    if (
        found is None
        or found.revoked_at is not None
        or found.expires_at <= instant
        or found.last_seen_at + IDLE_LIMIT <= instant
        or found.person.state is not PersonState.ACTIVE
    ):
        return None
    return found


@cache
def _session_of() -> Select[LoginSession]:
    """Build the question once: every page begins with it."""
    # The secret of the second factor is opened where a code is checked, not at each page.
    seen = contains_eager(LoginSession.person).defer(Person.totp_secret).defer(Person.password_hash)
    return (
        select(LoginSession)
        .join(LoginSession.person)
        .options(seen)
        .where(LoginSession.token_digest == bindparam("token_digest"))
    )


def is_fresh(login: LoginSession) -> bool:
    """Tell whether the person proved who they are lately enough for a sensitive act."""
    return clock.now() - login.authenticated_at <= FRESH_LIMIT


def confirm(session: Session, login: LoginSession, password: str, address: str) -> str:
    """Prove again who sits at the keyboard; an unlocked screen is not enough. Raises as `check_password` does.

    Gives the session's new token: whoever copied the former one does not profit from the proof (ASVS 7.2.4).
    """
    person = check_password(session, login.person.email, password, address)
    token = secrets.token_urlsafe(32)
    login.token_digest, login.authenticated_at = digest(token), clock.now()
    audit.record(session, person, "session.confirmed", login)
    return token


def needs_touch(login: LoginSession) -> bool:
    """Tell whether the last sign of life is old enough to be written again."""
    return clock.now() - login.last_seen_at > SEEN_STEP


def touch(session: Session, login_id: uuid.UUID) -> None:
    """Write the sign of life of a session."""
    session.execute(update(LoginSession).where(LoginSession.id == login_id).values(last_seen_at=clock.now()))


def sessions_of(session: Session, person: Person) -> list[LoginSession]:
    """List a person's live sessions, newest first."""
    return list(
        session.scalars(
            select(LoginSession)
            .where(
                LoginSession.person_id == person.id,
                LoginSession.revoked_at.is_(None),
                LoginSession.expires_at > clock.now(),
                LoginSession.complete,
            )
            .order_by(LoginSession.created_at.desc())
        )
    )


def revoke(session: Session, actor: Person, login: LoginSession) -> None:
    """End one session at once."""
    login.revoked_at = clock.now()
    audit.record(session, actor, "session.revoked", login)


def revoke_all(session: Session, actor: Person | None, person: Person, *, keep: uuid.UUID | None = None) -> None:
    """End every session of a person, except perhaps the one in use: after a change of password, factor or role."""
    query = update(LoginSession).where(LoginSession.person_id == person.id, LoginSession.revoked_at.is_(None))
    if keep is not None:
        query = query.where(LoginSession.id != keep)
    session.execute(query.values(revoked_at=clock.now()))
    audit.record(session, actor, "session.all_revoked", person)


def set_password(session: Session, person: Person, password: str) -> None:
    """Keep a new password; raises InvalidInput for a weak one, the firm's own name included (ASVS 6.2.11)."""
    _refuse_weak(session, password, person.email, person.full_name)
    person.password_hash = _hasher.hash(password)


def change_password(session: Session, person: Person, current: str, new: str, *, keep: uuid.UUID) -> None:
    """Replace a password after checking the present one; every other session ends."""
    try:
        _hasher.verify(person.password_hash or _DECOY, current)
    except (VerificationError, InvalidHashError) as error:
        raise InvalidInput("Le mot de passe actuel est incorrect.", field="current") from error
    set_password(session, person, new)
    security_notices.record(session, person, "password.changed", person)
    revoke_all(session, person, person, keep=keep)


def _refuse_weak(session: Session, password: str, *personal: str) -> None:
    firm = session.get(Firm, 1)
    refuse_weak(password, *personal, firm.name if firm else "")


def edit_firm(session: Session, actor: Person, firm: Firm, **changes: object) -> list[str]:
    """Change the letterhead or the firm's settings; only the names of what changed enter the trail."""
    changed = [name for name, value in changes.items() if getattr(firm, name) != value]
    for name in changed:
        setattr(firm, name, changes[name])
    if changed:
        session.flush()
        audit.record(session, actor, "firm.edited", firm, {"fields": changed})
    return changed
