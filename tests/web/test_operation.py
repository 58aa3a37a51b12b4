"""What whoever keeps the machine sees: ready or not, figures, a log without names, a full disk, a database shut."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select

from casefile import clock, logs, matters
from casefile.app import create_app
from casefile.integrity import verify
from casefile.models.evidence import Capture
from casefile.models.ledger import Heartbeat, Note
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.web import database_refusals

SECRET = "Lefèvre-Dupont"
TOKEN = "j" * 20 + "0123456789abcdef"


@pytest.fixture
def written(caplog):
    """Give the lines that the process would have written."""
    formatter = logs.JsonLines()
    caplog.set_level(logging.INFO)
    return lambda: [formatter.format(record) for record in caplog.records]


def notes(database):
    with database.reader() as session:
        return set(session.scalars(select(Note.body)))


def test_a_process_is_ready_when_schema_storage_and_disk_are(app, database, monkeypatch):
    client = app.test_client()
    answer = client.get("/sante/pret")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "trouble": []})
    monkeypatch.setattr("casefile.web.health.LEAST_FREE_BYTES", 1 << 60)
    monkeypatch.setattr(type(app.extensions["casefile"].storage), "exists", lambda *_: 1 / 0)
    answer = client.get("/sante/pret")
    assert (answer.status_code, answer.json["trouble"]) == (503, ["storage", "disk"])


def test_a_process_is_not_ready_on_the_schema_of_yesterday(app, database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert app.test_client().get("/sante/pret").json["trouble"] == ["schema"]


def test_figures_are_given_to_the_token_only_and_name_nobody(settings, app, database, people, matter):
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    told = create_app(dataclasses.replace(settings, metrics_token=TOKEN), database).test_client()
    for given in ({}, {"Authorization": "Bearer nope"}, {"Authorization": f"Bearer {TOKEN}é"}):
        assert told.get("/metrics", headers=given).status_code == 404
    answer = told.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = answer.text.splitlines()
    assert 'casefile_matters{state="open"} 1.0' in lines
    assert "casefile_backup_age_seconds -1.0" in lines
    assert 'casefile_trouble{code="worker_silent"} 1.0' in lines
    for name in ("Lemaire", "cabinet.example", "2026/0001", str(matter.id)):
        assert name not in answer.text


def test_a_failure_is_logged_by_type_and_place_and_names_nobody(app, as_person, matter, written, monkeypatch):
    def fail(*_args, **_options):
        raise ValueError(f"impossible pour {SECRET}") from KeyError(SECRET)

    browser = as_person("lawyer")
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setattr(app, "config", {**app.config, "PROPAGATE_EXCEPTIONS": False})
    monkeypatch.setattr("casefile.web.matters.synthesis_of", fail)
    assert browser.get(f"/dossiers/{matter.id}").status_code == 500
    lines = [json.loads(line) for line in written() if "ValueError" in line]
    assert [one["type"] for one in lines[0]["error"]] == ["ValueError", "KeyError"]
    assert any(place.startswith("casefile/web/matters.py:") for place in lines[0]["error"][0]["places"])
    for line in written():
        assert SECRET not in line
        assert str(matter.id) not in line


def test_a_request_is_logged_by_its_pattern(app, as_person, matter, written):
    answer = as_person("lawyer").get(f"/dossiers/{matter.id}?q={SECRET}")
    line = next(json.loads(line) for line in written() if answer.headers["X-Request-Id"] in line)
    assert (line["method"], line["rule"], line["status"]) == ("GET", "/dossiers/<uuid:matter_id>", 200)
    assert isinstance(line["ms"], int)


def test_who_tries_a_door_that_is_shut_shows_in_the_log_by_number(app, as_person, people, matter, written):
    answers = [
        as_person("stranger").get(f"/dossiers/{matter.id}"),  # another team's
        as_person("lawyer").get("/cabinet/personnes"),  # another role's
        as_person("lawyer").client.post(
            f"/dossiers/{matter.id}/notes", data={"body": SECRET}
        ),  # without its token: refused before anybody is recognised
    ]
    expected = [(404, str(people["stranger"].id)), (404, str(people["lawyer"].id)), (400, "-")]
    for answer, known in zip(answers, expected, strict=True):
        line = next(json.loads(line) for line in written() if answer.headers["X-Request-Id"] in line)
        assert (line["status"], line["person"]) == known
        assert datetime.fromisoformat(line["at"]).utcoffset() is not None
        assert {"level", "logger", "event", "method", "rule"} <= set(line)
    assert all(SECRET not in line and str(matter.id) not in line for line in written())


def test_a_value_with_line_breaks_forges_no_line():
    record = logging.LogRecord("casefile.web", logging.INFO, __file__, 1, 'x\n{"event": "faux"}\r\u2028', (), None)
    line = logs.JsonLines().format(record)
    assert len(line.splitlines()) == 1 or "\n" not in line
    assert json.loads(line)["event"].startswith("x\n{")


def test_the_log_goes_to_the_error_output_and_nowhere_else(monkeypatch):
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.install()
        assert [type(handler) for handler in root.handlers] == [logging.StreamHandler]
        assert root.handlers[0].stream is sys.stderr
        assert isinstance(root.handlers[0].formatter, logs.JsonLines)
    finally:
        root.handlers[:] = before
        root.setLevel(level)


def test_a_library_is_named_and_not_repeated():
    record = logging.LogRecord("sqlalchemy.engine", logging.INFO, __file__, 12, "parameters %s", (SECRET,), None)
    line = json.loads(logs.JsonLines().format(record))
    assert line["event"] == "test_operation.py:12"


def shut(database):
    """Let every later connection of this database only read."""
    word = "PRAGMA query_only=ON" if database.is_sqlite else "SET default_transaction_read_only = on"

    @event.listens_for(database.engine, "connect")
    def only_read(connection, _record):
        cursor = connection.cursor()
        cursor.execute(word)
        cursor.close()
        if not database.is_sqlite:
            connection.commit()

    database.engine.dispose()
    return only_read


def test_a_read_only_firm_is_read_and_says_why_it_does_not_save(app, database, as_person, matter, written):
    browser, page = as_person("lawyer"), f"/dossiers/{matter.id}/chronologie"
    shut(database)
    assert browser.get(page).status_code == 200
    assert browser.get("/").status_code == 200
    refused = browser.post(f"/dossiers/{matter.id}/notes", {"body": "perdue ?"}, page=page)
    assert refused.status_code == 503
    assert "lecture seule" in refused.text
    assert any('"reading not noted"' in line for line in written())
    assert notes(database) == set()


def test_a_full_disk_is_said_and_nothing_is_half_written(settings, app, database, storage, as_person, matter):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL says 53100: the next test")
    browser, page = as_person("lawyer"), f"/dossiers/{matter.id}/chronologie"
    browser.get(page)
    kept, refusals = set(), 0
    limit = {"pages": 0}

    @event.listens_for(database.engine, "checkout")
    def narrow(connection, *_rest):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + limit['pages']}")

    for number in range(24):
        limit["pages"] = number % 8
        body = f"note {number} " + "mot " * (200 * (number % 5))
        answer = browser.post(f"/dossiers/{matter.id}/notes", {"body": body}, page=page)
        assert answer.status_code in {303, 507}
        if answer.status_code == 303:
            kept.add(body.strip())
        else:
            refusals += 1
            assert "Le disque est plein" in answer.text
    limit["pages"] = 10_000
    assert browser.post(f"/dossiers/{matter.id}/notes", {"body": "de nouveau"}, page=page).status_code == 303
    assert refusals > 2
    assert notes(database) == kept | {"de nouveau"}
    with database.reader() as session:
        assert verify(session, storage).ok
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_full_store_keeps_no_row_that_names_a_missing_file(app, database, storage, as_person, matter, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    browser = as_person("lawyer")
    page = "/dossiers/nouveau"
    form = {"nature": "person", "name": "Martin", "author_known": "no", "territory": "metropole"}
    with monkeypatch.context() as narrow:
        narrow.setattr("os.fsync", full)
        sent = {**form, "files": (io.BytesIO(b"preuve"), "preuve.txt")}
        answer = browser.post(page, sent, content_type="multipart/form-data")
    assert answer.status_code == 303, "the dossier stands, whatever becomes of a file"
    assert "preuve.txt" in (told := browser.get(answer.location).text)
    assert "Le disque est plein" in told
    with database.reader() as session:
        assert len(session.scalars(select(Matter.id)).all()) == 2
        assert session.scalars(select(Capture.id)).all() == []
        assert verify(session, storage).ok


class Answer(Exception):
    def __init__(self, sqlstate):
        super().__init__()
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "status"),
    [("53100", 507), ("25006", 503), ("53300", 503), ("57P01", 503), ("08006", 503), ("23505", 0)],
)
def test_what_postgresql_refuses_is_told_by_its_code(sqlstate, status):
    from sqlalchemy.exc import OperationalError

    found = database_refusals.answer_for(OperationalError("INSERT", {}, Answer(sqlstate)))
    assert (found[0] if found else 0) == status


def test_a_database_gone_is_a_page_in_french(app, database, as_person, matter, monkeypatch):
    from sqlalchemy.exc import OperationalError

    browser = as_person("lawyer")

    def gone(*_args, **_options):
        raise OperationalError("SELECT 1", {}, Answer("57P01"))

    monkeypatch.setattr("sqlalchemy.orm.Session.execute", gone)
    monkeypatch.setattr("sqlalchemy.orm.Session.scalar", gone)
    monkeypatch.setattr("sqlalchemy.orm.Session.get", gone)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert "La base de données ne répond pas" in answer.text


def test_an_act_is_still_made_once_the_writing_is_allowed_again(app, database, as_person, matter, people):
    listener = shut(database)
    event.remove(database.engine, "connect", listener)
    database.engine.dispose()
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        matters.add_note(session, lawyer, session.get(Matter, matter.id), f"le {clock.today()}")
    assert len(notes(database)) == 1


@pytest.mark.parametrize(
    ("hours", "tone", "words"),
    [
        (None, "crit", "jamais faite"),
        (5, "ok", "il y a 5\u00a0h"),
        (27, "crit", "27\u00a0h"),
        (75, "crit", "3\u00a0jours"),
    ],
)
def test_the_home_page_shows_the_age_red_when_old(database, as_person, matter, hours, tone, words):
    if hours is not None:
        with database.transaction() as session:
            session.add(Heartbeat(name="backup", beat_at=clock.now() - timedelta(hours=hours, minutes=1)))
    page = as_person("lawyer").get("/").text
    place = page.index("Sauvegarde\u00a0:")
    assert words in page[place : place + 60]
    assert f'class="badge {tone}"' in page[place - 300 : place]


def test_during_works_every_page_says_so_and_nothing_is_stored(app, as_person, database, settings, matter):
    lawyer, page = as_person("lawyer"), f"/dossiers/{matter.id}"
    settings.maintenance_file.write_text("Retour à 14 h : <b>patience</b>", "utf-8")
    answer = lawyer.get(page)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "120"
    assert "&lt;b&gt;patience" in answer.text
    assert lawyer.client.post(f"{page}/notes", data={"body": "perdue"}).status_code == 503
    assert lawyer.get("/static/casefile.css").status_code == 200
    assert lawyer.get("/sante/pret").get_json()["trouble"] == ["maintenance"]
    settings.maintenance_file.unlink()
    assert lawyer.get(page).status_code == 200
    assert notes(database) == set()
