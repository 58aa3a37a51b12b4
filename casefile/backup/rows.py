"""Every row of a firm, read from and written to either database in one portable form.

Tables are seen as the database has them, not as the models say: an older schema is copied just as well.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import NullType, TypeEngine

from casefile.database import has_reached
from casefile.models import Base
from casefile.models.base import Instant, Secret

# Made again after a copy (search), made by the copy itself (desks), or not the firm's (migrations, queue, databases').
LEFT_OUT = ("alembic_", "search_", "desk_", "huey", "sqlite_")
BATCH = 500
UUID_HEX = 32
MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Table:
    """One table and its columns, each with the kind that says how its values travel."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def clause(self) -> sa.TableClause:
        """Give the table as a statement needs it."""
        return sa.table(self.name, *(sa.column(name, _type(self.name, name, kind)) for name, kind in self.columns))


Row = list[Any]
Dump = Iterable[tuple[Table, Iterable[Row]]]


class Tally:
    """Counts rows and adds their digests up, so that two copies compare whatever the order of their rows."""

    def __init__(self) -> None:
        """Start from nothing."""
        self.rows, self._sum = 0, 0

    def add(self, line: str) -> None:
        """Add one row in its portable form."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")) % MODULUS

    def as_json(self) -> dict[str, Any]:
        """Give the count and the digest."""
        return {"rows": self.rows, "digest": f"{self._sum:064x}"}


def tables_of(connection: sa.Connection) -> list[Table]:
    """Read which tables the firm has."""
    inspector = sa.inspect(connection)
    revision = "" if not inspector.has_table("alembic_version") else _revision(connection)
    names = sorted(name for name in inspector.get_table_names() if not name.startswith(LEFT_OUT))
    return [
        Table(name, tuple((column["name"], _kind(name, column, revision)) for column in inspector.get_columns(name)))
        for name in names
    ]


def dump(connection: sa.Connection) -> Iterator[tuple[Table, Iterator[Row]]]:
    """Read every row of every table, in the caller's transaction, a few at a time."""
    for table in tables_of(connection):
        yield table, _rows(connection, table)


def load(connection: sa.Connection, source: Dump) -> dict[str, dict[str, Any]]:
    """Write every row, in the caller's transaction; give the tallies of what was read from the source."""
    tallies = {}
    with _references_deferred(connection):
        for table, rows in source:
            tally, batch, names = Tally(), [], [name for name, _ in table.columns]
            statement = sa.insert(table.clause())
            for row in rows:
                tally.add(line_of(row))
                batch.append({name: _decode(kind, v) for (name, kind), v in zip(table.columns, row, strict=True)})
                if len(batch) >= BATCH:
                    connection.execute(statement, batch)
                    batch = []
            if batch:
                connection.execute(statement, batch)
            _move_sequence(connection, table, names)
            tallies[table.name] = tally.as_json()
    return tallies


def tallies_of(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """Read everything again and give the tally of each table."""
    found = {}
    for table, rows in dump(connection):
        tally = Tally()
        for row in rows:
            tally.add(line_of(row))
        found[table.name] = tally.as_json()
    return found


def is_empty(connection: sa.Connection) -> bool:
    """Tell whether no table holds a row."""
    return not any(connection.execute(sa.select(table.clause()).limit(1)).first() for table in tables_of(connection))


def line_of(row: Row) -> str:
    """Write one row in its portable form."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _rows(connection: sa.Connection, table: Table) -> Iterator[Row]:
    result = connection.execute(sa.select(table.clause()), execution_options={"yield_per": BATCH})
    for row in result:
        yield [_encode(value) for value in row]


def _revision(connection: sa.Connection) -> str:
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""


def _kind(table: str, column: Any, revision: str) -> str:
    if table in Base.metadata.tables:
        known = Base.metadata.tables[table].columns.get(column["name"])
        if known is not None and isinstance(known.type, Secret) and has_reached(revision, known.type.since):
            return "secret"
    kind: TypeEngine[Any] = column["type"]
    if isinstance(kind, sa.CHAR) and kind.length == UUID_HEX:
        return "uuid"
    families = {"uuid": sa.Uuid, "instant": sa.DateTime, "date": sa.Date, "bool": sa.Boolean, "json": sa.JSON}
    families["bytes"] = sa.LargeBinary
    return next((name for name, family in families.items() if isinstance(kind, family)), "plain")


def _type(table: str, column: str, kind: str) -> TypeEngine[Any]:
    if kind == "secret":
        return Secret(f"{table}.{column}")
    types: dict[str, TypeEngine[Any]] = {
        "uuid": sa.Uuid(),
        "instant": Instant(),
        "date": sa.Date(),
        "bool": sa.Boolean(),
        "json": sa.JSON(none_as_null=True),
        "bytes": sa.LargeBinary(),
    }
    return types.get(kind, NullType())


def _encode(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "uuid": uuid.UUID,
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": base64.b64decode,
}


def _decode(kind: str, value: Any) -> Any:
    return value if value is None or kind not in _DECODERS else _DECODERS[kind](value)


@contextmanager
def _references_deferred(connection: sa.Connection) -> Iterator[None]:
    """Let rows refer to rows that come later: the references are all checked at the end of the block."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield
        return
    found = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    constraints = [f"ALTER TABLE {table} ALTER CONSTRAINT {name}" for table, name in found]
    for constraint in constraints:
        connection.exec_driver_sql(f"{constraint} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for constraint in constraints:
        connection.exec_driver_sql(f"{constraint} NOT DEFERRABLE")


def _move_sequence(connection: sa.Connection, table: Table, names: list[str]) -> None:
    if connection.dialect.name == "sqlite" or "id" not in names or ("id", "plain") not in table.columns:
        return
    sequence = connection.scalar(sa.func.pg_get_serial_sequence(table.name, "id").select())
    highest = connection.scalar(sa.select(sa.func.max(table.clause().c.id)))
    if sequence and highest:
        connection.execute(sa.func.setval(sequence, highest).select())
