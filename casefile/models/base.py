"""What all tables share: metadata, column types, identity, optimistic version.

Instants are stored and returned as aware UTC on both databases; legal days are plain dates.
"""

from __future__ import annotations

import enum
import json
import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Enum, MetaData, String, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.operators import is_, is_not
from sqlalchemy.types import TypeDecorator

from casefile import clock
from casefile.cipher import Keyring

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# The revision that shut most encrypted columns (migrations/versions).
SHUT = "0017"


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; a naive one is refused, never guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn any aware instant into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - idem
        """Give the instant back aware: SQLite forgets the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Shut(TypeDecorator.Comparator[Any]):
    """Encrypted values tell SQL nothing: comparing or sorting by them is a mistake, and says so."""

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        """Let « is there a value? » pass, and the comparisons of columns that SQLAlchemy makes to find its own way."""
        if op in {is_, is_not} or (other and (other[0] is None or isinstance(other[0], ClauseElement))):
            return super().operate(op, *other, **options)
        raise TypeError("this column is encrypted: load the rows and compare them in Python, or use casefile.search")


class Secret(TypeDecorator[str]):
    """A text kept encrypted, under the keys that the Database was given; an empty one stays empty.

    `since` is the revision of the schema that shut the column: an older schema holds it in clear.
    """

    impl = Text
    cache_ok = True
    comparator_factory = Shut

    def __init__(self, purpose: str, since: str = SHUT) -> None:
        """Name the column, so that a value copied from another one does not open."""
        super().__init__()
        self.purpose, self.since = purpose, since

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return keys_of(dialect).lock(value, self.purpose) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decrypt on the way out."""
        return keys_of(dialect).unlock(value, self.purpose) if value else value


class SecretFacts(Secret):
    """A dictionary kept encrypted as one text."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write it as JSON, then encrypt it."""
        return None if value is None else super().process_bind_param(json.dumps(value, ensure_ascii=False), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decrypt it, then read the JSON."""
        text = super().process_result_value(value, dialect)
        return json.loads(text) if text else text if text is None else {}

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Keep this type for whatever it is compared to."""
        del op, value
        return self


class SecretList(SecretFacts):
    """A list kept encrypted as one text."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decrypt it, then read the JSON."""
        return super().process_result_value(value, dialect) or []


class Blind(TypeDecorator[str]):
    """The words of an index, each replaced by what only the firm's key makes of it; they are never read back."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Blind each word on the way in."""
        return None if value is None else keys_of(dialect).blind(value)


def keys_of(dialect: Dialect) -> Keyring:
    """Give the keys that the Database was opened with; raises RuntimeError when it was opened without."""
    keys: Keyring | None = getattr(dialect, "casefile_keys", None)
    if keys is None:
        raise RuntimeError("open this database with its keys: Database.of(settings)")
    return keys


def _values(enumeration: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in enumeration]


class Base(DeclarativeBase):
    """The root of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        uuid.UUID: Uuid,
        dict[str, Any]: MutableDict.as_mutable(JSON()),
        list[Any]: MutableList.as_mutable(JSON()),
        enum.StrEnum: Enum(enum.StrEnum, native_enum=False, length=40, values_callable=_values),
    }


class Identified:
    """A random identifier: nothing in it tells a client, an order or a date."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4, sort_order=-10)


class Created:
    """When the row appeared."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=90)


class Versioned:
    """Optimistic locking: the second of two simultaneous editors is told, and loses nothing."""

    version: Mapped[int] = mapped_column(default=1, sort_order=91)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Make each UPDATE check the version it read."""
        return {"version_id_col": cls.version}


Digest = String(64)
Line = String(300)
