"""Files that people bring: sealed untouched, read aside, filed as class C evidence."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from casefile import clock
from casefile.config import Settings
from casefile.evidence import bag, intake
from casefile.evidence.custody_ledger import record
from casefile.evidence.filing import (
    authorities,
    authority_directory,
    captures_directory,
    close,
    keep_files,
    keep_viewable,
)
from casefile.evidence.intake import SealedUpload
from casefile.evidence.ocr import OcrFailed, text_of
from casefile.evidence.reading import Reading, read
from casefile.models.evidence import Capture, Publication
from casefile.models.people import Person
from casefile.storage import Storage


@dataclass(frozen=True, slots=True)
class Received:
    """A file sealed on disk with what could be read from it, not yet filed in the dossier."""

    sealed: SealedUpload
    reading: Reading
    views: list[Path]
    text: str
    from_ocr: bool


def seal_upload(
    settings: Settings, *, name: str, source: IO[bytes], operator: str, reference: str, head: str | None
) -> Received:
    """Seal a received file and read it; no database is held meanwhile, for reading an image may take seconds.

    Raises FileRefused with a French sentence for an empty, dangerous or encrypted file.
    """
    sealed = intake.receive(
        source,
        name,
        into=captures_directory(settings),
        authority=authority_directory(settings),
        operator=operator,
        reference=reference,
        request_id=str(uuid.uuid4()),
        tsas=authorities(settings),
        custody_head=head,
    )
    output = sealed.directory.with_name(f".{sealed.id}.lecture")
    reading = read(sealed.original, sealed.media_type, output)
    views = [output / name for name in reading.views]
    if not reading.needs_ocr:
        return Received(sealed, reading, views, reading.text, from_ocr=False)
    try:
        proposed = "\n".join(text_of(view) for view in views or [sealed.original])
    except OcrFailed:
        proposed = ""
    return Received(sealed, reading, views, proposed or reading.text, from_ocr=bool(proposed))


def file_upload(
    session: Session, storage: Storage, actor: Person, publication: Publication, received: Received
) -> Capture:
    """Put a received file into the store and into the dossier, sealed."""
    sealed = received.sealed
    capture = Capture(
        id=uuid.UUID(sealed.id),
        matter_id=publication.matter_id,
        publication_id=publication.id,
        requested_by_id=actor.id,
        origin="upload",
        provenance=sealed.provenance.value,
        file_name=sealed.name,
        media_type=sealed.media_type,
        text=received.text,
        text_from_ocr=received.from_ocr,
        facts={
            "warnings": list(sealed.warnings),
            "metadata": received.reading.metadata,
            "problem": received.reading.problem,
        },
        started_at=clock.now(),
        ended_at=clock.now(),
    )
    session.add(capture)
    session.flush()
    record(session, capture, actor, "received")
    keep_files(session, storage, capture, sealed.directory)
    for view in received.views:
        keep_viewable(session, storage, capture, view)
    close(session, capture, sealed.manifest_sha256)
    return capture


def forget_work(received: Received) -> None:
    """Remove the local copies once the store has everything."""
    bag.destroy(received.sealed.directory)
    shutil.rmtree(received.sealed.directory.with_name(f".{received.sealed.id}.lecture"), ignore_errors=True)
