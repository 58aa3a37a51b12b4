"""Where a passage lies on the captured page: the boxes of the texts that hold its words, as the browser measured them.

A box surrounds a whole text of the page, never single words: it shows where to look, it quotes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, ImageDraw

_COLOUR, _MARGIN, _WIDTH, _AROUND = (176, 42, 55), 4, 3, 110


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the whole page, in its points."""

    left: float
    top: float
    right: float
    bottom: float


def boxes_of(positions: Sequence[dict[str, Any]], passage: str) -> list[Box]:
    """Give the boxes of the texts that hold a passage, word for word; none when it is not found as it is."""
    words = [(word, rank) for rank, text in enumerate(positions) for word in text["text"].split()]
    wanted = passage.split()
    if not wanted:
        return []
    for start in range(len(words) - len(wanted) + 1):
        if _alike(words[start][0], wanted[0], first=True) and all(
            _alike(words[start + offset][0], word, last=offset == len(wanted) - 1)
            for offset, word in enumerate(wanted[1:], 1)
        ):
            ranks = dict.fromkeys(rank for _, rank in words[start : start + len(wanted)])
            return [_box(positions[rank]) for rank in ranks]
    return []


def drawn(picture: IO[bytes], boxes: Sequence[Box], top: float, ratio: float = 1.0) -> Image.Image:
    """Draw the boxes upon one tile, whose own top is `top` in the page; the sealed picture is only read."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    pen = ImageDraw.Draw(image)
    for box in boxes:
        left, right = (box.left - _MARGIN) * ratio, (box.right + _MARGIN) * ratio
        high, low = (box.top - top - _MARGIN) * ratio, (box.bottom - top + _MARGIN) * ratio
        if low > 0 and high < image.height:
            pen.rectangle((left, high, right, low), outline=_COLOUR, width=_WIDTH)
    return image


def cut_around(image: Image.Image, boxes: Sequence[Box], top: float, ratio: float = 1.0) -> Image.Image:
    """Cut the lines about a passage out of a drawn tile, the whole width of the page."""
    low = max(box.bottom for box in boxes) - top
    high = min(box.top for box in boxes) - top
    upper = max(0, round((high - _AROUND) * ratio))
    lower = min(image.height, round((low + _AROUND) * ratio))
    return image.crop((0, upper, image.width, max(lower, upper + 1)))


def _alike(found: str, wanted: str, *, first: bool = False, last: bool = False) -> bool:
    """Compare two words; the passage may begin or end inside one, at a quotation mark or a full stop."""
    return found == wanted or (first and found.endswith(wanted)) or (last and found.startswith(wanted))


def _box(text: dict[str, Any]) -> Box:
    return Box(text["x"], text["y"], text["x"] + text["width"], text["y"] + text["height"])
