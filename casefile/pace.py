"""How fast one account may search, export, capture and deposit, and how often an address may guess.

Counted per account, which only its owner can spend, so that nobody can lock somebody else out; guesses of strangers
are counted per address and cost them alone. Shared by all the processes through the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from casefile import clock
from casefile.accounts import digest
from casefile.errors import CasefileError
from casefile.models.base import Instant
from casefile.models.people import RateWindow


class Pace(StrEnum):
    """What is counted."""

    SEARCH = "search"
    EXPORT = "export"
    CAPTURE = "capture"
    DEPOSIT = "deposit"
    GUESS = "guess"
    DELIVERY = "delivery"
    API = "api"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so long."""

    most: int
    within: timedelta


# Far above what a hand does in a day of work, far below what a script needs to empty a firm in a night.
LIMITS = {
    Pace.SEARCH: Limit(120, timedelta(minutes=1)),
    Pace.EXPORT: Limit(120, timedelta(minutes=10)),
    Pace.CAPTURE: Limit(60, timedelta(minutes=10)),
    Pace.DEPOSIT: Limit(120, timedelta(minutes=10)),
    Pace.API: Limit(300, timedelta(minutes=1)),
    Pace.DELIVERY: Limit(20, timedelta(hours=1)),
    Pace.GUESS: Limit(20, timedelta(minutes=10)),
}
KEPT = timedelta(hours=1)
_OPEN = text(
    "INSERT INTO rate_window (key_digest, started_at, count) VALUES (:key, :now, 0) ON CONFLICT (key_digest) DO NOTHING"
).bindparams(bindparam("now", type_=Instant()))


class TooFast(CasefileError):
    """More in this while than the firm allows; it says when to go on."""

    code = "too_fast"
    status = 429

    def __init__(self, message: str, wait: timedelta) -> None:
        """Keep the wait for the header that says it."""
        super().__init__(message)
        self.retry_after = max(1, int(wait.total_seconds()))


def spend(session: Session, pace: Pace, who: str) -> None:
    """Count one more act of this account or address; raises TooFast beyond the limit, and counts nothing more."""
    limit, now, key = LIMITS[pace], clock.now(), digest(f"pace:{pace}:{who}")
    session.execute(_OPEN, {"key": key, "now": now})
    window = session.scalars(select(RateWindow).where(RateWindow.key_digest == key).with_for_update()).one()
    if not _is_running(window.started_at, limit, now):
        window.started_at, window.count = now, 0
        session.execute(delete(RateWindow).where(RateWindow.started_at < now - KEPT, RateWindow.key_digest != key))
    if window.count >= limit.most:
        wait = window.started_at + limit.within - now
        minutes = max(1, round(wait.total_seconds() / 60))
        raise TooFast(
            f"Trop de demandes en peu de temps : attendez {minutes} minute{'s' if minutes > 1 else ''}, puis "
            "recommencez. Rien n'a été perdu.",
            wait,
        )
    window.count += 1


def _is_running(started: datetime, limit: Limit, now: datetime) -> bool:
    # A window that starts in the future means that the clock was set back: it binds nobody.
    return started <= now < started + limit.within
