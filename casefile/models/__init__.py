"""The tables, one module per family of nouns."""

from casefile.models import (
    client,
    conflict,
    correspondence,
    desk,
    directory,
    erasure,
    evidence,
    ledger,
    matter,
    people,
    prevention,
    procedure,
    search,
    tokens,
    webhooks,
    work,
)
from casefile.models.base import Base

__all__ = [
    "Base",
    "client",
    "conflict",
    "correspondence",
    "desk",
    "directory",
    "erasure",
    "evidence",
    "ledger",
    "matter",
    "people",
    "prevention",
    "procedure",
    "search",
    "tokens",
    "webhooks",
    "work",
]
