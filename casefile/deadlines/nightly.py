"""What happens once a day: changed rules, silent dossiers, journal, bulletin, evening check.

Each claims its day in the transaction that does it, so that a killed worker neither skips nor repeats it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import bulletin, heartbeat, journal, rule_changes, silence

Work = Callable[[Session, Settings, datetime], int]

# name → hour and minute in Paris, and what to do.
DAILY: dict[str, tuple[int, int, Work]] = {
    "journal": (0, 10, lambda session, _settings, now: journal.write_pages(session, now)),
    "rules": (1, 0, lambda session, _settings, now: rule_changes.open_reviews(session, now)),
    "silence": (2, 0, lambda session, _settings, now: silence.note_silence(session, now)),
    "bulletin": (7, 30, bulletin.write),
    "evening": (19, 0, lambda session, _settings, now: silence.tell_partners(session, now)),
}


def run(database: Database, settings: Settings, now: datetime) -> list[str]:
    """Do the daily work whose hour has come in Paris and which was not done today; give its names."""
    done: list[str] = []
    for name, (hour, minute, work) in DAILY.items():
        with database.transaction() as session:
            if heartbeat.first_today(session, name, now, hour, minute):
                work(session, settings, now)
                done.append(name)
    return done
