"""Content-addressed blobs, encrypted at rest: bytes go in, the SHA-256 of the plain bytes comes out.

Nothing is ever overwritten. Streams are copied in pieces, so that a two-gigabyte video costs no memory.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from urllib.parse import urlsplit

from casefile import cipher
from casefile.errors import NO_ROOM, CasefileError
from casefile.shelves import BucketShelf, DirectoryShelf, Shelf

if TYPE_CHECKING:
    from casefile.config import Settings

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


class StorageFull(CasefileError):
    """There is no room left; nothing was stored."""

    code = "storage_full"
    status = 507


@contextmanager
def told_when_full(
    sentence: str = "Le disque est plein : rien n'a été enregistré. Libérez de la place, puis recommencez.",
) -> Iterator[None]:
    """Say in French that there is no room left, whatever was being written; the sentence of the outer act is told."""
    try:
        yield
    except StorageFull as error:
        raise StorageFull(sentence) from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(sentence) from error
        raise


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


class SealedStorage:
    """Blobs sealed on a shelf, each named by the SHA-256 of its plain bytes."""

    def __init__(self, shelf: Shelf, keys: cipher.Keyring) -> None:
        """Take a shelf and the keys that seal and open."""
        self._shelf, self._keys = shelf, keys

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Seal aside, flush to the disk, then place: a kill leaves no half blob and nothing in clear."""
        with self._prepared(source) as (prepared, sha256, size):
            self._shelf.place(prepared, sha256)
        return sha256, size

    def open(self, sha256: str) -> BinaryIO:
        """Open the blob; raises BlobMissing, and cipher.Altered or cipher.KeyMissing when it does not open."""
        return cipher.opened(self._sealed(sha256), self._keys)

    def exists(self, sha256: str) -> bool:
        """Tell whether the blob is there."""
        return self._shelf.exists(_name(sha256))

    def delete(self, sha256: str) -> None:
        """Remove the blob."""
        self._shelf.delete(_name(sha256))

    def digests(self) -> Iterator[str]:
        """Name every blob."""
        return self._shelf.names()

    def key_of(self, sha256: str) -> str:
        """Name the key that a blob is sealed under."""
        with self._sealed(sha256) as source:
            return cipher.key_of(source)

    def seal_again(self, sha256: str) -> None:
        """Seal a blob under the present key; raises BlobAltered rather than seal altered bytes."""
        with self.open(sha256) as source, self._prepared(source) as (prepared, found, _size):
            if found != sha256:
                raise BlobAltered(f"Le fichier d'empreinte {sha256} a été modifié dans le stockage.")
            self._shelf.replace(prepared, sha256)

    def _sealed(self, sha256: str) -> BinaryIO:
        try:
            return self._shelf.open(_name(sha256))
        except FileNotFoundError as error:
            raise BlobMissing(f"Le fichier d'empreinte {sha256} manque dans le stockage.") from error

    @contextmanager
    def _prepared(self, source: BinaryIO) -> Iterator[tuple[Path, str, int]]:
        temporary = self._shelf.scratch / uuid.uuid4().hex
        try:
            with told_when_full():
                with temporary.open("xb") as target:
                    sha256, size = cipher.seal(source, target, self._keys)
                    target.flush()
                    os.fsync(target.fileno())
                yield temporary, sha256, size
        finally:
            temporary.unlink(missing_ok=True)


def verify_blob(storage: Storage, sha256: str) -> int:
    """Read a blob again and compare; give its size, raise BlobMissing or BlobAltered."""
    digest, size = hashlib.sha256(), 0
    altered = f"Le fichier d'empreinte {sha256} a été modifié dans le stockage."
    try:
        with storage.open(sha256) as source:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
    except cipher.Altered as error:
        raise BlobAltered(altered) from error
    if digest.hexdigest() != sha256:
        raise BlobAltered(altered)
    return size


def from_settings(settings: Settings) -> SealedStorage:
    """Open the firm's storage with the firm's keys."""
    return from_url(settings.storage_url, settings.keyring, settings.data_dir / "incoming")


def from_url(url: str, keys: cipher.Keyring, scratch: Path) -> SealedStorage:
    """Open the storage that an address names: `file:///…` or `s3://bucket/prefix?endpoint=…&region=…`."""
    address = urlsplit(url)
    if address.scheme == "file":
        return SealedStorage(DirectoryShelf(Path(url.removeprefix("file://"))), keys)
    if address.scheme == "s3" and address.netloc:
        return SealedStorage(BucketShelf(address, scratch), keys)
    raise CasefileError("L'adresse du stockage n'est pas reconnue : écrivez file:///dossier ou s3://bucket/préfixe.")


def _name(sha256: str) -> str:
    if not DIGEST.fullmatch(sha256):
        raise ValueError("a blob is named by its SHA-256 in lower case")
    return sha256
