"""Messages: rendered, kept as rows, sent once each as far as anyone can promise.

A message is written into `outgoing_mail` in the transaction of the act that causes it, then delivered under a lease.
A worker killed between the server's « 250 » and our commit sends it again with the same Message-ID: never lost,
rarely doubled, always recognisable. One whose commit is refused, by a full disk, remembers what left and only marks it
the next time. No subject or header may carry a client's name: callers pass references only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import smtplib
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import Uuid, bindparam, or_, select, update
from sqlalchemy.orm import Session

from casefile import smtp
from casefile.config import Settings
from casefile.database import Database, inserting_on
from casefile.models.ledger import MailState, OutgoingMail
from casefile.models.people import Person

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
DOMAIN = "mail.casefile.local"
LEASE = timedelta(minutes=5)
BATCH = 10
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# One minute doubling up to an hour: thirty attempts outlast a server that is down for a whole day.
MAX_ATTEMPTS = 30
# A lease further away than any we grant means that the clock was set back: it binds nobody.
ABSURD_WAIT = LONGEST_WAIT * 2
LEFT = frozenset({MailState.SENT, MailState.KEPT})
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
ADDRESS = re.compile(r"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+")
# What left while the database could not be told, by message: this process's own memory, no promise.
_gone: dict[uuid.UUID, MailState] = {}


class _Headers(HeaderRegistry):
    """The library's headers; it would make a new class for each header of each message, and these are made once."""

    @cache  # noqa: B019 - one registry for the life of the process, and a dozen names
    def __getitem__(self, name: str) -> Any:
        """Give the class of a header."""
        return super().__getitem__(name)


POLICY = EmailPolicy(header_factory=_Headers())


@dataclass(slots=True)
class Delivery:
    """What one round of sending did."""

    sent: int = 0
    kept: int = 0
    retried: int = 0
    failed: int = 0
    dropped: int = 0


def _always(_session: Session, _mail: OutgoingMail) -> bool:
    return True


def _nothing(_session: Session, _mail: OutgoingMail) -> None:
    return


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the owner of the messages wants asked before sending and told after, in our transaction."""

    is_wanted: Callable[[Session, OutgoingMail], bool] = field(default=_always)
    settled: Callable[[Session, OutgoingMail], None] = field(default=_nothing)


@dataclass(frozen=True, slots=True)
class _Round:
    database: Database
    settings: Settings
    now: datetime
    hooks: Hooks
    done: Delivery = field(default_factory=Delivery)
    began: float = field(default_factory=time.monotonic)

    @property
    def instant(self) -> datetime:
        """Give the present instant: a long round moves on, and so must its leases."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def count(self, outcome: MailState) -> None:
        """Add one message to the account of the round."""
        name = {MailState.QUEUED: "retried", MailState.VOID: "dropped"}.get(outcome, outcome.value)
        setattr(self.done, name, getattr(self.done, name) + 1)


def message_id(*parts: object) -> str:
    """Derive a Message-ID from what the message is about: the same facts always give the same one."""
    content = "\x1f".join(str(part) for part in parts)
    return f"<{hashlib.sha256(content.encode()).hexdigest()[:40]}@{DOMAIN}>"


def queue(
    session: Session,
    recipient: Person,
    identifier: str,
    template: str,
    facts: dict[str, Any],
    *,
    matter_id: uuid.UUID | None = None,
) -> None:
    """Write a message to be sent, once per Message-ID; the template's first text line is its subject."""
    subject, text, html = render(template, {**facts, "recipient": recipient.full_name})
    session.flush()  # the dossier may have been opened in this very transaction
    row = {
        "message_id": identifier,
        "recipient_id": recipient.id,
        "recipient_address": recipient.email,
        "matter_id": matter_id,
        "subject": subject,
        "text": text,
        "html": html,
    }
    session.connection().execute(_writing(session.get_bind().dialect.name), row)


@cache
def _writing(dialect: str) -> Any:
    return inserting_on(dialect, OutgoingMail.__table__).on_conflict_do_nothing(index_elements=["message_id"])


def render(template: str, facts: dict[str, Any]) -> tuple[str, str, str]:
    """Give the subject, the text and the HTML of a message from its two templates."""
    head, _, text = _templates().get_template(f"{template}.txt").render(facts).partition("\n")
    html = _templates().get_template(f"{template}.html").render({**facts, "subject": one_line(head)})
    return one_line(head), text.strip() + "\n", html


def one_line(value: str) -> str:
    """Flatten a value so that it can stand in a header: no line break or control character survives."""
    return CONTROL.sub(" ", value).strip()[:200]


def deliver(
    database: Database,
    settings: Settings,
    now: datetime,
    hooks: Hooks | None = None,
    *,
    lease: timedelta = LEASE,
) -> Delivery:
    """Send all that is due, batch after batch, each message marked as soon as it is gone."""
    work = _Round(database, settings, now, hooks or Hooks())
    with _turn(settings) as ours, smtp.Line(settings.smtp_url) as line:
        if not ours:
            return work.done
        # When nobody answers, every message of the batch waits its turn and the next round tries again.
        while not line.is_down and (batch := _claim(work, lease)):
            began = time.monotonic()
            for mail in batch:
                if time.monotonic() - began > lease.total_seconds() / 2:
                    break  # the rest of the batch comes back when its lease ends
                _send_one(work, line, mail)
    return work.done


