"""The pulse of the worker, and what must run once a day and no more.

A pulse that is old, or that lies in the future because the clock was set back, is silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from casefile import clock
from casefile.models.ledger import Heartbeat

WORKER = "worker"
SILENCE = timedelta(minutes=5)


def beat(session: Session, now: datetime, name: str = WORKER, detail: str = "") -> None:
    """Write that something is alive now."""
    row = _row(session, name, now)
    row.beat_at, row.detail = now, detail
    session.flush()


def worker_silent(session: Session, now: datetime) -> bool:
    """Tell whether the worker gave no sign for five minutes: pages turn red, the health address answers 503."""
    row = session.get(Heartbeat, WORKER)
    return row is None or abs(now - row.beat_at) > SILENCE


def first_today(session: Session, name: str, now: datetime, hour: int, minute: int = 0) -> bool:
    """Claim a daily task: true once per day in Paris, from this hour on; a clock set back claims nothing again."""
    local = clock.paris(now)
    if (local.hour, local.minute) < (hour, minute):
        return False
    row, day = _row(session, f"daily:{name}", now), local.date().isoformat()
    if row.detail >= day:
        return False
    row.beat_at, row.detail = now, day
    session.flush()
    return True


def _row(session: Session, name: str, now: datetime) -> Heartbeat:
    # Two workers may start in the same instant: the second to write waits for the first, and then reads its row.
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    session.execute(insert(Heartbeat).values(name=name, beat_at=now, detail="").on_conflict_do_nothing())
    return session.get_one(Heartbeat, name, with_for_update=True, populate_existing=True)
