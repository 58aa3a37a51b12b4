"""Where a passage lies on the captured page: the boxes of its words, line by line, as the browser measured them.

Captures taken before words were measured frame the whole texts that hold them. Among words said several times the
passage's own place is kept; where the page and its text disagree on how often, nothing is framed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_COLOUR, _BESIDE, _ABOVE, _WIDTH, _AROUND = (176, 42, 55), 4, 1, 2, 110


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the whole page, in its points."""

    left: float
    top: float
    right: float
    bottom: float


def boxes_of(positions: Sequence[dict[str, Any]], passage: str, text: str = "", start: int = 0) -> list[Box]:
    """Give the boxes of a passage, word for word, that begins at `start` in the captured `text`.

    None when its words are not on the page as they are, or when it cannot be told which of several it is.
    """
    wanted = passage.split()
    words = [(word, one, place) for one in positions for place, word in enumerate(one["text"].split())]
    found = _occurrences([word for word, _, _ in words], wanted)
    said = [(match[0], match.end()) for match in re.finditer(r"\S+", text)]
    told = _occurrences([word for word, _ in said], wanted)
    before = sum(said[index][1] <= start for index in told)
    if not found or (len(found) > 1 and text and len(found) != len(told)) or before >= len(found):
        return []
    chosen = words[found[before] : found[before] + len(wanted)]
    return _lines(dict.fromkeys(_word_box(one, place) for _, one, place in chosen))


def _occurrences(words: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Give each place where the words follow one another, never two that overlap."""
    found: list[int] = []
    for start in range(len(words) - len(wanted) + 1 if wanted else 0):
        free = not found or start >= found[-1] + len(wanted)
        if free and _alike(words[start], wanted[0], first=True, last=len(wanted) == 1):
            rest = enumerate(wanted[1:], 1)
            if all(_alike(words[start + at], word, last=at == len(wanted) - 1) for at, word in rest):
                found.append(start)
    return found


def _word_box(text: dict[str, Any], place: int) -> Box:
    """Give the box of one word, or of its whole text where the browser did not measure each word."""
    words = text.get("words") or []
    if len(words) != len(text["text"].split()):
        return Box(text["x"], text["y"], text["x"] + text["width"], text["y"] + text["height"])
    x, y, width, height = words[place]
    return Box(x, y, x + width, y + height)


def _lines(boxes: Iterable[Box]) -> list[Box]:
    """Join the words of one line into one frame."""
    lines: list[Box] = []
    for box in boxes:
        last = lines[-1] if lines else None
        middle = (box.top + box.bottom) / 2
        if last and last.top < middle < last.bottom and box.left >= last.left:
            lines[-1] = Box(last.left, min(last.top, box.top), max(last.right, box.right), max(last.bottom, box.bottom))
        else:
            lines.append(box)
    return lines


def drawn(picture: IO[bytes], boxes: Sequence[Box], top: float, ratio: float = 1.0) -> Image.Image:
    """Draw the boxes upon one tile, whose own top is `top` in the page; the sealed picture is only read."""
    from PIL import Image, ImageDraw

    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    pen = ImageDraw.Draw(image)
    for box in boxes:
        left, right = (box.left - _BESIDE) * ratio, (box.right + _BESIDE) * ratio
        high, low = (box.top - top - _ABOVE) * ratio, (box.bottom - top + _ABOVE) * ratio
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
    if first and last:
        return wanted in found
    return found == wanted or (first and found.endswith(wanted)) or (last and found.startswith(wanted))
