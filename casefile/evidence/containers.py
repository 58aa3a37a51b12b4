"""Reads what holds other things: Outlook messages, archives of traffic, films. Only reads, within limits.

Called in the separate process of `reading`: hostile bytes may break a parser there and nowhere else.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from casefile.evidence.tree import ZipTree

MOST_ADDRESSES = 1000
MOST_PAGES = 20
LARGEST_PAGE = 5_000_000
_BOX = struct.Struct(">I4s")
_MOST_BOXES = 2000


def outlook(path: Path) -> tuple[str, str, dict[str, Any]]:
    """Give the plain text, the rich form and the headers of an Outlook message."""
    from oxmsg import Message

    message = Message.load(str(path))
    headers = {
        "From": message.sender,
        "To": ", ".join(recipient.email_address or recipient.name for recipient in message.recipients),
        "Date": message.sent_date.isoformat() if message.sent_date else None,
        "Subject": message.subject,
        "Message-ID": message.message_headers.get("Message-ID"),
    }
    metadata: dict[str, Any] = {name: str(value) for name, value in headers.items() if value}
    metadata["attachments"] = [attachment.file_name or "sans nom" for attachment in message.attachments]
    return message.body or "", message.html_body or "", metadata


def traffic(path: Path) -> tuple[list[str], list[bytes]]:
    """Give the addresses answered in a WARC or a WACZ, and the pages among them."""
    from warcio.archiveiterator import ArchiveIterator

    addresses: list[str] = []
    pages: list[bytes] = []
    for source in _warcs(path):
        for record in ArchiveIterator(source):
            if record.rec_type != "response" or len(addresses) >= MOST_ADDRESSES:
                continue
            addresses.append(str(record.rec_headers.get_header("WARC-Target-URI")))
            kind = record.http_headers.get_header("Content-Type", "") if record.http_headers else ""
            if "text/html" in kind and len(pages) < MOST_PAGES:
                pages.append(record.content_stream().read(LARGEST_PAGE))
    return addresses, pages


def film(path: Path) -> dict[str, Any]:
    """Give the length of an MP4 or QuickTime film, as its own header states it."""
    with path.open("rb") as file:
        header = _box(file, path.stat().st_size, (b"moov", b"mvhd"))
        body = file.read(32) if header else b""
    if len(body) < 32:  # noqa: PLR2004 - the shortest header that holds a length
        return {}
    form, offset = (">IQ", 20) if body[0] == 1 else (">II", 12)
    scale, length = struct.unpack_from(form, body, offset)
    return {"seconds": round(length / scale, 1)} if scale else {}


def _warcs(path: Path) -> Iterator[IO[bytes]]:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        tree = ZipTree(archive)
        for name in tree.names():
            if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                with tree.open(name) as file:
                    yield file


def _box(file: IO[bytes], end: int, wanted: tuple[bytes, ...]) -> bool:
    """Walk the boxes of a film to the one wanted, and stop at the start of its content."""
    for _ in range(_MOST_BOXES):
        start = file.tell()
        head = file.read(_BOX.size)
        if len(head) < _BOX.size or start >= end:
            return False
        size, kind = _BOX.unpack(head)
        if size == 1:
            size = struct.unpack(">Q", file.read(8))[0]
        stop = end if size == 0 else start + size
        if kind == wanted[0]:
            return len(wanted) == 1 or _box(file, min(stop, end), wanted[1:])
        if stop <= start:
            return False
        file.seek(stop)
    return False
