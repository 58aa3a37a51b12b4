"""The only place that reads the time.

Instants are aware UTC; legal days are days in Paris. Tests freeze both with `frozen`.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

PARIS = ZoneInfo("Europe/Paris")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """Give the present instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)  # noqa: TID251 - this is the door itself


def today() -> date:
    """Give the present day in Paris."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """Give the day in Paris of an aware instant: the UTC day is the day before until one or two in the morning."""
    return paris(instant).date()


def paris(instant: datetime) -> datetime:
    """Give the same instant on a Paris wall clock."""
    if instant.tzinfo is None:
        raise ValueError("a naive instant has no day in Paris")
    return instant.astimezone(PARIS)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock at one aware instant: for tests and for `casefile remind --now`."""
    if instant.tzinfo is None:
        raise ValueError("freeze the clock at an aware instant")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
