"""Webhooks: one person's tools are told what happened in the dossiers that this person sees, by identifiers only.

The trail is the outbox. Its line is written in the transaction of the fact, under one lock and without gaps: each
webhook walks it from where it stopped, so nothing that was undone is told and nothing that was done is forgotten.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casefile import audit, clock, security_notices
from casefile.access import Permission, allows, visible_to
from casefile.config import Settings
from casefile.errors import CasefileError, InvalidInput, NotFound, Refused
from casefile.evidence.address import Allowed
from casefile.evidence.fetch import Door, Limits, port_of, web_address
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter
from casefile.models.people import Person, PersonState
from casefile.models.procedure import Deadline
from casefile.models.webhooks import DeliveryState, Webhook, WebhookDelivery

MARK = "cfw_"  # lets secret scanners recognise one that leaked
MOST = 10  # webhooks of one person
TRIAL = "test"
KEPT = timedelta(days=30)
AT_ONCE = 500  # lines of the trail walked in one transaction
# The act of the trail → what tools are told. A deadline that replaces another is told as moved.
EVENTS = {
    "matter.opened": "matter.opened",
    "deadline.entered": "deadline.created",
    "deadline.superseded": "deadline.withdrawn",
    "deadline.done": "deadline.settled",
    "deadline.waived": "deadline.settled",
    "deadline.reopened": "deadline.reopened",
    "capture.sealed": "capture.sealed",
    "letter.sent": "letter.sent",
}
MOVED = "deadline.moved"
KNOWN = (*dict.fromkeys(EVENTS.values()), MOVED)
NOT_PUBLIC = "Cette adresse ne mène pas à un site public en https : un webhook ne part que vers le web public."


def door(settings: Settings) -> Door:
    """Give the way out: public addresses, besides those that the operator named, and little patience."""
    return Door(allowed(settings), Limits(max_bytes=100_000, seconds=15, connect_seconds=5, redirects=0))


def allowed(settings: Settings) -> Allowed:
    """Give the `host:port` pairs of the firm's own network that the operator lets webhooks reach."""
    return Allowed.parse(" ".join(settings.webhook_allow))


def check_address(settings: Settings, url: str) -> None:
    """Resolve an address and refuse it unless it is public and in https, or named by the operator; sends nothing.

    It asks the network: no lock on the database may be held meanwhile.
    """
    try:
        parts = web_address(url)
        fine = parts.scheme == "https" or allowed(settings).covers(parts.hostname or "", port_of(parts))
        door(settings).resolve(parts.hostname or "", port_of(parts))
    except CasefileError as error:
        raise InvalidInput(NOT_PUBLIC, field="url") from error
    if not fine:
        raise InvalidInput(NOT_PUBLIC, field="url")


def make(session: Session, person: Person, name: str, url: str, events: Sequence[str]) -> str:
    """Make a webhook of this person, its address once checked, and give its secret, once; raises InvalidInput."""
    if not events or not set(events) <= set(KNOWN):
        raise InvalidInput("Cochez au moins un événement.", field="events")
    if len(of_person(session, person)) >= MOST:
        raise Refused(f"Vous avez déjà {MOST} webhooks : supprimez-en un.")
    secret = MARK + secrets.token_urlsafe(32)
    row = Webhook(
        person_id=person.id, name=name.strip(), url=url, secret=secret, events=list(events), seen_seq=head_of(session)
    )
    session.add(row)
    session.flush()
    security_notices.record(session, person, "webhook.made", person, row, facts={"events": row.events})
    row.seen_seq = head_of(session)
    return secret


def of_person(session: Session, person: Person) -> list[Webhook]:
    """List a person's webhooks, newest first."""
    query = select(Webhook).where(Webhook.person_id == person.id).order_by(Webhook.created_at.desc())
    return list(session.scalars(query))


def one_of(session: Session, person: Person, webhook_id: uuid.UUID) -> Webhook:
    """Load one of them; raises NotFound for somebody else's."""
    row = session.get(Webhook, webhook_id)
    if row is None or row.person_id != person.id:
        raise NotFound("Ce webhook n'existe pas.")
    return row


def deliveries(session: Session, row: Webhook, limit: int = 100) -> list[tuple[WebhookDelivery, str]]:
    """List what was sent there, newest first, each with the number of its dossier when its person still sees it."""
    query = (
        select(WebhookDelivery, Matter.reference)
        .outerjoin(Matter, (Matter.id == WebhookDelivery.matter_id) & visible_to(row.person))
        .where(WebhookDelivery.webhook_id == row.id)
        .order_by(WebhookDelivery.created_at.desc())
    )
    return [(one, reference or "") for one, reference in session.execute(query.limit(limit))]


