"""The worker: Huey gives the minute and a few threads, and nothing else.

What is owed lives in our own rows (reminders, messages, captures), each under a lease. Huey may lose a job, or run one
twice: the next minute makes up for it. A queue of heavy rows joins by adding its name to `QUEUES`.
"""

from __future__ import annotations

import importlib
import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casefile import clock, desk
from casefile.backup import schedule
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import nightly, reminders
from casefile.evidence import docket

# Handles at most one row of its queue under a lease, and tells whether there was one.
QueueFunction = Callable[[Database, Settings, datetime], bool]

# queue name → "module:function"; imported when the worker first drains it.
QUEUES: dict[str, str] = {
    "watches": "casefile.evidence.followup:work",
    "captures": "casefile.evidence.docket:work",
    "readings": "casefile.evidence.late_reading:work",
    "tokens": "casefile.evidence.stamping:work",
    "renewals": "casefile.evidence.renewal:work",
    "erasures": "casefile.evidence.erasure:work",
    "destructions": "casefile.destruction:work",
    "removals": "casefile.identification.removals:work",
    "anchors": "casefile.anchoring:work",
    "webhooks": "casefile.webhook_sending:work",
}
THREADS = 3
ROUNDS_AT_ONCE = 100
SHUTDOWN_SECONDS = 20

log = logging.getLogger(__name__)
_draining = threading.Lock()
_backing_up = threading.Lock()


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM: finish what is in hand for a few seconds, then stop. Blocks; call it in a main thread."""
    huey, jobs = _jobs(settings)
    database = Database.of(settings)
    docket.settle(database, settings, clock.now())
    _learn(database)
    for enqueue in jobs.values():
        enqueue()  # a worker that starts does not wait for the next minute
    Consumer(
        huey,
        workers=THREADS,
        max_delay=1.0,
        backoff=1.15,
        graceful_signal="TERM",
        shutdown_timeout=SHUTDOWN_SECONDS,
    ).run()


def remind(database: Database, settings: Settings) -> None:
    """Send what is due."""
    now = clock.now()
    summary = reminders.tick(database, settings, now)
    if any(summary.as_json().values()):
        log.info("rappels : %s", summary.as_json())


def daily(database: Database, settings: Settings) -> list[str]:
    """Do the work of the day whose hour has come, the sheets of the journal among it; then look at what lists copy."""
    done = nightly.run(database, settings, clock.now(), {"sheets": _sheets})
    if done:
        _compare_lists(database)
        _learn(database)
    return done


def _compare_lists(database: Database) -> None:
    """Make the copies of the lists again when they differ; they are compared without keeping any writer waiting."""
    try:
        with database.reader() as session:
            differed = len(desk.differences(session))
        if differed:
            log.error("listes refaites : %s lignes différaient de leurs sources", differed)
            with database.transaction() as session:
                desk.mend(session)
    except DBAPIError:
        log.warning("les listes n'ont pas été comparées", exc_info=True)


def _learn(database: Database) -> None:
    """Count the tables; a base that refuses (disk full, a long writer) keeps no reminder from going out."""
    try:
        database.learn()
    except DBAPIError:
        log.warning("les tables n'ont pas été comptées", exc_info=True)


def back_up(database: Database, settings: Settings) -> None:
    """Make tonight's backup, once, when the settings name a place for it."""
    if _backing_up.acquire(blocking=False):
        try:
            schedule.run(database, settings, clock.now())
        finally:
            _backing_up.release()


def _sheets(session: Session, settings: Settings, now: datetime) -> int:
    # Imported when the night needs it: what draws PDFs would slow every start of the worker.
    from casefile.documents.deadline_journal import write_sheets

    return write_sheets(session, settings, now)


def drain(database: Database, settings: Settings) -> int:
    """Empty every queue, one row of each in turn; give how many rows were handled. One drain at a time per process."""
    if not _draining.acquire(blocking=False):
        return 0
    try:
        functions = [_load(target) for target in QUEUES.values()]
        handled = 0
        for _ in range(ROUNDS_AT_ONCE):
            done = sum(function(database, settings, clock.now()) for function in functions)
            handled += done
            if not done:
                break
        return handled
    finally:
        _draining.release()


class Named(Serializer):  # type: ignore[misc] # huey ships no types
    """Writes a job as its number and its name, in JSON: who could write into the queue must not run code in the worker.

    Our jobs take no argument; Huey's own form is a pickle, which executes what it is told.
    """

    def _serialize(self, data: Message) -> bytes:
        return json.dumps({"id": data.id, "name": data.name}).encode()

    def _deserialize(self, data: bytes) -> Message:
        told = json.loads(data)
        return Message(id=str(told["id"]), name=str(told["name"]), retries=0, retry_delay=0, args=(), kwargs={})


@lru_cache(maxsize=4)
def _jobs(settings: Settings) -> tuple[Huey, dict[str, Callable[[], object]]]:
    huey: Huey
    if settings.is_sqlite:
        huey = SqliteHuey(
            "casefile", filename=str(settings.data_dir / "queue.sqlite3"), results=False, serializer=Named()
        )
    else:
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
        huey = PostgresHuey("casefile", dsn=dsn, results=False, serializer=Named())
    database = Database.of(settings)
    minute = crontab(minute="*")
    return huey, {
        "remind": huey.periodic_task(minute, name="remind")(lambda: remind(database, settings)),
        "nightly": huey.periodic_task(minute, name="nightly")(lambda: daily(database, settings)),
        "backup": huey.periodic_task(minute, name="backup")(lambda: back_up(database, settings)),
        "drain": huey.periodic_task(minute, name="drain")(lambda: drain(database, settings)),
    }


def _load(target: str) -> QueueFunction:
    module, _, attribute = target.partition(":")
    function: QueueFunction = getattr(importlib.import_module(module), attribute)
    return function
