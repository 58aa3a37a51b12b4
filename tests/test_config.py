"""Settings: frozen, from the environment and one file; unsafe ones refuse to start, with the repair."""

from __future__ import annotations

import dataclasses
import stat

import pytest

from casefile.config import Settings
from casefile.errors import UnsafeConfiguration


def read(data_dir, **values):
    return Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir), **values})


def test_the_key_is_made_once_beside_the_data_and_closed_to_others(data_dir):
    first, second = read(data_dir), read(data_dir)
    assert first.secret_key == second.secret_key
    key = data_dir.with_name(data_dir.name + ".key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not list(data_dir.glob("*key*"))


def test_settings_cannot_be_changed_afterwards(data_dir):
    with pytest.raises(dataclasses.FrozenInstanceError):
        read(data_dir).debug = True


def test_a_file_in_the_data_directory_is_read_and_the_environment_wins(data_dir):
    (data_dir / "casefile.toml").write_text('mail_from = "a@cabinet.example"\nbind = "127.0.0.1:9000"\n', "utf-8")
    assert read(data_dir).mail_from == "a@cabinet.example"
    assert read(data_dir, CASEFILE_BIND="127.0.0.1:9001").bind == "127.0.0.1:9001"


@pytest.mark.parametrize(
    "values",
    [
        {"CASEFILE_SECRET_KEY": "court"},
        {"CASEFILE_SECRET_KEY": "a" * 64},
        {"CASEFILE_DEBUG": "1", "CASEFILE_BIND": "0.0.0.0:8000", "CASEFILE_BASE_URL": "https://x.example"},
        {"CASEFILE_DEBUG": "1", "CASEFILE_BASE_URL": "https://x.example"},
        {"CASEFILE_BIND": "0.0.0.0:8000"},
        {"CASEFILE_DATABASE_URL": "postgresql://casefile@base.example/casefile"},
        {"CASEFILE_DATABASE_URL": "postgresql://casefile@/casefile?host=192.0.2.9"},
        {"CASEFILE_BIND": "192.0.2.7:8000", "CASEFILE_BASE_URL": "http://192.0.2.7:8000"},
    ],
)
def test_unsafe_settings_do_not_start(data_dir, values):
    with pytest.raises(UnsafeConfiguration) as refusal:
        read(data_dir, **values)
    assert len(refusal.value.message) > 40


def test_a_data_directory_open_to_others_does_not_start(data_dir):
    data_dir.chmod(0o755)
    with pytest.raises(UnsafeConfiguration, match="chmod 700"):
        read(data_dir)


def test_an_unreadable_file_of_settings_does_not_start(data_dir):
    (data_dir / "casefile.toml").write_text("bind = [", "utf-8")
    with pytest.raises(UnsafeConfiguration, match="illisible"):
        read(data_dir)


def test_secrets_stay_out_of_representations(data_dir):
    settings = read(data_dir, CASEFILE_SMTP_URL="smtp://u:motdepasse@mx.example")
    assert settings.secret_key not in repr(settings)
    assert "motdepasse" not in repr(settings)
