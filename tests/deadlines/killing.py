"""Run as a program: workers that tick, and a hand that kills one of them at random, again and again.

A process of its own, so that it can fork workers already loaded, and die without touching the tests.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import sys
import time
from datetime import timedelta

from sqlalchemy import func, select

from casefile import clock
from casefile.config import Settings
from casefile.database import Database
from casefile.deadlines import reminders
from casefile.models.procedure import Reminder, ReminderState

LEASE = timedelta(seconds=10)


def work(settings):
    database = Database.of(settings)
    while True:
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
    draw, killed = random.Random(1881), 0
    ends = time.monotonic() + float(seconds)
    children = [start(settings) for _ in range(4)]
    died_alone = 0
    while time.monotonic() < ends and (killed < int(kills) or left(settings)):
        time.sleep(draw.uniform(0.05, 0.3))
        victim = draw.randrange(4)
        died_alone += os.waitpid(children[victim], os.WNOHANG)[0] != 0
        if killed < int(kills):
            try:
                os.kill(children[victim], signal.SIGKILL)
                os.waitpid(children[victim], 0)
                killed += 1
            except (ProcessLookupError, ChildProcessError):
                pass
            children[victim] = start(settings)
    for child in children:
        os.kill(child, signal.SIGKILL)
    sys.stdout.write(json.dumps({"kills": killed, "left": left(settings), "died_alone": died_alone}))


if __name__ == "__main__":
    main(*sys.argv[1:])
