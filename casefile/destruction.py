"""The destruction of a whole dossier: asked by a lawyer, decided by a partner, refused under a hold or before its time.

What stays is a proof: number, dates, counts and digests, who asked and who decided; no name of a client, no word.

The rows go in one transaction, the search index among them; the worker then destroys the files and takes it up again if
it is killed. The trail and the custody chain hold identifiers only: they stay whole and still verify.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select

from casefile import access, audit, clock, emptying, mail, retention
from casefile.errors import InvalidInput, NotFound, Refused
from casefile.evidence import custody_ledger
from casefile.evidence.erasure import hold_of, still_named
from casefile.models.erasure import ErasureGround, MatterErasure
from casefile.models.evidence import Capture, CaptureState
from casefile.models.ledger import OutgoingMail
from casefile.models.matter import Matter, MatterState, WallEntry
from casefile.models.people import Person, PersonState, Role
from casefile.models.procedure import Deadline, DeadlineState
from casefile.storage import from_url

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casefile.config import Settings
    from casefile.database import Database

# A partner who is alone may confirm their own request, but not on the day's impulse.
ALONE_WAIT = timedelta(days=7)


def obstacles(session: Session, matter: Matter) -> list[str]:
    """Say everything that forbids the destruction of a dossier today; empty when nothing does."""
    found = []
    if matter.state is MatterState.OPEN or matter.closed_on is None:
        found.append("Le dossier est ouvert : closez-le d'abord, sa durée de conservation court de la clôture.")
    else:
        ends = retention.ends_on(session, matter.closed_on)
        if clock.today() <= ends:
            found.append(
                f"Sa durée de conservation court jusqu'au {ends:%d/%m/%Y} : attendez ce jour, ou raccourcissez-la dans "
                "le registre des traitements si elle n'est plus justifiée."
            )
    if hold_of(session, matter) is not None:
        found.append("Le dossier est sous conservation : levez-la d'abord.")
    if session.scalar(_count(Deadline, matter.id, Deadline.state == DeadlineState.OPEN)):
        found.append("Une échéance y est encore ouverte : soldez-la d'abord.")
    if session.scalar(_count(Capture, matter.id, Capture.state.in_([CaptureState.QUEUED, CaptureState.RUNNING]))):
        found.append("Une capture y est encore en cours : attendez qu'elle finisse.")
    return found


def pending(session: Session, matter: Matter) -> MatterErasure | None:
    """Give the request that waits for a decision."""
    return session.scalar(
        select(MatterErasure).where(MatterErasure.matter_id == matter.id, MatterErasure.decided_at.is_(None))
    )


def ask(session: Session, actor: Person, matter: Matter, ground: ErasureGround, typed: str) -> MatterErasure:
    """Ask for the destruction; raises Refused while something forbids it, InvalidInput for another number typed."""
    _must_be_possible(session, matter, typed)
    if pending(session, matter) is not None:
        raise Refused("La destruction de ce dossier est déjà demandée.")
    row = MatterErasure(matter_id=matter.id, ground=ground, asked_by_id=actor.id)
    session.add(row)
    session.flush()
    audit.record(session, actor, "matter.erasure_asked", row, {"ground": ground})
    return row


def refuse(session: Session, actor: Person, matter: Matter) -> None:
    """Keep the dossier: the request is closed without effect."""
    row = _must_be_asked(session, matter)
    row.decided_by_id, row.decided_at = actor.id, clock.now()
    audit.record(session, actor, "matter.erasure_refused", row)


def may_decide(session: Session, actor: Person, row: MatterErasure) -> bool:
    """Tell whether this partner may decide: on their own request, only when alone in the firm and a week later."""
    if row.asked_by_id != actor.id:
        return True
    others = (Person.id != actor.id, Person.role == Role.PARTNER, Person.state == PersonState.ACTIVE)
    alone = session.scalar(select(Person.id).where(*others).limit(1)) is None
    return alone and clock.now() >= row.created_at + ALONE_WAIT


def destroy(session: Session, actor: Person, matter: Matter, typed: str) -> MatterErasure:
    """Destroy everything in the dossier, in the caller's transaction; the certificate's digest enters the trail."""
    row = _must_be_asked(session, matter)
    if not access.allows(actor, access.Permission.MATTER_ERASE):
        raise NotFound("Cette page n'existe pas, ou vous n'y avez pas accès.")
    if not may_decide(session, actor, row):
        raise Refused(
            "Un autre associé que la personne qui l'a demandée doit décider de la destruction ; "
            f"un associé seul au cabinet peut confirmer {ALONE_WAIT.days} jours après sa demande."
        )
    _must_be_possible(session, matter, typed)
    row.decided_by_id, row.decided_at, row.granted = actor.id, clock.now(), True
    row.files = sorted(emptying.files_of(session, matter.id))
    row.messages = sorted(
        session.scalars(select(OutgoingMail.message_id).where(OutgoingMail.matter_id == matter.id)).all()
    )
    captures = _end_captures(session, actor, matter)
    guests = emptying.forget_guests(session, matter)
    matter.state = MatterState.ERASED
    session.flush()
    session.expunge_all()
    counts = emptying.empty(session, matter.id)
    row, matter = session.get_one(MatterErasure, row.id), session.get_one(Matter, matter.id)
    row.certificate = _certificate(session, row, matter) | {"rows": counts, "guests": guests, "captures": captures}
    row.digest = digest_of(row.certificate)
    session.flush()
    audit.record(
        session, session.get_one(Person, actor.id), "matter.erased", row, {"certificate": row.digest, "rows": counts}
    )
    return row


def work(database: Database, settings: Settings, now: datetime) -> bool:
    """Destroy the files and the kept messages of one destroyed dossier; tell whether there was one."""
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with database.reader() as session:
        waiting = select(MatterErasure).where(MatterErasure.granted, MatterErasure.finished_at.is_(None))
        row = session.scalar(waiting.order_by(MatterErasure.decided_at).limit(1))
        doomed = [sha256 for sha256 in row.files if not still_named(session, sha256)] if row else []
    if row is None:
        return False
    for sha256 in doomed:
        storage.delete(sha256)
    mail.forget_kept(settings, row.messages)
    database.scrub()
    with database.transaction() as session:
        done = session.get_one(MatterErasure, row.id)
        done.files, done.messages, done.finished_at = [], [], now
        audit.record(session, None, "matter.files_destroyed", done, {"files": len(doomed)})
    return True


def digest_of(certificate: dict[str, Any]) -> str:
    """Give the digest of a certificate, which the trail repeats."""
    canonical = json.dumps(certificate, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def certificates(session: Session, partner: Person) -> list[MatterErasure]:
    """List the destructions done, newest first, without those of dossiers that a wall hid from this partner."""
    query = select(MatterErasure).where(MatterErasure.granted, _unwalled(partner))
    return list(session.scalars(query.order_by(MatterErasure.decided_at.desc())))


def certificate_for(session: Session, partner: Person, erasure_id: uuid.UUID) -> MatterErasure:
    """Load one destruction done; raises NotFound when it is not this partner's to know."""
    row = session.scalar(
        select(MatterErasure).where(MatterErasure.id == erasure_id, MatterErasure.granted, _unwalled(partner))
    )
    if row is None:
        raise NotFound("Cette preuve de destruction n'existe pas, ou vous n'y avez pas accès.")
    return row


