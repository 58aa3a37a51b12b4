"""Which nightly backups are kept: those of the last days, and the first of each month for a year; the rest goes.

What a dossier's destruction erased thus leaves the backups too, in a time that is known. A file that nobody named here
(made by hand) is never touched, and no blob goes while a kept backup cannot be read.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from casefile.backup.archive import Reader
from casefile.law.calendar import add_months

if TYPE_CHECKING:
    from pathlib import Path

    from casefile.cipher import Keyring
    from casefile.storage import Storage

NIGHTLY = re.compile(r"casefile-(\d{4}-\d{2}-\d{2})\.casefile")
MONTHS = 12


def prune(directory: Path, keep_days: int, today: date) -> list[str]:
    """Delete the nightly backups that are due; give their names. The newest always stays."""
    made = _nightly(directory)
    kept = _kept(sorted(made), keep_days, today)
    due = sorted(set(made) - kept)
    for day in due:
        made[day].unlink()
    return [made[day].name for day in due]


def sweep_blobs(directory: Path, keys: Keyring, side: Storage) -> int:
    """Delete the files beside the backups that none of them names any more; give how many.

    Reads every backup to its end: meant for once a month. Raises BackupRefused, before deleting anything, for one that
    cannot be read; does nothing while a backup is being written.
    """
    if any(directory.glob(".*.partial")):
        return 0
    present = set(side.digests())
    for file in sorted(directory.glob("*.casefile")):
        reader = Reader(file, keys)
        try:
            present -= set(reader.aside())
        finally:
            reader.close()
    for sha256 in present:
        side.delete(sha256)
    return len(present)


def _nightly(directory: Path) -> dict[date, Path]:
    found = ((NIGHTLY.fullmatch(file.name), file) for file in directory.glob("casefile-*.casefile"))
    return {date.fromisoformat(match[1]): file for match, file in found if match}


def _kept(days: list[date], keep_days: int, today: date) -> set[date]:
    recent = {day for day in days if (today - day).days < keep_days}
    oldest = add_months(today, -MONTHS)
    firsts: dict[tuple[int, int], date] = {}
    for day in days:
        firsts.setdefault((day.year, day.month), day)
    monthly = {day for day in firsts.values() if day >= oldest}
    return recent | monthly | set(days[-1:])
