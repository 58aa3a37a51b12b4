"""What every row of the bench stands on: a firm of the size asked for, filled once, and its file in the raw."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bench import data
from casefile import clock
from casefile.cipher import Keyring
from casefile.database import Database
from casefile.models.people import Person
from casefile.storage import SealedStorage, from_url

SECRET = "0123456789abcdef" * 3


@dataclass(frozen=True)
class Ground:
    """One firm and the means to reach it, with our code and without."""

    directory: Path
    database: Database
    storage: SealedStorage
    raw: sqlite3.Connection
    person: Person
    matters: list[Any]
    closing: ExitStack = field(default_factory=ExitStack)

    def reading(self) -> Session:
        """Open a session as a page finds it, its transaction begun; the ground's end takes it away."""
        session = self.database.reader()
        session.connection()
        self.closing.callback(session.close)
        return session


@contextmanager
def ground(matters: int, texts: int, now: datetime | None = data.NOW) -> Iterator[Ground]:
    """Fill a firm in a temporary directory and take it away at the end; the clock stands still at `now`, if given."""
    held = clock.frozen(now) if now else nullcontext()
    with held, tempfile.TemporaryDirectory(prefix="casefile-bench-") as name:
        directory, keys = Path(name), Keyring((SECRET,))
        database = Database(f"sqlite:///{directory}/casefile.sqlite3", keys)
        database.migrate()
        with database.transaction() as session:
            made = data.fill(session, matters, texts)
        database.learn()
        with database.reader() as session:
            person = session.get_one(Person, made["person_id"])
        raw = sqlite3.connect(directory / "casefile.sqlite3", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            raw.execute(f"PRAGMA {pragma}")
        storage = from_url(f"file://{directory}/blobs", keys, directory)
        made_ground = Ground(directory, database, storage, raw, person, made["matters"])
        made_ground.closing.callback(database.close)
        made_ground.closing.callback(raw.close)
        with made_ground.closing:
            yield made_ground
