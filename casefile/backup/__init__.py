"""A whole firm in one encrypted file: made while it works, checked once written, restored into an empty place only."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from casefile import audit, clock, indexing
from casefile.backup import rows
from casefile.backup.archive import BackupRefused, Reader, Summary, Writer
from casefile.errors import Refused
from casefile.models.ledger import Heartbeat
from casefile.storage import told_when_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from casefile.cipher import Keyring
    from casefile.database import Database
    from casefile.storage import Storage

__all__ = [
    "BackupRefused",
    "Summary",
    "age",
    "begun_at",
    "check",
    "is_late",
    "made_at",
    "make",
    "move",
    "note_made",
    "restore",
]

HEARTBEAT = "backup"
FULL = (
    "Le disque est plein : la sauvegarde est abandonnée, les précédentes restent entières. "
    "Libérez de la place, puis recommencez."
)
UNFINISHED = (
    "Tout est copié et comparé, mais la base de destination n'a pas pu finir : son disque est plein, ou elle ne répond "
    "plus. Faites de la place, puis lancez « casefile upgrade » et « casefile search rebuild »."
)
LATE = timedelta(hours=26)
ALIVE = timedelta(minutes=3)


def make(database: Database, storage: Storage, keys: Keyring, target: Path, side: Storage | None = None) -> Summary:
    """Write the firm as it is at one instant into a new file, read it again, then name it; the firm works meanwhile.

    With a `side` store, blobs that it already holds are not copied again. A damaged blob is named in the summary.
    """
    if target.exists():
        raise Refused(f"Le fichier {target} existe déjà : une sauvegarde n'en remplace jamais une autre.")
    partial = target.with_name(f".{target.name}.partial")
    try:
        with told_when_full(FULL):
            with partial.open("xb") as file:
                partial.chmod(0o600)
                with _snapshot(database) as connection:
                    writer = Writer(file, keys, Summary(revision_of(connection), clock.now().isoformat()))
                    writer.rows(rows.dump(connection))
                    for sha256 in storage.digests():
                        writer.blob(storage, sha256, side)
                writer.finish()
                file.flush()
                os.fsync(file.fileno())  # some disks say that they are full only now
            check(partial, keys, side)
            partial.rename(target)
    except FileExistsError as error:
        raise Refused(
            f"Une sauvegarde vers {target} est déjà en cours, ou s'est arrêtée : effacez {partial}."
        ) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return writer.summary


def note_made(session: Session, summary: Summary, target: Path, *, at: datetime | None = None) -> None:
    """Remember that a backup was made, now or when it says: the home page shows its age, the trail its content."""
    beat = session.get(Heartbeat, HEARTBEAT) or Heartbeat(name=HEARTBEAT)
    beat.beat_at, beat.detail = at or clock.now(), str(target)[-300:]
    session.add(beat)
    audit.record(session, None, "backup.made", facts=summary.as_json())


def made_at(session: Session) -> datetime | None:
    """Give the instant of the last backup, or None when there is none."""
    beat = session.get(Heartbeat, HEARTBEAT)
    return beat.beat_at if beat else None


def age(session: Session) -> timedelta | None:
    """Give the age of the last backup, or None when there is none."""
    made = made_at(session)
    return clock.now() - made if made else None


def is_late(found: timedelta | None) -> bool:
    """Tell whether a backup of this age must be shown in red; none at all is late."""
    return found is None or found > LATE


def check(file: Path, keys: Keyring, side: Storage | None = None) -> Summary:
    """Read a backup to its end; raises BackupRefused or KeyMissing for one that is not whole."""
    reader = Reader(file, keys)
    try:
        return reader.check(side)
    finally:
        reader.close()


def begun_at(file: Path, keys: Keyring) -> datetime:
    """Read the instant that a backup shows, from its first bytes only; raises as `check` does."""
    reader = Reader(file, keys)
    try:
        return datetime.fromisoformat(reader.summary.made_at)
    finally:
        reader.close()


def restore(file: Path, keys: Keyring, database: Database, storage: Storage, side: Storage | None = None) -> Summary:
    """Bring a firm back into an empty place, compared row by row; an unsound file or a used place changes nothing."""
    summary = check(file, keys, side)
    if next(storage.digests(), None) is not None:
        raise BackupRefused("Le stockage n'est pas vide : restaurez dans un dossier de données neuf.")
    placed: list[str] = []
    reader = Reader(file, keys)
    try:
        with _prepared(database, summary.revision), database.engine.begin() as connection:
            _load_and_compare(connection, reader.rows(), summary.tables)
            # Blobs come before the commit: rows that name missing files are never acknowledged.
            reader.blobs(lambda _sha256, source: placed.append(storage.put(source)[0]), side)
    except BaseException:
        for sha256 in placed:
            storage.delete(sha256)
        raise
    finally:
        reader.close()
    _finish(database)
    return summary


def move(source: Database, target: Database) -> dict[str, dict[str, Any]]:
    """Copy every row of a stopped firm into an empty database and compare counts and digests; give them."""
    with source.writer() as session:
        _refuse_alive(session)
        connection = session.connection()
        tallies = rows.tallies_of(connection)
        with _prepared(target, revision_of(connection)), target.engine.begin() as destination:
            _load_and_compare(destination, rows.dump(connection), tallies)
    _finish(target)
    return tallies


def revision_of(connection: sa.Connection) -> str:
    """Read which schema a database has."""
    if not sa.inspect(connection).has_table("alembic_version"):
        raise Refused("Cette base ne contient pas de cabinet : vérifiez CASEFILE_DATABASE_URL.")
    return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


def _load_and_compare(connection: sa.Connection, dump: rows.Dump, expected: dict[str, dict[str, Any]]) -> None:
    try:
        rows.load(connection, dump)
    except OperationalError:
        raise  # the machine's: its disk is full, it went away
    except SQLAlchemyError as error:
        said = getattr(error, "orig", error)  # without the values of the row
        raise BackupRefused(f"La base de destination refuse une ligne ({type(error).__name__}) : {said}") from error
    if rows.tallies_of(connection) != expected:
        raise BackupRefused("Les lignes relues ne sont pas celles de l'original : rien n'a été gardé.")


@contextmanager
def _snapshot(database: Database) -> Iterator[sa.Connection]:
    # One instant for all tables: SQLite's reading transaction is a snapshot, PostgreSQL's when repeatable.
    options = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with database.engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def _prepared(database: Database, revision: str) -> Iterator[None]:
    """Give an empty database the schema of a revision; take it away again when the block fails."""
    from alembic.util.exc import CommandError

    with database.engine.connect() as connection:
        if not rows.is_empty(connection):
            raise BackupRefused("La base n'est pas vide : restaurez dans un dossier de données neuf ou une base neuve.")
        used = sa.inspect(connection).has_table("alembic_version")
    if used:
        database.migrate_down("base")
    try:
        database.migrate(revision)
        yield
    except CommandError as error:
        raise BackupRefused(
            "Cette sauvegarde vient d'une version plus récente de Casefile : mettez-le à jour, puis recommencez."
        ) from error
    except BaseException:
        with suppress(SQLAlchemyError):
            database.migrate_down("base")
        raise


def _finish(database: Database) -> None:
    """Bring the copy up to date and make its index; raises BackupRefused, with the repair, when the base refuses."""
    try:
        database.migrate()
        with database.transaction() as session:
            indexing.rebuild(session)
    except OperationalError as error:
        raise BackupRefused(UNFINISHED) from error
    with suppress(OperationalError):
        database.learn()


def _refuse_alive(session: Session) -> None:
    if session.scalar(sa.select(Heartbeat.name).where(Heartbeat.beat_at > clock.now() - ALIVE).limit(1)):
        raise Refused(
            "Casefile tourne encore : arrêtez l'application et ses processus, attendez trois minutes, puis recommencez."
        )
