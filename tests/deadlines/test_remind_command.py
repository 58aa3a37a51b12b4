"""`casefile remind`, as a cron job calls it, and the worker that `casefile run` starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import clock, jobs
from casefile.deadlines import absences, alarm, bulletin, heartbeat, ladder, nightly
from casefile.models.ledger import OutgoingMail
from casefile.models.people import Person
from tests.deadlines.conftest import MORNING, add_deadline, add_matter


def command(settings, *arguments):
    environment = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
    }
    return subprocess.run(
        [sys.executable, "-m", "casefile", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_remind_prints_what_it_did(database, office, settings):
    with database.transaction() as session:
        ladder.hang(session, add_deadline(session, office.matter, office.anne, MORNING.date()), MORNING)
    done = command(settings, "remind", "--now", MORNING.isoformat())
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert (answer["kept"], answer["composed"], answer["trouble"]) == (1, 1, [])
    assert json.loads(command(settings, "remind", "--now", MORNING.isoformat()).stdout)["kept"] == 0


def test_remind_reads_a_naive_instant_as_paris_and_refuses_nonsense(database, settings):
    answer = json.loads(command(settings, "remind", "--now", "2026-12-03T08:00:00").stdout)
    assert answer["now"] == "2026-12-03T07:00:00+00:00"
    refused = command(settings, "remind", "--now", "demain")
    assert refused.returncode == 2
    assert "ISO" in refused.stderr
    assert json.loads(refused.stdout)["error"]["code"] == "invalid_input"


def test_the_morning_bulletin_goes_once_to_everybody_even_empty(database, office, settings):
    early = MORNING.replace(hour=6, minute=0)
    with clock.frozen(early):
        assert "bulletin" not in nightly.run(database, settings, early)
    with clock.frozen(MORNING):
        assert nightly.run(database, settings, MORNING) == ["bulletin"]
        assert nightly.run(database, settings, MORNING - timedelta(days=2)) == [], "a clock set back repeats nothing"
        assert nightly.run(database, settings, MORNING) == []
    with database.reader() as session:
        found = list(session.scalars(select(OutgoingMail)))
    assert {one.recipient_address for one in found} == {"anne@cabinet.fr", "bruno@cabinet.fr", "chloe@cabinet.fr"}
    assert all("Aucune échéance dans les sept jours" in one.text for one in found)


def test_a_bulletin_lists_only_what_its_reader_may_see(database, office, settings):
    with database.transaction() as session:
        add_deadline(session, office.matter, office.anne, MORNING.date())
    with clock.frozen(MORNING):
        nightly.run(database, settings, MORNING)
    with database.reader() as session:
        texts = {one.recipient_address: one.text for one in session.scalars(select(OutgoingMail))}
    assert "2026/0001" in texts["anne@cabinet.fr"]
    assert "2026/0001" not in texts["chloe@cabinet.fr"]


def test_drain_empties_each_queue_in_turn(database, settings, monkeypatch):
    left = [3]

    def one_row(_database, _settings, _now):
        left[0] -= 1
        return left[0] >= 0

    monkeypatch.setattr(sys.modules[__name__], "one_row", one_row, raising=False)
    monkeypatch.setattr(jobs, "QUEUES", {"captures": f"{__name__}:one_row"})
    assert jobs.drain(database, settings) == 3


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_worker_beats_sends_and_stops_when_told(both, end):
    settings, database = both
    code = "from casefile.config import Settings; from casefile.jobs import run_worker; run_worker(Settings.from_env())"
    environment = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
    }
    worker = subprocess.Popen([sys.executable, "-c", code], env=environment)
    try:
        for _ in range(600):  # a process that starts beside others may take its time; one that never beats fails
            time.sleep(0.1)
            with database.reader() as session:
                now = clock.now()
                if not heartbeat.is_silent(alarm.signs(session, now).last(), now):
                    break
        else:
            pytest.fail("the worker gave no sign of life in a minute")
        worker.send_signal(end)
        assert worker.wait(60) == (0 if end is signal.SIGTERM else -signal.SIGKILL)
    finally:
        worker.kill()


def test_the_bulletin_speaks_of_controls_silent_dossiers_and_whom_one_stands_in_for(database, office, settings):
    with database.transaction() as session:
        anne, bruno = session.get(Person, office.anne.id), session.get(Person, office.bruno.id)
        silent = add_matter(session, 9, bruno)
        add_deadline(session, office.matter, anne, MORNING.date() + timedelta(days=2))
        absences.plan(session, anne, anne, MORNING.date(), MORNING.date(), deputy=bruno)
        bulletin.write(session, settings, MORNING)
        said = session.scalar(select(OutgoingMail.text).where(OutgoingMail.recipient_id == bruno.id))
    assert "Vous suppléez" in said
    assert "Anne · mercredi 25 novembre 2026 (dans 2 jours) · 2026/0001" in said
    assert "1 date de vos dossiers attend un second contrôle" in said
    assert f"ni raison signée\u00a0: {silent.reference}." in said
