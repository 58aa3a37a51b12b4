"""Two versions of a letter compared: which block appeared, left, or changed, and which words within it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any


@dataclass(frozen=True, slots=True)
class Word:
    """Words side by side: kind is equal, removed, added or replaced."""

    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block that differs; an empty side means that the block is not there."""

    block: str
    before: str
    after: str
    words: tuple[Word, ...]


def compare(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[BlockChange]:
    """Give the blocks that differ between two versions, in the order of the later one."""
    old = {str(row["id"]): str(row["text"]) for row in before}
    new = {str(row["id"]): str(row["text"]) for row in after}
    gone = set(old) - set(new)
    order = [*new, *(name for name in old if name in gone)]
    return [
        BlockChange(name, old.get(name, ""), new.get(name, ""), words_between(old.get(name, ""), new.get(name, "")))
        for name in order
        if old.get(name, "") != new.get(name, "")
    ]


def words_between(before: str, after: str) -> tuple[Word, ...]:
    """Compare two texts word by word."""
    left, right = re.findall(r"\s+|\w+|[^\w\s]", before), re.findall(r"\s+|\w+|[^\w\s]", after)
    kinds = {"equal": "equal", "delete": "removed", "insert": "added", "replace": "replaced"}
    return tuple(
        Word(kinds[tag], "".join(left[a:b]), "".join(right[c:d]))
        for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    )
