"""The trail: who did what, when, to what; append-only and hash-chained.

Facts carry identifiers and dates, never a client's name: erasing a person must not break the chain.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, text, update

from casefile import clock
from casefile.models.ledger import AuditEntry, ChainHead

if TYPE_CHECKING:
    from sqlalchemy import Insert, Select, Update
    from sqlalchemy.orm import Session

    from casefile.cipher import Keyring
    from casefile.models.people import Person

GENESIS = "0" * 64
COLUMNS = tuple(AuditEntry.__table__.c.keys())
# One writer at a time appends: SQLite by its write lock, PostgreSQL by this advisory lock.
APPEND_LOCK = 0x0CA5EF11
LOCK = text("SELECT pg_advisory_xact_lock(:key)")
HEAD = "audit"
# Facts that a person typed: they may name somebody, so their digest enters in their stead; the row keeps the words.
TYPED = frozenset({"reason", "before", "after"})
# The chains whose head is kept, and what the reports call them.
CHAINS = {HEAD: "Journal", "custody": "Registre de conservation"}


def record(
    session: Session,
    actor: Person | None,
    action: str,
    subject: Any = None,
    facts: dict[str, Any] | None = None,
    *,
    matter_id: uuid.UUID | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction; it is kept if and only if the act itself is.

    The row is written at once, and the entry given is a copy of it that no session holds.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(LOCK, {"key": APPEND_LOCK})
    session.flush()
    last = connection.execute(_last()).first()
    entry = AuditEntry(
        seq=(last.seq if last else 0) + 1,
        at=clock.now(),
        actor_id=actor.id if actor else None,
        action=action,
        matter_id=matter_id or _matter_of(subject),
        subject_type=getattr(subject, "__tablename__", "") if subject is not None else "",
        subject_id=str(getattr(subject, "id", "")) if subject is not None else "",
        facts=_wordless(facts or {}),
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = digest_of(entry)
    connection.execute(_append(), {name: getattr(entry, name) for name in COLUMNS})
    mark_head(session, HEAD, entry.seq, entry.hash)
    return entry


@cache
def _last() -> Select[int, str]:
    return select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)


@cache
def _append() -> Insert:
    return insert(AuditEntry)


def digest_of(entry: AuditEntry) -> str:
    """Hash an entry's content together with the hash before it."""
    content = {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": str(entry.actor_id or ""),
        "action": entry.action,
        "matter": str(entry.matter_id or ""),
        "subject": [entry.subject_type, entry.subject_id],
        "facts": entry.facts,
        "previous": entry.previous_hash,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken link of the chain, with a French sentence that names it."""

    seq: int
    message: str


def verify(session: Session) -> Iterator[Fault]:
    """Walk the whole chain and give each altered, missing or misplaced entry."""
    expected_seq, previous = 1, GENESIS
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)):
        if entry.seq != expected_seq:
            yield Fault(entry.seq, f"Journal : il manque les lignes {expected_seq} à {entry.seq - 1}.")
        if entry.previous_hash != previous:
            yield Fault(entry.seq, f"Journal : la ligne {entry.seq} ne suit pas la ligne précédente.")
        if digest_of(entry) != entry.hash:
            yield Fault(entry.seq, f"Journal : la ligne {entry.seq} a été modifiée.")
        expected_seq, previous = entry.seq + 1, entry.hash
    yield from verify_head(session, HEAD, expected_seq - 1, previous)


def mark_head(session: Session, name: str, seq: int, chain_hash: str) -> None:
    """Remember where a chain ends, under a code that only the firm's key can write.

    The chain alone can be recomputed by whoever may write to the database; its head cannot.
    """
    keys = _keys(session)
    if keys is None:
        if session.scalar(select(ChainHead.seq).where(ChainHead.name == name)) is not None:
            raise RuntimeError("open this database with its keys: Database.of(settings)")
        return
    values = {"seq": seq, "hash": chain_hash, "code": keys.code(f"{seq}:{chain_hash}", name)}
    connection = session.connection()
    if connection.execute(_move_head(), {"chain": name, **values}).rowcount == 0:
        connection.execute(insert(ChainHead), {"name": name, **values})


@cache
def _move_head() -> Update:
    return update(ChainHead).where(ChainHead.name == bindparam("chain"))


def verify_head(session: Session, name: str, last_seq: int, last_hash: str) -> Iterator[Fault]:
    """Compare a chain's end to the one remembered; without the keys nothing can be said."""
    keys = _keys(session)
    if keys is None:
        return
    title = CHAINS[name]
    head = session.execute(select(ChainHead.seq, ChainHead.hash, ChainHead.code).where(ChainHead.name == name)).first()
    if head is None:
        if last_seq:
            yield Fault(last_seq, f"{title} : sa tête a été supprimée.")
    elif not keys.vouches(head.code, f"{head.seq}:{head.hash}", name):
        yield Fault(head.seq, f"{title} : sa tête a été modifiée sans la clé du cabinet.")
    elif head.seq > last_seq:
        yield Fault(head.seq, f"{title} : il manque les lignes {last_seq + 1} à {head.seq}, à la fin.")
    elif (head.seq, head.hash) != (last_seq, last_hash):
        yield Fault(head.seq, f"{title} : il a été réécrit ou prolongé sans la clé du cabinet.")


def _wordless(facts: dict[str, Any]) -> dict[str, Any]:
    typed = {name: hashlib.sha256(str(facts[name]).encode()).hexdigest() for name in TYPED & facts.keys()}
    kept: dict[str, Any] = json.loads(json.dumps({**facts, **typed}, default=str))
    return kept


def _keys(session: Session) -> Keyring | None:
    found: Keyring | None = getattr(session.connection().dialect, "casefile_keys", None)
    return found


def _matter_of(subject: Any) -> uuid.UUID | None:
    if getattr(subject, "__tablename__", "") == "matter":
        found: uuid.UUID = subject.id
        return found
    return getattr(subject, "matter_id", None)
