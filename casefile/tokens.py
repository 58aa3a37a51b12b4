"""Personal tokens for the firm's other tools: shown once, kept as digests, scoped, expiring, revocable.

A token never allows more than its person: the same walls and roles are asked at each request.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.accounts import digest
from casefile.errors import CasefileError, InvalidInput, NotFound
from casefile.models.people import Person, PersonState
from casefile.models.tokens import ApiToken

LONGEST_DAYS = 365
MARK = "cf_"  # lets secret scanners recognise one that leaked
USE_STEP = timedelta(minutes=5)


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "lire"
    WRITE = "creer"
    EXPORT = "exporter"


class BadToken(CasefileError):
    """No token, or one that is wrong, expired, revoked or its person's account closed: which is never said."""

    code = "bad_token"
    status = 401


class OutOfScope(CasefileError):
    """The token is good and does not cover this."""

    code = "out_of_scope"
    status = 403


def make(session: Session, person: Person, name: str, scopes: Sequence[str], days: int) -> str:
    """Make a token of this person and give it, once; raises InvalidInput for no scope or too long a life."""
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"Choisissez entre 1 et {LONGEST_DAYS} jours.", field="days")
    if not scopes:
        raise InvalidInput("Cochez au moins un usage.", field="scopes")
    token = MARK + secrets.token_urlsafe(32)
    row = ApiToken(
        person_id=person.id,
        name=name.strip(),
        token_digest=digest(token),
        scopes=[Scope(scope).value for scope in scopes],
        expires_at=clock.now() + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    audit.record(session, person, "token.made", row, {"scopes": row.scopes, "until": row.expires_at})
    return token


def of_person(session: Session, person: Person) -> list[ApiToken]:
    """List a person's tokens, the live ones and those of the past, newest first."""
    query = select(ApiToken).where(ApiToken.person_id == person.id)
    return list(session.scalars(query.order_by(ApiToken.created_at.desc())))


def revoke(session: Session, person: Person, token_id: uuid.UUID) -> None:
    """End one's own token at once; raises NotFound for somebody else's."""
    row = session.get(ApiToken, token_id)
    if row is None or row.person_id != person.id:
        raise NotFound("Ce jeton n'existe pas.")
    row.revoked_at = row.revoked_at or clock.now()
    audit.record(session, person, "token.revoked", row)


def revoke_all(session: Session, person: Person) -> None:
    """End every live token of somebody: whoever stood in their place may have made one."""
    for row in of_person(session, person):
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            audit.record(session, None, "token.revoked", row)


def admit(session: Session, header: str, scope: Scope) -> ApiToken:
    """Find the token of an Authorization header; raises BadToken, or OutOfScope."""
    kind, _, secret = header.partition(" ")
    row = session.scalar(select(ApiToken).where(ApiToken.token_digest == digest(secret.strip())))
    live = row is not None and row.revoked_at is None and row.expires_at > clock.now()
    if row is None or kind.lower() != "bearer" or not live or row.person.state is not PersonState.ACTIVE:
        raise BadToken("Jeton absent, faux, expiré ou révoqué : faites-en un autre depuis « Mon compte ».")
    if scope.value not in row.scopes:
        raise OutOfScope(f"Ce jeton n'autorise pas « {scope.value} » : faites-en un qui le permet.")
    return row


def needs_touch(row: ApiToken) -> bool:
    """Tell whether the last use is old enough to be written again."""
    return row.last_used_at is None or clock.now() - row.last_used_at > USE_STEP


def touch(session: Session, token_id: uuid.UUID) -> None:
    """Write when a token was last used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=clock.now()))
