"""Evidence in the browser: deposit, seal, show, verify, export; the worker's queue; the wall; bad files."""

from __future__ import annotations

import io
import random
import re
import subprocess
import uuid
import zipfile
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casefile import clock
from casefile.cipher import KeyMissing
from casefile.evidence import docket, filing
from casefile.evidence.verify import verify
from casefile.models.evidence import Artifact, Capture, CaptureState, Publication
from casefile.models.ledger import AuditEntry
from casefile.models.people import Person
from casefile.storage import BlobAltered, verify_blob


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (300, 120), "white").save(content, "PNG")
    return content.getvalue()


def deposit(browser, publication, name="capture.png", content=None, source="C"):
    page = f"/dossiers/{publication.matter_id}/contenus/{publication.id}/deposer"
    return browser.post(page, {"file": (io.BytesIO(picture() if content is None else content), name), "source": source})


@pytest.fixture
def deposited(as_person, publication):
    browser = as_person("lawyer")
    answer = deposit(browser, publication)
    assert answer.status_code == 303, answer.text
    return browser, answer.headers["Location"]


def test_a_deposited_picture_is_sealed_byte_for_byte(deposited, app, database):
    browser, page = deposited
    assert "Provenance C" in browser.get(page).text
    with database.reader() as session:
        original = session.scalars(select(Artifact).where(Artifact.role == "original")).one()
    with app.extensions["casefile"].storage.open(original.sha256) as stored:
        assert stored.read() == picture()


def test_a_blank_origin_is_no_origin_and_an_unknown_one_is_refused(as_person, publication):
    browser = as_person("lawyer")
    page = deposit(browser, publication, source=" ").headers["Location"]
    assert "Provenance C" in browser.get(page).text
    assert deposit(browser, publication, source="Z").status_code == 400


@pytest.mark.parametrize(
    ("source", "words"), [("F", "Copie détenue par un tiers"), ("E", "Acte d’un commissaire de justice")]
)
def test_what_the_depositor_declares_is_printed_and_nothing_else_can_be(as_person, publication, source, words):
    browser = as_person("lawyer")
    page = deposit(browser, publication, source=source).headers["Location"]
    assert f"Provenance {source}" in browser.get(page).text
    assert words in browser.get(page).text
    assert deposit(browser, publication, source="A").status_code == 400


def test_verifying_says_that_all_is_intact(deposited):
    browser, page = deposited
    browser.post(f"{page}/verifier", page=page)
    assert "Vérifié" in browser.get(page).text


def test_the_exported_package_verifies_without_casefile(deposited, tmp_path):
    browser, page = deposited
    answer = browser.post(f"{page}/exporter", page=page)
    package = tmp_path / "preuve.zip"
    package.write_bytes(answer.data)
    assert verify(package).intact
    zipfile.ZipFile(package).extractall(tmp_path / "out")
    assert (
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", check=False).returncode == 0
    )


def test_a_package_that_left_is_in_the_access_journal(deposited, database):
    browser, page = deposited
    browser.post(f"{page}/exporter", page=page)
    with database.reader() as session:
        left = session.scalars(select(AuditEntry).where(AuditEntry.action == "matter.exported")).all()
    assert [entry.facts["page"] for entry in left] == ["evidence.export"]


def test_one_byte_flipped_in_any_of_200_places_of_the_store_is_found_and_named(deposited, app, database):
    browser, page = deposited
    storage, settings = app.extensions["casefile"].storage, app.extensions["casefile"].settings
    capture_id, chance = uuid.UUID(page.rsplit("/", 1)[1]), random.Random(1881)
    with database.reader() as session:
        rows = session.execute(select(Artifact.sha256, Artifact.path).where(~Artifact.path.like("derive/%"))).all()
    for number in range(200):
        sha256, path = rows[number % len(rows)]
        file = next((settings.data_dir / "blobs").rglob(sha256))
        before = file.read_bytes()
        altered = bytearray(before)
        altered[chance.randrange(len(altered))] ^= 1 << chance.randrange(8)
        file.chmod(0o600)
        file.write_bytes(altered)
        with pytest.raises((BlobAltered, KeyMissing)):
            verify_blob(storage, sha256)
        if number < len(rows):
            with database.writer() as session:
                person = session.scalars(select(Person)).first()
                report = filing.check(session, storage, session.get_one(Capture, capture_id), person)
                assert [problem.name for problem in report.problems] == [path]
                session.rollback()
        if number == 0:
            answer = browser.post(f"{page}/verifier", page=page)
            assert answer.status_code == 303
            shown = browser.get(page).text
            assert "Altération détectée" in shown
            assert path in shown
        file.write_bytes(before)
    browser.post(f"{page}/verifier", page=page)
    assert "Vérifié" in browser.get(page).text


