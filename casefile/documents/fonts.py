"""The faces embedded in documents, what each can draw, and the refusal of what none can.

ReportLab 5.1 writes a ToUnicode map that corrupts every character beyond U+FFFF (an emoji is read back as another
letter) and more than a hundred entries per block, which the CMap specification forbids: `_to_unicode` replaces it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics, ttfonts

from casefile.documents.blocks import Block, texts_of
from casefile.errors import Refused

SERIF, BOLD, ITALIC, BOLD_ITALIC = "Casefile-Serif", "Casefile-Bold", "Casefile-Italic", "Casefile-BoldItalic"
MONO, EMOJI, ARABIC, HEBREW = "Casefile-Mono", "Casefile-Emoji", "Casefile-Arabic", "Casefile-Hebrew"
SYMBOLS, MATHS = "Casefile-Symbols", "Casefile-Maths"
_FILES = {
    SERIF: "SourceSerif4_400Regular.ttf",
    BOLD: "SourceSerif4_600SemiBold.ttf",
    ITALIC: "SourceSerif4_400Regular_Italic.ttf",
    BOLD_ITALIC: "SourceSerif4_600SemiBold_Italic.ttf",
    MONO: "SourceCodePro_400Regular.ttf",
    EMOJI: "NotoEmoji_400Regular.ttf",
    ARABIC: "NotoSansArabic_400Regular.ttf",
    HEBREW: "NotoSansHebrew_400Regular.ttf",
    SYMBOLS: "NotoSansSymbols_400Regular.ttf",
    MATHS: "NotoSansMath_400Regular.ttf",
}
_FALLBACKS = (SYMBOLS, MATHS, HEBREW, ARABIC, EMOJI)
_FOLDER = Path(__file__).parent / "fonts"
_COLOUR_EMOJI = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
_STRIKE = 109  # the only size of the bitmaps in Noto Color Emoji
_PICTURE = 96  # pixels kept: 600 dpi at the size of the text

# Drawn as nothing, kept in the text that is read back: joiners, marks of direction, variation selectors, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_MODIFIER = "[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
_CLUSTER = re.compile(
    f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|.{_MODIFIER}*(?:\u200d.{_MODIFIER}*)*)", re.DOTALL
)


class MissingGlyph(Refused):
    """A character that no embedded face can draw: the document is refused rather than printed with a box."""

    code = "missing_glyph"
    exit_code = 3


@cache
def register() -> None:
    """Register the faces once per process, and mend ReportLab's map to Unicode."""
    ttfonts.makeToUnicodeCMap = _to_unicode
    rl_config.toColorCanUse = None
    rl_config.canvas_basefontname = SERIF
    rl_config.useA85 = 0
    for name, file in _FILES.items():
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(_FOLDER / file)))


def _to_unicode(fontname: str, subset: list[int]) -> str:
    entries = [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo",
            f"<< /Registry ({fontname})\n/Ordering ({fontname})\n/Supplement 0\n>> def",
            f"/CMapName /{fontname} def\n/CMapType 2 def\n1 begincodespacerange\n<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
        ]
    )


@cache
def widths(face: str) -> dict[int, float]:
    """Give the advance of each character of a face, in thousandths."""
    register()
    advances: dict[int, float] = pdfmetrics.getFont(face).face.charWidths
    return advances


@lru_cache(maxsize=20_000)
def measure(text: str, face: str, size: float) -> float:
    """Measure a text of one face; characters drawn as nothing measure nothing."""
    advances = widths(face)
    return sum(advances.get(ord(char), 0) for char in text) * size / 1000


@lru_cache(maxsize=20_000)
def pieces(text: str, face: str) -> tuple[tuple[str, str], ...]:
    """Cut a text in (text, face) pieces that can be drawn; face is `image` for an emoji, `` for what is invisible.

    Raises MissingGlyph, naming the character, when nothing can draw it.
    """
    advances = widths(face)
    if all(ord(char) in advances and char not in "©®™" for char in text) and not _INVISIBLE.search(text):
        return ((text, face),)
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        piece, piece_face = _next_piece(text, position, face)
        position += len(piece)
        if found and found[-1][1] == piece_face and piece_face != "image":
            piece = found.pop()[0] + piece
        found.append((piece, piece_face))
    return tuple(found)


def _next_piece(text: str, position: int, face: str) -> tuple[str, str]:
    char = text[position]
    if _INVISIBLE.match(char):
        return char, ""
    cluster = _CLUSTER.match(text, position)
    shape = cluster.group() if cluster else char
    if (len(shape) > 1 or ord(char) not in widths(face)) and is_emoji(shape, face):
        return shape, "image"
    for candidate in (face, *_FALLBACKS):
        if ord(char) in widths(candidate):
            return char, candidate
    raise MissingGlyph(
        f"Aucune police du logiciel ne sait dessiner le caractère « {char} » (U+{ord(char):04X}, "
        f"{unicodedata.name(char, 'caractère de commande')})\u202f: le document est refusé plutôt que d’imprimer un "
        "carré. Joignez ce passage en image, ou installez une police qui le contient."
    )


def check_drawable(blocks: Iterable[Block]) -> None:
    """Refuse, by name, the first character of the blocks that no face can draw."""
    register()
    for block in blocks:
        for text in texts_of(block):
            pieces("".join(char for char in text if char not in "\n\r\t"), SERIF)


def is_emoji(cluster: str, face: str = SERIF) -> bool:
    """Say whether a cluster is drawn as a picture: an emoji, a flag, a keycap, a joined family."""
    first = ord(cluster[0])
    if "\u20e3" in cluster:
        return True
    if first not in widths(EMOJI) or cluster[0].isascii():
        return False
    return first not in widths(face) or "\ufe0f" in cluster


@lru_cache(maxsize=512)
def emoji_picture(cluster: str) -> ImageReader | None:
    """Draw one emoji in colour, or None on a machine without the colour face (then it is drawn in black)."""
    if not _COLOUR_EMOJI.exists() or not features.check("raqm"):
        return None
    font = ImageFont.truetype(str(_COLOUR_EMOJI), _STRIKE, layout_engine=ImageFont.Layout.RAQM)
    box = font.getbbox(cluster)
    if box[2] <= box[0] or box[3] <= box[1]:
        return None
    picture = Image.new("RGBA", (int(box[2]), 128), (255, 255, 255, 0))
    ImageDraw.Draw(picture).text((0, 0), cluster, font=font, embedded_color=True)
    picture = picture.resize((max(1, round(picture.width * _PICTURE / 128)), _PICTURE), Image.Resampling.LANCZOS)
    stream = BytesIO()
    picture.save(stream, "PNG")
    stream.seek(0)
    return ImageReader(stream)


def drawable_emoji(cluster: str) -> str:
    """Give the characters of a cluster that the black emoji face has: the text under the picture."""
    return "".join(char for char in cluster if ord(char) in widths(EMOJI) and not _INVISIBLE.match(char))
