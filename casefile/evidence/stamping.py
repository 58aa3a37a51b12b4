"""Tokens asked again later: an authority that was silent at the seal delays nothing and is not forgotten.

A later token is one more row and three more files under `preuve/`; nothing sealed changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Exists, and_, exists, or_, select
from sqlalchemy.orm import Session

from casefile.config import Settings
from casefile.database import Database
from casefile.evidence import bag, seal
from casefile.evidence.address import Allowed
from casefile.evidence.authorities import EMBEDDED_NAME, Authority
from casefile.evidence.custody_ledger import record
from casefile.evidence.fetch import Door
from casefile.evidence.filing import authorities, authority_directory, keep_files, unpacked
from casefile.evidence.seal import Stamp
from casefile.models.evidence import Artifact, Capture, CaptureState, TokenRetry
from casefile.storage import from_url

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)


def work(database: Database, settings: Settings, now: datetime) -> bool:
    """Ask again for the tokens of one sealed capture; tell whether there was one to ask for."""
    from casefile.evidence.authority import EmbeddedAuthority

    asked = [EMBEDDED_NAME, *(authority.name for authority in authorities(settings))]
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with database.reader() as session:
        capture = _waiting(session, asked, now)
        if capture is None:
            return False
        with unpacked(session, storage, capture) as directory:
            session.rollback()
            tsas = authorities(settings)
            door = Door(Allowed.parse(" ".join(settings.capture_allow)))
            stamps = seal.stamp(directory, EmbeddedAuthority.at(authority_directory(settings)), tsas, door)
            with database.transaction() as writer:
                row = writer.get_one(Capture, capture.id)
                keep_files(writer, storage, row, directory)
                _note(writer, row, stamps, now)
    return True


def missing(paths: Sequence[str], configured: Sequence[Authority]) -> list[str]:
    """Name the configured authorities whose token a capture does not hold yet."""
    return [authority.name for authority in configured if _token_path(authority.name) not in paths]


def _waiting(session: Session, names: Sequence[str], now: datetime) -> Capture | None:
    lacking = [~_has(_token_path(name)) for name in names]
    query = (
        select(Capture)
        .outerjoin(TokenRetry, TokenRetry.capture_id == Capture.id)
        .where(
            Capture.state == CaptureState.SEALED,
            _has(bag.MANIFEST),
            or_(*lacking),
            or_(TokenRetry.capture_id.is_(None), TokenRetry.next_at <= now),
        )
        .order_by(Capture.sealed_at)
        .limit(1)
    )
    return session.scalar(query)


def _has(path: str) -> Exists:
    return exists().where(and_(Artifact.capture_id == Capture.id, Artifact.path == path))


def _token_path(name: str) -> str:
    return f"{bag.PROOF}/{bag.MANIFEST}.{name}.tsr"


def _note(session: Session, capture: Capture, stamps: Sequence[Stamp], now: datetime) -> None:
    for stamp in stamps:
        if stamp.obtained:
            record(session, capture, None, "stamped", {"authority": stamp.authority, "serial": stamp.serial})
    refusals = [f"{stamp.authority} : {stamp.reason}" for stamp in stamps if not stamp.obtained]
    row = session.get(TokenRetry, capture.id)
    if row is None:
        row = TokenRetry(capture_id=capture.id, attempts=0, reason="")
        session.add(row)
    row.next_at = now + min(FIRST_PAUSE * 2 ** min(row.attempts, 10), LONGEST_PAUSE)
    row.attempts += 1
    row.reason = " ".join(refusals)
