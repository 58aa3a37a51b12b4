"""Signing in by the firm's own identity provider (OpenID Connect): it stands for the password, never for the account.

The person must have been invited and have joined; nothing here creates an account, a role or a place in a dossier.
The second factor is still asked for by Casefile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit
from casefile.accounts import LoginRefused, digest
from casefile.models.people import Person, PersonState

# One sentence for every refusal: it tells nobody which accounts exist.
REFUSED = (
    "Ce compte n'ouvre pas Casefile : connectez-vous par mot de passe, ou demandez une invitation à l'administrateur "
    "du cabinet."
)


def recognise(session: Session, issuer: str, claims: Mapping[str, Any]) -> Person:
    """Give the active person whom a verified ID token names; raises LoginRefused for anybody else.

    The first time, by the address that the provider vouches for; from then on by its own identifier alone, so that an
    address given to somebody else opens nothing.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise LoginRefused(REFUSED)
    known = digest(f"oidc:{issuer}:{subject}")
    active = select(Person).where(Person.state == PersonState.ACTIVE)
    person = session.scalar(active.where(Person.oidc_digest == known))
    if person is not None:
        return person
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        raise LoginRefused(REFUSED)
    person = session.scalar(active.where(Person.email == email.strip().lower(), Person.oidc_digest.is_(None)))
    if person is None:
        raise LoginRefused(REFUSED)
    person.oidc_digest = known
    audit.record(session, person, "factor.oidc_linked", person)
    return person
