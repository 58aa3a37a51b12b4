"""`casefile verify` finds whatever an intruder with the database, or the files, has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import select, text

from casefile import audit, integrity
from casefile.database import Database
from casefile.models import Base
from casefile.models.evidence import Artifact
from casefile.models.ledger import AuditEntry


@pytest.fixture
def check(database, storage, partner):
    def run():
        with database.reader() as session:
            return integrity.verify(session, storage)

    return run


def attack(database, *statements):
    """Write as somebody who owns the database: every trigger dropped first."""
    with database.transaction() as session:
        if database.is_sqlite:
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in Base.metadata.tables:
                session.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL'))
        for statement in statements:
            session.execute(text(statement))


def more_entries(database, count=6):
    with database.transaction() as session:
        for number in range(count):
            audit.record(session, None, "test.made", facts={"n": number})


def test_an_untouched_firm_has_no_fault_and_everything_was_read(check):
    report = check()
    assert report.faults == []
    assert report.as_json()["ok"]
    counted = {"audit": 4, "custody": 2, "blobs": 8, "captures": 2, "manifests": 2, "tokens": 2, "passages": 2}
    assert {kind: report.checked[kind] for kind in counted} == counted


AUDIT_ATTACKS = {
    "altered": ("UPDATE audit_entry SET action = 'x' WHERE seq = 4",),
    "facts altered": ("UPDATE audit_entry SET facts = '{\"n\": 9}' WHERE seq = 4",),
    "actor changed": (
        "UPDATE audit_entry SET actor_id = (SELECT id FROM person WHERE email = 'marc@cabinet.fr') WHERE seq = 2",
    ),
    "removed in the middle": ("DELETE FROM audit_entry WHERE seq = 4",),
    "removed at the start": ("DELETE FROM audit_entry WHERE seq = 1",),
    "removed at the end": ("DELETE FROM audit_entry WHERE seq = 10",),
    "all removed": ("DELETE FROM audit_entry",),
    "reordered": (
        "UPDATE audit_entry SET seq = 100 WHERE seq = 4",
        "UPDATE audit_entry SET seq = 4 WHERE seq = 5",
        "UPDATE audit_entry SET seq = 5 WHERE seq = 100",
    ),
    "head removed": ("DELETE FROM chain_head WHERE name = 'audit'",),
    "head moved back with the end cut": (
        "DELETE FROM audit_entry WHERE seq = 10",
        "UPDATE chain_head SET seq = 9, hash = (SELECT hash FROM audit_entry WHERE seq = 9) WHERE name = 'audit'",
    ),
}


@pytest.mark.parametrize("attacked", AUDIT_ATTACKS)
def test_each_change_of_the_trail_is_found(database, check, attacked):
    more_entries(database)
    assert check().ok
    attack(database, *AUDIT_ATTACKS[attacked])
    assert "audit" in {fault.kind for fault in check().faults}


def test_a_chain_computed_again_without_the_key_is_found(database, check):
    more_entries(database)
    attack(database, "UPDATE audit_entry SET action = 'innocent' WHERE seq = 3")
    with database.transaction() as session:
        previous = audit.GENESIS
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
            entry.previous_hash = previous
            previous = entry.hash = audit.digest_of(entry)
    assert [fault.message for fault in check().faults] == [
        "Journal : il a été réécrit ou prolongé sans la clé du cabinet."
    ]


def test_an_entry_without_the_key_is_refused_once_the_chain_has_a_head(settings, partner):
    keyless = Database(settings.database_url)
    with pytest.raises(RuntimeError, match=r"Database\.of"), keyless.transaction() as session:
        audit.record(session, None, "test.made")
    keyless.close()


CUSTODY_ATTACKS = {
    "altered": ("UPDATE custody_event SET action = 'x' WHERE seq = 2",),
    "removed at the start": ("DELETE FROM custody_event WHERE seq = 1",),
    "removed at the end": ("DELETE FROM custody_event WHERE seq = 2",),
    "all removed": ("DELETE FROM custody_event",),
    "reordered": (
        "UPDATE custody_event SET seq = 100 WHERE seq = 1",
        "UPDATE custody_event SET seq = 1 WHERE seq = 2",
        "UPDATE custody_event SET seq = 2 WHERE seq = 100",
    ),
    "link broken": ("UPDATE custody_event SET previous_hash = 'x' WHERE seq = 2",),
    "head removed": ("DELETE FROM chain_head WHERE name = 'custody'",),
    "another installation": (f"UPDATE firm SET installation_id = '{'0' * 32}'",),
}


@pytest.mark.parametrize("attacked", CUSTODY_ATTACKS)
def test_each_change_of_the_custody_is_found(database, check, attacked):
    attack(database, *CUSTODY_ATTACKS[attacked])
    assert "custody" in {fault.kind for fault in check().faults}


ROW_ATTACKS = {
    "artifact digest": (
        "artifact",
        "UPDATE artifact SET sha256 = (SELECT pdf_sha256 FROM letter LIMIT 1) WHERE role = 'text'",
    ),
    "artifact removed": ("artifact", "DELETE FROM artifact"),
    "artifact size": ("blob", "UPDATE artifact SET size = size + 1"),
    "letter digest": ("blob", f"UPDATE letter SET pdf_sha256 = '{'0' * 64}'"),
    "letter digest nonsense": ("blob", "UPDATE letter SET pdf_sha256 = '../../etc/passwd'"),
    "exhibit digest": ("blob", f"UPDATE exhibit SET sha256 = '{'1' * 64}'"),
    "manifest digest": ("manifest", "UPDATE capture SET manifest_sha256 = (SELECT sha256 FROM exhibit LIMIT 1)"),
    "captured text": ("capture", "UPDATE capture SET text = text || ' non'"),
    "passage": ("passage", "UPDATE passage SET exact = 'gentil'"),
    "token instant": ("token", "UPDATE seal SET stamped_at = '2020-01-01 00:00:00.000000'"),
    "token bytes": ("token", "UPDATE seal SET chain_pem = ''"),
}


@pytest.mark.parametrize("attacked", ROW_ATTACKS)
def test_each_change_of_the_evidence_is_found(database, check, attacked):
    kind, statement = ROW_ATTACKS[attacked]
    attack(database, statement)
    assert kind in {fault.kind for fault in check().faults}


def test_every_file_is_read_again(database, storage, check):
    with database.reader() as session:
        named = integrity.named_digests(session)
    assert len(named) == 8
    for sha256 in named:
        file = storage._shelf._path(sha256)
        good = file.read_bytes()
        file.chmod(0o600)
        file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        assert any(sha256 in fault.where and "modifié" in fault.message for fault in check().faults)
        file.unlink()
        assert any(sha256 in fault.where and "manque" in fault.message for fault in check().faults)
        file.write_bytes(good)
    assert check().ok


def test_the_list_of_columns_that_name_a_blob_is_whole():
    others = {"capture.manifest_sha256", "capture.text_sha256", "passage.source_sha256"}
    columns = {str(column) for table in Base.metadata.tables.values() for column in table.columns}
    assert {column for column in columns if column.endswith("sha256")} - others == set(integrity.NAMING)


def test_the_command_prints_json_and_exits_one_on_a_fault(settings, database, partner):
    environ = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-m", "casefile", "verify"]
    good = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["ok"] is True
    with database.reader() as session:
        sha256 = session.scalar(select(Artifact.sha256))
    next(settings.data_dir.rglob(sha256)).unlink()
    bad = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    report = json.loads(bad.stdout)
    assert report["ok"] is False
    assert report["faults"][0]["kind"] == "blob"
    assert "manque dans le stockage" in bad.stderr
