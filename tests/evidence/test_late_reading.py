"""Scanned pages are sealed at once and read by the worker; a dead worker loses none."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from casefile import clock, jobs, search
from casefile.errors import CasefileError
from casefile.evidence import deposit, filing, late_reading
from casefile.models.evidence import Artifact, Capture, CaptureState, Publication
from casefile.models.people import Person
from tests.web.conftest import capture, cheap_hashing, matter, people

__all__ = ["capture", "cheap_hashing", "matter", "people"]

FONT = "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf"
PAGES = ("Médecin à éviter absolument", "Constat dressé à Lyon")


def scan():
    """Write a PDF of pictures, without a word of text."""
    pages = []
    for words in PAGES:
        page = Image.new("RGB", (900, 200), "white")
        ImageDraw.Draw(page).text((20, 60), words, "black", ImageFont.truetype(FONT, 40))
        pages.append(page)
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.fixture
def deposited(database, settings, storage, people, capture):
    """Deposit the scan as a page does; give the capture's identifier."""
    facts = {"operator": "Anne", "reference": "2026/0001", "head": None}
    received = deposit.seal_upload(settings, name="constat.pdf", source=io.BytesIO(scan()), **facts)
    with database.transaction() as session:
        person, content = session.get(Person, people["lawyer"].id), session.get(Publication, capture.publication_id)
        row = deposit.file_upload(session, storage, person, content, received)
        deposit.forget_work(received)
        return row.id


def state(database, identifier):
    with database.reader() as session:
        row = session.get(Capture, identifier)
        return row.state, row.text, row.text_from_ocr


def test_a_scan_is_stamped_at_once_and_its_words_come_later(database, settings, storage, people, deposited):
    assert state(database, deposited) == (CaptureState.QUEUED, "", False)
    with database.reader() as session:
        stamped = session.get(Capture, deposited).manifest_sha256
    assert late_reading.work(database, settings, clock.now()) is True
    assert late_reading.work(database, settings, clock.now()) is False
    now, text, from_ocr = state(database, deposited)
    assert (now, from_ocr) == (CaptureState.SEALED, True)
    assert all(words in text for words in PAGES)
    with database.transaction() as session:
        row = session.get(Capture, deposited)
        assert row.manifest_sha256 == stamped
        assert filing.check(session, storage, row, session.get(Person, people["lawyer"].id)).intact
    with database.writer() as session:
        assert search.find(session, session.get(Person, people["lawyer"].id), "éviter").hits
        session.get(Capture, deposited).text = "autre chose"
        with pytest.raises(DatabaseError):
            session.flush()


def test_a_reading_left_by_a_dead_worker_is_taken_up_again(database, settings, deposited):
    with database.transaction() as session:
        assert late_reading._claim(session, clock.now()).id == deposited
    assert late_reading.work(database, settings, clock.now()) is False, "its lease runs"
    later = clock.now() + late_reading.LEASE + timedelta(seconds=1)
    assert late_reading.work(database, settings, later) is True
    assert state(database, deposited)[0] is CaptureState.SEALED


def test_what_kills_every_reader_is_filed_without_words_and_says_so(database, settings, deposited):
    with database.transaction() as session:
        session.get(Capture, deposited).attempts = late_reading.ATTEMPTS
    assert late_reading.work(database, settings, clock.now()) is True
    now, text, from_ocr = state(database, deposited)
    assert (now, text, from_ocr) == (CaptureState.SEALED, "", False)
    with database.reader() as session:
        assert late_reading.UNREAD in session.get(Capture, deposited).facts["warnings"]


def test_nobody_waits_for_the_words_of_a_proof(database, settings, storage, people, capture):
    facts = {"operator": "Anne", "reference": "2026/0001", "head": None, "waits_for_words": False}
    received = deposit.seal_upload(settings, name="recepisse.pdf", source=io.BytesIO(scan()), **facts)
    with database.transaction() as session:
        person, content = session.get(Person, people["lawyer"].id), session.get(Publication, capture.publication_id)
        assert deposit.file_upload(session, storage, person, content, received).state is CaptureState.SEALED
    assert late_reading.work(database, settings, clock.now()) is False


def test_the_worker_knows_the_queue_of_readings():
    assert "readings" in jobs.QUEUES


@pytest.mark.parametrize("loss", ["missing", "altered"])
def test_a_deposit_whose_pictures_do_not_open_is_filed_without_words_after_three_leases(
    database, settings, deposited, loss
):
    with database.reader() as session:
        query = select(Artifact.sha256).where(
            Artifact.capture_id == deposited, Artifact.path.startswith(filing.DERIVED)
        )
        pictures = session.scalars(query).all()
    assert pictures
    blobs = [one for one in settings.data_dir.rglob("*") if one.is_file() and one.name in pictures]
    assert len(blobs) == len(set(pictures))
    for blob in blobs:
        blob.chmod(0o600)
        blob.unlink() if loss == "missing" else blob.write_bytes(blob.read_bytes()[:-1] + b"\0\0")
    now = clock.now()
    for turn in range(late_reading.ATTEMPTS):
        with pytest.raises((CasefileError, ValueError)):
            late_reading.work(database, settings, now)
        assert state(database, deposited)[0] is CaptureState.RUNNING
        assert late_reading.work(database, settings, now) is False, f"lease {turn} runs"
        now += late_reading.LEASE + timedelta(seconds=1)
    assert late_reading.work(database, settings, now) is True
    assert state(database, deposited) == (CaptureState.SEALED, "", False)
    assert late_reading.work(database, settings, now + late_reading.LEASE * 2) is False
    with database.reader() as session:
        assert session.get(Capture, deposited).facts["warnings"].count(late_reading.UNREAD) == 1
