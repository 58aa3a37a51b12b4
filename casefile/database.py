"""Engines and sessions on SQLite and PostgreSQL, and the migrations.

Writers on SQLite begin with BEGIN IMMEDIATE, so that two of them queue instead of failing half-way.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.orm import Session

from casefile.indexing import IndexingSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config

    from casefile.cipher import Keyring
    from casefile.config import Settings

BUSY_TIMEOUT_MS = 20_000
ROWS_LOOKED_AT = 1_000  # of each index
# A connection of SQLite knows the counts of the day when it was opened: it is opened again from time to time.
CONNECTION_SECONDS = 3_600
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class Database:
    """The database of one firm; it opens reading and writing sessions."""

    def __init__(self, url: str, keys: Keyring | None = None) -> None:
        """Connect lazily; nothing is created here. Without the keys, encrypted columns stay shut."""
        self.url = _driver(url)
        self.is_sqlite = self.url.startswith("sqlite")
        # PostgreSQL may restart under us: a dead connection is noticed before it is used. The last one given back
        # serves first: a quiet firm keeps one connection's pages in memory, not five times the same ones.
        self.engine = create_engine(
            self.url, pool_pre_ping=not self.is_sqlite, pool_recycle=CONNECTION_SECONDS, pool_use_lifo=True
        )
        self.engine.dialect.casefile_keys = keys  # type: ignore[attr-defined] # models.base.Secret reads it there
        if self.is_sqlite:
            _tune_sqlite(self.engine)
        self._writer = self.engine.execution_options(casefile_write=True)
        self._alone = self.engine.execution_options(casefile_alone=True)

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """Open the firm's database with the firm's keys."""
        return cls(settings.database_url, settings.keyring)

    def reader(self) -> Session:
        """Open a session whose changes nobody commits."""
        return IndexingSession(self.engine, expire_on_commit=False)

    def writer(self) -> Session:
        """Open a session that takes the write lock at once on SQLite."""
        return IndexingSession(self._writer, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit at the end of the block, roll everything back if it fails: the edge of a job or command."""
        with self.writer() as session, session.begin():
            yield session

    @contextmanager
    def statement(self) -> Iterator[Session]:
        """Write one statement, which is a transaction by itself.

        SQLite's lock is then held while it writes and no longer; between BEGIN and COMMIT the thread may wait for its
        turn to run, and every other writer with it.
        """
        with IndexingSession(self._alone) as session, session.begin():
            yield session

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema up to a revision."""
        from alembic import command

        with self._rebuilding() as connection:
            command.upgrade(self._alembic(connection), revision)

    def migrate_down(self, revision: str) -> None:
        """Bring the schema down to a revision: tests only; a firm restores its backup instead."""
        from alembic import command

        with self._rebuilding() as connection:
            command.downgrade(self._alembic(connection), revision)

    @contextmanager
    def _rebuilding(self) -> Iterator[Connection]:
        """Open a connection on which SQLite lets a table with children be rebuilt; no orphan may be left behind.

        Raises RuntimeError when a row points at nothing afterwards.
        """
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                yield connection
                return
            driver = connection.connection.driver_connection
            assert driver is not None  # a connection just opened
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                yield connection
                orphans = driver.execute("PRAGMA foreign_key_check").fetchall()
            finally:
                connection.rollback()
                driver.execute("PRAGMA foreign_keys=ON")
        if orphans:
            raise RuntimeError(
                f"{len(orphans)} rows point at nothing after the migration, the first in {orphans[0][0]}"
            )

    def is_new(self) -> bool:
        """Tell whether nothing was ever created here."""
        return not inspect(self.engine).has_table("alembic_version")

    def is_current(self) -> bool:
        """Tell whether the schema is the one that this version of Casefile was written for."""
        from alembic.migration import MigrationContext
        from alembic.script import ScriptDirectory

        wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == wanted

    def scrub(self) -> None:
        """Leave nothing of deleted rows behind: SQLite overwrites them (`secure_delete`) and its journal is emptied;
        PostgreSQL gives their space to be written over.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if self.is_sqlite else "VACUUM")

    def learn(self) -> None:
        """Count what the tables hold, so that each question takes the right index; a look at a part of each is enough.

        SQLite never does it by itself, PostgreSQL only some time after a great copy.
        """
        with self._writer.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
            connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _alembic(self, connection: Connection) -> Config:
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        return config


def _driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions on its own
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # Kilobytes of pages that each connection keeps: what a search walks. All share the system's cache.
            "cache_size=-2000",
            "secure_delete=ON",  # what is deleted is overwritten: a destroyed dossier cannot be read from the file
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("casefile_alone"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("casefile_write") else "BEGIN")


def inserting(session: Session, table: Any) -> Any:
    """Begin an INSERT that can say what becomes of a row already there, in the words of the session's database."""
    return inserting_on(session.get_bind().dialect.name, table)


def inserting_on(dialect: str, table: Any) -> Any:
    """Begin the same by the name of the dialect, for a statement that is built once."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


@cache
def has_reached(revision: str, wanted: str) -> bool:
    """Tell whether a schema at a revision holds what another one brought, by their chain: numbers do not order them."""
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory(str(MIGRATIONS)).iterate_revisions(revision or "base", "base")
    return wanted in {step.revision for step in steps}