def as_message(mail: OutgoingMail, sender: str, date: datetime) -> EmailMessage:
    """Build the message to put on the wire; raises ValueError for an address that is not one."""
    if not ADDRESS.fullmatch(mail.recipient_address):
        raise ValueError("not an e-mail address")
    message = EmailMessage(POLICY)
    message["From"], message["To"] = sender, mail.recipient_address
    message["Subject"] = one_line(mail.subject)
    message["Message-ID"], message["Date"] = mail.message_id, format_datetime(date.astimezone(UTC))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def forget_kept(settings: Settings, identifiers: Iterable[str]) -> None:
    """Delete the copies of messages that were kept as files for want of a server."""
    for identifier in identifiers:
        _kept_at(settings.data_dir / "outbox", identifier).unlink(missing_ok=True)


@contextmanager
def _turn(settings: Settings) -> Iterator[bool]:
    """Take the turn to send, on the embedded database: it has one writer, and senders that wait for it while a
    message is out would double that message when killed. The kernel gives the turn back when a process dies.
    """
    if not settings.is_sqlite:
        yield True
        return
    with (settings.data_dir / "sending.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _claim(work: _Round, lease: timedelta) -> list[OutgoingMail]:
    with work.database.transaction() as session:
        now = work.instant
        free = or_(
            OutgoingMail.next_attempt_at.is_(None),
            OutgoingMail.next_attempt_at <= now,
            OutgoingMail.next_attempt_at > now + ABSURD_WAIT,
        )
        batch = list(
            session.scalars(
                select(OutgoingMail)
                .where(OutgoingMail.state == MailState.QUEUED, free)
                .order_by(OutgoingMail.created_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
        )
        if not batch:
            return []
        taken = {"next_attempt_at": now + lease, "attempts": OutgoingMail.attempts + 1}
        session.execute(
            update(OutgoingMail).where(OutgoingMail.id.in_([mail.id for mail in batch])).values(taken),
            execution_options={"synchronize_session": False},
        )
    for mail in batch:  # nobody's rows any more: what they hold is kept beside the database's
        mail.next_attempt_at, mail.attempts = now + lease, mail.attempts + 1
    return batch


def _send_one(work: _Round, line: smtp.Line, mail: OutgoingMail) -> None:
    with work.database.reader() as session:
        seen = session.execute(_place(), {"key": mail.id}).one()
        if seen.state is not MailState.QUEUED or seen.next_attempt_at != mail.next_attempt_at:
            return  # our lease ended while we were slow: the message is another worker's now
        wanted = work.hooks.is_wanted(session, mail)
    outcome, error = _outcome(work, line, mail) if wanted else (MailState.VOID, "")
    if outcome in LEFT:
        _gone[mail.id] = outcome
    again = work.instant + min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 10), LONGEST_WAIT)
    told = {
        "state": outcome,
        "last_error": error,
        "next_attempt_at": again if outcome is MailState.QUEUED else None,
        "sent_at": work.instant if outcome in LEFT else None,
    }
    with work.database.transaction() as session:
        # In one statement, which is also the question whether nobody marked it meanwhile.
        done: Any = session.connection().execute(_marking(), {"key": mail.id, **told})
        if done.rowcount:
            for name, value in told.items():
                setattr(mail, name, value)
            work.hooks.settled(session, mail)
    _gone.pop(mail.id, None)
    if done.rowcount:
        work.count(outcome)


@cache
def _place() -> Any:
    return select(OutgoingMail.state, OutgoingMail.next_attempt_at).where(OutgoingMail.id == bindparam("key"))


@cache
def _marking() -> Any:
    rows: Any = OutgoingMail.__table__
    mine = (rows.c.id == bindparam("key", type_=Uuid())) & (rows.c.state == MailState.QUEUED)
    names = ("state", "last_error", "next_attempt_at", "sent_at")
    return update(rows).where(mine).values({name: bindparam(name) for name in names})


def _outcome(work: _Round, line: smtp.Line, mail: OutgoingMail) -> tuple[MailState, str]:
    left = _gone.get(mail.id)
    return (left, "") if left else _put_out(work, line, mail)


def _put_out(work: _Round, line: smtp.Line, mail: OutgoingMail) -> tuple[MailState, str]:
    settings = work.settings
    try:
        message = as_message(mail, settings.mail_from, work.instant)
        if settings.smtp_url:
            line.send(message, settings.mail_from, mail.recipient_address)
            return MailState.SENT, ""
        _write(settings.data_dir / "outbox", mail.message_id, message.as_bytes())
    except ValueError as error:
        return MailState.FAILED, f"Message refusé : {error}"
    except (OSError, smtplib.SMTPException) as error:
        last = mail.attempts >= MAX_ATTEMPTS
        return (MailState.FAILED if last else MailState.QUEUED), f"{type(error).__name__}: {error}"[:500]
    return MailState.KEPT, ""


def _write(outbox: Path, identifier: str, content: bytes) -> None:
    outbox.mkdir(mode=0o700, exist_ok=True)
    target = _kept_at(outbox, identifier)
    temporary = outbox / f".{target.stem}.{os.getpid()}"
    temporary.write_bytes(content)
    temporary.replace(target)


def _kept_at(outbox: Path, identifier: str) -> Path:
    name = re.sub(r"[^0-9a-f]", "", identifier.partition("@")[0])
    return outbox / f"{name}.eml"
