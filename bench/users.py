"""The real server under people: fifty at once against one alone, memory, cold start; ratios of the same run."""

from __future__ import annotations

import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import select

from bench.ground import SECRET, Ground, ground
from bench.measure import Line, quantile
from bench.pages import OK
from bench.posts import PATIENCE, ROOT, SOON, free_port
from bench.workday import request
from casefile import accounts
from casefile.cli.server import WORKERS
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USERS = 50
# A person reads a page before asking for the next one. Fifty who never read are fifty questions in the queue of two
# processors at every instant: each waits for twenty-five others, whatever the server. That line is shown, not judged.
READING_SECONDS = 2.0, 8.0
COLD_ROUNDS = 5
PAGES = ("/", "/dossiers", "/delais", "/agenda?vue=liste", "/notifications")
UNANSWERED = 0
# The system gives each page to whichever process it likes: only one that has no other serves a known number of them.
ONE_PROCESS = "from casefile.cli import cli, server; server.WORKERS = 1; cli(['web'])"


@dataclass(frozen=True)
class Visitor:
    """One browser, signed in, and the pages that it turns: the lists, then a dossier of its person's own."""

    token: str
    paths: tuple[str, ...]


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
            opened = select(Matter).where(Matter.state == MatterState.OPEN).order_by(Matter.number.desc())
            own = {matter.responsible_id: matter.id for matter in session.scalars(opened)}
            people = [person for person in session.scalars(select(Person)) if person.id in own]
            self.visitors = [
                Visitor(
                    accounts.start_session(session, person, complete=True, user_agent="b", address="::1"),
                    (*PAGES, f"/dossiers/{own[person.id]}"),
                )
                for person in (people[number % len(people)] for number in range(USERS))
            ]

    @contextmanager
    def running(self, *, alone: bool = False) -> Iterator[subprocess.Popen[bytes]]:
        """Run the server for the block, perhaps with one process for all pages; it answers when the block begins."""
        command = [sys.executable, *(["-c", ONE_PROCESS] if alone else ["-m", "casefile", "web"])]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)
        try:
            limit = time.monotonic() + PATIENCE
            while self.ask("/", self.visitors[0].token)[1] != OK:
                if time.monotonic() > limit or process.poll() is not None:
                    raise RuntimeError("the server does not answer")
                time.sleep(SOON / 5)
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def ask(self, path: str, token: str) -> tuple[float, int]:
        """Ask for a page; give the seconds and the status, which is `UNANSWERED` when the line broke."""
        start, status = time.perf_counter(), UNANSWERED
        with suppress(OSError, HTTPException):
            status, _, _ = request(self.bind, "GET", path, headers={"Cookie": f"casefile_session={token}"})
        return time.perf_counter() - start, status

    def turn(self, visitor: Visitor) -> list[tuple[float, int]]:
        """Turn one's pages, one after the other, reading none."""
        return [self.ask(path, visitor.token) for path in visitor.paths]

    def read(self, visitor: Visitor) -> list[tuple[float, int]]:
        """Turn pages as a person does, reading each; everybody begins at another moment."""
        draw, seen = random.Random(visitor.token), []
        for path in visitor.paths:
            time.sleep(draw.uniform(*READING_SECONDS))
            seen.append(self.ask(path, visitor.token))
        return seen

    def together(
        self, turning: Callable[[Visitor], list[tuple[float, int]]], at_once: int = USERS
    ) -> list[tuple[float, int]]:
        """Let all the visitors turn their pages, so many at once; give all that they saw."""
        with ThreadPoolExecutor(at_once) as pool:
            return [one for several in pool.map(turning, self.visitors) for one in several]


def crowd(server: Server) -> Iterator[Line]:
    """Compare the slow end of fifty people at once with the middle of the same pages asked for by one at a time."""
    server.together(server.turn, WORKERS * 4)  # every process has served every page
    alone = server.together(server.turn, 1)
    seen, hurried = server.together(server.read), server.together(server.turn)
    middle = statistics.median(seconds for seconds, _ in alone)
    for name, answers, limit in (
        (f"{USERS} personnes à la fois, p95 (puis p50)", seen, 5.0),
        (f"{USERS} demandes à tout instant, p95 (puis p50)", hurried, None),
    ):
        spent = [seconds for seconds, _ in answers]
        yield Line(name, "p50 d'une seule", quantile(spent, 0.95) / middle, statistics.median(spent) / middle, limit)
    every = (*alone, *seen, *hurried)
    refused = sum(status != OK for _, status in every) / len(every)
    yield Line("réponses autres que 200", "toutes les réponses", refused, refused, 0.0)


def memory(server: Server, process: subprocess.Popen[bytes]) -> Line:
    """Compare what one process holds after a thousand pages with what it held after a hundred."""

    def visit(pages: int) -> dict[int, int]:
        count = math.ceil(pages / len(server.visitors[0].paths))
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(server.turn, (server.visitors[number % USERS] for number in range(count))))
        return {one.pid: one.memory_info().rss for one in psutil.Process(process.pid).children()}

    before, after = visit(100), visit(900)
    # A process that died meanwhile took its memory with it: that is no saving.
    (ratio,) = (after.get(pid, math.inf) / held for pid, held in before.items())
    return Line("mémoire d'un processus après 1 000 pages", "après 100 pages", ratio, ratio, 1.05)


def cold(server: Server) -> Line:
    """Compare the time from nothing to a first page with that of importing the two great libraries.

    Both find their modules compiled, as `ops/setup.sh` leaves them, whatever the environment of the bench says.
    """
    floors, ours = [], []
    with tempfile.TemporaryDirectory(prefix="casefile-bench-") as compiled:
        server.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        server.environment["PYTHONPYCACHEPREFIX"] = compiled
        for round_ in range(COLD_ROUNDS + 1):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", "import flask, sqlalchemy"], check=True, env=server.environment)
            middle = time.perf_counter()
            with server.running():
                end = time.perf_counter()
            if round_:  # the first one compiles
                floors.append(middle - start)
                ours.append(end - middle)
    ratio = statistics.median(ours) / statistics.median(floors)
    return Line("démarrage à froid jusqu'à une page", "import flask, sqlalchemy", ratio, max(ours) / max(floors), 4.0)


def serving(matters: int, texts: int) -> Iterator[Line]:
    """Fill a firm, start `casefile web` over it, and compare."""
    with ground(matters, texts, now=None) as prepared:
        server = Server(prepared)
        with server.running():
            yield from crowd(server)
        with server.running(alone=True) as process:
            yield memory(server, process)
        yield cold(server)
