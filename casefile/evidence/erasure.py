"""The destruction of a whole capture: asked with a reason, decided by somebody else, impossible under a hold.

What stays is a tombstone: identifiers, the manifest's digest, the tokens, dates, who and why. The rows go first, in
one transaction; the worker then destroys the files, and takes it up again if it is killed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import InvalidInput, Refused
from casefile.evidence.custody_ledger import record
from casefile.models.belonging import naming_columns
from casefile.models.evidence import Artifact, Capture, CaptureState, Erasure, Hold, Passage, Seal
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.storage import from_url


def hold_of(session: Session, matter: Matter) -> Hold | None:
    """Give the hold that protects a dossier, if there is one."""
    return session.scalar(select(Hold).where(Hold.matter_id == matter.id, Hold.lifted_at.is_(None)))


def place_hold(session: Session, actor: Person, matter: Matter, reason: str) -> Hold:
    """Forbid any erasure in a dossier until further notice."""
    if not reason.strip():
        raise InvalidInput("Indiquez le motif de la conservation.", field="reason")
    if hold_of(session, matter) is not None:
        raise Refused("Ce dossier est déjà sous conservation.")
    hold = Hold(matter_id=matter.id, reason=reason.strip(), placed_by_id=actor.id)
    session.add(hold)
    session.flush()
    audit.record(session, actor, "hold.placed", matter)
    return hold


def lift_hold(session: Session, actor: Person, matter: Matter) -> None:
    """Let the captures of a dossier be erased again."""
    hold = hold_of(session, matter)
    if hold is None:
        raise Refused("Ce dossier n'est pas sous conservation.")
    hold.lifted_by_id, hold.lifted_at = actor.id, clock.now()
    audit.record(session, actor, "hold.lifted", matter)


def pending(session: Session, capture: Capture) -> Erasure | None:
    """Give the request that waits for a decision on a capture."""
    return session.scalar(select(Erasure).where(Erasure.capture_id == capture.id, Erasure.decided_at.is_(None)))


def ask(session: Session, actor: Person, capture: Capture, reason: str) -> Erasure:
    """Ask for the destruction of a capture; raises Refused while something rests upon it."""
    if not reason.strip():
        raise InvalidInput("Indiquez le motif de la destruction.", field="reason")
    _refuse_if_needed(session, capture)
    if pending(session, capture) is not None:
        raise Refused("La destruction de cette capture est déjà demandée.")
    row = Erasure(matter_id=capture.matter_id, capture_id=capture.id, reason=reason.strip(), asked_by_id=actor.id)
    session.add(row)
    session.flush()
    record(session, capture, actor, "erasure_asked")
    audit.record(session, actor, "erasure.asked", capture)
    return row


def decide(session: Session, actor: Person, capture: Capture, *, granted: bool) -> Erasure:
    """Grant or refuse a destruction; raises Refused for the one who asked, and under a hold."""
    row = pending(session, capture)
    if row is None:
        raise Refused("Aucune destruction n'est demandée pour cette capture.")
    if row.asked_by_id == actor.id:
        raise Refused("Une autre personne que celle qui l'a demandée doit décider de la destruction.")
    row.decided_by_id, row.decided_at, row.granted = actor.id, clock.now(), granted
    audit.record(session, actor, "erasure.granted" if granted else "erasure.refused", capture)
    if granted:
        _refuse_if_needed(session, capture)
        _destroy(session, actor, capture, row)
    return row


def work(database: Database, settings: Settings, _now: datetime) -> bool:
    """Destroy the files of one granted erasure; tell whether there was one."""
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    with database.reader() as session:
        granted = select(Erasure).where(Erasure.granted).order_by(Erasure.decided_at)
        row = next((one for one in session.scalars(granted) if one.files), None)
        doomed = [sha256 for sha256 in row.files if not still_named(session, sha256)] if row else []
    if row is None:
        return False
    for sha256 in doomed:
        storage.delete(sha256)
    with database.transaction() as session:
        session.get_one(Erasure, row.id).files = []
    return True


def _refuse_if_needed(session: Session, capture: Capture) -> None:
    if capture.state is not CaptureState.SEALED:
        raise Refused("Seule une capture scellée se détruit.")
    if hold_of(session, session.get_one(Matter, capture.matter_id)) is not None:
        raise Refused("Ce dossier est sous conservation : levez-la avant de détruire une capture.")
    kept = exists().where(Passage.capture_id == capture.id, Passage.withdrawn_at.is_(None))
    if session.scalar(select(kept)):
        raise Refused("Des passages retenus reposent sur cette capture : retirez-les d'abord.")


def _destroy(session: Session, actor: Person, capture: Capture, row: Erasure) -> None:
    tokens = session.scalars(select(Seal).where(Seal.capture_id == capture.id).order_by(Seal.stamped_at)).all()
    row.tombstone = {
        "id": str(capture.id),
        "manifest_sha256": capture.manifest_sha256,
        "sealed_at": capture.sealed_at.isoformat() if capture.sealed_at else None,
        "tokens": [{"authority": token.authority, "at": token.stamped_at.isoformat()} for token in tokens],
        "asked_by": str(row.asked_by_id),
        "granted_by": str(actor.id),
        "erased": clock.now().isoformat(timespec="seconds"),
        "reason": row.reason,
    }
    rows = select(Artifact.sha256).where(Artifact.capture_id == capture.id)
    row.files = sorted(set(session.scalars(rows)))
    record(session, capture, actor, "destroyed", {"manifest": capture.manifest_sha256})
    capture.state = CaptureState.DESTROYED
    capture.text, capture.facts, capture.requested_url, capture.file_name = "", {}, "", ""
    session.flush()
    session.execute(delete(Artifact).where(Artifact.capture_id == capture.id))
    for passage in session.scalars(select(Passage).where(Passage.capture_id == capture.id)):
        passage.exact = passage.prefix = passage.suffix = ""


def still_named(session: Session, sha256: str) -> bool:
    """Tell whether any row still names these bytes: a capture, an exhibit, a letter, a received message."""
    return any(session.scalar(select(exists().where(column == sha256))) for column in naming_columns())
