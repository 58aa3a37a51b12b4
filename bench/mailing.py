"""Reminders due at the same minute, until the mail server holds them all, against the same messages sent bare.

The server is aiosmtpd in a process of its own, so that its work is nobody's: both sides talk to it over one line.
"""

from __future__ import annotations

import dataclasses
import smtplib
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import cycle, islice
from typing import Any

from sqlalchemy import insert, select

from bench.ground import Ground
from bench.measure import Act, Pair
from bench.pages import settings_of
from bench.posts import SOON, free_port
from casefile import clock, mail
from casefile.deadlines import reminders
from casefile.models.ledger import OutgoingMail
from casefile.models.procedure import Deadline, DeadlineState, Reminder

PEOPLE, EACH = 40, 2
ROUNDS, WARM_UP = 20, 2
LIMIT_SECONDS = 30
# Rounds are minutes of the same quarter of an hour: nobody is late enough for a digest, nothing escalates yet.
STEP = timedelta(seconds=30)


def draining(ground: Ground) -> Pair:
    """Owe each lawyer two reminders at each round; the tick composes, sends and marks them.

    The floor writes the same messages from their words and sends them; it has no row to read or to mark.
    """
    office = _Office(ground)

    def floor(_number: int) -> object:
        return office.send(office.written(subject, text, html, who) for who, subject, text, html in office.words)

    return office.pair(floor)


def draining_ready(ground: Ground) -> Pair:
    """Compare the same tick with messages that were ready to leave."""
    office = _Office(ground)
    ready = [office.written(subject, text, html, who) for who, subject, text, html in office.words]
    return office.pair(lambda _number: office.send(ready))


class _Office:
    """A firm whose reminders fall due round after round, and its mail server."""

    def __init__(self, ground: Ground) -> None:
        self.start = clock.now()
        self.count = _owe(ground, self.start)
        self.port = _server(ground)
        self.database = ground.database
        self.settings = dataclasses.replace(settings_of(ground), smtp_url=f"smtp://127.0.0.1:{self.port}")
        self.settings.data_dir.mkdir(exist_ok=True)
        assert self.tick(0) == self.count
        with ground.database.reader() as session:
            rows = session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at.desc()).limit(self.count))
            self.words = [(row.recipient_address, row.subject, row.text, row.html) for row in rows]

    def tick(self, number: int) -> int:
        return reminders.tick(self.database, self.settings, self.start + number * STEP).sent

    def written(self, subject: str, text: str, html: str, who: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.settings.mail_from, who, subject
        message["Message-ID"], message["Date"] = f"<{uuid.uuid4().hex}@cabinet.fr>", format_datetime(self.start)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        return message

    def send(self, messages: Iterable[EmailMessage]) -> int:
        with smtplib.SMTP("127.0.0.1", self.port) as line:
            return sum(not line.send_message(message) for message in messages)

    def pair(self, floor: Act) -> Pair:
        def same(left: object, right: object) -> bool:
            return left == right == self.count

        return Pair(floor, lambda number: self.tick(number + 1), ROUNDS, WARM_UP, same, waits=True)


def _owe(ground: Ground, start: Any) -> int:
    """Write the reminders of every round and give how many fall due at each."""
    series = uuid.uuid4().hex[:8]
    with ground.database.transaction() as session:
        open_ones = session.execute(
            select(Deadline.responsible_id, Deadline.id)
            .where(Deadline.state == DeadlineState.OPEN)
            .order_by(Deadline.responsible_id, Deadline.id)
        )
        owned: dict[Any, list[Any]] = {}
        for person, deadline in open_ones:
            owned.setdefault(person, []).append(deadline)
        rows = [
            {
                "id": uuid.uuid4(),
                "deadline_id": deadline,
                "recipient_id": person,
                "stage": f"J-{number}.{series}",
                "due_at": start + number * STEP,
                "message_id": mail.message_id(deadline, series, number),
                "created_at": start,
            }
            for person, deadlines in islice(owned.items(), PEOPLE)
            for number in range(1 + WARM_UP + ROUNDS)
            for deadline in islice(cycle(deadlines), number * EACH, (number + 1) * EACH)
        ]
        session.execute(insert(Reminder), rows)
    return len(rows) // (1 + WARM_UP + ROUNDS)


def _server(ground: Ground) -> int:
    """Start a mail server that takes all and keeps nothing; the ground's end stops it."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ground.closing.callback(process.wait)
    ground.closing.callback(process.terminate)
    limit = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < limit:
        with suppress(OSError), smtplib.SMTP("127.0.0.1", port):
            return port
        time.sleep(SOON)
    raise TimeoutError("the mail server did not start")
