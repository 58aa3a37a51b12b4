"""The dossier's side of a capture: asked for, taken by the worker, filed once sealed, exported, verified.

Files go into the encrypted store before the row says « sealed »; a kill in between leaves a queued row and a sealed
directory, and the same request adopts it. Custody is chained over the whole firm.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import CasefileError, InvalidInput, Refused
from casefile.evidence import bag, custody, package, seal
from casefile.evidence.address import Allowed
from casefile.evidence.capture import SealedCapture, capture_page
from casefile.evidence.fetch import web_address
from casefile.evidence.timestamp import Authority, parse_authorities
from casefile.evidence.verify import Report, verify
from casefile.models.evidence import Artifact, Capture, CaptureState, CustodyEvent, OnlineState, Publication, Seal
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person
from casefile.storage import Storage

LEASE = timedelta(minutes=6)
ATTEMPTS = 3
CUSTODY_LOCK = 0x0CA5C057


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
        _fail(session, capture, "La capture a échoué plusieurs fois : déposez une capture d'écran à la place.")
        return None
    capture.state, capture.attempts, capture.lease_until = CaptureState.RUNNING, capture.attempts + 1, now + LEASE
    capture.started_at = now
    return capture


def work(database: Database, storage: Storage, settings: Settings) -> bool:
    """Perform one waiting capture from claim to seal; tell whether there was one."""
    with database.transaction() as session:
        capture = claim(session, clock.now())
        if capture is None:
            return False
        operator = session.get_one(Person, capture.requested_by_id).full_name
        reference = session.get_one(Matter, capture.matter_id).reference
        head = _head(session)
    try:
        sealed = capture_page(
            capture.requested_url,
            into=_directory(settings),
            authority=authority_directory(settings),
            operator=operator,
            reference=reference,
            request_id=str(capture.id),
            allow=Allowed.parse(" ".join(settings.capture_allow)),
            tsas=_authorities(settings),
            custody_head=head,
        )
    except CasefileError as error:
        with database.transaction() as session:
            _fail(session, session.get_one(Capture, capture.id), error.message)
        return True
    with database.transaction() as session:
        file_sealed(session, storage, session.get_one(Capture, capture.id), sealed)
    bag.destroy(sealed.directory)
    return True


def file_sealed(session: Session, storage: Storage, capture: Capture, sealed: SealedCapture) -> None:
    """Put a sealed page into the store and say so in the dossier."""
    _keep_files(session, storage, capture, sealed.directory)
    capture.outcome = sealed.outcome.value
    capture.started_at, capture.ended_at = sealed.started, sealed.ended
    capture.facts = sealed.facts
    capture.text = sealed.text
    _close(session, capture, sealed.manifest_sha256)
    publication = session.get_one(Publication, capture.publication_id)
    if sealed.outcome.value == "absent" and publication.online_state is not OnlineState.REMOVED:
        publication.online_state, publication.removed_on = OnlineState.REMOVED, clock.paris(sealed.ended).date()


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
    return event


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


@contextmanager
def unpacked(session: Session, storage: Storage, capture: Capture) -> Iterator[Path]:
    """Give a temporary directory with the sealed bag as it was, for export and verification."""
    if capture.state is not CaptureState.SEALED:
        raise Refused("Cette capture n'est pas scellée : attendez la fin de la capture.")
    with tempfile.TemporaryDirectory(prefix="casefile-") as name:
        directory = Path(name) / str(capture.id)
        for row in session.scalars(select(Artifact).where(Artifact.capture_id == capture.id)):
            target = directory / row.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with storage.open(row.sha256) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        yield directory


def check(session: Session, storage: Storage, capture: Capture, actor: Person) -> Report:
    """Verify a capture again from the store, and write in its custody that it was done and what was found."""
    with unpacked(session, storage, capture) as directory:
        report = verify(directory)
    record(session, capture, actor, "verified", {"intact": report.intact})
    return report


def export(session: Session, storage: Storage, capture: Capture, actor: Person | None, target: Path) -> str:
    """Write the package that the other side verifies offline; give the ZIP's SHA-256."""
    record(session, capture, actor, "exported")
    events = session.scalars(select(CustodyEvent).order_by(CustodyEvent.seq))
    lines = [custody.Line(event.previous_hash, entry_of(event), event.hash).as_json() for event in events]
    with unpacked(session, storage, capture) as directory:
        return package.export(directory, target, lines)


def authority_directory(settings: Settings) -> Path:
    """Give the place of the embedded authority's keys, beside the firm's key and outside the data."""
    return settings.data_dir.with_name(settings.data_dir.name + ".tsa")


def _keep_files(session: Session, storage: Storage, capture: Capture, directory: Path) -> None:
    described = {row.path: row for row in seal.artifacts_of(directory)}
    for path in sorted(directory.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(directory).as_posix()
        with path.open("rb") as source:
            sha256, size = storage.put(source)
        known = described.get(name)
        session.add(
            Artifact(
                capture_id=capture.id,
                path=name,
                sha256=sha256,
                size=size,
                media_type=known.media_type if known else "application/octet-stream",
                role=known.role if known else ("proof" if name.startswith(f"{bag.PROOF}/") else "seal"),
            )
        )
        if name.endswith(".tsr"):
            _keep_token(session, capture, path)


def _keep_token(session: Session, capture: Capture, path: Path) -> None:
    from casefile.evidence import timestamp

    chain = path.with_suffix(".pem")
    manifest = (path.parent.parent / bag.MANIFEST).read_bytes()
    token = timestamp.check(path.read_bytes(), manifest, chain.read_bytes())
    session.add(
        Seal(
            capture_id=capture.id,
            authority=timestamp.label_of(path.name.split(".")[-2], []),
            qualified=False,
            stamped_at=token.at,
            reply=path.read_bytes(),
            chain_pem=chain.read_text("utf-8"),
        )
    )


def _close(session: Session, capture: Capture, manifest: str) -> None:
    import hashlib

    capture.manifest_sha256 = manifest
    capture.text_sha256 = hashlib.sha256(capture.text.encode()).hexdigest() if capture.text else None
    record(session, capture, None, "sealed", {"manifest": manifest})
    capture.state, capture.sealed_at, capture.lease_until = CaptureState.SEALED, clock.now(), None
    audit.record(session, None, "capture.sealed", capture, {"manifest": manifest})


def _fail(session: Session, capture: Capture, message: str) -> None:
    capture.state, capture.failure, capture.ended_at = CaptureState.FAILED, message, clock.now()
    capture.lease_until = None
    record(session, capture, None, "failed")
    audit.record(session, None, "capture.failed", capture)


def _head(session: Session) -> str | None:
    return session.scalar(select(CustodyEvent.hash).order_by(CustodyEvent.seq.desc()).limit(1))


def _genesis(session: Session) -> str:
    firm = session.get(Firm, 1)
    return custody.genesis(str(firm.installation_id) if firm else "")


def _directory(settings: Settings) -> Path:
    return settings.data_dir / "captures"


def _authorities(settings: Settings) -> list[Authority]:
    return [authority for entry in settings.tsa for authority in parse_authorities(entry)]