def test_b9_no_captured_byte_is_served_in_place_with_an_active_type(as_person, publication, database):
    hostile = b"<!DOCTYPE html><html><script>document.title='actif'</script><p>page</p></html>"
    browser = as_person("lawyer")
    page = deposit(browser, publication, "page.html", hostile).headers["Location"]
    with database.reader() as session:
        rows = session.scalars(select(Artifact)).all()
    assert len(rows) > 5
    for row in rows:
        answer = browser.get(f"{page}/fichiers/{row.id}")
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if not row.media_type.startswith("image/"):
            assert browser.get(f"{page}/images/{row.id}").status_code == 404
    assert b"document.title" not in browser.get(page).data


def test_a_hostile_name_leaves_as_one_header_and_one_name(as_person, publication, database):
    browser = as_person("lawyer")
    name = "été; filename*=x.exe%0d%0aSet-Cookie: a=b; '../.txt"
    page = deposit(browser, publication, name, "déposé".encode()).headers["Location"]
    with database.reader() as session:
        rows = session.scalars(select(Artifact)).all()
    for row in rows:
        answer = browser.get(f"{page}/fichiers/{row.id}")
        assert answer.status_code == 200
        assert answer.headers.getlist("Set-Cookie") == []
        assert re.fullmatch(r'attachment; filename=("?)[A-Za-z0-9_.\- ]+\1', answer.headers["Content-Disposition"])


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_evidence_does_not_exist_outside_the_team(deposited, as_person, name):
    _, page = deposited
    assert as_person(name).get(page).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"), [("vide.png", b""), ("../../etc/passwd", b""), ("x.zip", b"PK\x03\x04" + b"\x00" * 40)]
)
def test_bad_files_are_refused_with_a_sentence_and_nothing_is_stored(as_person, publication, database, name, content):
    answer = deposit(as_person("lawyer"), publication, name, content)
    assert answer.status_code == 400
    assert 'id="file-erreur"' in answer.text
    with database.reader() as session:
        assert session.scalars(select(Capture).where(Capture.file_name != "")).all() == []


def test_a_sealed_capture_cannot_be_changed_by_sql(deposited, database):
    for statement in ("UPDATE capture SET text = 'x'", "DELETE FROM capture", "UPDATE artifact SET sha256 = 'x'"):
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(text(statement))


def test_a_worker_that_died_leaves_its_capture_to_the_next(app, database, publication, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        docket.request(session, lawyer, session.get(Publication, publication.id), "https://example.org/avis")
    now = clock.now()
    with database.transaction() as session:
        assert docket.claim(session, now) is not None
    with database.transaction() as session:
        assert docket.claim(session, now + timedelta(minutes=1)) is None
        assert docket.claim(session, now + docket.LEASE + timedelta(seconds=1)) is not None


def test_a_private_address_ends_in_a_clear_failure(app, database, publication, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        row = docket.request(session, lawyer, session.get(Publication, publication.id), "http://127.0.0.1:9/")
    assert docket.work(database, app.extensions["casefile"].settings, clock.now())
    with database.reader() as session:
        failed = session.get(Capture, row.id)
        assert failed.state is CaptureState.FAILED
        assert failed.failure


def test_another_captures_files_are_not_reached_through_this_one(deposited, capture, database):
    browser, _ = deposited
    with database.reader() as session:
        artifact = session.scalars(select(Artifact.id)).first()
    path = f"/dossiers/{capture.matter_id}/captures/{capture.id}/fichiers/{artifact}"
    assert browser.get(path).status_code == 404


def test_two_hundred_megabytes_of_nothing_are_refused_and_leave_nothing(as_person, publication, database, tmp_path):
    file = tmp_path / "capture.png"
    with file.open("wb") as sparse:
        sparse.truncate(200 * 1024 * 1024)
    page = f"/dossiers/{publication.matter_id}/contenus/{publication.id}/deposer"
    with file.open("rb") as content:
        answer = as_person("lawyer").post(page, {"file": (content, "capture.png")})
    assert answer.status_code == 400
    assert 'id="file-erreur"' in answer.text
    with database.reader() as session:
        assert session.scalars(select(Capture).where(Capture.file_name != "")).all() == []
