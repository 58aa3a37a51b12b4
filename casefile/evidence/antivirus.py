"""An optional scanner on this machine (ClamAV's INSTREAM protocol): asked before a deposited file is kept.

Set, it must answer: a file that nobody could examine is not kept. Unset, nothing is scanned, and the report says so.
"""

from __future__ import annotations

import socket
import struct
from typing import IO

from casefile.config import Settings
from casefile.errors import CasefileError

PIECE = 64 * 1024
SECONDS = 60.0
LONGEST_ANSWER = 4096


class Infected(CasefileError):
    """A file in which the scanner recognises something harmful."""

    code = "infected"
    status = 422


class ScannerSilent(CasefileError):
    """A scanner that is set and does not answer, or not in words that we know."""

    code = "scanner_silent"
    status = 503


def check(settings: Settings, source: IO[bytes]) -> None:
    """Have a stream examined from its start and put back at its start; raises Infected or ScannerSilent."""
    if settings.clamav is None:
        return
    source.seek(0)
    try:
        answer = _ask(settings.clamav, source)
    except (OSError, TimeoutError) as problem:
        raise ScannerSilent(
            "L'antivirus réglé ne répond pas : ce fichier n'est pas gardé. Relancez l'antivirus, puis déposez-le de "
            "nouveau."
        ) from problem
    finally:
        source.seek(0)
    if answer.endswith("OK"):
        return
    if answer.endswith("FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise Infected(
            f"L'antivirus reconnaît dans ce fichier « {name} » : il n'est pas gardé. Conservez l'original hors du "
            "réseau et faites-en constater le contenu."
        )
    raise ScannerSilent(f"L'antivirus n'a pas pu examiner ce fichier ({answer[:80]}) : il n'est pas gardé.")


def _ask(place: str, source: IO[bytes]) -> str:
    with _connected(place) as line:
        line.sendall(b"zINSTREAM\0")
        while piece := source.read(PIECE):
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            got = line.recv(LONGEST_ANSWER)
            if not got:
                break
            answer += got
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(place: str) -> socket.socket:
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), SECONDS)
