"""The backup of each night, made by the worker into the directory that the settings name; the first one at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from casefile import audit, backup, clock
from casefile.backup import pruning
from casefile.errors import CasefileError
from casefile.storage import from_settings, from_url

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from casefile.config import Settings
    from casefile.database import Database
    from casefile.storage import Storage

HOUR = 1, 30
ABANDONED = timedelta(hours=6)


def run(database: Database, settings: Settings, now: datetime) -> Path | None:
    """Back the firm up when tonight's is not there yet; two workers make one, and a failure is told in the trail.

    Blobs go beside it, in `blobs/`, and are copied once only. The file is read again before it gets its name.
    """
    if settings.backup_dir is None or not _is_due(database, now):
        return None
    settings.backup_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = settings.backup_dir / f"casefile-{clock.day_of(now).isoformat()}.casefile"
    _clear_abandoned(target)
    if target.exists() or _partial(target).exists():
        return None  # another worker is at it, or it was made by hand
    side = from_url(f"file://{settings.backup_dir / 'blobs'}", settings.keyring, settings.backup_dir)
    try:
        summary = backup.make(database, from_settings(settings), settings.keyring, target, side)
    except CasefileError as error:
        with database.transaction() as session:
            audit.record(session, None, "backup.failed", facts={"code": error.code})
        raise
    with database.transaction() as session:
        backup.note_made(session, summary, target)
    _prune(database, settings, side, now)
    return target


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
    if last is None:
        return True
    local = clock.paris(now)
    return (local.hour, local.minute) >= HOUR and clock.day_of(last) < local.date()


def _partial(target: Path) -> Path:
    return target.with_name(f".{target.name}.partial")


def _clear_abandoned(target: Path) -> None:
    """Remove what a killed worker left half-written: nobody writes for six hours."""
    partial = _partial(target)
    if partial.exists() and clock.now().timestamp() - partial.stat().st_mtime > ABANDONED.total_seconds():
        partial.unlink(missing_ok=True)
