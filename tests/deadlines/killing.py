"""Run as a program: workers that tick, and a hand that kills one of them at random, again and again.

A process of its own, so that it can fork workers already loaded, and die without touching the tests.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import signal
import sys
import time
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from casefile import clock
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import reminders
from casefile.models.procedure import Reminder, ReminderState

LEASE = timedelta(seconds=10)


def work(settings):
    database = Database.of(settings)
    while True:
        # As the worker's own queue does: a tick that the database refuses on a busy machine is tried again.
        with contextlib.suppress(OperationalError):
            reminders.tick(database, settings, clock.now(), lease=LEASE)
        time.sleep(0.05)


def start(settings):
    child = os.fork()
    if child == 0:
        try:
            work(settings)
        finally:
            os._exit(1)
    return child


def left(settings):
    database = Database.of(settings)
    with database.reader() as session:
        count = session.scalar(select(func.count(Reminder.id)).where(Reminder.state != ReminderState.SENT))
    database.close()
    return count


def main(smtp_url, kills, seconds):
    settings = dataclasses.replace(Settings.from_env(), smtp_url=smtp_url)
    draw, killed, died_alone = random.Random(1881), 0, 0
    ends = time.monotonic() + float(seconds)
    children = [start(settings) for _ in range(4)]
    try:
        while time.monotonic() < ends and (killed < int(kills) or left(settings)):
            time.sleep(draw.uniform(0.05, 0.3))
            victim = draw.randrange(4)
            if os.waitpid(children[victim], os.WNOHANG)[0]:
                died_alone += 1
            elif killed < int(kills):
                os.kill(children[victim], signal.SIGKILL)
                os.waitpid(children[victim], 0)
                killed += 1
            else:
                continue
            children[victim] = start(settings)
    finally:  # an orphan would hold our output open, and the test with it
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    sys.stdout.write(json.dumps({"kills": killed, "left": left(settings), "died_alone": died_alone}))


if __name__ == "__main__":
    main(*sys.argv[1:])
