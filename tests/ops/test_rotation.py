"""The firm's key changes without losing a byte, and backups made before it still open."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import select, text

from casefile import backup, integrity, rotation
from casefile import storage as storages
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import Refused
from casefile.models.people import Person


def casefile(settings, *arguments):
    environ = {"CASEFILE_DATA_DIR": str(settings.data_dir), "CASEFILE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "casefile", "keys", *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)


def test_after_a_rotation_all_is_under_the_new_key_and_nothing_is_lost(settings, database, storage, partner, tmp_path):
    backup.make(database, storage, settings.keyring, tmp_path / "before.casefile")
    former = settings.keyring.key_id.hex()
    done = casefile(settings, "rotate")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["blobs"], told["values"], told["indexed"]) == (8, 9, 18)
    assert settings.secret_key not in done.stdout + done.stderr

    now = Settings.from_env(
        {"CASEFILE_DATA_DIR": str(settings.data_dir), "CASEFILE_DATABASE_URL": settings.database_url}
    )
    assert now.keyring.key_ids() == (told["key"], former)
    store, opened = storages.from_settings(now), Database.of(now)
    assert {store.key_of(sha256) for sha256 in store.digests()} == {told["key"]}
    with opened.reader() as session:
        assert integrity.verify(session, store).faults == []
        assert session.scalar(select(Person.totp_secret).where(Person.totp_secret.is_not(None))) == "JBSWY3DP"
        assert told["key"] in session.scalar(text("SELECT totp_secret FROM person WHERE totp_secret IS NOT NULL"))
    assert backup.check(tmp_path / "before.casefile", now.keyring).blobs == 8
    assert json.loads(casefile(settings, "apply").stdout)["blobs"] == 0
    assert json.loads(casefile(settings, "list").stdout) == {"present": told["key"], "former": [former]}
    opened.close()


def test_a_key_from_the_environment_is_changed_there(data_dir, monkeypatch):
    given = Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir), "CASEFILE_SECRET_KEY": "0123456789abcdef" * 2})
    with pytest.raises(Refused, match="CASEFILE_FORMER_KEYS"):
        rotation.draw(given)


def test_an_altered_blob_is_named_and_never_sealed_again(settings, database, storage, partner):
    names = list(storage.digests())
    first, second = (storage._shelf._path(name) for name in names[:2])
    first.chmod(0o600)
    first.write_bytes(second.read_bytes())
    before = first.read_bytes()
    after = rotation.draw(settings)
    with database.transaction() as session:
        done = rotation.apply(session, after, storages.from_settings(after))
    assert (done["damaged"], done["blobs"]) == ([names[0]], 7)
    assert first.read_bytes() == before
