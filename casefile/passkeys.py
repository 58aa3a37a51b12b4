"""Passkeys: a second factor that no false page can ask for, because the browser signs the site's own name.

The challenge lives on the browser's session row, is drawn by us and serves once. Attestation is not asked for: which
maker built the device is no business of the firm's.
"""

from __future__ import annotations

import base64
import ipaddress
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casefile import accounts, clock, security_notices
from casefile.accounts import LoginRefused
from casefile.errors import InvalidInput, NotFound
from casefile.models.people import LoginSession, Passkey, Person

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

LONGEST_ANSWER = 20_000
MOST = 10
# What a malformed answer makes the decoders raise, besides the library's own family.
MALFORMED = (ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Site:
    """The name that browsers sign: the host of the firm's address, and its origin."""

    host: str
    origin: str


def site_at(base_url: str) -> Site | None:
    """Give the site of an address; None where browsers allow no passkey: bare IP addresses, plain http elsewhere."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        safe = parts.scheme == "https" or host == "localhost"
        return Site(host, f"{parts.scheme}://{parts.netloc}") if host and safe else None
    return None


def passkeys_of(session: Session, person: Person) -> list[Passkey]:
    """List a person's keys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.created_at)))


def ask_to_register(session: Session, login: LoginSession, site: Site) -> str:
    """Give the browser, as JSON, what it needs to create a key; keys already known are not created again."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    person = login.person
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Casefile",
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.full_name,
        challenge=_draw(login),
        exclude_credentials=_descriptors(session, person),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return str(webauthn.options_to_json(options))


def register(session: Session, login: LoginSession, site: Site, name: str, answer: str) -> Passkey:
    """Keep a new key; the person's other sessions end. Raises InvalidInput for an answer that does not hold."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    person = login.person
    if len(passkeys_of(session, person)) >= MOST:
        raise InvalidInput(f"Vous avez déjà {MOST} clés : retirez-en une avant d'en ajouter.")
    challenge = _take(login)
    try:
        proved = webauthn.verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, *MALFORMED) as error:
        raise InvalidInput("La clé n'a pas été reconnue : recommencez depuis cette page.") from error
    identifier = _words(proved.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == identifier)):
        raise InvalidInput("Cette clé est déjà enregistrée.")
    key = Passkey(
        person_id=person.id,
        credential_id=identifier,
        public_key=_words(proved.credential_public_key),
        sign_count=proved.sign_count,
        name=name,
    )
    session.add(key)
    session.flush()
    security_notices.record(session, person, "factor.passkey_added", person, key)
    accounts.revoke_all(session, person, person, keep=login.id)
    return key


def remove(session: Session, login: LoginSession, passkey_id: uuid.UUID) -> None:
    """Take one of one's own keys out of use; the other sessions end."""
    person = login.person
    key = session.get(Passkey, passkey_id)
    if key is None or key.person_id != person.id:
        raise NotFound("Cette clé n'existe pas.")
    security_notices.record(session, person, "factor.passkey_removed", person, key)
    session.delete(key)
    accounts.revoke_all(session, person, person, keep=login.id)


def ask_to_sign(session: Session, login: LoginSession, site: Site) -> str:
    """Give the browser, as JSON, what the key must sign."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_draw(login),
        allow_credentials=_descriptors(session, login.person),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return str(webauthn.options_to_json(options))


def check(session: Session, login: LoginSession, site: Site, answer: str) -> None:
    """Accept the signature of a key of this very person over this session's challenge; raises LoginRefused."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    refusal = LoginRefused("Cette clé n'a pas été reconnue : recommencez, ou saisissez un code.")
    challenge = _take(login)
    try:
        parsed = webauthn.helpers.parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        key = session.scalar(
            select(Passkey).where(Passkey.credential_id == _words(parsed.raw_id), Passkey.person_id == login.person_id)
        )
        if key is None:
            raise refusal
        proved = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, *MALFORMED) as error:
        raise refusal from error
    key.sign_count, key.last_used_at = proved.new_sign_count, clock.now()


def forget_challenge(session: Session, login_id: uuid.UUID) -> None:
    """Make a failed answer impossible to try again."""
    session.execute(update(LoginSession).where(LoginSession.id == login_id).values(challenge=None))


def _draw(login: LoginSession) -> bytes:
    challenge = secrets.token_bytes(32)
    login.challenge = _words(challenge)
    return challenge


def _take(login: LoginSession) -> bytes:
    if login.challenge is None:
        raise LoginRefused("Cette demande n'est plus valable : recommencez.")
    challenge = _bytes(login.challenge)
    login.challenge = None
    return challenge


def _descriptors(session: Session, person: Person) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=_bytes(key.credential_id)) for key in passkeys_of(session, person)]


def _words(raw: bytes) -> str:
    """Write bytes in base64url without padding, as browsers do."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(words: str) -> bytes:
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))
