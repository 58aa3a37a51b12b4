"""A firm of ten thousand dossiers backed up, restored elsewhere, and compared: every row, every blob, by digest.

`python -m bench.restoring [MATTERS]` prints one JSON document and exits 1 when the two differ.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from typing import TYPE_CHECKING, Any

from bench.ground import ground
from casefile import backup
from casefile.backup import rows
from casefile.cipher import Keyring
from casefile.database import Database
from casefile.models.ledger import Exhibit
from casefile.storage import from_url, verify_blob

if TYPE_CHECKING:
    from casefile.storage import Storage

BLOBS = 2000


def digests(database: Database, storage: Storage) -> dict[str, Any]:
    """Give the count and the digest of each table, and of the files as they read, decrypted and verified."""
    with database.engine.connect() as connection:
        tables = rows.tallies_of(connection)
    names = sorted(storage.digests())
    sizes = [verify_blob(storage, name) for name in names]
    whole = hashlib.sha256("\n".join(names).encode()).hexdigest()
    return {"tables": tables, "files": {"count": len(names), "bytes": sum(sizes), "digest": whole}}


def compare(matters: int) -> dict[str, Any]:
    """Back up, restore, and say whether what came back is the original."""
    with ground(matters, matters * 2) as prepared:
        with prepared.database.transaction() as session:
            for number in range(BLOBS):
                sha256, _ = prepared.storage.put(io.BytesIO(f"pièce {number} ".encode() * (1 + number % 500)))
                session.add(
                    Exhibit(
                        matter_id=prepared.matters[number % len(prepared.matters)],
                        number=1000 + number,
                        title="Pièce",
                        sha256=sha256,
                        media_type="text/plain",
                    )
                )
        keys = prepared.database.engine.dialect.casefile_keys  # type: ignore[attr-defined] # where Database puts them
        assert isinstance(keys, Keyring)
        before = digests(prepared.database, prepared.storage)
        file = prepared.directory / "cabinet.casefile"
        backup.make(prepared.database, prepared.storage, keys, file)
        elsewhere = Database(f"sqlite:///{prepared.directory}/elsewhere.sqlite3", keys)
        store = from_url(f"file://{prepared.directory}/elsewhere", keys, prepared.directory)
        backup.restore(file, keys, elsewhere, store)
        after = digests(elsewhere, store)
        elsewhere.close()
    differing = sorted(name for name in before["tables"] if before["tables"][name] != after["tables"].get(name))
    return {
        "matters": matters,
        "rows": sum(int(table["rows"]) for table in before["tables"].values()),
        "files": before["files"],
        "differing_tables": differing,
        "same_files": before["files"] == after["files"],
        "ok": not differing and before["files"] == after["files"] and before["tables"].keys() == after["tables"].keys(),
    }


def main() -> int:
    """Print the report."""
    report = compare(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
