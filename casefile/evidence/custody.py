"""The chain of custody: each entry's digest covers the one before it, so that none can be changed or removed alone.

`hash = SHA-256(previous ‖ JCS(entry))`. A chain in a database that its owner controls proves nothing by itself: its
head goes into each sealed capture, where an outside time stamp fixes it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rfc8785

from casefile.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GENESIS_CONTEXT = b"casefile custody chain\n"


@dataclass(frozen=True)
class Line:
    """One entry with the digest of the line before it and its own."""

    prev: str
    entry: dict[str, Any]
    hash: str

    def as_json(self) -> str:
        """Write the line as canonical JSON, without its line feed."""
        return rfc8785.dumps({"prev": self.prev, "entry": self.entry, "hash": self.hash}).decode()


@dataclass(frozen=True)
class Break:
    """Where a chain stops holding, counted from 1."""

    line: int
    why: str


def genesis(installation_id: str) -> str:
    """Give the first `prev` of an installation's chain."""
    return hashlib.sha256(GENESIS_CONTEXT + installation_id.encode()).hexdigest()


def entry_hash(prev: str, entry: Mapping[str, Any]) -> str:
    """Give the digest that binds an entry to the line before it."""
    return hashlib.sha256(bytes.fromhex(prev) + rfc8785.dumps(dict(entry))).hexdigest()


def append(prev: str, entry: Mapping[str, Any]) -> Line:
    """Chain an entry after the line whose digest is `prev`."""
    return Line(prev, dict(entry), entry_hash(prev, entry))


def read_line(text: str) -> Line:
    """Read one exported line, or refuse it."""
    try:
        value = json.loads(text)
        return Line(value["prev"], value["entry"], value["hash"])
    except (ValueError, KeyError, TypeError) as problem:
        raise InvalidInput("Une ligne du journal de conservation est illisible.") from problem


def breaks(lines: Iterable[str], *, head: str | None = None) -> list[Break]:
    """List each place where an exported chain does not hold; `head` must be one of its digests when given.

    A line must also be written canonically: otherwise a changed byte could hide in the white space.
    """
    found: list[Break] = []
    previous: str | None = None
    seen: set[str] = set()
    number = 0
    for number, text in enumerate(lines, 1):
        why, line = _judge(text, previous)
        if why:
            found.append(Break(number, why))
        if line is not None:
            seen |= {line.hash, line.prev}
            previous = line.hash
    if head is not None and number and head not in seen:
        found.append(Break(number, "la tête de chaîne scellée dans la capture n’est pas dans le journal"))
    return found


def _judge(text: str, previous: str | None) -> tuple[str | None, Line | None]:
    try:
        line = read_line(text)
        expected = entry_hash(line.prev, line.entry)
        canonical = line.as_json()
    except (InvalidInput, ValueError, TypeError, AttributeError):
        return "ligne illisible", None
    if line.hash != expected:
        return "l’empreinte ne correspond pas au contenu", line
    if previous is not None and line.prev != previous:
        return "la ligne ne suit pas la précédente", line
    if canonical != text:
        return "la ligne n’est pas dans sa forme d’origine", line
    return None, line
