"""The custody of captures: each event chained to the one before, over the whole firm, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.evidence import custody
from casefile.models.evidence import Capture, CustodyEvent
from casefile.models.people import Firm, Person

CUSTODY_LOCK = 0x0CA5C057
CHAIN = "custody"


def record(
    session: Session, capture: Capture, actor: Person | None, action: str, facts: dict[str, Any] | None = None
) -> CustodyEvent:
    """Chain one event of a capture's custody, in the caller's transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CUSTODY_LOCK})
    session.flush()
    last = session.scalar(select(CustodyEvent).order_by(CustodyEvent.seq.desc()).limit(1))
    event = CustodyEvent(
        seq=last.seq + 1 if last else 1,
        capture_id=capture.id,
        actor_id=actor.id if actor else None,
        action=action,
        at=clock.now(),
        facts=facts or {},
        previous_hash=last.hash if last else _genesis(session),
    )
    event.hash = custody.entry_hash(event.previous_hash, entry_of(event))
    session.add(event)
    session.flush()
    audit.mark_head(session, CHAIN, event.seq, event.hash)
    return event


def verify(session: Session) -> Iterator[audit.Fault]:
    """Walk the whole firm's chain and give each altered, missing or misplaced event."""
    expected, previous = 1, _genesis(session)
    for event in session.scalars(select(CustodyEvent).order_by(CustodyEvent.seq).execution_options(yield_per=1000)):
        if event.seq != expected:
            missing = f"il manque les lignes {expected} à {event.seq - 1}"
            yield audit.Fault(event.seq, f"Registre de conservation : {missing}.")
        if event.previous_hash != previous:
            yield audit.Fault(event.seq, f"Registre de conservation : la ligne {event.seq} ne suit pas la précédente.")
        if _hash_of(event) != event.hash:
            yield audit.Fault(event.seq, f"Registre de conservation : la ligne {event.seq} a été modifiée.")
        expected, previous = event.seq + 1, event.hash
    yield from audit.verify_head(session, CHAIN, expected - 1, previous)


def entry_of(event: CustodyEvent) -> dict[str, Any]:
    """Give the content that a custody hash covers."""
    return {
        "seq": event.seq,
        "capture": str(event.capture_id),
        "actor": str(event.actor_id or ""),
        "action": event.action,
        "at": event.at.isoformat(),
        "facts": dict(event.facts),
    }


def custody_of(session: Session, capture: Capture) -> list[CustodyEvent]:
    """List the events of one capture, oldest first."""
    return list(
        session.scalars(select(CustodyEvent).where(CustodyEvent.capture_id == capture.id).order_by(CustodyEvent.seq))
    )


def lines_of(session: Session) -> list[str]:
    """Write the whole firm's chain as canonical lines: identifiers only, no name."""
    events = session.scalars(select(CustodyEvent).order_by(CustodyEvent.seq))
    return [custody.Line(event.previous_hash, entry_of(event), event.hash).as_json() for event in events]


def head_of(session: Session) -> str | None:
    """Give the newest custody hash: sealed into each capture, it fixes everything before it."""
    return session.scalar(select(CustodyEvent.hash).order_by(CustodyEvent.seq.desc()).limit(1))


def _hash_of(event: CustodyEvent) -> str | None:
    try:
        return custody.entry_hash(event.previous_hash, entry_of(event))
    except ValueError:
        return None  # not even a digest any more


def _genesis(session: Session) -> str:
    firm = session.get(Firm, 1)
    return custody.genesis(str(firm.installation_id) if firm else "")
