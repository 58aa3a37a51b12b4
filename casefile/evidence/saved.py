"""Reads what date forensics needs out of a saved page, a capture's folder, its exported ZIP or the sealed store.

Only reads: nothing is unpacked on disk, and a file too large to be a page is left aside.
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casefile.errors import InvalidInput
from casefile.evidence.provenance import Role
from casefile.law.french import typeset
from casefile.models.evidence import Artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from casefile.models.evidence import Capture
    from casefile.storage import Storage

LARGEST_FILE = 50_000_000
LARGEST_ANSWER = 10_000_000
MOST_ANSWERS = 500
PAGES = (".html", ".htm")
NETWORK = (".warc", ".warc.gz")
DATED_ROLES = (Role.DOM.value, Role.NETWORK.value, Role.FACTS.value, Role.ORIGINAL.value)
TEXTUAL = ("json", "javascript", "html", "text/plain", "xml")


class SavedCapture:
    """The page, the network answers and the capture's own description, as found in the files."""

    def __init__(self) -> None:
        """Begin empty."""
        self.html = ""
        self.payloads: list[str] = []
        self.headers: dict[str, str] = {}
        self.captured_at = ""
        self.url = ""
        self.sitemap = ""
        self._network: list[bytes] = []

    def take(self, name: str, data: bytes) -> None:
        """Keep one file by what its name says it is."""
        lowered = name.casefold()
        if lowered.endswith(PAGES):
            self.html = self.html or data.decode("utf-8", "replace")
        elif lowered.endswith(NETWORK):
            self._network.append(data)
        elif lowered.endswith("capture.json"):
            self._take_description(data)
        elif lowered.endswith("sitemap.xml"):
            self.sitemap = data.decode("utf-8", "replace")
        elif lowered.endswith(".json"):
            self.payloads.append(data.decode("utf-8", "replace"))

    def finish(self) -> None:
        """Read the network exchanges, once the capture has said which page it is of."""
        from warcio.exceptions import ArchiveLoadFailed

        for data in self._network:
            with contextlib.suppress(ArchiveLoadFailed):
                self._take_network(data)

    def _take_description(self, data: bytes) -> None:
        try:
            described = json.loads(data)
        except (ValueError, RecursionError):
            return
        if isinstance(described, dict):
            self.captured_at = _first_text(described, ("captured_at", "ended", "started"))
            self.url = _first_text(described, ("final_url", "url"))

    def _take_network(self, data: bytes) -> None:
        from warcio.archiveiterator import ArchiveIterator

        for record in ArchiveIterator(io.BytesIO(data)):
            headers = record.http_headers
            if record.rec_type != "response" or headers is None or len(self.payloads) >= MOST_ANSWERS:
                continue
            if self.url and record.rec_headers.get_header("WARC-Target-URI") == self.url:
                self.headers = dict(headers.headers)
            if any(word in (headers.get_header("Content-Type") or "") for word in TEXTUAL):
                self.payloads.append(record.content_stream().read(LARGEST_ANSWER).decode("utf-8", "replace"))


def read_saved(path: str) -> SavedCapture:
    """Read a page, a folder or a ZIP; raises InvalidInput naming the field when it cannot be read."""
    saved = SavedCapture()
    try:
        for name, data in _files(Path(path)):
            saved.take(name, data)
        saved.finish()
    except (OSError, zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as error:
        raise InvalidInput(
            typeset("Champ « capture » : le fichier ou le dossier est introuvable ou illisible, vérifiez son chemin."),
            field="capture",
        ) from error
    if not saved.html and not saved.payloads:
        raise InvalidInput(
            typeset("Champ « capture » : ni page HTML ni réponse réseau n’y figure, désignez une capture."),
            field="capture",
        )
    return saved


def read_sealed(session: Session, storage: Storage, capture: Capture) -> SavedCapture:
    """Read the page, the network and the description of a sealed capture straight from the store."""
    saved = SavedCapture()
    rows = session.scalars(
        select(Artifact)
        .where(Artifact.capture_id == capture.id, Artifact.role.in_(DATED_ROLES), Artifact.size <= LARGEST_FILE)
        .order_by(Artifact.path)
    )
    for row in rows:
        with storage.open(row.sha256) as source:
            saved.take(row.path, source.read(LARGEST_FILE))
    saved.finish()
    return saved


def _first_text(described: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((described[key] for key in keys if isinstance(described.get(key), str) and described[key]), "")


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.is_symlink() and file.stat().st_size <= LARGEST_FILE:
                yield file.relative_to(path).as_posix(), file.read_bytes()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if not entry.is_dir() and entry.file_size <= LARGEST_FILE:
                    yield PurePosixPath(entry.filename).as_posix(), archive.read(entry)
    else:
        name = path.name if path.suffix.casefold() in {*PAGES, ".json", ".warc", ".gz"} else f"{path.name}.html"
        yield name, path.read_bytes()
