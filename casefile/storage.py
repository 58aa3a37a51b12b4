"""Content-addressed blobs: bytes go in, their SHA-256 comes out; nothing is ever overwritten.

Streams are copied in pieces, so that a two-gigabyte video costs no memory.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from casefile.errors import CasefileError

PIECE = 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


class BlobMissing(CasefileError):
    """A blob that the database names is not in the store."""

    code = "blob_missing"
    status = 500


class BlobAltered(CasefileError):
    """A blob's bytes no longer have the digest that names them."""

    code = "blob_altered"
    status = 500


class Storage(Protocol):
    """Where blobs are kept."""

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Store everything that can be read from `source`; give its SHA-256 and its size in bytes."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a blob for reading; raises BlobMissing."""

    def exists(self, sha256: str) -> bool:
        """Tell whether a blob is there."""

    def delete(self, sha256: str) -> None:
        """Destroy a blob: only the erasure of a dossier does this."""

    def digests(self) -> Iterator[str]:
        """Name every blob of the store."""


class LocalStorage:
    """Blobs as read-only files in a directory, two levels of folders deep."""

    def __init__(self, root: Path) -> None:
        """Create the directory when missing."""
        self.root = root
        (root / "incoming").mkdir(parents=True, exist_ok=True)

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Write aside, flush to the disk, then move into place: a kill leaves no half blob."""
        temporary = self.root / "incoming" / uuid.uuid4().hex
        digest, size = hashlib.sha256(), 0
        try:
            with temporary.open("xb") as target:
                while piece := source.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
            sha256 = digest.hexdigest()
            final = self._path(sha256)
            if not final.exists():
                final.parent.mkdir(parents=True, exist_ok=True)
                temporary.chmod(0o400)
                temporary.rename(final)
                _sync_directory(final.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return sha256, size

    def open(self, sha256: str) -> BinaryIO:
        """Open the file; raises BlobMissing."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(f"Le fichier d'empreinte {sha256} manque dans le stockage.") from error

    def exists(self, sha256: str) -> bool:
        """Tell whether the file is there."""
        return self._path(sha256).exists()

    def delete(self, sha256: str) -> None:
        """Remove the file."""
        self._path(sha256).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """Walk the directory."""
        for file in sorted(self.root.glob("??/??/*")):
            yield file.name

    def _path(self, sha256: str) -> Path:
        if not DIGEST.fullmatch(sha256):
            raise ValueError("a blob is named by its SHA-256 in lower case")
        return self.root / sha256[:2] / sha256[2:4] / sha256


def verify_blob(storage: Storage, sha256: str) -> int:
    """Read a blob again and compare; give its size, raise BlobMissing or BlobAltered."""
    digest, size = hashlib.sha256(), 0
    with storage.open(sha256) as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
    if digest.hexdigest() != sha256:
        raise BlobAltered(f"Le fichier d'empreinte {sha256} a été modifié dans le stockage.")
    return size


def from_url(url: str) -> Storage:
    """Open the storage that a setting names."""
    if url.startswith("file://"):
        return LocalStorage(Path(url.removeprefix("file://")))
    raise ValueError(f"unknown storage {url!r}")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
