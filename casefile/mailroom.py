"""Received mail finds its dossier: filed once, its attachments kept once; what is doubtful waits for a person."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from casefile import audit, messages
from casefile.access import Permission, may, visible_to
from casefile.errors import NotFound, Refused
from casefile.messages import Received
from casefile.models.correspondence import FiledMail, MailPart, MailPlace
from casefile.models.evidence import Artifact, Capture
from casefile.models.ledger import Exhibit
from casefile.models.matter import Matter, MatterState, Party
from casefile.models.people import Person
from casefile.storage import Storage


@dataclass(frozen=True, slots=True)
class Brought:
    """A message brought: where it went, and whether it was already there."""

    mail: FiledMail
    was_known: bool


def bring(
    session: Session,
    storage: Storage,
    actor: Person,
    name: str,
    raw: bytes,
    *,
    matter: Matter | None = None,
    examine: Callable[[IO[bytes]], None] | None = None,
) -> Brought:
    """File a message into a dossier, or into the one that its subject alone names; else let it wait for a person.

    `examine` sees the message, then each attachment as it unfolds, before anything is kept; what it raises goes up.
    """
    received = messages.read(raw)
    for content in (raw, *(part.content for part in received.parts)) if examine else ():
        examine(io.BytesIO(content))  # type: ignore[misc] # told by the loop
    sha256 = hashlib.sha256(raw).hexdigest()
    suggested = [] if matter else _candidates(session, actor, received)
    if matter is None and len(suggested) == 1 and suggested[0].reference in received.subject:
        matter = suggested[0]
    known = _known(session, actor, matter, sha256, received.message_id)
    if known is not None:
        return Brought(known, was_known=True)
    storage.put(io.BytesIO(raw))
    row = FiledMail(
        matter_id=matter.id if matter else None,
        brought_by_id=actor.id,
        place=MailPlace.FILED if matter else MailPlace.WAITING,
        sha256=sha256,
        file_name=name[:300],
        message_id=received.message_id,
        subject=received.subject,
        sender=received.sender,
        recipients=received.recipients,
        sent_at=received.sent_at,
        text=received.text,
        proposals=messages.dates_in(received.text),
        suggested=[one.reference for one in suggested],
    )
    session.add(row)
    session.flush()
    _keep_parts(session, storage, row, received)
    audit.record(session, actor, "mail.filed" if matter else "mail.waiting", row, {"parts": len(received.parts)})
    return Brought(row, was_known=False)


def of_matter(session: Session, matter: Matter) -> list[FiledMail]:
    """List the messages of a dossier, newest first, with their attachments."""
    query = select(FiledMail).where(FiledMail.matter_id == matter.id).options(selectinload(FiledMail.parts))
    return list(session.scalars(query.order_by(FiledMail.sent_at.desc(), FiledMail.created_at.desc())))


def waiting(session: Session, person: Person) -> list[FiledMail]:
    """List the messages that this person brought and that have no dossier yet."""
    query = select(FiledMail).where(FiledMail.brought_by_id == person.id, FiledMail.place == MailPlace.WAITING)
    return list(session.scalars(query.options(selectinload(FiledMail.parts)).order_by(FiledMail.created_at)))


def waiting_one(session: Session, person: Person, mail_id: uuid.UUID) -> FiledMail:
    """Load a waiting message of this person; anything else raises NotFound."""
    row = session.get(FiledMail, mail_id)
    if row is None or row.brought_by_id != person.id or row.place is not MailPlace.WAITING:
        raise NotFound("Ce courriel n'attend plus, ou n'est pas le vôtre.")
    return row


def file_into(session: Session, actor: Person, row: FiledMail, matter: Matter) -> None:
    """Give a waiting message its dossier; raises Refused when it is already there."""
    if not may(session, actor, matter, Permission.MATTER_WRITE):
        raise NotFound("Ce dossier n'existe pas, ou vous n'y avez pas accès.")
    if _known(session, actor, matter, row.sha256, row.message_id) is not None:
        raise Refused("Ce courriel est déjà classé dans ce dossier : écartez celui-ci.")
    row.matter_id, row.place = matter.id, MailPlace.FILED
    session.flush()
    audit.record(session, actor, "mail.filed", row)


def set_aside(session: Session, actor: Person, row: FiledMail) -> None:
    """Take a waiting message out of the queue; its bytes stay."""
    row.place = MailPlace.ASIDE
    audit.record(session, actor, "mail.set_aside", row)


def seen_before(session: Session, matter: Matter, parts: Sequence[MailPart]) -> frozenset[str]:
    """Tell which attachments the dossier already held: in a capture, an exhibit or another message."""
    digests = {part.sha256 for part in parts}
    sources = (
        select(Artifact.sha256).join(Capture).where(Capture.matter_id == matter.id, Artifact.sha256.in_(digests)),
        select(Exhibit.sha256).where(Exhibit.matter_id == matter.id, Exhibit.sha256.in_(digests)),
    )
    twice = (
        select(MailPart.sha256)
        .join(FiledMail)
        .where(FiledMail.matter_id == matter.id, MailPart.sha256.in_(digests))
        .group_by(MailPart.sha256)
        .having(func.count() > 1)
    )
    return frozenset(value for query in (*sources, twice) for value in session.scalars(query))


def _keep_parts(session: Session, storage: Storage, row: FiledMail, received: Received) -> None:
    for position, part in enumerate(received.parts, start=1):
        digest, size = storage.put(io.BytesIO(part.content))
        session.add(
            MailPart(
                filed_mail_id=row.id,
                position=position,
                name=part.name,
                media_type=part.media_type,
                sha256=digest,
                size=size,
            )
        )


def _candidates(session: Session, actor: Person, received: Received) -> list[Matter]:
    """Find the open dossiers of this person that the message names, or whose parties write or receive it."""
    named = select(Matter).where(Matter.reference.in_(received.references), visible_to(actor))
    found = list(session.scalars(named.order_by(Matter.reference)))
    if found:
        return found
    # Addresses are encrypted: only those of the dossiers that this person sees are opened and compared.
    rows = session.execute(
        select(Matter, Party.email)
        .join(Party, Party.matter_id == Matter.id)
        .where(Matter.state == MatterState.OPEN, visible_to(actor))
        .order_by(Matter.reference)
    )
    return list(dict.fromkeys(matter for matter, email in rows if email.casefold() in received.addresses))


def _known(session: Session, actor: Person, matter: Matter | None, sha256: str, message_id: str) -> FiledMail | None:
    same = or_(FiledMail.sha256 == sha256, (FiledMail.message_id == message_id) & (FiledMail.message_id != ""))
    query = select(FiledMail).where(same)
    if matter is not None:
        query = query.where(FiledMail.matter_id == matter.id)
    else:
        query = query.where(FiledMail.brought_by_id == actor.id, FiledMail.place == MailPlace.WAITING)
    return session.scalar(query.limit(1))
