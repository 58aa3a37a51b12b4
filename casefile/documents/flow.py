"""Flowables that draw blocks: every text goes through `TextFlow`, which parses no markup at all.

ReportLab's own paragraphs read markup and embed a local file named by `<img src>` in a user's words; nothing here
interprets a character of the text. Each line (or, for exact words, each part on a page) carries its `/ActualText`,
so that narrow spaces, emoji and doubled spaces come back when the PDF is read.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, takewhile
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFImageXObject
from reportlab.platypus import Flowable

from casefile.documents.blocks import Run
from casefile.documents.fonts import EMOJI, SERIF, drawable_emoji, emoji_picture, pieces
from casefile.documents.linebreak import Line, break_lines, piece_width, segment_width
from casefile.documents.shaping import has_rtl, logical, visual
from casefile.documents.tagged_canvas import TaggedCanvas
from casefile.documents.tagging import Element

INK = "#1b2230"


@dataclass(frozen=True)
class Style:
    """How a paragraph looks, in points."""

    size: float = 10.6
    leading: float = 14.6
    align: str = "justify"
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 6
    colour: str = INK
    mono: bool = False
    hyphenate: bool = True
    keep_with_next: bool = False
    whole_text: bool = False
    overlay: bool = False
    frame: str = ""
    padding: float = 0


class TextFlow(Flowable):  # type: ignore[misc]
    """A paragraph of runs; splits between pages without a widow or an orphan."""

    def __init__(
        self, runs: Sequence[Run], style: Style, element: Element | None, *, lines: Sequence[Line] | None = None,
        marker: str = "", link: str = "",
    ) -> None:  # fmt: skip
        """Prepare; `marker` is the number of a list item, `link` the address that a click opens."""
        super().__init__()
        self.runs, self.style, self.element = tuple(runs), style, element
        self.marker, self.link = marker, link
        self.keepWithNext = style.keep_with_next  # ReportLab clears it once it has tried, or it would try for ever
        self.width = self.height = 0.0
        self._given = tuple(lines) if lines is not None else None
        self._lines: tuple[Line, ...] = ()

    def getSpaceBefore(self) -> float:
        """Give the white above."""
        return self.style.before

    def getSpaceAfter(self) -> float:
        """Give the white below."""
        return self.style.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Cut the lines for this width and give the height."""
        style = self.style
        if self._lines and width == self.width:  # Platypus asks several times before it draws
            return width, 0 if style.overlay else self.height
        self.width = width
        room = width - style.left - style.right - 2 * style.padding
        if self._given is not None:
            self._lines = self._given
        else:
            lines = break_lines(self.runs, style.size, room, mono=style.mono, hyphenate=style.hyphenate)
            self._lines = tuple(lines)
        self.height = len(self._lines) * style.leading + 2 * style.padding
        return width, 0 if style.overlay else self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Cut at a line that leaves at least two lines on each side."""
        self.wrap(width, height)
        count = int((height - 2 * self.style.padding) / self.style.leading)
        total = len(self._lines)
        if total - count == 1:
            count -= 1
        if count < 2 or count >= total:
            return []
        first = self._part(self._lines[:count], self.marker, replace(self.style, after=0))
        return [first, self._part(self._lines[count:], "", replace(self.style, before=0))]

    def _part(self, lines: Sequence[Line], marker: str, style: Style) -> TextFlow:
        return TextFlow(self.runs, style, self.element, lines=lines, marker=marker, link=self.link)

    def draw(self) -> None:
        """Draw frame, marker and lines inside their marked content."""
        canvas, style = self.canv, self.style
        top = self.height - style.padding - (self.height if style.overlay else 0)
        if style.frame:
            _draw_frame(canvas, style, self.width, self.height)
        canvas.open_mark(self.element)
        if self.marker:
            self._draw_marker(top)
        if style.whole_text:
            canvas.open_text("".join(line.full_source for line in self._lines))
        for rank, line in enumerate(self._lines):
            baseline = top - rank * style.leading - style.size * 0.98
            self._draw_line(line, baseline)
        if style.whole_text:
            canvas.close_mark()
        canvas.close_mark()

    def _draw_marker(self, top: float) -> None:
        canvas, style = self.canv, self.style
        width = segment_width(self.marker, SERIF, style.size)
        canvas.open_text(self.marker + " ")
        canvas.fill(style.colour)
        canvas.setFont(SERIF, style.size)
        canvas.drawString(style.left - width - 6, top - style.size * 0.98, self.marker)
        canvas.close_mark()

    def _draw_line(self, line: Line, baseline: float) -> None:
        canvas, style = self.canv, self.style
        if not line.words:
            return
        room = self.width - style.left - style.right - 2 * style.padding
        spare = room - line.width
        x, stretch = style.left + style.padding, 0.0
        if style.align == "justify" and not line.last:
            gaps = _stretchable(line.source)
            stretch = spare / gaps if gaps and spare / gaps < style.size else 0.0
        elif style.align == "center":
            x += spare / 2
        elif style.align == "right":
            x += spare
        if self.link:
            canvas.linkURL(self.link, (x, baseline - 2, x + line.width, baseline + style.size), relative=1)
        rtl = has_rtl(line.source)
        if not style.whole_text and not rtl:
            canvas.open_text(line.source + ("-" if line.words[-1].hyphen else ""))
        canvas.fill(style.colour)
        draw = _draw_rtl if rtl else _draw_ltr
        draw(canvas, line, x, baseline, style, stretch)
        if not style.whole_text and not rtl:
            canvas.close_mark()


def _stretchable(text: str) -> int:
    """Count the spaces that justification widens: ReportLab writes the no-break space as a space."""
    return text.count(" ") + text.count("\u00a0")


def _draw_frame(canvas: TaggedCanvas, style: Style, width: float, height: float) -> None:
    canvas.open_mark(None)
    canvas.setFillColor(HexColor(style.frame))
    canvas.rect(style.left + 1 * mm, 0, width - style.left - style.right - 2 * mm, height, stroke=0, fill=1)
    canvas.close_mark()


def _draw_ltr(canvas: TaggedCanvas, line: Line, x: float, baseline: float, style: Style, stretch: float) -> None:
    """Draw words left to right; words of one face that follow one another are one string with wider spaces."""
    parts: list[tuple[str, str]] = []
    for rank, word in enumerate(line.words):
        for segment in word.segments:
            parts += [(piece, face) for piece, face in pieces(segment.text, segment.face)]
        if word.hyphen:
            parts.append(("-", word.segments[-1].face))
        if rank + 1 < len(line.words) and word.space:
            face = word.segments[-1].face if word.segments else SERIF
            parts.append((" " * (len(word.space) + 3 * word.space.count("\t")), face))
    pictures: list[tuple[str, float]] = []
    for face, group in groupby(parts, key=lambda part: part[1]):
        for piece in ["".join(piece for piece, _ in group)] if face != "image" else [piece for piece, _ in group]:
            if face == "image":
                text = canvas.beginText()
                _under_picture(text, piece, x, baseline, style)
                text.setTextRenderMode(0)
                canvas.drawText(text)
                pictures.append((piece, x))
            elif face:
                canvas.show(piece, face, style.size, x, baseline, stretch)
            x += piece_width(piece, face, style.size) + (stretch * _stretchable(piece) if face else 0)
    _draw_pictures(canvas, pictures, baseline, style)


@lru_cache(maxsize=512)
def _ready(cluster: str) -> tuple[PDFImageXObject, PDFImageXObject | None] | None:
    """Squeeze the picture of an emoji, and what of it lets the paper through."""
    picture = emoji_picture(cluster)
    if picture is None:
        return None
    name = hashlib.sha256(cluster.encode()).hexdigest()[:32]
    made = PDFImageXObject(name, picture, mask="auto")
    shade = made.__dict__.pop("_smask", None)
    if shade is not None:
        shade.name = f"{name}m"
    return made, shade


def _under_picture(text: Any, cluster: str, x: float, baseline: float, style: Style) -> None:
    """Write the emoji's characters, unseen under its picture, or seen in black where there is no picture."""
    text.setTextRenderMode(3 if emoji_picture(cluster) else 0)
    text.setTextOrigin(x, baseline)
    text.setFont(EMOJI, style.size)
    text.textOut(drawable_emoji(cluster) or " ")


