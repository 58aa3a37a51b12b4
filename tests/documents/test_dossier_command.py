"""`casefile document TYPE --dossier REF`: drawn from the demonstration, or refused with what is missing."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys

import pytest
from PIL import Image
from sqlalchemy import select

from casefile.config import Settings
from casefile.database import Database
from casefile.documents import exhibit_file
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.storage import from_url

pytestmark = pytest.mark.slow

NOTICE = (
    "good_faith=oui",
    "lawyer_gender=F",
    "client_gender=F",
    "target=Madame Yasmine Benali",
    "why=Les termes sont outrageants et ne renferment aucun fait",
)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    home = tmp_path_factory.mktemp("firm")
    home.chmod(0o700)
    environment = {**os.environ, "CASEFILE_DATA_DIR": str(home)}
    command = [sys.executable, "-m", "casefile", "demo", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return environment, json.loads(done.stdout)["matters"]


def draw(firm, kind, rank, output, *answers):
    """Draw a document of the demonstration's nth dossier, or of one that does not exist (rank 0)."""
    environment, references = firm
    reference = references[rank - 1] if rank else "2026/9999"
    options = [part for answer in answers for part in ("--reponse", answer)]
    command = [sys.executable, "-m", "casefile", "document", kind, "--dossier", reference, "-o", str(output), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_notice_is_drawn_from_the_dossier(firm, tmp_path):
    done = draw(firm, "notification_dsa", 2, tmp_path / "n.pdf", *NOTICE)
    assert done.returncode == 0, done.stderr
    text = subprocess.run(["pdftotext", tmp_path / "n.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "une grosse conne incapable, une honte" in text
    assert "en des termes outrageants" in text
    assert "PROJET" in text


def test_all_the_exhibits_are_written_in_one_command(firm, tmp_path):
    environment, references = firm
    command = [sys.executable, "-m", "casefile", "document", "pieces", "--dossier", references[9], "-o", str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Pièce 3 sur 3" in done.stderr
    names = [row["file"] for row in json.loads(done.stdout)["files"]]
    assert names[0] == "Bordereau.pdf"
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())


def test_what_is_missing_is_listed_in_french(firm, tmp_path):
    refused = draw(firm, "notification_dsa", 1, tmp_path / "n.pdf")
    assert refused.returncode == 3
    assert "Un propos n’a pas de qualification" in refused.stderr
    assert json.loads(refused.stdout)["ok"] is False
    assert not (tmp_path / "n.pdf").exists()


@pytest.mark.parametrize(
    ("kind", "rank", "answer"),
    [("truc", 1, None), ("pcpc", 0, None), ("pcpc", 1, "rien")],
)
def test_malformed_requests_are_refused(firm, tmp_path, kind, rank, answer):
    refused = draw(firm, kind, rank, tmp_path / "n.pdf", *([answer] if answer else []))
    assert refused.returncode == 2
    assert "error" in json.loads(refused.stdout)


def test_fifty_exhibits_are_written_in_one_command_with_progress(firm, tmp_path, monkeypatch):
    environment, references = firm
    monkeypatch.setenv("CASEFILE_DATA_DIR", environment["CASEFILE_DATA_DIR"])
    settings = Settings.from_env()
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    database = Database.of(settings)
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "#7b1e3b").save(picture, "PNG")
    with database.transaction() as session:
        matter = session.scalars(select(Matter).where(Matter.reference == references[8])).one()
        actor = session.get_one(Person, matter.responsible_id)
        before = len(exhibit_file.ours(session, matter))
        for number in range(before, 50):
            title = f"Pièce à l’essai {number}"
            exhibit_file.add_file(session, storage, actor, matter, picture.getvalue(), title=title, dated_on=None)
    database.close()
    command = [sys.executable, "-m", "casefile", "document", "pieces", "--dossier", references[8], "-o", str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("Pièce ")] == [
        f"Pièce {number} sur 50" for number in range(1, 51)
    ]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name[:8] for name in names if name.startswith("Piece_")] == [f"Piece_{n:02d}" for n in range(1, 51)]
    text = subprocess.run(["pdftotext", tmp_path / "Bordereau.pdf", "-"], capture_output=True, text=True, check=True)
    flat = "".join(text.stdout.split())
    for name in names[1:]:
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() in flat
