"""Two machines' worth of processes on one PostgreSQL: nothing is sent twice, a session is one everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.posts import free_port
from bench.workday import Day, request
from casefile import accounts, clock
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import ladder
from casefile.models.ledger import Note
from casefile.models.matter import MatterCounter
from casefile.models.people import Firm, LoginSession, Role
from casefile.models.procedure import Reminder, ReminderState
from tests.deadlines.conftest import add_deadline, add_matter, add_person, mailbox

__all__ = ["mailbox"]

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COUNT = 20
PATIENCE = 180


@pytest.fixture
def machines(tmp_path, postgresql_url, mailbox):
    """Give the settings of two machines: own data directories and ports, one database, one store, one key."""
    shared = {
        "CASEFILE_DATABASE_URL": postgresql_url,
        "CASEFILE_STORAGE_URL": f"file://{tmp_path}/blobs",
        "CASEFILE_SECRET_KEY": "0123456789abcdef" * 4,
        "CASEFILE_SMTP_URL": mailbox.url + "0",
        "PYTHONPATH": str(ROOT),
    }
    return [
        {**os.environ, **shared, "CASEFILE_DATA_DIR": f"{tmp_path}/{name}", "CASEFILE_BIND": f"127.0.0.1:{free_port()}"}
        for name in ("one", "two")
    ]


@pytest.fixture
def firm(machines):
    database = Database.of(Settings.from_env(machines[0]))
    database.migrate()
    with database.transaction() as session:
        session.add_all([Firm(id=1, name="Cabinet"), MatterCounter(year=2026, last_number=1)])
        anne = add_person(session, "Anne", Role.PARTNER, totp_secret="JBSWY3DP")
        people = [add_person(session, f"P{number}") for number in range(COUNT)]
        matter = add_matter(session, 1, anne, *people)
        deadline = add_deadline(session, matter, anne, clock.today() + timedelta(days=60))
        for person in people:
            ladder.owe(session, deadline, person.id, "J-7", clock.now())
        token = accounts.start_session(session, anne, complete=True, user_agent="one", address="127.0.0.1")
    yield database, token
    database.close()


@pytest.fixture
def running(machines, firm):
    processes = [
        subprocess.Popen([sys.executable, "-m", "casefile", name], env=one, cwd=ROOT, stderr=subprocess.DEVNULL)
        for one in machines
        for name in ("web", "worker")
    ]
    yield [one["CASEFILE_BIND"] for one in machines]
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(60)


def until(condition):
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        with suppress(OSError, HTTPException):
            if condition():
                return
        time.sleep(0.1)
    raise TimeoutError(condition)


def home(bind, token):
    return request(bind, "GET", "/", headers={"Cookie": f"casefile_session={token}"})[0]


def test_two_webs_and_two_workers_send_once_and_share_sessions(firm, running, mailbox):
    database, token = firm
    first, second = running
    for bind in running:
        until(lambda bind=bind: home(bind, token) == 200)
    days = [Day(bind, token) for bind in running]
    for day in days:
        day.work()
    assert [dict(day.answers) for day in days] == [{"dossiers": 1, "notes": 1}] * 2

    def nothing_left():
        with database.reader() as session:
            waiting = select(func.count(Reminder.id)).where(Reminder.state != ReminderState.SENT)
            return session.scalar(waiting) == 0

    until(nothing_left)
    received = Counter(mailbox.identifiers)
    with database.reader() as session:
        owed = set(session.scalars(select(Reminder.message_id)))
        assert {body for day in days for body in day.notes} <= set(session.scalars(select(Note.body)))
    assert len(owed) == COUNT
    assert owed <= set(received)
    assert max(received.values()) == 1, "no message goes twice"
    with database.transaction() as session:
        login = session.scalars(select(LoginSession)).one()
        accounts.revoke(session, login.person, login)
    assert [home(bind, token) for bind in (first, second)] == [303, 303], "ended here, ended there"
