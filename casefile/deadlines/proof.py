"""« Dossier de preuve » : one archive that proves who knew what when, verifiable offline with Python alone.

It holds each deadline with its rule and trace, its triggers, acts, controls, reminders, messages and answers, the
dossier's lines of the trail and the pages of the journal, with the digest of every file.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.deadlines import journal, proof_check
from casefile.models.ledger import AuditEntry, OutgoingMail
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import (
    Acknowledgement,
    Deadline,
    DeadlineControl,
    ProceduralAct,
    Reminder,
    TriggerEvent,
)

EPOCH = (1980, 1, 1, 0, 0, 0)
README = """Dossier de preuve des délais

Pour vérifier : décompressez l'archive, puis « python verifier.py » dans ce dossier. Rien d'autre n'est nécessaire.
delais.json     les échéances, leur règle, leur calcul, leurs contrôles, rappels et réponses
audit.json      les lignes du journal d'audit qui concernent le dossier, avec leurs empreintes
journal.json    les pages du journal quotidien des délais
MANIFESTE.json  l'empreinte SHA-256 de chaque fichier
"""


def archive(session: Session, actor: Person, matter: Matter) -> bytes:
    """Give the archive of a dossier's deadlines; the export itself enters the trail, after what it holds."""
    trail = [_audit_line(entry) for entry in _trail(session, matter)]
    begins = min((clock.day_of(datetime.fromisoformat(line["at"])) for line in trail), default=clock.today())
    files = {
        "LISEZMOI.txt": README.encode(),
        "delais.json": _json(_deadlines(session, matter)),
        "audit.json": _json({"entries": trail}),
        "journal.json": _json(journal.export(session, begins, clock.today(), matter=matter.reference)),
        "verifier.py": Path(proof_check.__file__).read_bytes(),
    }
    manifest = {
        "format": "casefile-deadline-proof/1",
        "dossier": matter.reference,
        "made_at": clock.now().isoformat(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    files["MANIFESTE.json"] = _json(manifest)
    audit.record(session, actor, "deadlines.proof_exported", matter, {"manifest": _digest(files["MANIFESTE.json"])})
    return _zipped(files)


def _trail(session: Session, matter: Matter) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.matter_id == matter.id).order_by(AuditEntry.seq)))


def _audit_line(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": str(entry.actor_id or ""),
        "action": entry.action,
        "matter": str(entry.matter_id or ""),
        "subject": [entry.subject_type, entry.subject_id],
        "facts": dict(entry.facts),
        "previous": entry.previous_hash,
        "hash": entry.hash,
    }


def _deadlines(session: Session, matter: Matter) -> dict[str, Any]:
    deadlines = list(
        session.scalars(select(Deadline).where(Deadline.matter_id == matter.id).order_by(Deadline.created_at))
    )
    ids = [one.id for one in deadlines]
    reminders = list(session.scalars(select(Reminder).where(Reminder.deadline_id.in_(ids)).order_by(Reminder.due_at)))
    messages = session.scalars(
        select(OutgoingMail).where(OutgoingMail.message_id.in_({one.message_id for one in reminders}))
    )
    content = {
        "dossier": matter.reference,
        "deadlines": [_row(one) for one in deadlines],
        "triggers": _rows(session, TriggerEvent, matter),
        "acts": _rows(session, ProceduralAct, matter),
        "controls": _of(session, DeadlineControl, ids),
        "acknowledgements": _of(session, Acknowledgement, ids),
        "reminders": [_row(one) for one in reminders],
        "messages": [
            {
                name: _plain(getattr(one, name))
                for name in ("message_id", "recipient_address", "subject", "sent_at", "state")
            }
            for one in messages
        ],
    }
    said = json.dumps(content, default=str)
    people = session.scalars(select(Person).order_by(Person.full_name))
    return {**content, "people": {str(one.id): one.full_name for one in people if str(one.id) in said}}


def _rows(session: Session, model: Any, matter: Matter) -> list[dict[str, Any]]:
    return [_row(one) for one in session.scalars(select(model).where(model.matter_id == matter.id).order_by(model.id))]


def _of(session: Session, model: Any, ids: list[UUID]) -> list[dict[str, Any]]:
    query = select(model).where(model.deadline_id.in_(ids)).order_by(model.created_at)
    return [_row(one) for one in session.scalars(query)]


def _row(one: Any) -> dict[str, Any]:
    return {column.name: _plain(getattr(one, column.name)) for column in one.__table__.columns}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    return value


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in sorted(files.items()):
            made.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
