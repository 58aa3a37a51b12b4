"""A whole day of work on a disk that fills at random points: said in French, nothing half-kept or lost.

Each act is stopped at a write drawn at random, repeated once there is room again, and the firm is verified by the
command. `tests/disk.py` says what a full disk is here; `python -m bench.full_disk` fills a real one.
"""

from __future__ import annotations

import io
import json
import random
import re
import sys
import tempfile
import uuid
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from casefile import cli, clock
from casefile.backup import rows
from casefile.documents import letters
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.ledger import Exhibit, Letter, LetterState, Note
from casefile.models.matter import Matter
from casefile.models.people import Firm, LoginSession, Person
from casefile.models.procedure import Deadline
from tests.conftest import NOW
from tests.disk import NEVER, Disk

from .conftest import PASSWORD, TOKEN, code_for, sign_in

ROUNDS, PLACES = 2, 6
SEED = 1881
FULL = "disque est plein"
# What is counted or seen whatever becomes of the act.
ASIDE = ("rate_window", "login_session", "login_failure")
FIRM = {"address": "27 rue Monsieur-le-Prince\n75006 Paris", "city": "Paris", "bar": "Paris", "email": "c@aubry.fr"}
SEALED = select(func.count(Capture.id)).where(Capture.state == CaptureState.SEALED)
KINDS = ("password", "code", "dossier", "note", "deadline", "exhibit", "capture", "letter")


def picture(number):
    """Give a picture too large to wait in memory: the upload goes through a temporary file."""
    out = io.BytesIO()
    Image.frombytes("RGB", (500, 400), random.Random(number).randbytes(600_000)).save(out, "PNG")
    return out.getvalue()


class Day:
    """One lawyer at work; each act gives what it posts, and what the database holds once it was done."""

    def __init__(self, app, database, person):
        self.client, self.database, self.person = FlaskClient(app, app.response_class), database, person
        self.where = self.publication = None
        with database.engine.connect() as connection:
            self.tables = [table.clause() for table in rows.tables_of(connection) if table.name not in ASIDE]

    def count(self, query):
        with self.database.reader() as session:
            return session.scalar(query) or 0

    def sent(self, kind, number):
        """Give the page, the address, the fields and the count that grows by one."""
        return getattr(self, f"_{kind}")(f"{kind} {number}", number)

    def form(self, page, fields):
        """Fill the form of a page: what the browser will send, once or twice."""
        token = unescape(TOKEN.search(self.client.get(page).text)[1])
        edge, body = encode_multipart({**fields, "csrf_token": token})
        return {"data": body, "content_type": f"multipart/form-data; boundary={edge}"}

    def words(self, answer):
        """Give what the person reads: the answer, or the page that it leads to."""
        page = self.client.get(answer.location) if answer.status_code == 303 else answer
        return unescape(page.text).replace("\xa0", " ").replace("\u202f", " ")

    def enter(self, location):
        """Go on in the dossier just opened."""
        self.where = re.search(r"/dossiers/[0-9a-f-]{36}", location)[0]
        found = select(Publication.id).where(Publication.matter_id == uuid.UUID(self.where[-36:]))
        self.publication = self.count(found)

    def _password(self, _label, _number):
        self.client.delete_cookie("casefile_session")
        fields = {"email": self.person.email, "password": PASSWORD}
        logins = select(func.count(LoginSession.id)).where(LoginSession.person_id == self.person.id)
        return "/connexion", "/connexion", fields, logins

    def _code(self, _label, _number):
        whole = select(func.count(LoginSession.id)).where(
            LoginSession.person_id == self.person.id, LoginSession.complete.is_(True)
        )
        return "/connexion/code", "/connexion/code", {"code": code_for(self.person)}, whole

    def _dossier(self, label, number):
        fields = {
            "title": label,
            "territory": "metropole",
            "nature": "person",
            "name": f"Client {number}",
            "author_known": "no",
            "author_name": "Auteur inconnu",
            "urls": "https://maps.google.com/?cid=1",
            "published_on": "10/11/2026",
        }
        return "/dossiers/nouveau", "/dossiers/nouveau", fields, select(func.count(Matter.id))

    def _note(self, label, _number):
        body = f"{label} : le client rappelle. " * 40
        return f"{self.where}/chronologie", f"{self.where}/notes", {"body": body}, select(func.count(Note.id))

    def _deadline(self, label, _number):
        fields = {"kind": "task", "label": label, "on": "30/11/2026", "responsible": str(self.person.id)}
        page = f"{self.where}/delais/nouveau"
        return page, page, fields, select(func.count(Deadline.id)).where(Deadline.label == label)

    def _exhibit(self, label, number):
        fields = {"title": label, "is_adverse": "no", "between_lawyers": "no"}
        fields["file"] = FileStorage(io.BytesIO(picture(number)), "piece.png")
        return f"{self.where}/pieces/deposer", f"{self.where}/pieces/deposer", fields, select(func.count(Exhibit.id))

    def _capture(self, label, _number):
        page = f"{self.where}/contenus/{self.publication}/deposer"
        fields = {"source": "C", "file": FileStorage(io.BytesIO(f"Avis {label}".encode() * 20), "avis.txt")}
        return page, page, fields, SEALED

    def _letter(self, _label, _number):
        with self.database.transaction() as session:
            person, publication = session.get(Person, self.person.id), session.get(Publication, self.publication)
            matter = session.get(Matter, publication.matter_id)
            inputs = {"range_from": "2026-11-01", "range_to": "2026-11-20"}
            kind = "conservation_donnees"
            letter = letters.draft(session, person, matter, kind, publication=publication, inputs=inputs)
        page = f"{self.where}/documents/{letter.id}"
        validated = select(func.count(Letter.id)).where(Letter.state == LetterState.VALIDATED)
        return page, f"{page}/valider", {}, validated


