"""A backup holds the whole firm and comes back on either database; an unsound one is refused and changes nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from casefile import backup, cipher, clock, integrity, search, storage
from casefile.backup import rows
from casefile.cipher import KeyMissing, Keyring
from casefile.database import Database
from casefile.errors import Refused
from casefile.models import Base
from casefile.models.base import Secret
from casefile.models.desk import COPIES
from casefile.models.ledger import AuditEntry, Note
from casefile.models.people import Person
from casefile.models.search import SearchEntry


@pytest.fixture
def keys(settings):
    return settings.keyring


@pytest.fixture
def file(tmp_path):
    return tmp_path / "firm.casefile"


@pytest.fixture
def made(database, storage, keys, partner, file):
    return backup.make(database, storage, keys, file)


@pytest.fixture
def empty_storage(tmp_path, keys):
    return storage.from_url(f"file://{tmp_path}/restored", keys, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path, keys):
    url = (
        f"sqlite:///{tmp_path}/r.sqlite3"
        if request.param == "sqlite"
        else request.getfixturevalue("other_postgresql_url")
    )
    database = Database(url, keys)
    yield database
    database.close()


def everything(database):
    with database.engine.connect() as connection:
        return rows.tallies_of(connection)


def test_a_restored_firm_is_the_firm_row_by_row_and_file_by_file(
    database, storage, keys, made, file, empty, empty_storage, partner
):
    backup.restore(file, keys, empty, empty_storage)
    assert everything(empty) == everything(database)
    assert list(empty_storage.digests()) == list(storage.digests())
    with empty.reader() as session:
        assert integrity.verify(session, empty_storage).faults == []
        assert session.scalar(select(Person.totp_secret).where(Person.totp_secret.is_not(None))) == "JBSWY3DP"
        person = session.get(Person, partner.id)
        assert [hit.kind for hit in search.find(session, person, "diffamatoire").hits] == ["letter", "letter"]


def test_every_table_is_copied_or_left_out_on_purpose(database):
    with database.engine.connect() as connection:
        copied = {table.name for table in rows.tables_of(connection)}
    assert copied == set(Base.metadata.tables) - {"search_entry"} - COPIES


def test_encrypted_columns_are_named_after_themselves():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Secret):
                assert column.type.purpose == f"{table.name}.{column.name}"


def test_nothing_of_the_firm_is_readable_in_the_file(made, file):
    content = file.read_bytes()
    for word in ("Éluard", "CHARLATAN", "anne@cabinet", "audit_entry", "JBSWY3DP"):
        assert word.encode() not in content
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_says_what_it_holds(made, database, storage):
    assert made.blobs == len(list(storage.digests())) == 8
    assert made.tables["audit_entry"]["rows"] == 4
    assert made.damaged == []


def test_a_backup_never_replaces_another(database, storage, keys, made, file):
    before = file.read_bytes()
    with pytest.raises(Refused, match="existe déjà"):
        backup.make(database, storage, keys, file)
    assert file.read_bytes() == before


def damages(good):
    yield "empty", b""
    yield "head only", good[: cipher.HEADER_BYTES]
    yield "truncated by one", good[:-1]
    yield "cut at half", good[: len(good) // 2]
    yield "longer", good + b"x"
    yield "not ours", b"%PDF-1.7\n" * 100
    for place in range(0, len(good), max(1, len(good) // 25)):
        yield f"bit {place}", good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :]


def test_an_altered_or_truncated_backup_is_refused_and_changes_nothing(keys, made, file, tmp_path, empty_storage):
    database = Database(f"sqlite:///{tmp_path}/r.sqlite3", keys)
    for name, content in damages(file.read_bytes()):
        file.write_bytes(content)
        with pytest.raises((backup.BackupRefused, KeyMissing)):
            backup.restore(file, keys, database, empty_storage)
        assert inspect(database.engine).get_table_names() == [], name
        assert list(empty_storage.digests()) == [], name
    database.close()


def sealed_again(file, keys, change):
    """Write a backup as somebody would who holds the key but lies about the content."""
    with cipher.opened(file.open("rb"), keys) as source:
        content = change(source.read())
    with file.open("wb") as target:
        cipher.seal(io.BytesIO(content), target, keys)


LIES = {
    "a row removed": lambda content: content.replace(next(x for x in content.splitlines(True) if b"Marc" in x), b""),
    "a row changed": lambda content: content.replace(b"Marc", b"Marx"),
    "a blob changed": lambda content: content.replace(b"%PDF 2026/0001", b"%PDF 2026/0009"),
    "an end that lies": lambda content: content.replace(b'"blobs": 8', b'"blobs": 7'),
    "no end": lambda content: content[: content.rindex(b'{"end"')],
    "a newer format": lambda content: content.replace(b'{"casefile": 1', b'{"casefile": 2'),
    "a newer schema": lambda content: content.replace(b'"revision": "0', b'"revision": "9'),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_backup_that_contradicts_itself_is_refused(keys, made, file, tmp_path, empty_storage, lie):
    sealed_again(file, keys, LIES[lie])
    database = Database(f"sqlite:///{tmp_path}/r.sqlite3", keys)
    with pytest.raises(backup.BackupRefused, match=r"modifiée|mettez-le à jour"):
        backup.restore(file, keys, database, empty_storage)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert list(empty_storage.digests()) == []
    database.close()


def test_another_firm_s_key_is_asked_for(made, file, settings, database, empty_storage):
    with pytest.raises(KeyMissing, match=settings.keyring.key_id.hex()):
        backup.check(file, Keyring(("0123456789abcdef" * 2,)))


def test_a_place_in_use_is_refused_and_keeps_what_it_has(database, storage, keys, made, file, empty_storage, tmp_path):
    before = everything(database)
    with pytest.raises(backup.BackupRefused, match="base n'est pas vide"):
        backup.restore(file, keys, database, empty_storage)
    assert everything(database) == before
    assert list(empty_storage.digests()) == []
    fresh = Database(f"sqlite:///{tmp_path}/r.sqlite3", keys)
    with pytest.raises(backup.BackupRefused, match="stockage n'est pas vide"):
        backup.restore(file, keys, fresh, storage)
    fresh.close()


def test_a_restore_that_fails_half_way_leaves_an_empty_place(keys, made, file, empty, empty_storage, monkeypatch):
    monkeypatch.setattr(empty_storage, "put", lambda _source: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backup.restore(file, keys, empty, empty_storage)
    with empty.engine.connect() as connection:
        assert rows.is_empty(connection)
    monkeypatch.undo()
    backup.restore(file, keys, empty, empty_storage)


def test_a_firm_that_works_during_the_backup_is_copied_at_one_instant(database, storage, keys, partner, file):
    stop = threading.Event()

    def work():
        while not stop.is_set():
            with database.transaction() as session:
                number = session.scalar(select(func.max(AuditEntry.seq)))
                from casefile import audit

                audit.record(session, None, "test.made", facts={"n": number})

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = [backup.make(database, storage, keys, file.with_name(f"{n}.casefile")) for n in range(5)]
    finally:
        stop.set()
        worker.join()
    assert made[-1].tables["audit_entry"]["rows"] > made[0].tables["audit_entry"]["rows"]
    copy = Database(f"sqlite:///{file.parent}/copy.sqlite3", keys)
    backup.restore(file.with_name("4.casefile"), keys, copy, storage_at(file.parent / "copy", keys))
    with copy.reader() as session:
        assert integrity.verify(session, storage_at(file.parent / "copy", keys)).faults == []
    copy.close()


def storage_at(directory, keys):
    return storage.from_url(f"file://{directory}", keys, directory)


def test_a_damaged_blob_is_named_and_does_not_stop_the_rest(database, storage, keys, partner, file, settings):
    sha256 = next(storage.digests())
    storage._shelf._path(sha256).unlink()
    storage._shelf._path(sha256).write_bytes(b"x")
    made = backup.make(database, storage, keys, file)
    assert made.damaged == [sha256]
    assert made.blobs == 7
    assert backup.check(file, keys).damaged == [sha256]


def test_blobs_aside_are_written_once_and_asked_for_at_restore(database, storage, keys, partner, file, empty_storage):
    side = storage_at(file.parent / "side", keys)
    backup.make(database, storage, keys, file, side)
    first = {path: path.stat().st_mtime_ns for path in (file.parent / "side").rglob("?" * 64)}
    storage.put(io.BytesIO(b"new"))
    second = file.with_name("second.casefile")
    backup.make(database, storage, keys, second, side)
    again = {path: path.stat().st_mtime_ns for path in (file.parent / "side").rglob("?" * 64)}
    assert len(again) == len(first) + 1
    assert first.items() <= again.items()
    fresh = Database(f"sqlite:///{file.parent}/r.sqlite3", keys)
    with pytest.raises(backup.BackupRefused, match="--blobs"):
        backup.restore(second, keys, fresh, empty_storage)
    backup.restore(second, keys, fresh, empty_storage, side)
    assert list(empty_storage.digests()) == list(storage.digests())
    fresh.close()


def test_a_backup_of_an_older_schema_is_restored_then_brought_up_to_date(tmp_path, keys, empty_storage):
    old = Database(f"sqlite:///{tmp_path}/old.sqlite3", keys)
    old.migrate("0002")
    with old.transaction() as session:
        session.execute(
            text(
                "INSERT INTO matter_counter (year, last_number) VALUES (2026, 7)",
            )
        )
    backup.make(old, empty_storage, keys, tmp_path / "old.casefile")
    new = Database(f"sqlite:///{tmp_path}/new.sqlite3", keys)
    backup.restore(tmp_path / "old.casefile", keys, new, empty_storage)
    assert everything(new)["matter_counter"] == everything(old)["matter_counter"]
    assert inspect(new.engine).has_table("search_entry")
    old.close()
    new.close()


def test_a_stopped_firm_moves_to_postgresql_and_back(database, storage, keys, partner, other_postgresql_url, tmp_path):
    with pytest.raises(Refused, match="tourne encore"):
        backup.move(database, Database(other_postgresql_url, keys))
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        target, back = Database(other_postgresql_url, keys), Database(f"sqlite:///{tmp_path}/back.sqlite3", keys)
        assert backup.move(database, target) == everything(database) == everything(target)
        with pytest.raises(backup.BackupRefused, match="n'est pas vide"):
            backup.move(database, target)
        backup.move(target, back)
    assert everything(back) == everything(database)
    with target.transaction() as session:
        assert integrity.verify(session, storage).faults == []
        before = session.scalar(select(func.max(SearchEntry.id)))
        matter_id, author_id = session.execute(select(Note.matter_id, Note.author_id)).first()
        session.add(Note(matter_id=matter_id, author_id=author_id, body="après"))
        session.flush()
        assert session.scalar(select(func.max(SearchEntry.id))) > before
    target.close()
    back.close()


def test_the_age_of_the_last_backup_is_known(session: Session, made, file):
    assert backup.age(session) is None
    assert backup.is_late(backup.age(session))
    with clock.frozen(datetime(2026, 11, 23, tzinfo=UTC)):
        backup.note_made(session, made, file)
    with clock.frozen(datetime(2026, 11, 24, 1, tzinfo=UTC)):
        assert backup.age(session) == timedelta(hours=25)
        assert not backup.is_late(backup.age(session))
    with clock.frozen(datetime(2026, 11, 24, 3, tzinfo=UTC)):
        assert backup.is_late(backup.age(session))


def casefile(environ, *arguments):
    command = [sys.executable, "-m", "casefile", *map(str, arguments)]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)


def test_the_commands_back_up_restore_and_upgrade(settings, database, partner, file, tmp_path):
    here = {"CASEFILE_DATA_DIR": str(settings.data_dir), "CASEFILE_DATABASE_URL": settings.database_url}
    done = casefile(here, "backup", file)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["blobs"] == 8
    there = {"CASEFILE_DATA_DIR": str(tmp_path / "there"), "CASEFILE_KEY_FILE": str(settings.key_file)}
    (tmp_path / "there").mkdir(mode=0o700)
    done = casefile(there, "restore", file)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verify"]["ok"] is True
    again = casefile(there, "restore", file)
    assert again.returncode == 2
    assert "n'est pas vide" in again.stderr
    assert json.loads(again.stdout)["error"]["code"] == "backup_refused"
    upgraded = casefile(there, "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert json.loads(upgraded.stdout)["verify"]["ok"] is True


def test_upgrading_a_new_place_creates_it_and_gives_the_first_link(tmp_path):
    (tmp_path / "new").mkdir(mode=0o700)
    done = casefile({"CASEFILE_DATA_DIR": str(tmp_path / "new")}, "upgrade")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["backup"] is None
    assert "/invitation/" in told["first_account"]
    assert told["verify"]["ok"] is True
