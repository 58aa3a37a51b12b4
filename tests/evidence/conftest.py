"""Sealed captures made of real files, and small local servers: the network is the only thing imitated."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from casefile.evidence import seal
from casefile.evidence.authority import EmbeddedAuthority


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]):
    """Serve on a free local port for the time of a test."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class Quiet(BaseHTTPRequestHandler):
    """A handler that does not write on the console of the tests."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.page()

    def page(self):
        self.answer(b"bonjour")

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory) -> EmbeddedAuthority:
    return EmbeddedAuthority.at(tmp_path_factory.mktemp("autorite"))


def small_work(root, name="0192f000-0000-7000-8000-000000000001", **facts):
    """Lay out a work directory as a capture leaves it."""
    work = root / seal.WORK / name
    (work / "data" / "vues").mkdir(parents=True)
    (work / "data" / "texte.txt").write_text("Ce médecin se trompe 😡 李雷", encoding="utf-8")
    (work / "data" / "vues" / "000-arrivee.png").write_bytes(bytes(range(256)) * 20)
    described = {"data/texte.txt": ["text/plain", "text"], "data/vues/000-arrivee.png": ["image/png", "view"]}
    seal.write_json(work / "data" / "capture.json", {"id": name, "artifacts": described, **facts})
    return work


@pytest.fixture
def sealed(tmp_path, embedded):
    """A small sealed and time-stamped capture."""
    work = small_work(tmp_path)
    final = tmp_path / work.name
    seal.seal(work, final, {"Reference": "2026/0001", "URL": "https://avis.example/lieu?a=1"})
    seal.stamp(final, embedded)
    return final
