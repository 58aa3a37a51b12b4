"""Deposits of many pictures, read by the worker: sealed and stored at once, their row is closed with their words.

A killed reading is taken up again when its lease ends. What cannot be read is filed without words, and says so.
"""

from __future__ import annotations

import tempfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casefile.config import Settings
from casefile.database import Database
from casefile.evidence.filing import DERIVED, close
from casefile.evidence.ocr import OcrFailed, text_of
from casefile.models.evidence import Artifact, Capture, CaptureState
from casefile.storage import Storage, from_settings

LEASE = timedelta(minutes=30)
ATTEMPTS = 3
UNREAD = "La lecture optique n’a pas abouti : le texte des images ne peut pas être cherché, lisez-les."


def work(database: Database, settings: Settings, now: datetime) -> bool:
    """Read one deposit that waits for its words; tell whether there was one."""
    with database.transaction() as session:
        capture = _claim(session, now)
        if capture is None:
            return False
        identifier, attempts = capture.id, capture.attempts
    words = _words(database, from_settings(settings), identifier) if attempts <= ATTEMPTS else None
    with database.transaction() as session:
        _file(session, session.get_one(Capture, identifier), words)
    return True


def _claim(session: Session, now: datetime) -> Capture | None:
    """Take the oldest deposit that waits, or that a dead worker left, under a lease."""
    capture = session.scalar(
        select(Capture)
        .where(
            Capture.origin == "upload",
            or_(
                Capture.state == CaptureState.QUEUED,
                (Capture.state == CaptureState.RUNNING) & (Capture.lease_until < now),
            ),
        )
        .order_by(Capture.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if capture is not None:
        capture.state, capture.attempts = CaptureState.RUNNING, capture.attempts + 1
        capture.lease_until = now + LEASE
    return capture


def _words(database: Database, storage: Storage, identifier: uuid.UUID) -> str | None:
    """Read each picture in order; None when the machine cannot read at all. No database is held meanwhile."""
    with database.reader() as session:
        pictures = session.scalars(
            select(Artifact.sha256)
            .where(Artifact.capture_id == identifier, Artifact.path.startswith(DERIVED))
            .order_by(Artifact.path)
        ).all()
    read = []
    with tempfile.TemporaryDirectory(prefix="casefile-") as name:
        picture = Path(name) / "image.png"
        for sha256 in pictures:
            with storage.open(sha256) as source:
                picture.write_bytes(source.read())
            try:
                read.append(text_of(picture))
            except OcrFailed:
                return None
    return "\n".join(read)


def _file(session: Session, capture: Capture, words: str | None) -> None:
    if capture.state is not CaptureState.RUNNING:
        return  # another worker finished it meanwhile
    if words is None:
        capture.facts = {**capture.facts, "warnings": [*capture.facts.get("warnings", ()), UNREAD]}
    else:
        capture.text, capture.text_from_ocr = words or capture.text, bool(words.strip())
    assert capture.manifest_sha256 is not None  # sealed when it was received
    close(session, capture, capture.manifest_sha256)
