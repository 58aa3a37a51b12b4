"""A believable firm, loaded through the same verbs as real work: nothing in it is written past the rules.

Everything in it is invented; the firm is marked as a demonstration on every page.
"""

from __future__ import annotations

import io
import secrets
import tomllib
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import accounts, audit, clock, matters, passages, qualification
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import limitation
from casefile.errors import Refused
from casefile.evidence import custody_ledger, deposit
from casefile.models.evidence import Capture, DateKind, Publication
from casefile.models.matter import Matter, PartyRole, TeamFunction
from casefile.models.people import Firm, Person, Role
from casefile.storage import Storage

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
DAY_FIELDS = {
    "seen_days_ago": "relative_seen_on",
    "discovered_days_ago": "discovered_on",
    "published_days_ago": "published_on",
}


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
    references = [_matter(database, storage, settings, people, facts) for facts in plan["matters"]]
    return Demonstration(tuple(account for _, account in opened), tuple(references))


def load_for(database: Database, storage: Storage, settings: Settings, person_id: uuid.UUID) -> Demonstration:
    """Load the demonstration dossiers for a lawyer whose firm holds none yet, all of them in their hands."""
    plan = tomllib.loads((FIXTURES / "demo" / "cabinet.toml").read_text("utf-8"))
    with database.transaction() as session:
        if session.scalar(select(func.count()).select_from(Matter)):
            raise Refused("Le cabinet a déjà des dossiers : la démonstration ne se mêle pas à de vrais dossiers.")
        session.get_one(Firm, 1).is_demo = True
    people = {facts["key"]: person_id for facts in plan["people"]}
    references = [_matter(database, storage, settings, people, facts) for facts in plan["matters"]]
    return Demonstration((), tuple(references))


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


def _matter(
    database: Database, storage: Storage, settings: Settings, people: dict[str, uuid.UUID], facts: dict[str, Any]
) -> str:
    """Open one dossier in two transactions: the file is sealed between them, with no database held."""
    with database.transaction() as session:
        lead = session.get_one(Person, people[facts["lead"]])
        matter = matters.open_matter(
            session, lead, title=facts["title"], territory="metropole", summary=facts["summary"]
        )
        for key in facts["team"]:
            if people[key] != lead.id:
                matters.join_team(session, lead, matter, session.get_one(Person, people[key]), TeamFunction.MEMBER)
        matters.add_party(session, lead, matter, PartyRole.CLIENT, **facts["client"])
        known = facts.get("author_known", False)
        matters.add_party(session, lead, matter, PartyRole.AUTHOR, name=facts["author"], is_identified=known)
        publication = matters.add_publication(session, lead, matter, **_publication(facts["publication"]))
        head = custody_ledger.head_of(session)
    received = deposit.seal_upload(
        settings, **_file(facts["publication"]), operator=lead.full_name, reference=matter.reference, head=head
    )
    with database.transaction() as session:
        lead, matter = session.get_one(Person, lead.id), session.get_one(Matter, matter.id)
        publication = session.get_one(Publication, publication.id)
        capture = deposit.file_upload(session, storage, lead, publication, received)
        for passage in facts["publication"]["passages"]:
            _passage(session, lead, matter, publication, capture, facts=passage)
        for act in facts["publication"].get("acts", ()):
            limitation.record_act(
                session,
                lead,
                matter,
                act["type"],
                _ago(act["days_ago"]),
                publication=publication,
                is_proved=act["proved"],
            )
    deposit.forget_work(received)
    return matter.reference


def _passage(
    session: Session, lead: Person, matter: Matter, publication: Publication, capture: Capture, *, facts: dict[str, Any]
) -> None:
    start, end = passages.locate(capture.text, facts["exact"], None)
    passage = passages.mark(session, lead, capture, start, end)
    qualification.answer(session, lead, passage, publication, dict(facts["answers"]))
    draft = qualification.current(session, passage)
    if facts["keep"] and draft is not None:
        chosen = draft.proposed or qualification.NOTHING
        qualification.choose(session, lead, matter, draft, chosen=chosen, reasons="", acknowledged=True)


def _publication(facts: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in facts.items() if key not in {"passages", "page", "text", "acts", *DAY_FIELDS}}
    days = {DAY_FIELDS[key]: _ago(value) for key, value in facts.items() if key in DAY_FIELDS}
    return {**kept, **days, "date_kind": DateKind(facts["date_kind"])}


def _file(facts: dict[str, Any]) -> dict[str, Any]:
    if "page" in facts:
        path = FIXTURES / facts["page"]
        return {"name": path.name, "source": io.BytesIO(path.read_bytes())}
    return {"name": "message.txt", "source": io.BytesIO(facts["text"].encode())}


def _ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
