"""Files that people bring: sealed untouched, read aside, filed as class C evidence."""

from __future__ import annotations

import io
import json
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.config import Settings
from casefile.errors import CasefileError
from casefile.evidence import antivirus, bag, intake, seal, witness
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
from casefile.evidence.provenance import Provenance
from casefile.evidence.reading import Reading, read
from casefile.evidence.sniff import EMAIL
from casefile.models.evidence import Artifact, Capture, Publication
from casefile.models.people import Person
from casefile.storage import Storage, told_when_full

KEYS = "cles-dkim.json"
READ_AT_ONCE = 1  # pictures that are read while the depositor waits; more of them wait for the worker
MAX_MESSAGE = 50_000_000


@dataclass(frozen=True, slots=True)
class Received:
    """A file sealed on disk with what could be read from it, not yet filed in the dossier."""

    sealed: SealedUpload
    reading: Reading
    views: list[Path]
    text: str
    from_ocr: bool
    waits: bool = False  # its words are read later, by the worker, and its row is closed then


@told_when_full()
def seal_upload(
    settings: Settings,
    *,
    name: str,
    source: IO[bytes],
    operator: str,
    reference: str,
    head: str | None,
    provenance: Provenance | None = None,
    waits_for_words: bool = True,
) -> Received:
    """Seal a received file and read it; no database is held meanwhile, for reading an image may take seconds.

    The words of many pictures are read later by the worker; where nobody waits for them the file is filed at once.

    `provenance` is what the depositor declares of it, such as a bailiff's act; else what the file itself proves.
    Raises FileRefused with a French sentence for an empty, dangerous or encrypted file. Whatever fails leaves nothing
    of the file on the disk: it lies there in clear.
    """
    antivirus.check(settings, source)
    identity = str(uuid.uuid4())
    try:
        told = {"operator": operator, "reference": reference, "custody_head": head, "request_id": identity}
        sealed = _sealed(settings, name, source, provenance, told)
        return _read(sealed, waits_for_words=waits_for_words)
    except Exception:
        _forget(captures_directory(settings), identity)
        raise


def _sealed(
    settings: Settings, name: str, source: IO[bytes], provenance: Provenance | None, told: dict[str, Any]
) -> SealedUpload:
    keys: dict[str, str] = {}
    if name.lower().endswith(".eml"):
        source, keys = _with_keys(source)
    signed = bool(keys) and witness.is_signed(source.read(), keys)
    source.seek(0)
    return intake.receive(
        source,
        name,
        provenance=provenance or (Provenance.SIGNED_EMAIL if signed else Provenance.UPLOAD),
        companions={KEYS: rfc8785.dumps(dict(keys))} if keys else None,
        into=captures_directory(settings),
        authority=authority_directory(settings),
        tsas=authorities(settings),
        **told,
    )


def _read(sealed: SealedUpload, *, waits_for_words: bool) -> Received:
    output = _read_aside(sealed.directory.parent, sealed.id)
    reading = read(sealed.original, sealed.media_type, output)
    views = [output / name for name in reading.views]
    if not reading.needs_ocr:
        return Received(sealed, reading, views, reading.text, from_ocr=False)
    if len(views) > READ_AT_ONCE:
        return Received(sealed, reading, views, "", from_ocr=False, waits=waits_for_words)
    try:
        proposed = "\n".join(text_of(view) for view in views or [sealed.original])
    except OcrFailed:
        proposed = ""
    return Received(sealed, reading, views, proposed or reading.text, from_ocr=bool(proposed))


def attestations(
    session: Session, storage: Storage, capture: Capture, passages: Sequence[str]
) -> list[witness.Testimony]:
    """Ask a deposited message, with the keys sealed beside it, what its signature attests of each passage."""
    if capture.media_type != EMAIL:
        return []
    rows = session.scalars(select(Artifact).where(Artifact.capture_id == capture.id)).all()
    raw = next((row.sha256 for row in rows if row.role == "original"), None)
    kept = next((row.sha256 for row in rows if row.path == f"data/{KEYS}"), None)
    if raw is None:
        return []
    with storage.open(raw) as source:
        message = source.read()
    keys: dict[str, str] = {}
    if kept is not None:
        with storage.open(kept) as source:
            keys = json.loads(source.read())
    return [witness.examine(message, keys, words) for words in passages]


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
    if received.waits:
        capture.manifest_sha256, capture.lease_until = sealed.manifest_sha256, clock.now()
    else:
        close(session, capture, sealed.manifest_sha256)
    return capture


def forget_work(received: Received) -> None:
    """Remove the local copies once the store has everything, or will not have it."""
    _forget(received.sealed.directory.parent, received.sealed.id)


def _forget(root: Path, identity: str) -> None:
    if (root / identity).exists():
        bag.destroy(root / identity)
    for place in (_read_aside(root, identity), root / seal.WORK / identity):
        shutil.rmtree(place, ignore_errors=True)


def _read_aside(root: Path, identity: str) -> Path:
    return root / f".{identity}.lecture"


def _with_keys(source: IO[bytes]) -> tuple[IO[bytes], dict[str, str]]:
    """Read a message and ask the DNS for its signers' keys now, before they are changed; silence is no failure."""
    message = source.read(MAX_MESSAGE + 1)
    source.seek(0)
    if len(message) > MAX_MESSAGE:
        return source, {}
    try:
        return io.BytesIO(message), witness.fetch_keys(message)
    except (CasefileError, OSError, ValueError):
        return io.BytesIO(message), {}
