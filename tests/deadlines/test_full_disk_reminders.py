"""A disk that fills, or a database that only reads, under the worker: no reminder is lost, and the log says why."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from casefile import audit, clock, mail
from casefile.deadlines import alarm, heartbeat, ladder
from casefile.models.ledger import Heartbeat
from casefile.models.people import Role
from casefile.models.procedure import Reminder
from tests.deadlines.conftest import MORNING, add_deadline, add_matter, add_person
from tests.deadlines.full_worker import FULL
from tests.deadlines.test_reminders import due_in, states, tick
from tests.disk import NEVER, Disk
from tests.web.test_operation import shut

PEOPLE, TICKS, SEED = 6, 14, 1881
LEASE = mail.LEASE + timedelta(minutes=1)
PATIENCE = 120.0


@pytest.fixture
def owed(database):
    """Owe a reminder to each of several people; give the identifiers of their messages."""
    with database.transaction() as session:
        anne = add_person(session, "Anne", Role.PARTNER)
        people = [add_person(session, f"P{number}") for number in range(PEOPLE)]
        matter = add_matter(session, 1, anne, *people)
        deadline = add_deadline(session, matter, anne, MORNING.date() + timedelta(days=7))
        for person in people:
            ladder.owe(session, deadline, person.id, "J-7", MORNING)
        session.flush()
        return set(session.scalars(select(Reminder.message_id)))


@pytest.fixture
def disk(settings, database):
    disk = Disk(settings.data_dir)
    with disk.under_database(database):
        yield disk


def test_reminders_all_leave_however_often_the_disk_fills_and_hardly_any_twice(
    database, posted, mailbox, owed, disk, monkeypatch
):
    draw, stopped, now = random.Random(SEED), 0, MORNING
    for _ in range(TICKS):
        with disk.filling(draw.randrange(14)):
            try:
                tick(database, posted, now)
            except DBAPIError:
                stopped += 1
        mail._gone.clear()  # as if the worker had died there: what it remembers is no promise
        now += LEASE
    assert stopped > TICKS / 2
    tick(database, posted, now)
    received = Counter(mailbox.identifiers)
    assert set(received) == owed
    assert received.total() - len(received) <= stopped, "a message that was out when the disk filled, at most"
    assert states(database) == {"sent": PEOPLE}
    with database.reader() as session:
        assert list(audit.verify(session)) == []


def test_a_worker_that_cannot_mark_what_it_sent_does_not_send_it_again(database, office, posted, mailbox, disk):
    due_in(database, office, 7)
    needed = writes_of(lambda: tick(database, posted), disk)
    assert len(mailbox.messages) == 1
    now, rooms = MORNING + timedelta(days=4), range(needed)
    for room in rooms:  # the next step of the same ladder, with a little more room each time
        with disk.filling(room):
            try:
                tick(database, posted, now)
            except DBAPIError:
                now += LEASE
    tick(database, posted, now)
    assert max(Counter(mailbox.identifiers).values()) == 1
    assert states(database)["sent"] >= 2


def writes_of(act, disk):
    with disk.filling(NEVER):
        act()
        return disk.written


def test_a_database_that_only_reads_keeps_its_reminders_and_the_banner_says_that_they_wait(
    database, posted, mailbox, owed
):
    tick(database, posted, MORNING - timedelta(hours=1))
    listener = shut(database)
    for minutes in range(0, 30, 10):
        with pytest.raises(DBAPIError):
            tick(database, posted, MORNING + timedelta(minutes=minutes))
    with database.reader() as session:
        codes = {one.code for one in alarm.trouble(session, MORNING + timedelta(minutes=20))}
    assert {"worker_silent", "reminders_stuck"} <= codes
    event.remove(database.engine, "connect", listener)
    database.engine.dispose()
    tick(database, posted, MORNING + timedelta(minutes=31))
    assert sorted(mailbox.identifiers) == sorted(owed)
    assert states(database) == {"sent": PEOPLE}


@pytest.fixture
def worker(settings, posted, tmp_path):
    """Start the real worker as often as asked; its log is in a file."""
    environment = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
        "CASEFILE_SMTP_URL": posted.smtp_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    started = []

    def start():
        log = (tmp_path / "log").open("wb")
        command = [sys.executable, "-m", "tests.deadlines.full_worker"]
        started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(found):
    limit = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < limit, "it did not come"
        time.sleep(0.1)


def beat(database):
    with database.reader() as session:
        return session.get(Heartbeat, heartbeat.WORKER)


def test_the_worker_outlives_a_full_disk_says_so_in_its_log_and_sends_once_there_is_room(
    settings, database, office, mailbox, worker, tmp_path
):
    full, log = settings.data_dir.with_name(FULL), tmp_path / "log"
    full.touch()
    refused = worker()
    assert refused.wait(PATIENCE) != 0, "the manager of services starts it again"
    assert "Le disque est plein" in log.read_text()
    full.unlink()
    process = worker()
    until(lambda: beat(database))
    full.touch()
    reminder = due_now(database, office)
    until(lambda: told(log, "DiskFull", "OperationalError") > 3)
    assert reminder not in mailbox.identifiers
    assert process.poll() is None
    full.unlink()
    until(lambda: reminder in mailbox.identifiers)
    until(lambda: states(database).get("sent"))
    assert process.poll() is None
    assert mailbox.identifiers.count(reminder) == 1


def due_now(database, office):
    """Owe one reminder at this very instant, for the worker reads the real clock; give its identifier."""
    with database.transaction() as session:
        deadline = add_deadline(session, office.matter, office.anne, clock.today() + timedelta(days=7))
        ladder.owe(session, deadline, office.anne.id, "J-7", clock.now())
        session.flush()
        return session.scalar(select(Reminder.message_id))


def told(log, *types):
    """Count the failures of these types in the worker's log."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"at"')]
    return sum(one["type"] in types for line in lines for one in line.get("error", ()))
