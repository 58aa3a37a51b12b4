"""`casefile run`: migrate, start the web and the worker, print the address; stop both together."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click
from sqlalchemy import func, select

from casefile import accounts, logs
from casefile.config import Settings
from casefile.database import Database
from casefile.errors import UnsafeConfiguration
from casefile.models.people import Firm, Person, Role

START_LIMIT = 60.0
POLL = 0.1
RESTART_PAUSE = 1.0


@click.command()
def run() -> None:
    """Démarre Casefile : base de données, pages et travaux de fond."""
    settings = Settings.from_env()
    _refuse_taken_port(settings.bind)
    link = prepare(settings)
    processes = [_start("worker"), _start("web")]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _wait_until_listening(settings.bind, processes[1])
        print(f"Casefile est prêt : {settings.base_url}", flush=True)
        if link:
            print(f"Créez le premier compte (ce lien ne sert qu'une fois) : {link}", flush=True)
        _watch(processes)
    except KeyboardInterrupt:
        print("Casefile s'arrête.", flush=True)
    finally:
        _stop(processes)


@click.command()
def web() -> None:
    """Sert les pages (lancé par « casefile run » ou par le gestionnaire de services)."""
    gc.disable()  # what is loaded now stays: `settle` turns it on again
    from casefile.cli.server import serve

    logs.install()
    serve(Settings.from_env())


@click.command()
def worker() -> None:
    """Exécute les travaux de fond (lancé par « casefile run » ou par le gestionnaire de services)."""
    from casefile.jobs import run_worker

    logs.install()
    run_worker(Settings.from_env())


def prepare(settings: Settings) -> str | None:
    """Migrate and, on an empty firm, give the one-time link that creates the first account."""
    database = Database.of(settings)
    database.migrate()
    with database.transaction() as session:
        if session.get(Firm, 1) is None:
            session.add(Firm(id=1, name="Cabinet"))
        if session.scalar(select(func.count()).select_from(Person)):
            return None
        token = accounts.invite(session, None, Role.ADMINISTRATOR)
    database.close()
    return f"{settings.base_url}/invitation/{token}"


def _start(command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "casefile", command], env=os.environ.copy())  # noqa: S603 - our own command


def _address(bind: str) -> tuple[str, int]:
    host, port = bind.rsplit(":", 1)
    return host.strip("[]") or "127.0.0.1", int(port)


def _listening(bind: str) -> bool:
    host, port = _address(bind)
    try:
        with socket.create_connection(("127.0.0.1" if host == "0.0.0.0" else host, port), timeout=1):  # noqa: S104 - comparison
            return True
    except OSError:
        return False


def _refuse_taken_port(bind: str) -> None:
    if _listening(bind):
        raise UnsafeConfiguration(
            f"L'adresse {bind} est déjà prise par un autre programme : arrêtez-le, ou choisissez-en une autre "
            "avec CASEFILE_BIND."
        )


def _wait_until_listening(bind: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + START_LIMIT
    while not _listening(bind):
        if process.poll() is not None or time.monotonic() > limit:
            raise UnsafeConfiguration(f"Les pages n'ont pas pu démarrer sur {bind} : lisez les messages ci-dessus.")
        time.sleep(POLL)


def _watch(processes: list[subprocess.Popen[bytes]]) -> None:
    # A dead worker is started again: reminders must go out whatever crashes.
    commands = ["worker", "web"]
    while True:
        for index, process in enumerate(processes):
            if process.poll() is not None:
                time.sleep(RESTART_PAUSE)
                processes[index] = _start(commands[index])
        time.sleep(POLL * 5)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
