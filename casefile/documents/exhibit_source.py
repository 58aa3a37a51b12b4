"""An exhibit before it is stamped: what the dossier holds of it, and the refusal of what cannot become one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casefile.errors import Refused


class UnreadableExhibit(Refused):
    """A file that cannot become an exhibit; the sentence names it and says why."""

    code = "unreadable_exhibit"
    exit_code = 3


@dataclass(frozen=True)
class Source:
    """One exhibit as the dossier holds it: its number for life, its title, its bytes."""

    number: str
    title: str
    day: date
    content: bytes
    name: str = ""
