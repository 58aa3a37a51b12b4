"""Where sealed blobs lie: a directory or an S3 bucket.

A shelf knows names and sealed bytes, never keys or contents.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import SplitResult, parse_qsl

# Up to this size an object is created in one conditional request; beyond, its parts are sent after looking.
ONE_REQUEST = 16 * 1024 * 1024
READ_AHEAD = 1024 * 1024


class Shelf(Protocol):
    """A place for sealed blobs. `scratch` is a local directory where they are prepared."""

    scratch: Path

    def place(self, prepared: Path, name: str) -> None:
        """Move a prepared file in under its name; one that is already there stays."""

    def replace(self, prepared: Path, name: str) -> None:
        """Put a file in the place of one that holds the same plain bytes: rotation of keys only."""

    def open(self, name: str) -> BinaryIO:
        """Open for reading; raises FileNotFoundError."""

    def exists(self, name: str) -> bool:
        """Tell whether a name is there."""

    def delete(self, name: str) -> None:
        """Remove a name; a missing one is no error."""

    def names(self) -> Iterator[str]:
        """Give every name, in order."""


class DirectoryShelf:
    """Read-only files, two levels of folders deep."""

    def __init__(self, root: Path) -> None:
        """Create the directory when missing."""
        self.root, self.scratch = root, root / "incoming"
        self.scratch.mkdir(parents=True, exist_ok=True)

    def place(self, prepared: Path, name: str) -> None:
        """Rename into place and flush the directory: a kill leaves no half blob."""
        if not self._path(name).exists():
            self.replace(prepared, name)

    def replace(self, prepared: Path, name: str) -> None:
        """Rename over the former file."""
        final = self._path(name)
        final.parent.mkdir(parents=True, exist_ok=True)
        prepared.chmod(0o400)
        prepared.replace(final)
        _sync_directory(final.parent)

    def open(self, name: str) -> BinaryIO:
        """Open the file."""
        return self._path(name).open("rb")

    def exists(self, name: str) -> bool:
        """Tell whether the file is there."""
        return self._path(name).exists()

    def delete(self, name: str) -> None:
        """Remove the file."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Walk the directory."""
        for file in sorted(self.root.glob("??/??/*")):
            yield file.name

    def _path(self, name: str) -> Path:
        return self.root / name[:2] / name[2:4] / name


class BucketShelf:
    """Objects of an S3-compatible bucket under a prefix; credentials come from AWS_ACCESS_KEY_ID and its siblings."""

    def __init__(self, address: SplitResult, scratch: Path) -> None:
        """Read `s3://bucket/prefix?endpoint=…&region=…`; nothing is asked of the server yet."""
        from obstore.store import S3Store

        options = dict(parse_qsl(address.query))
        config: dict[str, Any] = {"region": options.get("region") or os.environ.get("AWS_REGION", "us-east-1")}
        client: Any = {"timeout": "60s", "connect_timeout": "10s"}
        if endpoint := options.get("endpoint"):
            config |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
            client["allow_http"] = endpoint.startswith("http://")
        prefix = address.path.strip("/") or None
        self._store = S3Store(address.netloc, prefix=prefix, client_options=client, **config)
        self.scratch = scratch
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)

    def place(self, prepared: Path, name: str) -> None:
        """Create the object; the server itself refuses to overwrite it."""
        import obstore
        from obstore.exceptions import AlreadyExistsError

        if prepared.stat().st_size > ONE_REQUEST:
            # Parts cannot be sent conditionally. Both contenders would carry the same plain bytes.
            if not self.exists(name):
                self.replace(prepared, name)
            return
        with contextlib.suppress(AlreadyExistsError):
            obstore.put(self._store, _key(name), prepared, mode="create", use_multipart=False)

    def replace(self, prepared: Path, name: str) -> None:
        """Send the object, in parts when it is large."""
        import obstore

        obstore.put(self._store, _key(name), prepared)

    def open(self, name: str) -> BinaryIO:
        """Open the object; its bytes are fetched as they are read."""
        import obstore

        reader: Any = obstore.open_reader(self._store, _key(name), buffer_size=READ_AHEAD)
        return io.BufferedReader(_ObjectReader(reader))

    def exists(self, name: str) -> bool:
        """Ask for the object's head."""
        import obstore

        try:
            obstore.head(self._store, _key(name))
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Remove the object."""
        import obstore

        with contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, _key(name))

    def names(self) -> Iterator[str]:
        """List the bucket."""
        import obstore

        for batch in obstore.list(self._store):
            for entry in batch:
                yield str(entry["path"]).rpartition("/")[2]


class _ObjectReader(io.RawIOBase):
    """Gives obstore's reader the manners of a file."""

    def __init__(self, reader: Any) -> None:
        super().__init__()
        self._reader = reader

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, target: Any) -> int:
        """Fetch some bytes."""
        content = bytes(self._reader.read(len(target)))
        target[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move without fetching."""
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        """Give the place."""
        return int(self._reader.tell())


def _key(name: str) -> str:
    return f"{name[:2]}/{name[2:4]}/{name}"


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
