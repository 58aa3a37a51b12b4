"""Kills the capture worker with SIGKILL at random moments, and asks the dossier and the store what is left.

Run as `python -m bench.killing [KILLS]`; prints one JSON document. No half-sealed capture may be shown as sealed, no
blob lost, and each capture ends sealed and intact, or failed with a sentence.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from casefile import clock, integrity, matters
from casefile.config import Settings
from casefile.database import Database
from casefile.evidence import docket, filing
from casefile.models.evidence import Capture, CaptureState
from casefile.models.people import Firm, Person, Role
from casefile.storage import from_url
from tests.evidence.conftest import Quiet, serving

WORKER = """
import sys
from datetime import timedelta
from casefile import clock
from casefile.config import Settings
from casefile.database import Database
from casefile.evidence import docket
settings = Settings.from_env()
database = Database.of(settings)
docket.settle(database, settings, clock.now())
while docket.work(database, settings, clock.now() + timedelta(minutes=int(sys.argv[1]))):
    pass
"""
LEASE = docket.LEASE.seconds // 60 + 1
LONGEST = 600.0


class Review(Quiet):
    """A short page: what is killed is the capture, not the page."""

    def page(self) -> None:
        self.answer("<h1>Avis</h1><p>Ce médecin se trompe 😡</p>".encode(), Content_Type="text/html; charset=utf-8")


def run(root: Path, kills: int, seed: int = 1881) -> dict[str, object]:
    """Kill so many workers, each at a random moment of a capture; give what was found."""
    chance, found = random.Random(seed), Counter[str]()
    with serving(Review) as port:
        environment = _environment(root, port)
        settings = Settings.from_env(environment)
        database = Database.of(settings)
        database.migrate()
        _ask(database, f"http://127.0.0.1:{port}/avis")
        typical = _alone(environment)
        while found["kills"] < kills:
            address = f"http://127.0.0.1:{port}/avis?n={found['captures']}"
            found["captures"] += 1
            _ask(database, address)
            for _ in range(min(2, kills - found["kills"])):
                found["kills"] += _killed(environment, chance.random() * typical * 1.1)
                found["wrongly_sealed"] += _wrong(database, settings)
            _alone(environment)
            print(dict(found), file=sys.stderr, flush=True)
            found["wrongly_sealed"] += _wrong(database, settings)
        with database.reader() as session:
            states = Counter(session.scalars(select(Capture.state)))
            failed = session.scalars(select(Capture).where(Capture.state == CaptureState.FAILED))
            silent = [row for row in failed if not row.failure]
            report = integrity.verify(session, _storage(settings))
        database.close()
    return {
        "kills": found["kills"],
        "seconds_of_a_capture": round(typical, 1),
        "captures": {state.value: number for state, number in states.items()},
        "shown_as_sealed_and_not_whole": found["wrongly_sealed"],
        "failed_without_a_sentence": len(silent),
        "blobs_lost_or_altered": len([fault for fault in report.faults if fault.kind == "blob"]),
        "faults": [fault.message for fault in report.faults],
    }


def _environment(root: Path, port: int) -> dict[str, str]:
    data = root / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("CASEFILE_")},
        "CASEFILE_DATA_DIR": str(data),
        "CASEFILE_CAPTURE_ALLOW": f"127.0.0.1:{port}",
    }


def _ask(database: Database, address: str) -> None:
    with database.transaction() as session:
        person = session.scalar(select(Person))
        if person is None:
            session.add(Firm(id=1, name="Cabinet"))
            person = Person(email="a@cabinet.example", full_name="Me Aubry", role=Role.LAWYER)
            session.add(person)
            session.flush()
        matter = matters.open_matter(session, person, title="Essai", territory="metropole")
        publication = matters.add_publication(session, person, matter, title="Avis", platform="autre", url=address)
        docket.request(session, person, publication)


def _start(environment: dict[str, str], later: int = 0) -> subprocess.Popen[bytes]:
    """Start a worker, as if so many minutes later: a kill before the first file leaves a lease that must run out."""
    command = [sys.executable, "-c", WORKER, str(later)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _killed(environment: dict[str, str], after: float) -> bool:
    """Kill one worker after so long; tell whether it was still at work."""
    worker = _start(environment)
    try:
        worker.wait(after)
    except subprocess.TimeoutExpired:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        return True
    return False


def _alone(environment: dict[str, str]) -> float:
    """Let a worker finish what is left; give how long it took."""
    begun = time.monotonic()
    worker = _start(environment, LEASE)
    worker.wait(LONGEST)
    return time.monotonic() - begun


def _wrong(database: Database, settings: Settings) -> int:
    """Count the captures shown as sealed that do not verify, file by file."""
    wrong = 0
    with database.writer() as session:
        person = session.scalars(select(Person)).one()
        for row in session.scalars(select(Capture).where(Capture.state == CaptureState.SEALED)).all():
            wrong += not filing.check(session, _storage(settings), row, person).intact
        session.rollback()
    return wrong


def _storage(settings: Settings):  # noqa: ANN202 - a bench
    return from_url(settings.storage_url, settings.keyring, settings.data_dir)


def main() -> None:
    """Measure in a directory that is removed afterwards."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        begun = clock.now()
        found = run(Path(folder), kills)
        print(json.dumps({**found, "elapsed": str(clock.now() - begun)}, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
