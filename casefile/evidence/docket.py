"""Captures by the built-in browser: asked for in a dossier, taken by the worker under a lease, filed once sealed.

The same request always gives the same capture: a worker killed half-way is followed by another that adopts its work.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from casefile import audit
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import CasefileError, InvalidInput
from casefile.evidence import bag
from casefile.evidence.address import Allowed
from casefile.evidence.capture import SealedCapture, adopt_or_quarantine, capture_page, sealed_captures
from casefile.evidence.custody_ledger import head_of, record
from casefile.evidence.fetch import web_address
from casefile.evidence.filing import authorities, authority_directory, captures_directory, close, fail, keep_files
from casefile.evidence.network_sheet import declared_network
from casefile.evidence.online import update_state
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.storage import Storage, from_url

LEASE = timedelta(minutes=6)
ATTEMPTS = 3


def request(session: Session, actor: Person, publication: Publication, url: str = "") -> Capture:
    """Queue the capture of a content's page; raises InvalidInput when there is no web address to visit."""
    address = url or publication.url
    if not address:
        raise InvalidInput("Ce contenu n'a pas d'adresse : complétez-la, ou déposez une capture d'écran.", field="url")
    web_address(address)
    capture = Capture(
        matter_id=publication.matter_id,
        publication_id=publication.id,
        requested_by_id=actor.id,
        origin="browser",
        provenance="A",
        requested_url=address,
    )
    session.add(capture)
    session.flush()
    audit.record(session, actor, "capture.requested", capture)
    record(session, capture, actor, "requested")
    return capture


def claim(session: Session, now: datetime) -> Capture | None:
    """Take the oldest capture that waits, or that a dead worker left, under a lease."""
    waiting = (
        select(Capture)
        .where(
            Capture.origin == "browser",
            or_(
                Capture.state == CaptureState.QUEUED,
                (Capture.state == CaptureState.RUNNING) & (Capture.lease_until < now),
            ),
        )
        .order_by(Capture.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    capture = session.scalar(waiting)
    if capture is None:
        return None
    if capture.attempts >= ATTEMPTS:
        fail(session, capture, "La capture a échoué plusieurs fois : déposez une capture d'écran à la place.")
        return None
    take(capture, now)
    return capture


def take(capture: Capture, now: datetime) -> None:
    """Put a waiting capture under the lease of whoever performs it now."""
    capture.state, capture.attempts, capture.lease_until = CaptureState.RUNNING, capture.attempts + 1, now + LEASE
    capture.started_at = now


def work(database: Database, settings: Settings, now: datetime) -> bool:
    """Perform one waiting capture from claim to seal; tell whether there was one."""
    with database.transaction() as session:
        capture = claim(session, now)
    if capture is None:
        return False
    perform(database, settings, capture)
    return True


def perform(database: Database, settings: Settings, capture: Capture) -> None:
    """Visit, seal and file a capture that the caller holds under a lease; no database is held meanwhile."""
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with database.reader() as session:
        operator = session.get_one(Person, capture.requested_by_id).full_name
        reference = session.get_one(Matter, capture.matter_id).reference
        head = head_of(session)
        declared = declared_network(session)
    try:
        sealed = capture_page(
            capture.requested_url,
            into=captures_directory(settings),
            authority=authority_directory(settings),
            operator=operator,
            reference=reference,
            request_id=str(capture.id),
            allow=Allowed.parse(" ".join(settings.capture_allow)),
            tsas=authorities(settings),
            custody_head=head,
            declared=declared,
        )
    except CasefileError as error:
        with database.transaction() as session:
            fail(session, session.get_one(Capture, capture.id), error.message)
        return
    with database.transaction() as session:
        file_sealed(session, storage, session.get_one(Capture, capture.id), sealed)
    bag.destroy(sealed.directory)


def settle(database: Database, settings: Settings, now: datetime) -> dict[str, list[str]]:
    """Settle at start-up what a dead worker left: whole work is adopted and filed at once, the rest set aside."""
    directory = captures_directory(settings)
    settled = adopt_or_quarantine(directory)
    # Nobody works on these any more: their lease is given back at once, so that the capture resumes now.
    left_here = [uuid.UUID(name) for name in {*settled["quarantined"], *(p.name for p in sealed_captures(directory))}]
    with database.transaction() as session:
        left = Capture.id.in_(left_here) & (Capture.state == CaptureState.RUNNING)
        session.execute(update(Capture).where(left).values(lease_until=now - timedelta(seconds=1)))
    return settled


def file_sealed(session: Session, storage: Storage, capture: Capture, sealed: SealedCapture) -> None:
    """Put a sealed page into the store and say so in the dossier."""
    keep_files(session, storage, capture, sealed.directory)
    capture.outcome = sealed.outcome.value
    capture.started_at, capture.ended_at = sealed.started, sealed.ended
    capture.facts = sealed.facts
    capture.text = sealed.text
    close(session, capture, sealed.manifest_sha256)
    update_state(session, capture)
