"""The worker backs the firm up each night, once; the home page shows the age, red when it is old or missing."""

from __future__ import annotations

import dataclasses
import io
import os
from datetime import UTC, date, datetime, timedelta

import pytest

from casefile import backup, clock
from casefile.backup import pruning, schedule
from casefile.errors import CasefileError
from casefile.models.ledger import AuditEntry
from casefile.storage import StorageFull, from_url

EVENING = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 0, 45, tzinfo=UTC)  # 01:45 in Paris


@pytest.fixture
def kept(settings, tmp_path):
    return dataclasses.replace(settings, backup_dir=tmp_path / "sauvegardes")


def made(database, settings, now):
    with clock.frozen(now):
        return schedule.run(database, settings, now)


def test_the_first_is_made_at_once_then_one_each_night(database, kept, partner):
    first = made(database, kept, EVENING)
    assert first.name == "casefile-2026-11-23.casefile"
    side = from_url(f"file://{kept.backup_dir / 'blobs'}", kept.keyring, kept.backup_dir)
    assert backup.check(first, kept.keyring, side).blobs > 0
    before = {path: path.stat().st_mtime_ns for path in (kept.backup_dir / "blobs").rglob("*") if path.is_file()}
    assert made(database, kept, EVENING + timedelta(hours=1)) is None
    assert made(database, kept, NIGHT - timedelta(minutes=30)) is None
    assert made(database, kept, NIGHT).name == "casefile-2026-11-24.casefile"
    assert made(database, kept, NIGHT + timedelta(hours=5)) is None
    after = {path: path.stat().st_mtime_ns for path in (kept.backup_dir / "blobs").rglob("*") if path.is_file()}
    assert after == before, "a file already copied is not copied again"


def test_nothing_is_made_without_a_place_for_it(database, settings, partner):
    assert made(database, settings, NIGHT) is None


def test_what_a_killed_worker_left_is_cleared_after_a_while(database, kept, partner):
    kept.backup_dir.mkdir()
    partial = kept.backup_dir / ".casefile-2026-11-23.casefile.partial"
    partial.write_bytes(b"half")
    recent = EVENING.timestamp() - 60
    os.utime(partial, (recent, recent))
    assert made(database, kept, EVENING) is None, "another worker may be writing it"
    old = EVENING.timestamp() - 7 * 3600
    os.utime(partial, (old, old))
    assert made(database, kept, EVENING) is not None


def test_a_failure_is_told_in_the_trail_and_leaves_no_file(database, kept, partner, monkeypatch):
    def full(*_args, **_options):
        raise StorageFull("Le disque est plein.")

    monkeypatch.setattr(backup, "make", full)
    with pytest.raises(StorageFull):
        made(database, kept, EVENING)
    with database.reader() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert (last.action, last.facts) == ("backup.failed", {"code": "storage_full"})
    assert list(kept.backup_dir.glob("*.casefile")) == []


def test_old_nights_go_by_themselves_and_the_first_of_each_month_stays(tmp_path):
    days = [date(2026, 11, 23) - timedelta(days=back) for back in range(500)]
    for day in days:
        (tmp_path / f"casefile-{day}.casefile").touch()
    (tmp_path / "avant-travaux.casefile").touch()
    pruning.prune(tmp_path, 35, date(2026, 11, 23))
    left = {file.name for file in tmp_path.iterdir()}
    assert "avant-travaux.casefile" in left, "made by hand: never touched"
    nightly = sorted(date.fromisoformat(name[9:19]) for name in left if name.startswith("casefile-"))
    assert nightly[-35:] == sorted(days[:35])
    assert [day.day for day in nightly[:-35]] == [1] * 11
    assert nightly[0] == date(2025, 12, 1)
    pruning.prune(tmp_path, 35, date(2029, 1, 1))
    assert (tmp_path / "casefile-2026-11-23.casefile").exists(), "the newest stays, however old"


def test_a_file_that_no_backup_names_leaves_the_side_store_on_the_first_of_the_month(database, kept, partner, storage):
    made(database, kept, EVENING)
    side = from_url(f"file://{kept.backup_dir / 'blobs'}", kept.keyring, kept.backup_dir)
    stray, _ = side.put(io.BytesIO(b"of a destroyed dossier"))
    made(database, kept, datetime(2026, 11, 30, 2, 0, tzinfo=UTC))
    assert side.exists(stray)
    last = made(database, kept, datetime(2026, 12, 1, 2, 0, tzinfo=UTC))
    assert not side.exists(stray)
    assert backup.check(last, kept.keyring, side).blobs > 0
    assert backup.check(kept.backup_dir / "casefile-2026-11-23.casefile", kept.keyring, side).blobs > 0
    side.put(io.BytesIO(b"again"))
    (kept.backup_dir / "casefile-2026-11-23.casefile").write_bytes(b"broken")
    with pytest.raises(CasefileError):
        pruning.sweep_blobs(kept.backup_dir, kept.keyring, side)
