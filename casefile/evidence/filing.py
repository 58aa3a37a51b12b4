"""A sealed directory filed: its files into the encrypted store, its row closed for ever; taken out again to check.

Files go into the store before the row says « sealed »: a kill in between leaves a row that waits, never half a seal.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, cipher, clock
from casefile.config import Settings
from casefile.errors import Refused
from casefile.evidence import bag, package, seal
from casefile.evidence.authorities import Authority, parse_authorities
from casefile.evidence.custody_ledger import lines_of, record
from casefile.evidence.verify import Problem, Report, verify
from casefile.models.evidence import Artifact, Capture, CaptureState, Seal
from casefile.models.people import Person
from casefile.storage import BlobAltered, BlobMissing, Storage

DERIVED = "derive/"


def captures_directory(settings: Settings) -> Path:
    """Give the place where captures are made, before the store has them."""
    return settings.data_dir / "captures"


def authority_directory(settings: Settings) -> Path:
    """Give the place of the embedded authority's keys, beside the firm's key and outside the data."""
    return settings.data_dir.with_name(settings.data_dir.name + ".tsa")


def authorities(settings: Settings) -> list[Authority]:
    """Give the time-stamping authorities that the firm configured."""
    return [authority for entry in settings.tsa for authority in parse_authorities(entry)]


def keep_files(session: Session, storage: Storage, capture: Capture, directory: Path) -> None:
    """Put into the store every file of a sealed directory that it does not have yet, tokens included."""
    described = {row.path: row for row in seal.artifacts_of(directory)}
    already = set(session.scalars(select(Artifact.path).where(Artifact.capture_id == capture.id)))
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if not path.is_file() or name in already:
            continue
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


def keep_viewable(session: Session, storage: Storage, capture: Capture, path: Path) -> None:
    """Keep a copy made by us for looking at; it is never called evidence."""
    with path.open("rb") as source:
        sha256, size = storage.put(source)
    session.add(
        Artifact(
            capture_id=capture.id,
            path=f"{DERIVED}{path.name}",
            sha256=sha256,
            size=size,
            media_type="image/png",
            role="viewable",
        )
    )


def close(session: Session, capture: Capture, manifest: str) -> None:
    """Say that a capture is sealed: from here on no path changes it."""
    capture.manifest_sha256 = manifest
    capture.text_sha256 = hashlib.sha256(capture.text.encode()).hexdigest() if capture.text else None
    record(session, capture, None, "sealed", {"manifest": manifest})
    capture.state, capture.sealed_at, capture.lease_until = CaptureState.SEALED, clock.now(), None
    audit.record(session, None, "capture.sealed", capture, {"manifest": manifest})


def fail(session: Session, capture: Capture, message: str) -> None:
    """Say that a capture could not be made, and why."""
    capture.state, capture.failure, capture.ended_at = CaptureState.FAILED, message, clock.now()
    capture.lease_until = None
    record(session, capture, None, "failed")
    audit.record(session, None, "capture.failed", capture)


@contextmanager
def unpacked(session: Session, storage: Storage, capture: Capture) -> Iterator[Path]:
    """Give a temporary directory with the sealed bag as it was, for export; raises SealBroken naming altered files."""
    with _taken_out(session, storage, capture) as (directory, lost):
        if lost:
            names = ", ".join(problem.name for problem in lost[:5])
            raise bag.SealBroken(f"Le stockage a altéré ou perdu : {names}. Restaurez une sauvegarde.")
        _list_later_tokens(directory)
        yield directory


def check(session: Session, storage: Storage, capture: Capture, actor: Person) -> Report:
    """Verify a capture again from the store, and write in its custody that it was done and what was found."""
    with _taken_out(session, storage, capture) as (directory, lost):
        if lost:
            report = Report(capture=str(capture.id), problems=lost)
        else:
            _list_later_tokens(directory)
            report = verify(directory)
    record(session, capture, actor, "verified", {"intact": report.intact})
    return report


@contextmanager
def _taken_out(session: Session, storage: Storage, capture: Capture) -> Iterator[tuple[Path, list[Problem]]]:
    """Copy the files of a sealed capture out of the store; name those that it no longer gives back as they were."""
    if capture.state is not CaptureState.SEALED:
        raise Refused("Cette capture n'est pas scellée : attendez la fin de la capture.")
    lost = []
    with tempfile.TemporaryDirectory(prefix="casefile-") as name:
        directory = Path(name) / str(capture.id)
        rows = select(Artifact).where(Artifact.capture_id == capture.id).order_by(Artifact.path)
        for row in session.scalars(rows):
            if row.path.startswith(DERIVED):
                continue  # made by us after the seal: never called evidence
            target = directory / row.path
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with storage.open(row.sha256) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)
            except (cipher.Altered, cipher.KeyMissing, BlobAltered, BlobMissing):
                lost.append(Problem("file", row.path, "Le stockage ne rend plus ce fichier tel qu’il a été scellé."))
        yield directory, lost


def export(
    session: Session,
    storage: Storage,
    capture: Capture,
    actor: Person | None,
    target: Path,
    *,
    extras: Mapping[str, bytes] | None = None,
) -> str:
    """Write the package that the other side verifies offline, with its extras; give the ZIP's SHA-256."""
    record(session, capture, actor, "exported")
    with unpacked(session, storage, capture) as directory:
        return package.export(directory, target, lines_of(session), extras)


def _keep_token(session: Session, capture: Capture, path: Path) -> None:
    """Keep a token with what the configuration said of its authority on the day it was obtained."""
    from casefile.evidence import timestamp

    chain, facts = path.with_suffix(".pem"), json.loads(path.with_suffix(".json").read_bytes())
    stamped = path.with_name(bag.MANIFEST)  # a renewal covers its own listing
    manifest = (stamped if stamped.exists() else path.parents[1] / bag.MANIFEST).read_bytes()
    token = timestamp.check(path.read_bytes(), manifest, chain.read_bytes())
    session.add(
        Seal(
            capture_id=capture.id,
            authority=f"{facts['authority']} – {facts['label']}",
            qualified=bool(facts["qualified"]),
            stamped_at=token.at,
            reply=path.read_bytes(),
            chain_pem=chain.read_text("utf-8"),
        )
    )


def _list_later_tokens(directory: Path) -> None:
    """Name in the tag manifest the tokens obtained after the seal: it is not sealed, they prove themselves."""
    listed = bag.read_manifest((directory / bag.TAG_MANIFEST).read_text("utf-8"))
    if not listed.keys() >= set(bag.files_under(directory, bag.PROOF)):
        seal.repair(directory)
