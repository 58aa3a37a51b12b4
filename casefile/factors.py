"""The second factor: six figures of an authenticator application, used once, and the codes that replace it once each.

The secret is shut in the database; recovery codes are kept as digests. Passkeys are in `passkeys`.
"""

from __future__ import annotations

import hmac
import secrets

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casefile import accounts, clock, security_notices
from casefile.errors import InvalidInput
from casefile.models.people import Person, RecoveryCode

TOTP_STEP = 30
RECOVERY_CODES = 10


def new_totp_secret() -> str:
    """Draw a secret for an authenticator application."""
    return pyotp.random_base32()


def totp_address(secret: str, person: Person) -> str:
    """Give the otpauth address that the QR code carries."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name="Casefile")


def set_totp(session: Session, person: Person, secret: str, code: str) -> list[str]:
    """Adopt a second factor proved by one code; give ten recovery codes, shown once."""
    step = _matching_step(secret, code, last=0)
    if step is None:
        raise InvalidInput(
            "Ce code ne correspond pas : vérifiez l'heure de votre téléphone et réessayez.", field="code"
        )
    person.totp_secret, person.totp_last_step = secret, step
    security_notices.record(session, person, "factor.set", person)
    return new_recovery_codes(session, person)


def new_recovery_codes(session: Session, person: Person) -> list[str]:
    """Give ten new codes, shown once; the former ones are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    # 112 bits: a plain digest is enough to keep them (ASVS 6.5.2).
    codes = ["-".join(secrets.token_hex(2) for _ in range(7)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=person.id, code_digest=accounts.digest(code)) for code in codes)
    security_notices.record(session, person, "factor.codes_made", person)
    return codes


def check_second_factor(session: Session, person: Person, code: str) -> None:
    """Accept a code of this minute, never twice, or an unused recovery code; raises LoginRefused."""
    code = code.strip().replace(" ", "")
    step = _matching_step(person.totp_secret or "", code, last=person.totp_last_step)
    if step is not None:
        person.totp_last_step = step
        return
    recovery = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_digest == accounts.digest(code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if recovery is None:
        raise accounts.LoginRefused("Ce code n'est pas valable : attendez le suivant et réessayez.")
    recovery.used_at = clock.now()
    security_notices.record(session, person, "factor.recovery_used", person)


def _matching_step(secret: str, code: str, *, last: int) -> int | None:
    if not secret or not (code.isascii() and code.isdigit()):  # compare_digest wants ASCII
        return None
    totp, present = pyotp.TOTP(secret), int(clock.now().timestamp()) // TOTP_STEP
    for step in (present, present - 1, present + 1):
        if step > last and hmac.compare_digest(totp.at(step * TOTP_STEP), code):
            return step
    return None
