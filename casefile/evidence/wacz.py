"""A WACZ of a sealed capture, for replay in public tools: a copy of its network exchanges, indexed; never the evidence.

The sealed WARC goes in byte for byte; the digests of the package are those of its own `datapackage.json`.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from casefile.evidence import seal
from casefile.evidence.tree import EPOCH

NAME = "capture.wacz"
ARCHIVE = "archive/reseau.warc.gz"
MAX_BYTES = 100_000_000
_KINDS = frozenset({"response", "resource", "revisit"})


def wacz(directory: Path) -> bytes | None:
    """Give the WACZ of a sealed page; None when there is no exchange to replay or too much for memory."""
    source = directory / "data" / "reseau.warc.gz"
    if not source.is_file() or source.stat().st_size > MAX_BYTES:
        return None
    facts, archive = seal.read_facts(directory), source.read_bytes()
    files = {
        ARCHIVE: archive,
        "indexes/index.cdx": "".join(sorted(_index(archive))).encode(),
        "pages/pages.jsonl": _pages(facts).encode(),
    }
    files["datapackage.json"] = _described(files, facts)
    digest = {"path": "datapackage.json", "hash": _hash(files["datapackage.json"])}
    files["datapackage-digest.json"] = json.dumps(digest).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return stream.getvalue()


def _index(archive: bytes) -> list[str]:
    """Write one CDXJ line per exchange: where it lies in the archive."""
    from warcio.archiveiterator import ArchiveIterator

    lines = []
    records = ArchiveIterator(io.BytesIO(archive))
    for record in records:
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        if record.rec_type not in _KINDS or not url.startswith("http"):
            continue
        record.content_stream().read()
        heads = record.http_headers
        instant = "".join(c for c in record.rec_headers.get_header("WARC-Date") if c.isdigit())[:14]
        values = {
            "url": url,
            "mime": ((heads.get_header("Content-Type") if heads else "") or "").split(";")[0],
            "status": heads.get_statuscode() if heads else "",
            "digest": record.rec_headers.get_header("WARC-Payload-Digest") or "",
            "offset": str(records.get_record_offset()),
            "length": str(records.get_record_length()),
            "filename": ARCHIVE.removeprefix("archive/"),
        }
        lines.append(f"{_key(url)} {instant} {json.dumps(values, ensure_ascii=True)}\n")
    return lines


def _key(url: str) -> str:
    """Write an address in the order of archives: host reversed, then path."""
    parts = urlsplit(url.lower())
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    host = ",".join(reversed((parts.hostname or "").split(".")))
    return f"{host}{port}){parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def _pages(facts: dict[str, Any]) -> str:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
    page = {"id": facts["id"], "url": facts["url"], "ts": _utc(facts["started"]), "title": facts.get("title") or ""}
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in (head, page))


def _described(files: dict[str, bytes], facts: dict[str, Any]) -> bytes:
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "software": facts["software"],
        "created": _utc(facts["ended"]),
        "mainPageUrl": facts["url"],
        "mainPageDate": _utc(facts["started"]),
        "resources": [
            {"name": Path(name).name, "path": name, "hash": _hash(content), "bytes": len(content)}
            for name, content in files.items()
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode()


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _utc(instant: str) -> str:
    return f"{instant[:19]}Z"
