"""A disk that fills in the middle of a backup: said in French, the former one stays, no half one is taken for whole."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import sys
from datetime import UTC, datetime, timedelta

import pytest

from casefile import audit, backup, cipher, cli, clock, integrity
from casefile.backup import rows, schedule
from casefile.database import Database
from casefile.models.ledger import AuditEntry, Exhibit
from casefile.storage import StorageFull, from_url
from tests.disk import NEVER, Disk
from tests.ops import firm

FULL = "Le disque est plein"
EVENING = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
MOST = 200
LARGE = 60_000


@pytest.fixture
def command(settings, monkeypatch, capsys):
    """Run a `casefile` command; give its exit code, its JSON and what it says."""
    monkeypatch.setenv("CASEFILE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CASEFILE_DATABASE_URL", settings.database_url)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["casefile", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        shown = capsys.readouterr()
        return code, json.loads(shown.out), shown.err

    return run


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Give the directory of the backups, on a disk of its own; pieces are small, so that a small firm takes many."""
    monkeypatch.setattr(cipher, "PIECE", 9_000)
    monkeypatch.setattr(cipher, "SEALED_PIECE", 9_000 + cipher.TAG_BYTES)
    directory = tmp_path / "ailleurs"
    directory.mkdir()
    return directory


@pytest.fixture
def disk(place, monkeypatch):
    disk = Disk(place)
    disk.under_files(monkeypatch)
    return disk


def everything(database):
    with database.engine.connect() as connection:
        return rows.tallies_of(connection)


def grow(database, storage, person, directory, number):
    """Add a dossier with its capture and a large exhibit: what the next backup has to copy."""
    with database.transaction() as session:
        authority = firm.EmbeddedAuthority.at(directory / "authority")
        matter = firm.add_matter(session, storage, authority, session.get(type(person), person.id), number)
        sha256, _ = storage.put(io.BytesIO(os.urandom(LARGE)))
        session.add(Exhibit(matter_id=matter.id, number=2, title="Vidéo", sha256=sha256, media_type="video/mp4"))


def beaten(database):
    with database.reader() as session:
        return backup.made_at(session)


def restored(file, side, settings, directory):
    """Restore into an empty place; give its rows and what the verification finds."""
    database = Database(f"sqlite:///{directory}.sqlite3", settings.keyring)
    storage = from_url(f"file://{directory}", settings.keyring, directory)
    backup.restore(file, settings.keyring, database, storage, side)
    with database.reader() as session:
        found = integrity.verify(session, storage).faults
    told = everything(database)
    database.close()
    return told, found


@pytest.mark.parametrize("aside", [False, True], ids=["one file", "files aside"])
def test_at_whichever_write_the_disk_fills_the_former_backup_stays_and_the_next_one_is_whole(
    settings, database, storage, partner, place, disk, command, tmp_path, aside
):
    options = ("--blobs", place / "blobs") if aside else ()
    former, latest = place / "1.casefile", place / "2.casefile"
    assert command("backup", former, *options)[0] == 0
    before, bytes_before, beat = everything(database), former.read_bytes(), beaten(database)
    grow(database, storage, partner, tmp_path, 3)
    side = from_url(f"file://{place / 'blobs'}", settings.keyring, place) if aside else None
    for room in range(MOST):
        with disk.filling(room):
            code, told, said = command("backup", latest, *options)
        if not disk.refused:
            break
        assert (code, told["error"]["code"]) == (2, "storage_full"), room
        assert FULL in said, room
        assert [file.name for file in place.iterdir() if file.is_file()] == ["1.casefile"], room
        assert not list(place.glob("blobs/incoming/*")), room
        assert beaten(database) == beat, room
    assert 10 < room < MOST
    assert (code, told["damaged"]) == (0, [])
    assert former.read_bytes() == bytes_before
    assert beaten(database) > beat
    backup.check(latest, settings.keyring, side)
    # The trail and the sign of life of a backup are written after it: each file holds the firm as it was when it began.
    again, faults = restored(former, side, settings, tmp_path / "former")
    late = {"audit_entry", "chain_head", "heartbeat"}
    assert faults == []
    assert {name for name in before if again[name] != before[name]} == late
    with database.reader() as session:
        assert integrity.verify(session, storage).faults == []
    now = everything(database)
    again, faults = restored(latest, side, settings, tmp_path / "latest")
    assert faults == []
    assert {name for name in now if again[name] != now[name]} == late
    assert command("verify")[:2][0] == 0


def test_a_whole_backup_that_the_database_cannot_note_says_so_and_shows_no_age(
    settings, database, storage, partner, place, command
):
    disk = Disk(settings.data_dir)
    with disk.under_database(database), disk.filling(0):
        code, told, said = command("backup", place / "1.casefile")
    assert (code, told["error"]["code"]) == (2, "refused")
    assert "entière et relue" in said
    assert beaten(database) is None
    assert backup.check(place / "1.casefile", settings.keyring).damaged == []


