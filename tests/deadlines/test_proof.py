"""The proof archive: complete, of one dossier only, and verified by the script it carries."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta

import pytest

from casefile import clock
from casefile.deadlines import journal, limitation, proof, reminders, settlement
from casefile.models.evidence import DateKind, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from tests.deadlines.conftest import MORNING, add_matter
from tests.deadlines.test_remind_command import command

LIBEL = "diffamation_publique_particulier"


def libel_of(session, actor, matter):
    publication = Publication(
        matter_id=matter.id, title="Avis", platform="google", date_kind=DateKind.EXACT, published_on=date(2026, 10, 1)
    )
    session.add(publication)
    session.flush()
    return limitation.recompute_limitation(session, actor, matter, publication, LIBEL, reason="Qualification")


@pytest.fixture
def lived(database, office, settings):
    """Live three days: a limitation entered in two dossiers, reminders sent, one answered, the journal written."""
    with clock.frozen(MORNING), database.transaction() as session:
        anne, matter = session.get(Person, office.anne.id), session.get(Matter, office.matter.id)
        deadline = libel_of(session, anne, matter)
        libel_of(session, anne, add_matter(session, 2, anne))
    with clock.frozen(MORNING):
        reminders.tick(database, settings, MORNING)
    later = MORNING + timedelta(days=2)
    with clock.frozen(later), database.transaction() as session:
        settlement.mark_done(session, session.get(Person, office.anne.id), session.merge(deadline), "Acte n° 12")
        journal.write_pages(session, later)
    return later


def unpacked(database, office, when, folder):
    with clock.frozen(when), database.transaction() as session:
        content = proof.archive(session, session.get(Person, office.anne.id), session.get(Matter, office.matter.id))
    folder = folder / "unpacked"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


def verdict(folder):
    return subprocess.run(
        [sys.executable, "-I", str(folder / "verifier.py")], capture_output=True, text=True, check=False
    )


def test_the_archive_tells_who_knew_what_when_and_verifies_alone(database, office, lived, tmp_path):
    folder = unpacked(database, office, lived, tmp_path)
    done = verdict(folder)
    assert (done.returncode, done.stdout) == (0, "Tout est intact.\n")
    told = json.loads((folder / "delais.json").read_text("utf-8"))
    [deadline] = told["deadlines"]
    assert deadline["rule_id"]
    assert deadline["trace"]
    assert told["acknowledgements"][0]["act"] == "done"
    assert {row["state"] for row in told["reminders"]} == {"sent", "void"}
    assert told["messages"][0]["message_id"]
    assert told["people"] == {str(office.anne.id): "Anne"}


def test_nothing_of_another_dossier_is_in_the_archive(database, office, lived, tmp_path):
    folder = unpacked(database, office, lived, tmp_path)
    for file in folder.iterdir():
        assert "2026/0002" not in file.read_text("utf-8"), file.name
    assert "digest" in str(json.loads((folder / "journal.json").read_text("utf-8")))


@pytest.mark.parametrize("name", ["delais.json", "audit.json", "journal.json", "LISEZMOI.txt"])
def test_an_altered_file_is_named_by_the_archive_s_own_verifier(database, office, lived, tmp_path, name):
    folder = unpacked(database, office, lived, tmp_path)
    file = folder / name
    file.write_bytes(file.read_bytes().replace(b"e", b"E", 1))
    done = verdict(folder)
    assert done.returncode == 1
    assert name in done.stdout + done.stderr


def test_a_rewritten_line_is_found_even_with_a_rewritten_manifest(database, office, lived, tmp_path):
    import hashlib

    folder = unpacked(database, office, lived, tmp_path)
    trail = json.loads((folder / "audit.json").read_text("utf-8"))
    trail["entries"][1]["at"] = "2026-01-01T00:00:00+00:00"
    (folder / "audit.json").write_text(json.dumps(trail), "utf-8")
    manifest = json.loads((folder / "MANIFESTE.json").read_text("utf-8"))
    manifest["files"]["audit.json"] = hashlib.sha256((folder / "audit.json").read_bytes()).hexdigest()
    (folder / "MANIFESTE.json").write_text(json.dumps(manifest), "utf-8")
    assert "a été modifiée" in verdict(folder).stdout


def test_the_commands_write_and_verify(database, office, lived, settings, tmp_path):
    made = command(settings, "deadlines", "proof", "--dossier", "2026/0001", "-o", str(tmp_path / "p.zip"))
    assert made.returncode == 0, made.stderr
    file = tmp_path / "j.json"
    assert json.loads(command(settings, "deadlines", "journal", "-o", str(file)).stdout)["pages"] == 2
    assert json.loads(command(settings, "deadlines", "verify", str(file)).stdout)["intact"]
    file.write_text(file.read_text("utf-8").replace("Anne", "Zoé", 1), "utf-8")
    altered = command(settings, "deadlines", "verify", str(file))
    assert altered.returncode == 1
    assert "modifiée" in altered.stderr
    assert command(settings, "deadlines", "verify", str(tmp_path / "p.zip")).returncode == 2
    assert command(settings, "deadlines", "proof", "--dossier", "2026/9999", "-o", "x.zip").returncode == 2
