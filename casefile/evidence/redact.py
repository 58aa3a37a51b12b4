"""Blackens what a third party must not see, on copies of the pictures of a capture: the sealed files are only read.

A word is masked with the whole block of text that holds it, wherever it appears. What cannot be placed on a picture
is refused by name, so that no copy is believed clean when it is not.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.evidence.tiles import TILE

if TYPE_CHECKING:
    from PIL import Image

MOST_ZONES = 400
_MARGIN = 4
_NUMBERS = 5
_GRID, _GRID_COLOUR = 10, (176, 42, 55)


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle of one picture, counted from 1; its sides are shares of the picture's own, from 0 to 1."""

    picture: int
    left: float
    top: float
    right: float
    bottom: float


def read_zones(text: str, pictures: int) -> list[Zone]:
    """Read one zone a line: picture, left, top, right and bottom in per cent; raises InvalidInput naming the line."""
    zones = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        zone = _zone(line)
        if zone is None or not 1 <= zone.picture <= pictures:
            raise InvalidInput(
                f"Zone, ligne {number} : écrivez le numéro d'image (de 1 à {pictures}), puis gauche, haut, droite et "
                "bas en pourcentage, par exemple « 1 10 20 60 25 ».",
                field="zones",
            )
        zones.append(zone)
    if len(zones) > MOST_ZONES:
        raise InvalidInput(f"Plus de {MOST_ZONES} zones : masquez des zones plus grandes.", field="zones")
    return zones


def zones_of_words(
    words: Sequence[str], positions: Sequence[dict[str, Any]], sizes: Sequence[tuple[int, int]], ratio: float = 1.0
) -> list[Zone]:
    """Give the zones of every block of text that holds one of the words, on the tiles of a page.

    `sizes` are those of the tiles in pixels. Raises InvalidInput naming the words found nowhere.
    """
    text, starts = _joined(positions)
    zones, lost = [], []
    for word in words:
        ranks = _ranks(folded(word), text, starts)
        if not ranks:
            lost.append(word)
        for rank in ranks:
            zones += _on_tiles(positions[rank], sizes, ratio)
    if lost:
        raise InvalidInput(
            f"Introuvable dans le texte situé sur les images : {', '.join(f'« {word} »' for word in lost)}. "
            "Corrigez ces mots, ou tracez les zones à masquer.",
            field="words",
        )
    return list(dict.fromkeys(zones))


def holds(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text of ours would show one of the masked words."""
    within = folded(text)
    return any(folded(word) in within for word in words)


def blackened(source: IO[bytes], zones: Iterable[Zone]) -> Image.Image:
    """Give a new picture, without metadata, whose zones are black and nothing else."""
    from PIL import Image, ImageDraw

    with Image.open(source) as opened:
        image = Image.new("RGB", opened.size)
        image.paste(opened.convert("RGB"))
    pen = ImageDraw.Draw(image)
    for zone in zones:
        pen.rectangle(_pixels(zone, image.size), fill=(0, 0, 0))
    return image


def graduated(source: IO[bytes]) -> Image.Image:
    """Give the picture under a grid of tenths, for whoever writes zones by hand."""
    from PIL import ImageDraw

    image = blackened(source, ())
    pen = ImageDraw.Draw(image)
    for step in range(1, _GRID):
        across, down = image.width * step // _GRID, image.height * step // _GRID
        pen.line((across, 0, across, image.height), fill=_GRID_COLOUR)
        pen.line((0, down, image.width, down), fill=_GRID_COLOUR)
        pen.text((across + 2, 2), f"{step * _GRID} %", fill=_GRID_COLOUR)
        pen.text((2, down + 2), f"{step * _GRID} %", fill=_GRID_COLOUR)
    return image


def folded(text: str) -> str:
    """Take case, accents and spacing away: a name is masked however it is written."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _zone(line: str) -> Zone | None:
    parts = line.replace(";", " ").replace(",", ".").replace("%", " ").split()
    try:
        number, *sides = [float(part) for part in parts]
    except ValueError:
        return None
    if len(parts) != _NUMBERS or number != int(number) or not all(0 <= side <= 100 for side in sides):  # noqa: PLR2004 - per cent
        return None
    left, top, right, bottom = (side / 100 for side in sides)
    return Zone(int(number), left, top, right, bottom) if left < right and top < bottom else None


def _joined(positions: Sequence[dict[str, Any]]) -> tuple[str, list[int]]:
    """Join the folded texts by spaces, with the place where each begins: a name may run over two of them."""
    pieces = [folded(str(position["text"])) for position in positions]
    starts, place = [], 0
    for piece in pieces:
        starts.append(place)
        place += len(piece) + 1
    return " ".join(pieces), starts


def _ranks(word: str, text: str, starts: Sequence[int]) -> list[int]:
    ranks: dict[int, None] = {}
    found = text.find(word) if word else -1
    while found >= 0:
        first, last = bisect_right(starts, found) - 1, bisect_right(starts, found + len(word) - 1) - 1
        ranks |= dict.fromkeys(range(first, last + 1))
        found = text.find(word, found + 1)
    return list(ranks)


def _on_tiles(box: dict[str, Any], sizes: Sequence[tuple[int, int]], ratio: float) -> list[Zone]:
    zones = []
    left, right = (box["x"] - _MARGIN) * ratio, (box["x"] + box["width"] + _MARGIN) * ratio
    for number, (width, height) in enumerate(sizes, 1):
        above = (number - 1) * TILE
        top = (box["y"] - above - _MARGIN) * ratio
        bottom = (box["y"] + box["height"] - above + _MARGIN) * ratio
        if bottom > 0 and top < height and right > 0 and left < width:
            zones.append(Zone(number, max(0, left / width), max(0, top / height), right / width, bottom / height))
    return zones


def _pixels(zone: Zone, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Give whole pixels, never fewer than the zone covers."""
    width, height = size
    return (
        int(zone.left * width),
        int(zone.top * height),
        min(width, int(zone.right * width) + 1),
        min(height, int(zone.bottom * height) + 1),
    )