def _unwalled(partner: Person) -> ColumnElement[bool]:
    return ~exists().where(
        WallEntry.matter_id == MatterErasure.matter_id,
        WallEntry.person_id == partner.id,
        WallEntry.lifted_at.is_(None),
    )


def _must_be_asked(session: Session, matter: Matter) -> MatterErasure:
    row = pending(session, matter)
    if row is None:
        raise Refused("Aucune destruction n'est demandée pour ce dossier.")
    return row


def _must_be_possible(session: Session, matter: Matter, typed: str) -> None:
    found = obstacles(session, matter)
    if found:
        raise Refused(" ".join(found))
    if typed.strip() != matter.reference:
        raise InvalidInput("Recopiez le numéro du dossier, tel qu'il est écrit ci-dessus.", field="reference")


def _count(model: Any, matter_id: uuid.UUID, condition: Any) -> Any:
    return select(func.count()).select_from(model).where(model.matter_id == matter_id, condition)


def _certificate(session: Session, row: MatterErasure, matter: Matter) -> dict[str, Any]:
    return {
        "matter": str(matter.id),
        "reference": matter.reference,
        "opened_on": matter.opened_on.isoformat(),
        "closed_on": matter.closed_on.isoformat() if matter.closed_on else None,
        "ground": row.ground.value,
        "asked_by": str(row.asked_by_id),
        "asked_at": row.created_at.isoformat(),
        "decided_by": str(row.decided_by_id),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "files": len(row.files),
        "files_sha256": hashlib.sha256("\n".join(row.files).encode()).hexdigest(),
        "custody_head": custody_ledger.head_of(session),
    }


def _end_captures(session: Session, actor: Person, matter: Matter) -> list[dict[str, Any]]:
    """Close the custody of each sealed capture, then empty them; give what proves that they existed."""
    rows = session.scalars(select(Capture).where(Capture.matter_id == matter.id).order_by(Capture.created_at)).all()
    for row in rows:
        if row.state is CaptureState.SEALED:
            custody_ledger.record(session, row, actor, "destroyed", {"manifest": row.manifest_sha256})
        row.state = CaptureState.DESTROYED
    session.flush()
    return [
        {"manifest": row.manifest_sha256, "sealed_at": row.sealed_at.isoformat()}
        for row in rows
        if row.sealed_at is not None
    ]
