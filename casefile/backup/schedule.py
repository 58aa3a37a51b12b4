"""The backup of each night, made by the worker into the directory that the settings name; the first one at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from casefile import audit, backup, clock
from casefile.backup import pruning
from casefile.models.ledger import AuditEntry
from casefile.storage import from_settings, from_url, told_when_full

if TYPE_CHECKING:
    from pathlib import Path

    from casefile.backup import Summary
    from casefile.config import Settings
    from casefile.database import Database
    from casefile.storage import Storage

HOUR = 1, 30
ABANDONED = timedelta(hours=6)
PAUSE = timedelta(hours=1)  # between two attempts: a whole firm is read each time
FAILED = "backup.failed"


def run(database: Database, settings: Settings, now: datetime) -> Path | None:
    """Back the firm up when tonight's is not there yet; two workers make one, and a failure is told in the trail.

    Blobs go beside it, in `blobs/`, and are copied once only. The file is read again before it gets its name. What
    fails is tried again after an hour; a whole backup that the database had no room to note is noted then.
    """
    if settings.backup_dir is None or not _is_due(database, now):
        return None
    target = settings.backup_dir / f"casefile-{clock.day_of(now).isoformat()}.casefile"
    try:
        with told_when_full(backup.FULL):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            side = from_url(f"file://{target.parent / 'blobs'}", settings.keyring, target.parent)
        summary = _made(database, settings, target, side)
    except Exception as error:
        _note_failure(database, error)
        raise
    if summary is None:
        return None
    with database.transaction() as session:
        backup.note_made(session, summary, target, at=datetime.fromisoformat(summary.made_at))
    _prune(database, settings, side, now)
    return target


def _made(database: Database, settings: Settings, target: Path, side: Storage) -> Summary | None:
    """Make the file, or check the one that nobody noted; None while another worker is at it."""
    _clear_abandoned(target)
    if _partial(target).exists():
        return None
    if not target.exists():
        return backup.make(database, from_settings(settings), settings.keyring, target, side)
    # Just made by another worker, who is about to note it; or of another day, brought here by hand.
    if not _is_older(target, PAUSE) or clock.day_of(backup.begun_at(target, settings.keyring)) != clock.today():
        return None
    return backup.check(target, settings.keyring, side)


def _note_failure(database: Database, error: Exception) -> None:
    # A database that is full as well cannot say so; the worker's log does.
    with suppress(DBAPIError), database.transaction() as session:
        audit.record(session, None, FAILED, facts={"code": getattr(error, "code", type(error).__name__)})


def _prune(database: Database, settings: Settings, side: Storage, now: datetime) -> None:
    """Let go of what is due, and on the first of the month of the files that no backup names any more."""
    if settings.backup_dir is None or settings.backup_keep_days == 0:
        return
    today = clock.day_of(now)
    gone = pruning.prune(settings.backup_dir, settings.backup_keep_days, today)
    swept = pruning.sweep_blobs(settings.backup_dir, settings.keyring, side) if today.day == 1 else 0
    if gone or swept:
        with database.transaction() as session:
            audit.record(session, None, "backup.pruned", facts={"backups": gone, "files": swept})


def _is_due(database: Database, now: datetime) -> bool:
    with database.reader() as session:
        last = backup.made_at(session)
        failed = select(AuditEntry.seq).where(AuditEntry.action == FAILED, AuditEntry.at > now - PAUSE).limit(1)
        if session.scalar(failed) is not None:
            return False
    if last is None:
        return True
    local = clock.paris(now)
    return (local.hour, local.minute) >= HOUR and clock.day_of(last) < local.date()


def _partial(target: Path) -> Path:
    return target.with_name(f".{target.name}.partial")


def _clear_abandoned(target: Path) -> None:
    """Remove what a killed worker left half-written: nobody writes for six hours."""
    partial = _partial(target)
    if partial.exists() and _is_older(partial, ABANDONED):
        partial.unlink(missing_ok=True)


def _is_older(file: Path, age: timedelta) -> bool:
    return clock.now().timestamp() - file.stat().st_mtime > age.total_seconds()
