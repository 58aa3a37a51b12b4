"""Compares captures over time: their texts, their images, and each incriminated passage, word for word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.evidence.provenance import Outcome
from casefile.evidence.witness import normalise

if TYPE_CHECKING:
    from pathlib import Path

_ENOUGH_ALIKE = 0.6
_AT_AN_END = 0.001
_NOISE = 16
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Change:
    """One difference between two texts: `kind` is equal, removed, added or replaced."""

    kind: str
    before: str
    after: str


class PassageState(StrEnum):
    """What a later capture says of a passage."""

    PRESENT = "present"
    CHANGED = "changed"
    ABSENT = "absent"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """Give the state in French."""
        return {
            PassageState.PRESENT: "présent mot pour mot",
            PassageState.CHANGED: "modifié",
            PassageState.ABSENT: "absent",
            PassageState.UNKNOWN: "non établi",
        }[self]


@dataclass(frozen=True)
class PassageFinding:
    """Where a passage stands in one capture; `start` and `end` are offsets in its text."""

    state: PassageState
    start: int | None = None
    end: int | None = None
    found: str = ""
    changes: tuple[Change, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class ImageChange:
    """How much of an image changed, and where."""

    share: float
    box: tuple[int, int, int, int] | None
    same_size: bool


def text_changes(before: str, after: str) -> list[Change]:
    """List the differences between two texts, line by line, equal lines included."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kinds = {"equal": "equal", "delete": "removed", "insert": "added", "replace": "replaced"}
    return [Change(kinds[tag], "\n".join(old[a:b]), "\n".join(new[c:d])) for tag, a, b, c, d in matcher.get_opcodes()]


def word_changes(before: str, after: str) -> tuple[Change, ...]:
    """List the differences between two passages, word by word."""
    old, new = before.split(), after.split()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kinds = {"equal": "equal", "delete": "removed", "insert": "added", "replace": "replaced"}
    return tuple(
        Change(kinds[tag], " ".join(old[a:b]), " ".join(new[c:d])) for tag, a, b, c, d in matcher.get_opcodes()
    )


def find_passage(passage: str, text: str, outcome: Outcome = Outcome.PRESENT) -> PassageFinding:
    """Look for an incriminated passage in a capture's text.

    White space apart, it must be there word for word. A blocked or partial capture that does not show it proves
    nothing: its absence is « non établi ».
    """
    exact = _exact(passage, text)
    if exact is not None:
        return PassageFinding(PassageState.PRESENT, *exact, text[slice(*exact)])
    near = _nearest(passage, text)
    if near is not None:
        found = text[slice(*near)]
        return PassageFinding(PassageState.CHANGED, *near, found, word_changes(passage, found))
    if outcome in {Outcome.BLOCKED, Outcome.PARTIAL}:
        return PassageFinding(PassageState.UNKNOWN, why=f"{outcome.words} : l’absence du passage ne prouve rien")
    return PassageFinding(PassageState.ABSENT)


def image_change(before: Path, after: Path, marked: Path | None = None) -> ImageChange:
    """Compare two images; `marked` receives the later one with what changed reddened."""
    from PIL import Image, ImageChops

    with Image.open(before) as first, Image.open(after) as second:
        old, new = first.convert("RGB"), second.convert("RGB")
    same_size = old.size == new.size
    if not same_size:
        canvas = Image.new("RGB", (max(old.width, new.width), max(old.height, new.height)), "white")
        grown = [canvas.copy(), canvas.copy()]
        grown[0].paste(old)
        grown[1].paste(new)
        old, new = grown
    mask = ImageChops.difference(old, new).convert("L").point(lambda value: 255 if value > _NOISE else 0)
    changed = mask.histogram()[255]
    if marked is not None:
        Image.composite(Image.new("RGB", new.size, (200, 0, 0)), new, mask.point(lambda value: value // 2)).save(marked)
    return ImageChange(changed / (mask.width * mask.height), mask.getbbox(), same_size)


def _exact(passage: str, text: str) -> tuple[int, int] | None:
    if not passage.strip():
        return None
    start = text.find(passage)
    if start >= 0:
        return start, start + len(passage)
    words = [re.escape(word) for word in normalise(passage).split(" ")]
    match = re.search(r"\s+".join(words), text)
    return match.span() if match else None


def _nearest(passage: str, text: str) -> tuple[int, int] | None:
    """Give the window of the text most like the passage, when it is like enough."""
    wanted = passage.split()
    words = list(_WORD.finditer(text))
    if not wanted or not words:
        return None
    size = len(wanted)
    vocabulary = set(wanted)
    known = [match[0] in vocabulary for match in words]
    best, best_score = None, _ENOUGH_ALIKE
    for start in range(0, max(1, len(words) - size // 2), max(1, size // 8)):
        stop = min(len(words), start + size)
        # A cheap bound first: too few common words cannot be alike enough.
        if sum(known[start:stop]) < size * best_score * 0.8:
            continue
        window = [match[0] for match in words[start:stop]]
        score = difflib.SequenceMatcher(None, wanted, window, autojunk=False).ratio()
        # Among windows as alike, the one that begins or ends as the passage does: none of its own words is left out.
        score += _AT_AN_END * ((window[0] == wanted[0]) + (window[-1] == wanted[-1]))
        if score > best_score:
            best, best_score = (words[start].start(), words[stop - 1].end()), score
    return best
