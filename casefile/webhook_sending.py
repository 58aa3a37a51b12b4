"""The sending of webhooks: signed, one at a time under a lease, again with growing waits, stopped when nobody hears."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casefile import audit, clock, mail, webhooks
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import CasefileError
from casefile.evidence.fetch import UPLOAD_INSTEAD, ForbiddenAddress
from casefile.models.webhooks import DeliveryState, Webhook, WebhookDelivery

LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_ATTEMPTS = 12  # over a day and a half
MOST_FAILURES = 24  # in a row, whatever the deliveries: then the address is left alone
GONE = 410
HEARD = range(200, 300)
SIGNATURE, TIMESTAMP = "Casefile-Signature", "Casefile-Timestamp"


@dataclass(frozen=True, slots=True)
class _Taken:
    """One delivery in hand, with all that its sending needs."""

    id: uuid.UUID
    url: str
    secret: str
    body: bytes
    event: str
    attempts: int


def work(database: Database, settings: Settings, now: datetime) -> bool:
    """Walk the trail for what is to be told, then send one delivery; tell whether there was one."""
    with database.reader() as session:
        behind, due = webhooks.behind(session), _due(session, now) is not None
    if behind:
        with database.transaction() as session:
            due = bool(webhooks.walk(session, now)) or due
    if not due:
        return False
    with database.transaction() as session:
        taken = _take(session, settings, now)
    if taken is None:
        return True
    status, error = _send(settings, taken)
    with database.transaction() as session:
        _settle(session, settings, taken, status, error)
    return True


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a body for its instant: HMAC-SHA256 of « timestamp.body », in hexadecimal, after its version."""
    content = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def _due(session: Session, now: datetime) -> WebhookDelivery | None:
    free = or_(WebhookDelivery.next_attempt_at.is_(None), WebhookDelivery.next_attempt_at <= now)
    query = select(WebhookDelivery).join(Webhook)
    return session.scalar(
        query.where(WebhookDelivery.state == DeliveryState.QUEUED, free, Webhook.disabled_at.is_(None))
        .order_by(WebhookDelivery.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=WebhookDelivery)
    )


def _take(session: Session, settings: Settings, now: datetime) -> _Taken | None:
    one = _due(session, now)
    if one is None:
        return None
    row = session.get_one(Webhook, one.webhook_id)
    content = webhooks.content_of(session, row, one, settings.base_url)
    if content is None:
        one.state, one.next_attempt_at = DeliveryState.VOID, None
        return None
    one.attempts, one.next_attempt_at = one.attempts + 1, now + LEASE
    return _Taken(one.id, row.url, row.secret, json.dumps(content).encode(), one.event, one.attempts)


def _send(settings: Settings, taken: _Taken) -> tuple[int | None, str]:
    timestamp = str(int(clock.now().timestamp()))
    headers = {
        "Casefile-Event": taken.event,
        "Casefile-Delivery": str(taken.id),
        TIMESTAMP: timestamp,
        SIGNATURE: signature(taken.secret, timestamp, taken.body),
    }
    try:
        answer = webhooks.door(settings).post(taken.url, taken.body, "application/json", headers=headers)
    except ForbiddenAddress:
        return None, webhooks.NOT_PUBLIC
    except CasefileError as error:
        return None, error.message.removesuffix(UPLOAD_INSTEAD).strip()
    return answer.status, "" if answer.status in HEARD else f"Le receveur a répondu {answer.status}."


def _settle(session: Session, settings: Settings, taken: _Taken, status: int | None, error: str) -> None:
    one = session.get(WebhookDelivery, taken.id, with_for_update=True)
    if one is None or one.state is not DeliveryState.QUEUED:
        return  # taken away, or sent by another worker whose lease came after ours
    row = session.get_one(Webhook, one.webhook_id)
    one.status, one.last_error = status, error
    if not error:
        one.state, one.sent_at, one.next_attempt_at, row.failures = DeliveryState.SENT, clock.now(), None, 0
        return
    row.failures += 1
    if one.attempts >= MOST_ATTEMPTS:
        one.state, one.next_attempt_at = DeliveryState.FAILED, None
    else:
        one.next_attempt_at = clock.now() + min(FIRST_WAIT * 2 ** (one.attempts - 1), LONGEST_WAIT)
    if status == GONE or one.state is DeliveryState.FAILED or row.failures >= MOST_FAILURES:
        _stop(session, settings, row)


def _stop(session: Session, settings: Settings, row: Webhook) -> None:
    """Leave the address alone and tell its person, once."""
    if row.disabled_at is not None:
        return
    row.disabled_at = clock.now()
    audit.record(session, None, "webhook.stopped", row, {"failures": row.failures})
    url = f"{settings.base_url}/compte/webhooks/{row.id}"
    mail.queue(session, row.person, mail.message_id("webhook", row.id, row.disabled_at), "webhook", {"url": url})
