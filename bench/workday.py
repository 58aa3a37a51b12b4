"""One person's day over HTTP: open a dossier with a file, write a note, and remember what was acknowledged."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
REQUEST_SECONDS = 30


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

    def content(self, title: str) -> bytes:
        """Give the bytes of the file that goes with a new dossier."""
        return title.encode()

    def refused(self, status: int, html: str) -> None:
        """Look at an answer that acknowledges nothing; here its status is enough."""

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
        status, headers = self._post("/dossiers/nouveau", fields, file=("preuve.txt", self.content(title)))
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
        status, headers, html = request(self.bind, "GET", page or path, headers={"Cookie": cookie})
        token = TOKEN.search(html)
        if status != 200 or token is None:
            self.refused(status, html)
            raise Unanswered(status)
        cookie += "; " + headers.get("Set-Cookie", "").partition(";")[0]
        body, kind = _encoded({**fields, "csrf_token": unescape(token[1])}, file)
        sent = {"Cookie": cookie, "Content-Type": kind, "Referer": f"http://{self.bind}{page or path}"}
        status, headers, html = request(self.bind, "POST", path, body, sent)
        if status != 303:
            self.refused(status, html)
        return status, headers


class Unanswered(Exception):
    """An answer that acknowledges nothing."""


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


def request(
    bind: str, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], str]:
    """Ask once and give status, headers and text."""
    connection = HTTPConnection(bind, timeout=REQUEST_SECONDS)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
