"""A picture of a capture, as it goes behind a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True)
class Picture:
    """One picture with what its pages must say."""

    title: str
    source: str
    sha256: str
    content: IO[bytes]
