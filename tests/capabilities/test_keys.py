"""The firm's key lies outside the data, seals sensitive columns and can be changed without losing a byte."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from casefile.cipher import KeyMissing
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import UnsafeConfiguration
from casefile.models.people import Person, Role


def add_person(database):
    with database.transaction() as session:
        session.add(Person(email="a@b.fr", full_name="Anne", role=Role.PARTNER, totp_secret="JBSWY3DP"))


def stored(database):
    with database.reader() as session:
        return session.scalar(text("SELECT totp_secret FROM person"))


def test_the_second_factor_is_not_readable_in_the_database(database):
    add_person(database)
    assert "JBSWY3DP" not in stored(database)
    with database.reader() as session:
        assert session.scalar(select(Person.totp_secret)) == "JBSWY3DP"


def test_without_the_keys_an_encrypted_column_stays_shut(settings):
    database = Database(settings.database_url)
    with pytest.raises(StatementError, match=r"Database\.of"):
        add_person(database)
    database.close()


def test_with_other_keys_the_missing_one_is_named(settings, database):
    add_person(database)
    environ = {"CASEFILE_DATA_DIR": str(settings.data_dir), "CASEFILE_DATABASE_URL": settings.database_url}
    other = Settings.from_env({**environ, "CASEFILE_SECRET_KEY": "0123456789abcdef" * 2})
    shut = Database.of(other)
    with shut.reader() as session, pytest.raises(KeyMissing, match=settings.keyring.key_id.hex()):
        session.scalar(select(Person.totp_secret))
    shut.close()


def test_the_key_file_lies_beside_the_data_and_is_private(settings):
    assert settings.key_file == settings.data_dir.with_name("data.key")
    assert settings.key_file.stat().st_mode & 0o777 == 0o600


def test_a_key_file_inside_the_data_is_refused(data_dir):
    with pytest.raises(UnsafeConfiguration, match="dans le dossier de données"):
        Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir), "CASEFILE_KEY_FILE": str(data_dir / "key")})


def test_former_keys_still_open(data_dir, settings):
    settings.key_file.write_text(f"{'0123456789abcdef' * 4}\n{settings.secret_key}\n")
    again = Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir)})
    assert again.secret_key == "0123456789abcdef" * 4
    assert again.former_keys == (settings.secret_key,)
    assert again.keyring.unlock(settings.keyring.lock("x", "p"), "p") == "x"
