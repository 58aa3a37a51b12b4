"""The pulse of the worker, and what must run once a day and no more.

A pulse that is old, or that lies in the future because the clock was set back, is silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from casefile import clock
from casefile.database import inserting
from casefile.models.ledger import Heartbeat

WORKER = "worker"
TASK = "daily:"
SILENCE = timedelta(minutes=5)
# What runs once a day, with its hour and minute in Paris; half an hour later its absence is an alarm.
DAILY = {
    "journal": (0, 10),
    "sheets": (0, 30),
    "rules": (1, 0),
    "silence": (2, 0),
    "retention": (3, 30),
    "bulletin": (7, 30),
    "evening": (19, 0),
}
GRACE = timedelta(minutes=30)
ONE_DAY = timedelta(days=1)


class Beat(NamedTuple):
    """A sign of life as it was read."""

    name: str
    beat_at: datetime
    detail: str


def beat(session: Session, now: datetime, name: str = WORKER, detail: str = "") -> None:
    """Write that something is alive now."""
    row = _row(session, name, now)
    row.beat_at, row.detail = now, detail
    session.flush()


def is_silent(beat_at: datetime | None, now: datetime) -> bool:
    """Tell whether the worker gave no sign for five minutes: pages turn red, the health address answers 503."""
    return beat_at is None or abs(now - beat_at) > SILENCE


def first_today(session: Session, name: str, now: datetime) -> bool:
    """Claim a daily task: true once per day in Paris, from its hour on; a clock set back claims nothing again."""
    local = clock.paris(now)
    if (local.hour, local.minute) < DAILY[name]:
        return False
    row, day = _row(session, f"{TASK}{name}", now), local.date().isoformat()
    if row.detail >= day:
        return False
    row.beat_at, row.detail = now, day
    session.flush()
    return True


def last_days(beats: Iterable[Beat]) -> dict[str, date]:
    """Give the last day on which each daily task was done; those never done are not there."""
    done = [row for row in beats if row.name.startswith(TASK) and row.detail]
    return {row.name.removeprefix(TASK): date.fromisoformat(row.detail) for row in done}


def overdue_tasks(beats: Sequence[Beat], began_at: datetime | None, now: datetime) -> list[str]:
    """Name the daily tasks whose hour is past by more than the grace and which were not done.

    A worker that has never lived is another alarm; and a task never done is missed only where work began before its
    hour: an installation of this morning has missed nothing. `began_at` is the instant of the trail's first line.
    """
    if not any(row.name == WORKER for row in beats):
        return []
    done, local = last_days(beats), clock.paris(now - GRACE)
    missed = []
    for name, hour in DAILY.items():
        reached = (local.hour, local.minute) >= hour
        expected = local.date() if reached else local.date() - ONE_DAY
        last = done.get(name)
        never = last is None and reached and began_at is not None and clock.paris(began_at) < local
        if never or (last is not None and last < expected):
            missed.append(name)
    return missed


def _row(session: Session, name: str, now: datetime) -> Heartbeat:
    # Two workers may start in the same instant: the second to write waits for the first, and then reads its row.
    session.execute(inserting(session, Heartbeat).values(name=name, beat_at=now, detail="").on_conflict_do_nothing())
    return session.get_one(Heartbeat, name, with_for_update=True, populate_existing=True)
