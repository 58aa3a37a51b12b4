"""Many addresses captured at once: one content per address, one queue, stopped and taken up again at will."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, matters
from casefile.errors import CasefileError, InvalidInput
from casefile.evidence import docket
from casefile.evidence.fetch import web_address
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person

MOST = 200
CANCELLED = "Annulée avant de commencer : reprenez la série quand vous voudrez."


@dataclass(frozen=True, slots=True)
class Refusal:
    """An address that cannot be captured, and why."""

    line: int
    address: str
    why: str


def start(session: Session, actor: Person, matter: Matter, pasted: str) -> tuple[uuid.UUID, list[Refusal]]:
    """Queue one capture per address of a pasted list; raises InvalidInput when none is good or there are too many."""
    batch, seen = uuid.uuid4(), set[str]()
    refusals: list[Refusal] = []
    lines = [(number, line.strip()) for number, line in enumerate(pasted.splitlines(), 1) if line.strip()]
    if len(lines) > MOST:
        raise InvalidInput(f"Collez au plus {MOST} adresses à la fois.", field="addresses")
    for number, address in lines:
        if address in seen:
            continue
        seen.add(address)
        try:
            host = web_address(address).hostname or urlsplit(address).netloc
        except CasefileError as error:
            refusals.append(Refusal(number, address, error.message))
            continue
        row = docket.request(session, actor, _publication(session, actor, matter, address, host), address)
        row.batch_id = batch
    if len(refusals) == len(seen):
        why = refusals[0].why if refusals else "Collez une adresse par ligne."
        raise InvalidInput(why, field="addresses")
    audit.record(session, actor, "captures.queued", matter, {"count": len(seen) - len(refusals)})
    return batch, refusals


def captures_of(session: Session, matter: Matter, batch: uuid.UUID) -> list[Capture]:
    """List the captures of a series in the order of the list."""
    rows = select(Capture).where(Capture.matter_id == matter.id, Capture.batch_id == batch)
    return list(session.scalars(rows.order_by(Capture.created_at, Capture.id)))


def cancel(session: Session, actor: Person, matter: Matter, batch: uuid.UUID) -> int:
    """Stop what has not begun; what runs ends by itself."""
    waiting = [row for row in captures_of(session, matter, batch) if row.state is CaptureState.QUEUED]
    for row in waiting:
        row.state, row.failure = CaptureState.FAILED, CANCELLED
    audit.record(session, actor, "captures.cancelled", matter, {"count": len(waiting)})
    return len(waiting)


def resume(session: Session, actor: Person, matter: Matter, batch: uuid.UUID) -> int:
    """Queue again what was stopped or has failed."""
    failed = [row for row in captures_of(session, matter, batch) if row.state is CaptureState.FAILED]
    for row in failed:
        row.state, row.failure, row.attempts, row.ended_at = CaptureState.QUEUED, "", 0, None
    audit.record(session, actor, "captures.resumed", matter, {"count": len(failed)})
    return len(failed)


def _publication(session: Session, actor: Person, matter: Matter, address: str, host: str) -> Publication:
    found = session.scalar(select(Publication).where(Publication.matter_id == matter.id, Publication.url == address))
    return found or matters.add_publication(session, actor, matter, title=host, platform="site", url=address)