def indexed(url):
    database = Database(url)
    with database.engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM search_entry").scalar()
    database.close()
    return count


@pytest.fixture
def restore_elsewhere(settings, command, monkeypatch, tmp_path):
    """Restore a backup into a new place with room for so many writes; give the answer and the address of its base."""
    monkeypatch.setenv("CASEFILE_KEY_FILE", str(settings.key_file))

    def run(file, name, room):
        there = tmp_path / name
        there.mkdir(mode=0o700)
        url = f"sqlite:///{there}/casefile.sqlite3"
        monkeypatch.setenv("CASEFILE_DATA_DIR", str(there))
        monkeypatch.setenv("CASEFILE_DATABASE_URL", url)
        disk = Disk(there)
        with monkeypatch.context() as patched, disk.under_database(Database(url)):
            disk.under_files(patched)
            finish = backup._finish
            begun = []
            patched.setattr(backup, "_finish", lambda database: (begun.append(disk.written), finish(database)))
            with disk.filling(room):
                return (*command("restore", file), url, begun)

    return run


def test_a_restore_that_finds_no_room_says_what_to_do_and_ends_whole(
    database, storage, partner, place, command, restore_elsewhere
):
    file = place / "1.casefile"
    assert command("backup", file)[0] == 0
    code, told, said, url, [finished] = restore_elsewhere(file, "whole", NEVER)
    entries = indexed(url)
    assert (code, told["verify"]["faults"], entries > 0) == (0, [], True)
    for room in (finished // 3, finished - 5, finished):
        code, told, said, url, begun = restore_elsewhere(file, f"room-{room}", room)
        assert code == 2, room
        assert "isque est plein" in said
        assert "INSERT" not in said
        if begun:
            assert "« casefile upgrade » et « casefile search rebuild »" in said
            assert command("upgrade")[0] == command("search", "rebuild")[0] == 0
        else:
            assert told["error"]["code"] == "storage_full"
            assert command("restore", file)[0] == 0, room
        assert command("verify")[0] == 0, room
        assert indexed(url) == entries, room


@pytest.fixture
def kept(settings, place):
    return dataclasses.replace(settings, backup_dir=place)


def worked(database, settings, now):
    with clock.frozen(now):
        return schedule.run(database, settings, now)


def trail(database):
    with database.reader() as session:
        return [row.action for row in session.query(AuditEntry).order_by(AuditEntry.seq) if "backup" in row.action]


def test_the_worker_says_in_the_trail_that_there_was_no_room_and_tries_again_after_an_hour(
    database, storage, kept, partner, place, disk
):
    for room in (0, 3, 9):
        with disk.filling(room), pytest.raises(StorageFull, match=f"{FULL}.*précédentes"):
            worked(database, kept, EVENING + timedelta(hours=2 * room))
        assert list(place.glob("*.casefile")) == list(place.glob(".*.partial")) == []
        assert beaten(database) is None
        assert worked(database, kept, EVENING + timedelta(hours=2 * room, minutes=30)) is None
    made = worked(database, kept, EVENING + timedelta(hours=24))
    side = from_url(f"file://{place / 'blobs'}", kept.keyring, place)
    assert backup.check(made, kept.keyring, side).damaged == []
    assert trail(database) == ["backup.failed"] * 3 + ["backup.made"]
    with database.reader() as session:
        assert list(audit.verify(session)) == []


def test_a_backup_that_the_worker_could_not_note_is_checked_and_noted_later_at_its_own_hour(
    database, kept, partner, place
):
    disk = Disk(kept.data_dir)
    with disk.under_database(database), disk.filling(0), pytest.raises(Exception, match=r"full|No space"):
        worked(database, kept, EVENING)
    [file] = place.glob("*.casefile")
    assert beaten(database) is None
    os.utime(file, (EVENING.timestamp(), EVENING.timestamp()))
    assert worked(database, kept, EVENING + timedelta(minutes=30)) is None, "another worker may be about to note it"
    assert worked(database, kept, EVENING + timedelta(hours=2)) == file
    assert beaten(database) == EVENING
    assert trail(database) == ["backup.made"]


def test_a_file_of_another_day_under_tonight_s_name_is_never_taken_for_tonight_s(database, kept, partner, place):
    old = worked(database, kept, EVENING)
    file = place / "casefile-2026-11-25.casefile"
    old.rename(file)
    later = EVENING + timedelta(days=2)
    os.utime(file, (EVENING.timestamp(), EVENING.timestamp()))
    assert worked(database, kept, later) is None
    assert beaten(database) == EVENING
