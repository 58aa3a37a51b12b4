"""The real server under people: fifty at once against one alone, cold start, memory; ratios of the same run."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPException
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import select

from bench.ground import SECRET, Ground, ground
from bench.measure import Line, quantile
from bench.pages import OK, first_matter
from bench.posts import PATIENCE, ROOT, SOON, free_port
from bench.workday import request
from casefile import accounts
from casefile.models.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS, EACH, ALONE = 50, 6, 100
# A person reads a page before asking for the next one: fifty who never read would be a hundred hands, not fifty people.
READING_SECONDS = 2.0, 8.0
COLD_ROUNDS = 5
PAGES = ("/", "/dossiers", "/delais", "/agenda?vue=liste", "/notifications", "/dossiers/{first}")


class Server:
    """The pages of a filled firm, served by a process of their own."""

    def __init__(self, prepared: Ground) -> None:
        """Sign fifty browsers in; nothing runs yet."""
        self.bind = f"127.0.0.1:{free_port()}"
        self.environment = {
            **os.environ,
            "CASEFILE_DATA_DIR": str(prepared.directory / "data"),
            "CASEFILE_DATABASE_URL": prepared.database.url,
            "CASEFILE_SECRET_KEY": SECRET,
            "CASEFILE_BIND": self.bind,
            "PYTHONPATH": str(ROOT),
        }
        with prepared.database.transaction() as session:
            people = session.scalars(select(Person)).all()
            self.tokens = [
                accounts.start_session(session, people[n % len(people)], complete=True, user_agent="b", address="::1")
                for n in range(USERS)
            ]
            self.first = accounts.start_session(
                session, session.get_one(Person, prepared.person.id), complete=True, user_agent="b", address="::1"
            )
        self.paths = [path.format(first=first_matter(prepared)) for path in PAGES]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the server for the block; it answers when the block begins."""
        command = [sys.executable, "-m", "casefile", "web"]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)
        try:
            limit = time.monotonic() + PATIENCE
            while time.monotonic() < limit:
                with suppress(OSError, HTTPException):
                    if self.ask("/", self.first)[1] == OK:
                        break
                time.sleep(SOON / 5)
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def ask(self, path: str, token: str) -> tuple[float, int]:
        """Ask for a page; give the seconds and the status."""
        start = time.perf_counter()
        status, _, _ = request(self.bind, "GET", path, headers={"Cookie": f"casefile_session={token}"})
        return time.perf_counter() - start, status

    def visits(self, token: str, count: int) -> list[tuple[float, int]]:
        """Turn the pages that this person may see, one after the other."""
        paths = self.paths if token == self.first else self.paths[:-1]
        return [self.ask(paths[number % len(paths)], token) for number in range(count)]

    def read(self, token: str) -> list[tuple[float, int]]:
        """Turn pages as a person does, reading each; everybody begins at another moment."""
        draw, seen = random.Random(token), []
        for number in range(EACH):
            time.sleep(draw.uniform(*READING_SECONDS))
            seen.append(self.ask(self.paths[number % (len(self.paths) - 1)], token))
        return seen


def crowd(server: Server) -> Iterator[Line]:
    """Compare the slow end of fifty people at once with the middle of one alone; no answer may be a refusal."""
    server.visits(server.first, len(PAGES))
    alone = server.visits(server.first, ALONE)
    with ThreadPoolExecutor(USERS) as pool:
        seen = [one for several in pool.map(server.read, server.tokens) for one in several]
    middle = statistics.median(seconds for seconds, _ in alone)
    spent = [seconds for seconds, _ in seen]
    ratio, half = quantile(spent, 0.95) / middle, statistics.median(spent) / middle
    yield Line(f"{USERS} personnes à la fois, p95 (puis p50)", "p50 d'une seule", ratio, half, 5.0)
    refused = sum(status != OK for _, status in (*alone, *seen)) / (len(alone) + len(seen))
    yield Line("réponses autres que 200", "toutes les réponses", refused, refused, 0.0)


def memory(server: Server, process: subprocess.Popen[bytes]) -> Line:
    """Compare what the processes hold after a thousand pages with what they held after a hundred."""
    server.visits(server.first, 100)
    before = _held(process.pid)
    server.visits(server.first, 900)
    ratio = _held(process.pid) / before
    return Line("mémoire après 1 000 pages", "après 100 pages", ratio, ratio, 1.05)


def cold(server: Server) -> Line:
    """Compare the time from nothing to a first page with that of importing the two great libraries."""
    floors, ours = [], []
    for _ in range(COLD_ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import flask, sqlalchemy"], check=True)
        floors.append(time.perf_counter() - start)
        start = time.perf_counter()
        with server.running():
            ours.append(time.perf_counter() - start)
    ratio = statistics.median(ours) / statistics.median(floors)
    return Line("démarrage à froid jusqu'à une page", "import flask, sqlalchemy", ratio, max(ours) / max(floors), 4.0)


def _held(pid: int) -> int:
    first = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (first, *first.children(recursive=True)))


def serving(matters: int, texts: int) -> Iterator[Line]:
    """Fill a firm, start `casefile web` over it, and compare."""
    with ground(matters, texts, now=None) as prepared:
        server = Server(prepared)
        with server.running() as process:
            yield from crowd(server)
            yield memory(server, process)
        yield cold(server)
