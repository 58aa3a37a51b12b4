"""The tables, one module per family of nouns."""

from casefile.models import (
    conflict,
    correspondence,
    directory,
    erasure,
    evidence,
    ledger,
    matter,
    people,
    procedure,
    search,
    work,
)
from casefile.models.base import Base

__all__ = [
    "Base",
    "conflict",
    "correspondence",
    "directory",
    "erasure",
    "evidence",
    "ledger",
    "matter",
    "people",
    "procedure",
    "search",
    "work",
]
