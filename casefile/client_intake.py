"""A client hands in facts and files by a secret link: one dossier, until a day, and nothing is ever read back.

What comes waits in the dossier's queue. Each file passes the checks of any deposit before it is kept; it becomes
evidence when a person of the team takes it in, and the trail holds its digest from the moment it came.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from casefile import audit, clock, mail
from casefile.access import read_only_to_reader, visible_to_reader
from casefile.accounts import digest
from casefile.config import Settings
from casefile.errors import InvalidInput, NotFound, Refused
from casefile.evidence import antivirus, sniff
from casefile.models.client import ClientDelivery, DeliveredFile, IntakeLink
from casefile.models.evidence import Capture
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Person
from casefile.storage import Storage

LONGEST_DAYS = 30
MOST_FILES = 20  # at once
MOST_BY_LINK = 200
LARGEST = 200_000_000
WRITTEN = "delivery.written"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that passed the checks and lies in the store."""

    name: str
    media_type: str
    sha256: str
    size: int


def make_link(session: Session, actor: Person, matter: Matter, days: int) -> str:
    """Make a link for the client of a dossier and give its token, which is not kept in clear."""
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"Choisissez entre 1 et {LONGEST_DAYS} jours.", field="days")
    token = secrets.token_urlsafe(32)
    link = IntakeLink(
        matter_id=matter.id,
        made_by_id=actor.id,
        token_digest=digest(token),
        expires_at=clock.now() + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    audit.record(session, actor, "intake_link.made", link, {"until": link.expires_at})
    return token


def usable(session: Session, token: str) -> IntakeLink:
    """Find an open link; a wrong, expired or revoked token, or a closed dossier, raises the same NotFound."""
    link = session.scalar(
        select(IntakeLink)
        .join(Matter, Matter.id == IntakeLink.matter_id)
        .where(
            IntakeLink.token_digest == digest(token),
            IntakeLink.revoked_at.is_(None),
            IntakeLink.expires_at > clock.now(),
            Matter.state == MatterState.OPEN,
        )
    )
    if link is None:
        raise NotFound("Ce lien n'est plus valable : demandez-en un nouveau à votre avocat.")
    return link


def revoke(session: Session, actor: Person, link: IntakeLink) -> None:
    """Close a link at once."""
    link.revoked_at = link.revoked_at or clock.now()
    audit.record(session, actor, "intake_link.revoked", link)


def keep(settings: Settings, storage: Storage, name: str, source: IO[bytes]) -> Kept:
    """Check a file as any deposit is, then keep it by its digest; raises FileRefused. No database is held meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sniff.safe_name(name)
        with path.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1024 * 1024)
        if path.stat().st_size > LARGEST:
            raise sniff.FileRefused("Ce fichier dépasse 200 Mo : remettez-le à votre avocat sur un support.")
        media_type = sniff.true_type(path)
        sniff.judge(path, media_type, name)
        with path.open("rb") as kept:
            antivirus.check(settings, kept)
            kept.seek(0)
            sha256, size = storage.put(kept)
    return Kept(name[:300], media_type, sha256, size)


def deliver(
    session: Session, link: IntakeLink, *, told: str, addresses: str, files: Sequence[Kept], base_url: str
) -> ClientDelivery:
    """Put what the client handed in into the dossier's queue and tell the responsible lawyer; nobody is named."""
    if not (told.strip() or addresses.strip() or files):
        raise InvalidInput("Racontez les faits, indiquez une adresse ou joignez un fichier.", field="told")
    held = select(func.count(DeliveredFile.id)).join(ClientDelivery).where(ClientDelivery.link_id == link.id)
    if (session.scalar(held) or 0) + len(files) > MOST_BY_LINK:
        raise Refused("Ce lien a reçu tout ce qu'il peut porter : demandez-en un nouveau à votre avocat.")
    row = ClientDelivery(matter_id=link.matter_id, link_id=link.id, told=told, addresses=addresses)
    session.add(row)
    session.flush()
    for position, one in enumerate(files, start=1):
        facts = {"name": one.name, "media_type": one.media_type, "sha256": one.sha256, "size": one.size}
        session.add(DeliveredFile(client_delivery_id=row.id, position=position, **facts))
    audit.record(session, None, "delivery.received", row, {"sha256": [one.sha256 for one in files]})
    matter = session.get_one(Matter, link.matter_id)
    lawyer = session.get_one(Person, matter.responsible_id)
    facts = {"reference": matter.reference, "url": f"{base_url}/dossiers/{matter.id}/remises"}
    mail.queue(session, lawyer, mail.message_id("delivery", row.id), "delivery", facts, matter_id=matter.id)
    return row


def waiting(session: Session, matter: Matter) -> list[ClientDelivery]:
    """List what waits in the dossier's queue, the oldest first, with its files."""
    query = select(ClientDelivery).where(ClientDelivery.matter_id == matter.id, ClientDelivery.settled_at.is_(None))
    return list(session.scalars(query.options(selectinload(ClientDelivery.files)).order_by(ClientDelivery.created_at)))


def waiting_by_dossier(session: Session, person: Person) -> list[tuple[Matter, int, datetime]]:
    """Tell where something waits among the dossiers that this person sees: how many, since when; the oldest first."""
    rows = session.execute(_waiting_by_dossier(), {"reader": person.id, "instant": clock.now()})
    return [(matter, count, since) for matter, count, since in rows]


@cache
def _waiting_by_dossier() -> Any:
    oldest = func.min(ClientDelivery.created_at)
    return (
        select(Matter, func.count(ClientDelivery.id), oldest)
        .join(ClientDelivery, ClientDelivery.matter_id == Matter.id)
        .where(ClientDelivery.settled_at.is_(None), visible_to_reader(), ~read_only_to_reader())
        .group_by(Matter.id)
        .order_by(oldest)
    )


def waiting_one(session: Session, matter: Matter, delivery_id: uuid.UUID) -> ClientDelivery:
    """Load one of them; raises NotFound when it was settled or is another dossier's."""
    found = next((row for row in waiting(session, matter) if row.id == delivery_id), None)
    if found is None:
        raise NotFound("Cet élément n'existe pas dans ce dossier.")
    return found


def was_written(session: Session, row: ClientDelivery) -> bool:
    """Tell whether the words of a handing-in are in the dossier already: a file of it may have been refused since."""
    said = (AuditEntry.action == WRITTEN, AuditEntry.subject_id == str(row.id))
    return session.scalar(select(AuditEntry.seq).where(*said).limit(1)) is not None


def mark_written(session: Session, actor: Person, row: ClientDelivery) -> None:
    """Note that the words are in the dossier, in the transaction that writes them there."""
    audit.record(session, actor, WRITTEN, row)


def settle(session: Session, actor: Person, row: ClientDelivery, *, taken: bool) -> None:
    """Take a handing-in out of the queue, taken in or set aside; its bytes stay."""
    row.settled_at, row.settled_by_id, row.was_taken = clock.now(), actor.id, taken
    audit.record(session, actor, "delivery.taken" if taken else "delivery.set_aside", row)


def mark_taken(session: Session, file_id: uuid.UUID, capture: Capture) -> None:
    """Note that a file is now evidence of the dossier."""
    file = session.get_one(DeliveredFile, file_id)
    file.taken_at = clock.now()
    audit.record(session, None, "delivery.sealed", capture, {"sha256": file.sha256})