def try_out(session: Session, row: Webhook) -> None:
    """Queue a trial, that says nothing of any dossier."""
    if row.disabled_at is not None:
        raise Refused("Ce webhook est arrêté : remettez-le en marche d'abord.")
    session.add(WebhookDelivery(webhook_id=row.id, event=TRIAL, happened_at=clock.now(), next_attempt_at=clock.now()))
    session.flush()


def send_again(session: Session, row: Webhook, delivery_id: uuid.UUID) -> None:
    """Queue a delivery again under the same identifier, by which its receiver knows it; raises NotFound."""
    one = session.get(WebhookDelivery, delivery_id)
    if one is None or one.webhook_id != row.id:
        raise NotFound("Cet envoi n'existe pas.")
    one.state, one.attempts, one.next_attempt_at, one.last_error = DeliveryState.QUEUED, 0, clock.now(), ""
    audit.record(session, row.person, "webhook.sent_again", row, {"delivery": one.id})


def enable(session: Session, row: Webhook) -> None:
    """Start a stopped webhook again from now: what happened meanwhile is read through the API."""
    row.disabled_at, row.failures, row.seen_seq = None, 0, head_of(session)
    audit.record(session, row.person, "webhook.enabled", row)


def remove(session: Session, row: Webhook) -> None:
    """Take a webhook away with all that was sent to it."""
    audit.record(session, row.person, "webhook.removed", row)
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id))
    session.delete(row)
    session.flush()


def stopped_count(session: Session, person: Person) -> int:
    """Count this person's webhooks that stopped after failures."""
    query = select(func.count()).select_from(Webhook)
    return session.scalar(query.where(Webhook.person_id == person.id, Webhook.disabled_at.is_not(None))) or 0


def head_of(session: Session) -> int:
    """Give the number of the last line of the trail."""
    return session.scalar(select(func.max(AuditEntry.seq))) or 0


def behind(session: Session) -> bool:
    """Tell whether some webhook has lines of the trail to walk."""
    late = select(Webhook.id).where(Webhook.disabled_at.is_(None), Webhook.seen_seq < head_of(session))
    return session.scalar(late.limit(1)) is not None


def walk(session: Session, now: datetime) -> int:
    """Queue, for each webhook, what the trail says since it was last read; give how many deliveries."""
    head, made = head_of(session), 0
    rows = session.scalars(
        select(Webhook)
        .where(Webhook.disabled_at.is_(None), Webhook.seen_seq < head)
        .with_for_update(skip_locked=True, of=Webhook)
    ).all()
    for row in rows:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.seq > row.seen_seq).order_by(AuditEntry.seq).limit(AT_ONCE)
        ).all()
        seen = _seen(session, row.person, entries)
        for entry in entries:
            event = _event(session, entry)
            if event in row.events and entry.matter_id in seen:
                session.add(_delivery(row, entry, event, now))
                made += 1
        row.seen_seq = entries[-1].seq if entries else head
    old = WebhookDelivery.created_at < now - KEPT
    session.execute(delete(WebhookDelivery).where(old, WebhookDelivery.state != DeliveryState.QUEUED))
    return made


def content_of(session: Session, row: Webhook, one: WebhookDelivery, base_url: str) -> dict[str, Any] | None:
    """Give what is told, identifiers and the dossier's number; None when its person may no longer know of it."""
    told: dict[str, Any] = {"id": str(one.id), "event": one.event, "at": one.happened_at.isoformat()}
    if one.event == TRIAL:
        return told if _may_be_told(row.person) else None
    matter = session.scalar(select(Matter).where(Matter.id == one.matter_id, visible_to(row.person)))
    if matter is None or not _may_be_told(row.person):
        return None
    return told | {
        "matter": {
            "id": str(matter.id),
            "reference": matter.reference,
            "url": f"{base_url}/api/v1/dossiers/{matter.id}",
        },
        "subject": {"type": one.subject_type, "id": one.subject_id},
    }


def _delivery(row: Webhook, entry: AuditEntry, event: str, now: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        webhook_id=row.id,
        matter_id=entry.matter_id,
        event=event,
        audit_seq=entry.seq,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        happened_at=entry.at,
        next_attempt_at=now,
    )


def _event(session: Session, entry: AuditEntry) -> str:
    event = EVENTS.get(entry.action, "")
    if entry.action == "deadline.entered":
        row = session.get(Deadline, uuid.UUID(entry.subject_id))
        return MOVED if row is not None and row.supersedes_id is not None else event
    return event


def _seen(session: Session, person: Person, entries: Sequence[AuditEntry]) -> set[uuid.UUID | None]:
    wanted = {entry.matter_id for entry in entries if entry.matter_id is not None and entry.action in EVENTS}
    if not wanted or not _may_be_told(person):
        return set()
    return set(session.scalars(select(Matter.id).where(Matter.id.in_(wanted), visible_to(person))))


def _may_be_told(person: Person) -> bool:
    return person.state is PersonState.ACTIVE and allows(person, Permission.FIRM_READ)
