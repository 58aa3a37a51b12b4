"""The kill test: thousands of reminders, four workers, SIGKILL at random: nothing lost, hardly anything doubled."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casefile import clock
from casefile.deadlines import ladder
from casefile.models.people import Person, Role
from casefile.models.procedure import Reminder, ReminderState
from tests.deadlines.conftest import add_deadline, add_matter, add_person

PER_PERSON = 4  # below the size of a digest
COUNT, KILLS = 2000, 80
PATIENCE = 600  # seconds: the test ends as soon as nothing is left, and a busy machine is no failure


def owe(database, count):
    """Owe so many reminders, due at random within the next twenty seconds; give their Message-IDs."""
    draw, now = random.Random(65), clock.now()
    with database.transaction() as session:
        anne = add_person(session, "Anne", Role.PARTNER)
        people = [add_person(session, f"P{number}") for number in range(count // PER_PERSON)]
        matter = add_matter(session, 1, anne, *people)
        deadlines = [
            add_deadline(session, matter, anne, now.date() + timedelta(days=60 + number))
            for number in range(PER_PERSON)
        ]
        for deadline in deadlines:
            for person in people:
                ladder.owe(session, deadline, person.id, "J-7", now + timedelta(seconds=draw.uniform(0, 20)))
        session.flush()
        assert session.scalar(select(Person.id)) is not None
        return set(session.scalars(select(Reminder.message_id)))


@pytest.mark.slow
def test_thousands_of_reminders_survive_eighty_murders(both, mailbox, record_property):
    settings, database = both
    owed = owe(database, COUNT)
    environment = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    program = [
        sys.executable,
        str(Path(__file__).with_name("killing.py")),
        mailbox.url + "0",
        str(KILLS),
        str(PATIENCE),
    ]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    received = Counter(mailbox.identifiers)
    doubled = sum(received.values()) - len(received)
    assert report["kills"] >= KILLS
    assert report["left"] == 0
    assert report["died_alone"] == 0
    assert len(owed) == COUNT
    assert set(received) == owed, "nothing is lost, and nothing comes under a name we do not know"
    assert doubled <= COUNT * 0.02, f"{doubled} of {COUNT} doubled"
    with database.reader() as session:
        assert set(session.scalars(select(Reminder.state).distinct())) == {ReminderState.SENT}
    record_property("result", f"{COUNT} reminders, {report['kills']} kills, {doubled} doubled")
