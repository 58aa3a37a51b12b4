"""What happens once a day: changed rules, silent dossiers, journal, bulletin, evening check.

Each claims its day in the transaction that does it, so that a killed worker neither skips nor repeats it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from casefile import matter_imports, retention, unfinished
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import bulletin, heartbeat, journal, rule_changes, silence

Work = Callable[[Session, Settings, datetime], int]

# name → what to do, at the hour that `heartbeat.DAILY` gives.
WORK: dict[str, Work] = {
    "journal": lambda session, _settings, now: journal.write_pages(session, now),
    "rules": lambda session, _settings, now: rule_changes.open_reviews(session, now),
    "silence": lambda session, _settings, now: silence.note_silence(session, now),
    "retention": lambda session, _settings, now: (
        sum(retention.sweep(session, now).values()) + unfinished.sweep(session) + matter_imports.sweep(session)
    ),
    "bulletin": bulletin.write,
    "evening": lambda session, _settings, now: silence.tell_partners(session, now),
}


def run(
    database: Database, settings: Settings, now: datetime, more: Mapping[str, Work] = MappingProxyType({})
) -> list[str]:
    """Do the daily work whose hour has come in Paris and which was not done today; give its names.

    `more` is the daily work of the modules above this one. One that fails does not keep the others from being done.
    """
    done: list[str] = []
    failures: list[Exception] = []
    work = {**WORK, **more}
    for name in [name for name in heartbeat.DAILY if name in work]:
        try:
            with database.transaction() as session:
                if heartbeat.first_today(session, name, now):
                    work[name](session, settings, now)
                    done.append(name)
        except Exception as error:  # noqa: BLE001 - all are raised together below, after the others had their turn
            failures.append(error)
    if failures:
        raise ExceptionGroup("daily work failed", failures)
    return done
