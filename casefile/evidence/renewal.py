"""Tokens renewed before their certificates expire: each capture has a day, and its job comes before it.

A renewal is a new token over the manifest and every earlier token; nothing sealed changes.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.config import Settings
from casefile.database import Database
from casefile.errors import Refused
from casefile.evidence import bag, seal
from casefile.evidence.address import Allowed
from casefile.evidence.custody_ledger import record
from casefile.evidence.fetch import Door
from casefile.evidence.filing import authorities, authority_directory, keep_files, unpacked
from casefile.evidence.seal import Stamp
from casefile.models.evidence import Artifact, Capture, CaptureState, TokenRenewal
from casefile.models.people import Person
from casefile.storage import from_url

LEAD = timedelta(days=180)
# Within this time of the end a silent authority is no longer waited for: the others renew alone.
LAST_DAYS = timedelta(days=30)
PAUSE = timedelta(days=1)
_STAMPED = f"{bag.PROOF}/%.tsr"


def due(session: Session, capture: Capture) -> datetime | None:
    """Give the instant before which the tokens must be renewed; None until the job has read them."""
    row = session.get(TokenRenewal, capture.id)
    return row.before if row else None


def work(database: Database, settings: Settings, now: datetime) -> bool:
    """Note until when the tokens of one capture hold, or renew those of one whose day has come."""
    with database.reader() as session:
        unread, waiting = _unread(session), _waiting(session, now)
    if unread is not None:
        _read(database, settings, unread)
    elif waiting is not None:
        renew(database, settings, waiting, now)
    return unread is not None or waiting is not None


def renew(
    database: Database, settings: Settings, capture_id: uuid.UUID, now: datetime, actor_id: uuid.UUID | None = None
) -> list[Stamp]:
    """Renew the tokens of a sealed capture, with no lock held meanwhile; raises Refused without any."""
    from casefile.evidence.authority import EmbeddedAuthority

    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with database.reader() as session:
        capture = session.get_one(Capture, capture_id)
        with unpacked(session, storage, capture) as directory:
            before = seal.renew_before(directory)
            if before is None:
                raise Refused("Cette capture n'a pas encore de jeton : il sera demandé de lui-même.")
            session.rollback()
            stamps = seal.renew(
                directory,
                EmbeddedAuthority.at(authority_directory(settings)),
                authorities(settings),
                Door(Allowed.parse(" ".join(settings.capture_allow))),
                all_must_answer=before - now > LAST_DAYS,
            )
            with database.transaction() as writer:
                row = writer.get_one(Capture, capture_id)
                actor = writer.get(Person, actor_id) if actor_id else None
                keep_files(writer, storage, row, directory)
                for stamp in stamps:
                    if stamp.obtained:
                        record(writer, row, actor, "renewed", {"authority": stamp.authority, "serial": stamp.serial})
                refusals = [f"{stamp.authority} : {stamp.reason}" for stamp in stamps if not stamp.obtained]
                _note(writer, capture_id, seal.renew_before(directory) or before, now, " ".join(refusals))
    return stamps


def _unread(session: Session) -> uuid.UUID | None:
    """Find a sealed capture that holds a token and whose day is not known yet."""
    stamped = select(Artifact.capture_id).where(Artifact.path.like(_STAMPED))
    known = select(TokenRenewal.capture_id)
    query = select(Capture.id).where(
        Capture.state == CaptureState.SEALED, Capture.id.in_(stamped), Capture.id.not_in(known)
    )
    return session.scalar(query.limit(1))


def _waiting(session: Session, now: datetime) -> uuid.UUID | None:
    query = (
        select(TokenRenewal.capture_id)
        .join(Capture, Capture.id == TokenRenewal.capture_id)
        .where(Capture.state == CaptureState.SEALED, TokenRenewal.next_at <= now)
        .order_by(TokenRenewal.before)
    )
    return session.scalar(query.limit(1))


def _read(database: Database, settings: Settings, capture_id: uuid.UUID) -> None:
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with database.reader() as session:
        rows = select(Artifact).where(Artifact.capture_id == capture_id, Artifact.path.like(f"{bag.PROOF}/%.json"))
        files: dict[str, bytes] = {}
        for row in session.scalars(rows):
            with storage.open(row.sha256) as source:
                files[row.path] = source.read()
    before = seal.first_expiry(files) or datetime.max.replace(tzinfo=UTC)
    with database.transaction() as writer:
        if writer.get(TokenRenewal, capture_id) is None:
            writer.add(TokenRenewal(capture_id=capture_id, before=before, next_at=before - LEAD, reason=""))


def _note(session: Session, capture_id: uuid.UUID, before: datetime, now: datetime, reason: str) -> None:
    row = session.get(TokenRenewal, capture_id)
    if row is None:
        row = TokenRenewal(capture_id=capture_id)
        session.add(row)
    row.before, row.next_at, row.reason = before, max(before - LEAD, now + PAUSE), reason