@pytest.fixture
def disk(settings, app, database, monkeypatch):
    """Put a disk that can fill under the firm's files, its database and its uploads."""
    waiting = settings.data_dir / "tmp"
    waiting.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(waiting))
    disk = Disk(settings.data_dir)
    disk.under_files(monkeypatch)
    with disk.under_database(database):
        yield disk


@pytest.fixture
def day(app, database, people, monkeypatch):
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setattr(app, "config", {**app.config, "PROPAGATE_EXCEPTIONS": False})
    with database.transaction() as session:
        firm = session.get(Firm, 1)
        for name, value in FIRM.items():
            setattr(firm, name, value)
    return Day(app, database, people["lawyer"])


@pytest.fixture
def verified(settings, monkeypatch, capsys):
    """Run `casefile verify` as the command does; it ends with the exit code."""
    monkeypatch.setenv("CASEFILE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CASEFILE_DATABASE_URL", settings.database_url)
    monkeypatch.setattr(sys, "argv", ["casefile", "verify"])

    def run():
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = json.loads(capsys.readouterr().out)
        assert (end.value.code, told["faults"]) == (0, [])
        return told["checked"]

    return run


def everything(database, tables):
    """Give every row of the firm; what is counted whatever becomes of an act is left aside."""
    with database.engine.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


def half_written(settings):
    """List the files that a refused act left behind, other than locks that hold nothing."""
    places = (settings.data_dir / name for name in ("captures", "tmp", "incoming", "blobs/incoming"))
    return [file for place in places for file in place.rglob("*") if file.is_file() and file.stat().st_size]


def attempt(day, disk, settings, kind, number, room):
    """Make one act with room for so many writes, then again with all the room it needs.

    Give how many writes it takes and whether the disk stopped it.
    """
    page, address, fields, grows = day.sent(kind, number)
    form, before, count = day.form(page, fields), everything(day.database, day.tables), day.count(grows)
    with disk.filling(room):
        answer = day.client.post(address, **form)
    after, writes = everything(day.database, day.tables), disk.written
    refused = FULL in day.words(answer)
    if refused:
        assert answer.status_code in {303, 400, 507}, kind
        assert day.count(grows) == count, kind
        assert {name for name in before if before[name] != after[name]} == set(), f"{kind}: half of it was kept"
        assert half_written(settings) == [], kind
        with disk.filling(NEVER):
            answer = day.client.post(address, **form)
    assert answer.status_code == 303, (kind, answer.status_code)
    assert day.count(grows) == count + 1, f"{kind}: acknowledged and not kept"
    if kind == "dossier":
        day.enter(answer.location)
    return writes, refused


def opened_with_a_file(day, number):
    """Fill the form of a new dossier with a file; give it and what counts the dossiers."""
    page, _, fields, dossiers = day.sent("dossier", number)
    words = FileStorage(io.BytesIO(f"preuve {number}".encode()), "preuve.txt")
    return day.form(page, {**fields, "files": words}), dossiers


def test_a_dossier_that_stands_is_never_said_to_be_lost_because_its_file_found_no_room(
    settings, app, day, people, database, verified
):
    disk = Disk(settings.data_dir)
    cookie = sign_in(app, database, people["lawyer"]).client.get_cookie("casefile_session")
    day.client.set_cookie("casefile_session", cookie.value)
    writes, seen = 0, Counter()
    for number in range(PLACES):
        form, dossiers = opened_with_a_file(day, number)
        count, sealed = day.count(dossiers), day.count(SEALED)
        room = writes * number // PLACES if number else NEVER
        with disk.under_database(database), disk.filling(room):  # the files have all the room they want
            answer = day.client.post("/dossiers/nouveau", **form)
        words, grown = day.words(answer), day.count(dossiers) - count
        if not number:
            writes = disk.written
            assert (grown, day.count(SEALED) - sealed) == (1, 1)
            continue
        assert day.count(SEALED) == sealed
        assert FULL in words
        seen["opened" if grown else "refused"] += 1
        if grown:
            assert "est ouvert. Le reste n’a pas été enregistré" in words
        else:
            assert "rien n’a été enregistré" in words
    assert set(seen) == {"opened", "refused"}, seen
    verified()


def test_a_process_that_starts_on_a_full_disk_says_so_and_reads_once_there_is_room(app, day, people, database, disk):
    cookie = sign_in(app, database, people["lawyer"]).client.get_cookie("casefile_session")
    day.client.set_cookie("casefile_session", cookie.value)
    database.close()  # nobody holds it any more: its shared memory goes
    with disk.filling(0):
        answer = day.client.get("/dossiers")
    if database.is_sqlite:  # PostgreSQL reads without writing anything of ours
        assert (answer.status_code, FULL in day.words(answer)) == (507, True)
    else:
        assert answer.status_code == 200
    assert day.client.get("/dossiers").status_code == 200


def test_a_day_on_a_disk_that_fills_at_random_points(settings, disk, day, verified):
    draw, writes, refusals = random.Random(SEED), {}, Counter()
    for number in range(ROUNDS + 1):
        for rank, kind in enumerate(KINDS):
            room = draw.randrange(writes[kind]) if number else NEVER  # the first day has all the room it wants
            with clock.frozen(NOW + timedelta(minutes=number * len(KINDS) + rank)):
                needed, refused = attempt(day, disk, settings, kind, number, room)
            writes.setdefault(kind, needed)
            refusals[kind] += refused
        checked = verified()
    assert all(refusals[kind] for kind in KINDS), refusals
    assert refusals.total() >= len(KINDS) * ROUNDS / 2, refusals
    assert checked["captures"] == checked["manifests"] == ROUNDS + 1
