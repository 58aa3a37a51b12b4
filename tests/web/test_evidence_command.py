"""The commands: a real page captured in a dossier, its package verified without Casefile; tokens asked again later."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from sqlalchemy import select

from casefile import clock
from casefile.config import Settings
from casefile.evidence import bag, docket, filing, stamping
from casefile.evidence.authority import EmbeddedAuthority
from casefile.evidence.verify import verify
from casefile.models.evidence import Artifact, Capture, CaptureState, Publication, Seal, TokenRetry
from casefile.models.people import Person
from tests.evidence.conftest import serving
from tests.evidence.sites import review_site

from .test_evidence import deposit


def casefile(settings, *arguments, **environ):
    given = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
        **environ,
    }
    command = [sys.executable, "-m", "casefile", *map(str, arguments)]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


@pytest.mark.browser
def test_a_page_captured_by_the_command_is_proved_without_casefile(app, settings, database, matter, tmp_path):
    with review_site() as port:
        url = f"http://127.0.0.1:{port}/avis.html?lieu=aubertin"
        answer = casefile(
            settings, "capture", url, "--dossier", matter.reference, CASEFILE_CAPTURE_ALLOW=f"127.0.0.1:{port}"
        )
    assert answer.returncode == 0, answer.stderr
    printed = json.loads(answer.stdout)
    assert printed["outcome"] == "present"
    with database.reader() as session:
        row = session.scalars(select(Capture).where(Capture.matter_id == matter.id)).one()
        assert (str(row.id), row.manifest_sha256) == (printed["id"], printed["manifest_sha256"])
        assert session.get_one(Publication, row.publication_id).url == url
    package = tmp_path / "preuve.zip"
    assert casefile(settings, "evidence", "export", printed["id"], "-o", package).returncode == 0
    assert casefile(settings, "evidence", "verify", package).returncode == 0
    folder = tmp_path / "sortie"
    zipfile.ZipFile(package).extractall(folder)
    bare = {"PATH": "/usr/bin:/bin"}
    sums, token = ["sha256sum", "-c", "--quiet", "--strict"], "preuve/manifest-sha256.txt.interne"
    stamped = [
        "openssl",
        "ts",
        "-verify",
        "-data",
        "manifest-sha256.txt",
        "-in",
        f"{token}.tsr",
        "-CAfile",
        f"{token}.pem",
    ]
    commands = [
        (folder, [*sums, "SHA256SUMS"]),
        (folder / "capture", [*sums, "manifest-sha256.txt"]),
        (folder / "capture", stamped),
    ]
    for where, command in commands:
        done = subprocess.run(command, cwd=where, env=bare, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert bag.digest(folder / "capture" / "manifest-sha256.txt") == printed["manifest_sha256"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("capture", "https://example.org/", "--dossier", "1999/0001"), "Aucun dossier"),
        (("capture", "ftp://example.org/", "--dossier", "{reference}"), "https://"),
        (("capture", "http://127.0.0.1/", "--dossier", "{reference}"), "publique"),
        (("capture", "https://example.org/", "--dossier", "{reference}", "--operateur", "x@y.example"), "Personne"),
        (
            ("capture", "https://example.org/", "--dossier", "{reference}", "--operateur", "stranger@cabinet.example"),
            "",
        ),
        (("evidence", "export", "pas-un-identifiant", "-o", "x.zip"), "Aucune capture"),
    ],
)
def test_the_commands_refuse_with_a_french_sentence(settings, matter, arguments, words):
    answer = casefile(settings, *(part.format(reference=matter.reference) for part in arguments))
    assert answer.returncode == 2
    assert words in json.loads(answer.stdout)["error"]["message"]
    assert len(answer.stderr.strip().splitlines()) == 1


class Stamper(BaseHTTPRequestHandler):
    """A foreign time-stamping authority: another installation's unit behind HTTP, silent when told so."""

    unit: EmbeddedAuthority
    silent = False

    def log_message(self, *_arguments):
        pass

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        answer = b"" if self.silent else self.unit.answer(asked)
        self.send_response(503 if self.silent else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


@pytest.fixture
def stamper(tmp_path):
    unit = EmbeddedAuthority.at(tmp_path / "ailleurs")
    (tmp_path / "ailleurs.pem").write_bytes(unit.chain_pem())
    handler = type("Handler", (Stamper,), {"unit": unit})
    with serving(handler) as port:
        yield handler, port, f"ailleurs,http://127.0.0.1:{port}/,ca={tmp_path / 'ailleurs.pem'},qualified"


def test_a_missing_token_is_asked_again_and_kept_with_its_status(
    app,
    as_person,
    publication,
    database,
    settings,
    stamper,
):
    handler, port, entry = stamper
    page = deposit(as_person("lawyer"), publication).headers["Location"]
    configured = replace(settings, tsa=(entry,), capture_allow=(f"127.0.0.1:{port}",))
    handler.silent = True
    now = clock.now()
    assert stamping.work(database, configured, now)
    assert not stamping.work(database, configured, now), "a silent authority is not asked again at once"
    handler.silent = False
    assert stamping.work(database, configured, now + timedelta(minutes=6))
    assert not stamping.work(database, configured, now + timedelta(days=1)), "nothing is missing any more"
    with database.transaction() as session:
        row = session.scalars(select(Capture).where(Capture.file_name == "capture.png")).one()
        tokens = session.scalars(select(Seal).where(Seal.capture_id == row.id).order_by(Seal.qualified)).all()
        assert [token.qualified for token in tokens] == [False, True]
        assert "interne" in tokens[0].authority
        assert "déclarée qualifiée" in tokens[1].authority
        assert session.get_one(TokenRetry, row.id).attempts == 2
        storage = app.extensions["casefile"].storage
        with filing.unpacked(session, storage, row) as directory:
            assert verify(directory).intact
            assert (directory / "preuve" / "manifest-sha256.txt.ailleurs.tsr").exists()
    assert "qualifié" in as_person("lawyer").get(page).text


def test_the_page_says_which_token_is_awaited(app, as_person, publication, settings, stamper):
    state = app.extensions["casefile"]
    app.extensions["casefile"] = replace(state, settings=replace(settings, tsa=(stamper[2],)))
    browser = as_person("lawyer")
    page = deposit(browser, publication).headers["Location"]
    assert "Horodatage en attente" in browser.get(page).text


def test_a_list_of_authorities_keeps_the_commas_of_each(data_dir):
    given = {
        "CASEFILE_DATA_DIR": str(data_dir),
        "CASEFILE_TSA": "un,https://a.example/;deux,https://b.example/,qualified",
    }
    configured = filing.authorities(Settings.from_env(given))
    assert [(one.name, one.qualified) for one in configured] == [("un", False), ("deux", True)]


def test_a_worker_that_starts_files_what_a_dead_one_had_sealed(database, settings, publication, people):
    from casefile.evidence.seal import seal, stamp
    from tests.evidence.conftest import small_work

    now = clock.now()
    with database.transaction() as session:
        row = docket.request(
            session, session.get_one(Person, people["lawyer"].id), session.get_one(Publication, publication.id)
        )
        docket.take(row, now)
    root = filing.captures_directory(settings)
    work = small_work(
        root,
        str(row.id),
        outcome="present",
        reasons=[],
        provenance={"class": "A"},
        completeness={},
        url=row.requested_url,
        final_url=row.requested_url,
        started=now.isoformat(),
        ended=now.isoformat(),
    )
    seal(work, root / work.name, {"URL": row.requested_url})
    stamp(root / work.name, EmbeddedAuthority.at(filing.authority_directory(settings)))
    docket.settle(database, settings, now)
    assert docket.work(database, settings, now)
    with database.reader() as session:
        done = session.get_one(Capture, row.id)
        assert done.state is CaptureState.SEALED
        assert session.scalars(
            select(Artifact.path).where(Artifact.capture_id == row.id, Artifact.role == "view")
        ).all()
    assert not (root / str(row.id)).exists()
