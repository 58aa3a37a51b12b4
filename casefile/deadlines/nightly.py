"""What happens once a day: the morning bulletin. Each claims its day in the transaction that does it."""

from __future__ import annotations

from datetime import datetime

from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import bulletin, heartbeat

BULLETIN_HOUR, BULLETIN_MINUTE = 7, 30


def run(database: Database, settings: Settings, now: datetime) -> list[str]:
    """Do the daily work whose hour has come in Paris and which was not done today; give its names."""
    done: list[str] = []
    with database.transaction() as session:
        if heartbeat.first_today(session, "bulletin", now, BULLETIN_HOUR, BULLETIN_MINUTE):
            bulletin.write(session, settings, now)
            done.append("bulletin")
    return done
