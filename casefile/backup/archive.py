"""The backup file: one sealed stream of JSON lines and blobs, closed by the tallies of all that it holds.

Reading it to the end proves it whole: each piece is authenticated, each blob has its digest, each table its tally.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from casefile.backup.rows import Row, Table, Tally, line_of
from casefile.cipher import Altered, Keyring, SealingWriter, opened
from casefile.errors import CasefileError
from casefile.storage import BlobAltered, BlobMissing, verify_blob

if TYPE_CHECKING:
    from pathlib import Path

    from casefile.backup.rows import Dump
    from casefile.storage import Storage

FORMAT = 1
PIECE = 1024 * 1024


class BackupRefused(CasefileError):
    """A backup that cannot be trusted, or a place where it cannot go; nothing was changed."""

    code = "backup_refused"
    status = 409


@dataclass(slots=True)
class Summary:
    """What a backup holds."""

    revision: str
    made_at: str
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    blobs: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(int(table["rows"]) for table in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        """Give what the commands print."""
        told = {"revision": self.revision, "made_at": self.made_at, "tables": len(self.tables), "rows": self.rows}
        return told | {"blobs": self.blobs, "bytes": self.bytes, "damaged": self.damaged}


class Writer:
    """Writes a backup, piece by piece, in constant memory."""

    def __init__(self, target: BinaryIO, keys: Keyring, summary: Summary) -> None:
        """Open the stream with the revision of the schema."""
        self._out, self.summary = SealingWriter(target, keys), summary
        self._line({"casefile": FORMAT, "revision": summary.revision, "made_at": summary.made_at})

    def rows(self, dump: Dump) -> None:
        """Write every table."""
        for table, rows in dump:
            self._line({"table": table.name, "columns": table.columns})
            tally = Tally()
            for row in rows:
                line = line_of(row)
                tally.add(line)
                self._out.write(line.encode() + b"\n")
            self.summary.tables[table.name] = tally.as_json()

    def blob(self, storage: Storage, sha256: str, side: Storage | None) -> None:
        """Write one blob here, or into a side store when it is not there yet; a damaged one is named, not copied."""
        try:
            size = verify_blob(storage, sha256)
        except (BlobMissing, BlobAltered):
            self.summary.damaged.append(sha256)
            return
        self.summary.blobs += 1
        self.summary.bytes += size
        if side is not None:
            if not side.exists(sha256):
                with storage.open(sha256) as source:
                    side.put(source)
            self._line({"aside": sha256, "size": size})
            return
        self._line({"blob": sha256, "size": size})
        with storage.open(sha256) as source:
            while piece := source.read(PIECE):
                self._out.write(piece)
        self._out.write(b"\n")

    def finish(self) -> None:
        """Close with the tallies."""
        told = self.summary
        self._line({"end": {"tables": told.tables, "blobs": told.blobs, "bytes": told.bytes, "damaged": told.damaged}})
        self._out.finish()

    def _line(self, value: Any) -> None:
        self._out.write(json.dumps(value).encode() + b"\n")


class Reader:
    """Reads a backup once, from its first byte to its last."""

    def __init__(self, file: Path, keys: Keyring) -> None:
        """Open the file; raises BackupRefused for one that is not a backup, KeyMissing for another firm's."""
        try:
            self._source = opened(file.open("rb"), keys)
            head = self._json()
            if head["casefile"] != FORMAT:
                raise BackupRefused("Cette sauvegarde vient d'une version plus récente de Casefile : mettez-le à jour.")
            self.summary = Summary(head["revision"], head["made_at"])
        except FileNotFoundError as error:
            raise BackupRefused(f"La sauvegarde {file} n'existe pas : vérifiez son chemin.") from error
        except (Altered, ValueError, KeyError, TypeError, OSError) as error:
            raise _altered() from error
        self._next = self._json()

    def rows(self) -> Iterator[tuple[Table, Iterator[Row]]]:
        """Give every table; each must be read before the next."""
        while "table" in self._next:
            columns = tuple((str(name), str(kind)) for name, kind in self._next["columns"])
            table = Table(self._next["table"], columns)
            yield table, self._rows_of(table)

    def blobs(self, take: Callable[[str, BinaryIO], None], side: Storage | None) -> None:
        """Give every blob to `take`, whole and checked, then compare the tallies at the end of the file."""
        while "end" not in self._next:
            sha256, size = self._next.get("blob") or self._next["aside"], int(self._next["size"])
            if "aside" in self._next:
                self._from_side(sha256, take, side)
            else:
                source = _Bounded(self._source, size)
                take(sha256, source)  # type: ignore[arg-type] # `read` is all that a store asks for
                if not source.matches(sha256) or self._source.read(1) != b"\n":
                    raise _altered()
            self.summary.blobs += 1
            self.summary.bytes += size
            self._next = self._json()
        self._compare(self._next["end"])

    def aside(self) -> Iterator[str]:
        """Give the digests of the blobs that lie beside this backup; the blobs themselves are not opened."""
        try:
            for _table, rows in self.rows():
                for _row in rows:
                    pass
            while "end" not in self._next:
                if "aside" in self._next:
                    yield str(self._next["aside"])
                else:
                    left = int(self._next["size"]) + 1
                    while left:
                        left -= len(self._source.read(min(left, PIECE))) or left
                self._next = self._json()
        except (Altered, ValueError, KeyError, TypeError) as error:
            raise _altered() from error

    def check(self, side: Storage | None) -> Summary:
        """Read everything and believe nothing; raises BackupRefused."""
        try:
            for _table, rows in self.rows():
                for _row in rows:
                    pass
            self.blobs(_exhaust, side)
        except (Altered, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _altered() from error
        return self.summary

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def _rows_of(self, table: Table) -> Iterator[Row]:
        tally = Tally()
        while isinstance(row := self._json(), list):
            tally.add(line_of(row))
            yield row
        self._next = row
        self.summary.tables[table.name] = tally.as_json()

    def _from_side(self, sha256: str, take: Callable[[str, BinaryIO], None], side: Storage | None) -> None:
        if side is None:
            raise BackupRefused(
                "Les fichiers de cette sauvegarde sont à côté d'elle : indiquez leur dossier (--blobs)."
            )
        try:
            verify_blob(side, sha256)
        except (BlobMissing, BlobAltered) as error:
            raise BackupRefused(f"{error.message} Rien n'a été restauré.") from error
        with side.open(sha256) as source:
            take(sha256, source)

    def _compare(self, end: dict[str, Any]) -> None:
        found, self.summary.damaged = self.summary, list(end["damaged"])
        told = (end["tables"], end["blobs"], end["bytes"])
        if told != (found.tables, found.blobs, found.bytes) or self._source.read(1):
            raise _altered()

    def _json(self) -> Any:
        return json.loads(self._source.readline())


class _Bounded:
    """The next `size` bytes of a stream, hashed as they go."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source, self._left, self._digest = source, size, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read some of what is left."""
        piece = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        self._digest.update(piece)
        return piece

    def matches(self, sha256: str) -> bool:
        """Tell whether all was read and has this digest."""
        return self._left == 0 and self._digest.hexdigest() == sha256


def _exhaust(_sha256: str, source: BinaryIO) -> None:
    while source.read(PIECE):
        pass


def _altered() -> BackupRefused:
    return BackupRefused("Cette sauvegarde est incomplète ou a été modifiée : rien n'a été restauré.")
