"""Changing the firm's key: a new one is drawn, then everything kept under the former ones is sealed again.

The former keys stay in the key file, after the present one: backups made under them still open.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from casefile import audit, indexing, key_file
from casefile.cipher import Altered
from casefile.errors import Refused
from casefile.models import Base
from casefile.models.base import Secret
from casefile.models.search import SearchEntry
from casefile.storage import BlobAltered

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casefile.config import Settings
    from casefile.storage import SealedStorage


def draw(settings: Settings) -> Settings:
    """Put a new key at the head of the key file and give the settings that use it."""
    if settings.key_file is None:
        raise Refused(
            "La clé vient de CASEFILE_SECRET_KEY : donnez-lui une nouvelle valeur, mettez l'ancienne dans "
            "CASEFILE_FORMER_KEYS, puis lancez « casefile keys apply »."
        )
    fresh = secrets.token_hex(32)
    key_file.write(settings.key_file, (fresh, *settings.keyring.secrets))
    return replace(settings, secret_key=fresh, former_keys=settings.keyring.secrets)


def apply(session: Session, settings: Settings, storage: SealedStorage) -> dict[str, Any]:
    """Seal again what is not under the present key; may be stopped and started again; give what was done.

    An altered blob is left as it is, and named: sealing it again would hide the alteration.
    """
    present = settings.keyring.key_id.hex()
    stale = _stale_index(session, present)
    done: dict[str, Any] = {"blobs": 0, "values": _columns(session, present), "damaged": []}
    if stale:
        done["indexed"] = indexing.rebuild(session)  # blinded words cannot be read back: they are made again
    for sha256 in list(storage.digests()):
        if storage.key_of(sha256) == present:
            continue
        try:
            storage.seal_again(sha256)
            done["blobs"] += 1
        except (BlobAltered, Altered):
            done["damaged"].append(sha256)
    audit.record(session, None, "keys.applied", facts={"key": present, **done})
    return done


def _stale_index(session: Session, present: str) -> bool:
    foreign = sa.type_coerce(SearchEntry.body, sa.Text).not_like(f"%:{present}:%")
    return session.scalar(sa.select(SearchEntry.id).where(foreign).limit(1)) is not None


def _columns(session: Session, present: str) -> int:
    changed = 0
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Secret) and table is not SearchEntry.__table__:
                keys = list(table.primary_key)
                foreign = sa.type_coerce(column, sa.Text).not_like(f"%:{present}:%")
                filled = sa.type_coerce(column, sa.Text) != ""
                for *key, value in session.execute(sa.select(*keys, column).where(filled, foreign)).all():
                    same: Any = sa.and_(*(name == found for name, found in zip(keys, key, strict=True)))
                    session.execute(sa.update(table).where(same).values({column: value}))
                    changed += 1
    return changed