def _draw_pictures(canvas: TaggedCanvas, pictures: list[tuple[str, float]], baseline: float, style: Style) -> None:
    for cluster, x in pictures:
        ready = _ready(cluster)
        if ready:
            side = style.size * 1.2
            canvas.place(*ready, x, baseline - side * 0.2, side)


def _until_latin(text: str) -> str:
    return "".join(takewhile(lambda char: unicodedata.bidirectional(char) not in {"L", "EN"}, text))


def _draw_rtl(canvas: TaggedCanvas, line: Line, x: float, baseline: float, style: Style, _stretch: float) -> None:
    """Draw a line that holds right-to-left letters, one span per character, in the order of the eye.

    Readers of the file put the letters back in order from where they stand: a whole-line text in logical order
    would be turned round a second time by poppler.
    """
    face = line.words[0].segments[0].face if line.words and line.words[0].segments else SERIF
    source = line.source
    clusters: dict[str, str] = {}
    for piece, piece_face in pieces(source.replace("\t", "    "), face):
        if piece_face == "image":
            mark = chr(0x2500 + len(clusters))
            clusters[mark] = piece
            source = source.replace(piece, mark, 1)
    pictures: list[tuple[str, float]] = []
    order = visual(source)
    for rank, shape in enumerate(order):
        cluster = clusters.get(shape, shape)
        for piece, piece_face in pieces(cluster, face):
            if not piece_face:
                continue
            # Poppler turns round all that follows a right-to-left letter up to the next Latin one: a mark stops it.
            stop = "\u200e" if has_rtl(piece) and not has_rtl(_until_latin(order[rank + 1 :])) else ""
            canvas.open_text(logical(piece) + stop)
            text = canvas.beginText()
            if piece_face == "image":
                _under_picture(text, piece, x, baseline, style)
                pictures.append((piece, x))
            else:
                text.setTextOrigin(x, baseline)
                text.setFont(piece_face, style.size)
                text.textOut(piece)
            text.setTextRenderMode(0)
            canvas.drawText(text)
            canvas.close_mark()
            x += piece_width(piece, piece_face, style.size)
    _draw_pictures(canvas, pictures, baseline, style)
