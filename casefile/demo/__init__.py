"""A believable firm, loaded through the same verbs as real work: nothing in it is written past the rules.

Everything in it is invented; the firm is marked as a demonstration on every page.
"""

from __future__ import annotations

import secrets
import tomllib
import uuid
from dataclasses import dataclass
from typing import Any

import pyotp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import accounts, audit
from casefile.config import Settings
from casefile.database import Database
from casefile.demo.dossier import FIXTURES, open_dossier
from casefile.errors import Refused
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person, Role
from casefile.storage import Storage


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demonstration, with its secrets, shown once."""

    email: str
    role: str
    password: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was loaded."""

    accounts: tuple[Account, ...]
    matters: tuple[str, ...]


def load(database: Database, storage: Storage, settings: Settings) -> Demonstration:
    """Load the demonstration firm into an empty installation; raises Refused where somebody already works."""
    plan = tomllib.loads((FIXTURES / "demo" / "cabinet.toml").read_text("utf-8"))
    with database.transaction() as session:
        if session.scalar(select(func.count()).select_from(Person)):
            raise Refused(
                "Cette installation a déjà des comptes : la démonstration se charge dans un dossier de données vide "
                "(CASEFILE_DATA_DIR)."
            )
        _mark_firm(session, plan["firm"])
        opened = [_person(session, facts) for facts in plan["people"]]
    people = {facts["key"]: person.id for facts, (person, _) in zip(plan["people"], opened, strict=True)}
    references = [open_dossier(database, storage, settings, people, facts) for facts in plan["matters"]]
    return Demonstration(tuple(account for _, account in opened), tuple(references))


def load_for(database: Database, storage: Storage, settings: Settings, person_id: uuid.UUID) -> Demonstration:
    """Load the demonstration dossiers for a lawyer whose firm holds none yet, all of them in their hands."""
    plan = tomllib.loads((FIXTURES / "demo" / "cabinet.toml").read_text("utf-8"))
    with database.transaction() as session:
        if session.scalar(select(func.count()).select_from(Matter)):
            raise Refused("Le cabinet a déjà des dossiers : la démonstration ne se mêle pas à de vrais dossiers.")
        _complete_firm(session.get_one(Firm, 1), plan["firm"])
    people = {facts["key"]: person_id for facts in plan["people"]}
    references = [open_dossier(database, storage, settings, people, facts) for facts in plan["matters"]]
    return Demonstration((), tuple(references))


def _complete_firm(firm: Firm, facts: dict[str, Any]) -> None:
    """Lend the letterhead what it lacks: the letters of the demonstration refuse to be written without it."""
    for name, value in facts.items():
        if not getattr(firm, name):
            setattr(firm, name, value)
    firm.is_demo = True


def _mark_firm(session: Session, facts: dict[str, Any]) -> None:
    firm = session.get(Firm, 1)
    if firm is None:
        firm = Firm(id=1, name=facts["name"])
        session.add(firm)
    for name, value in facts.items():
        setattr(firm, name, value)
    firm.is_demo = True
    session.flush()


def _person(session: Session, facts: dict[str, Any]) -> tuple[Person, Account]:
    password, secret = "-".join(secrets.token_hex(3) for _ in range(4)), pyotp.random_base32()
    person = Person(
        email=facts["email"],
        full_name=facts["full_name"],
        title=facts["title"],
        role=Role(facts["role"]),
        administers=facts.get("administers", False),
        password_hash=accounts.hash_password(password),
        totp_secret=secret,
    )
    session.add(person)
    session.flush()
    audit.record(session, None, "person.joined", person, {"role": person.role, "demonstration": True})
    return person, Account(person.email, person.role.value, password, secret)
