"""What an administrator does to another person's account: close it, open it, change its role, reset its factor.

Nobody does these to themselves: a stolen administrator's session cannot promote itself, and the firm always keeps one.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from casefile import accounts, audit, security_notices
from casefile.errors import InvalidInput
from casefile.models.people import OUTSIDERS, Passkey, Person, PersonState, RecoveryCode, Role


def disable(session: Session, actor: Person, person: Person) -> None:
    """Close an account: sessions end at once, past acts keep their author."""
    _refuse_oneself(actor, person)
    person.state = PersonState.DISABLED
    audit.record(session, actor, "person.disabled", person)
    accounts.revoke_all(session, actor, person)


def enable(session: Session, actor: Person, person: Person) -> None:
    """Open a closed account again."""
    person.state = PersonState.ACTIVE
    audit.record(session, actor, "person.enabled", person)


def change_role(session: Session, actor: Person, person: Person, role: Role, *, administers: bool) -> None:
    """Give a person another role; their sessions end, so that nothing opened under the former one stays open."""
    _refuse_oneself(actor, person)
    if {*OUTSIDERS} & {role, person.role} and role is not person.role:
        raise InvalidInput(
            "Un compte externe ne devient pas celui d'un membre du cabinet, ni l'inverse : invitez la personne "
            "sous son nouveau rôle.",
            field="role",
        )
    if administers and role is not Role.PARTNER:
        raise InvalidInput(
            "Seul un associé peut gérer les comptes en plus de son rôle : choisissez « Associé », "
            "ou retirez cette charge.",
            field="administers",
        )
    before = {"role": person.role, "administers": person.administers}
    person.role, person.administers = role, administers
    facts = {"from": before, "to": {"role": role, "administers": administers}}
    security_notices.record(session, actor, "person.role_changed", person, facts=facts)
    accounts.revoke_all(session, actor, person)


def reset_factor(session: Session, actor: Person, person: Person) -> None:
    """Forget every second factor of a person; their password still stands between anyone and their account."""
    _refuse_oneself(actor, person)
    forget_factors(session, person)
    security_notices.record(session, actor, "factor.reset", person)
    accounts.revoke_all(session, actor, person)


def forget_factors(session: Session, person: Person) -> None:
    """Erase the code, the recovery codes, the passkeys and the provider's name for a person; the caller tells it."""
    person.totp_secret, person.totp_last_step, person.oidc_digest = None, 0, None
    for table in (RecoveryCode, Passkey):
        session.execute(delete(table).where(table.person_id == person.id))


def end_sessions(session: Session, actor: Person, person: Person) -> None:
    """End every session of a person at once: a lost computer, a doubt."""
    _refuse_oneself(actor, person)
    security_notices.record(session, actor, "session.all_ended", person)
    accounts.revoke_all(session, actor, person)


def _refuse_oneself(actor: Person, person: Person) -> None:
    if actor.id == person.id:
        raise InvalidInput(
            "Vous ne pouvez pas le faire sur votre propre compte : demandez-le à un autre administrateur."
        )
