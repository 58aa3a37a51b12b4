"""What is drawn at fixed places of the sheet: letterhead, logo, recipient, fold mark, watermark, footer."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from casefile.documents.blocks import Address, Letterhead, Run
from casefile.documents.flow import INK, Style, TextFlow
from casefile.documents.fonts import BOLD, SERIF, widths
from casefile.documents.linebreak import segment_width
from casefile.documents.story import Letter
from casefile.documents.tagged_canvas import TaggedCanvas
from casefile.documents.tagging import Element

MARGIN = 25 * mm
WIDTH, HEIGHT = A4
_GREY = "#5a6172"
_LOGO_WIDE, _LOGO_HIGH, _LOGO_TOP = 50 * mm, 20 * mm, 10 * mm
# Windows that show the recipient, in millimetres from the sheet's top left: what DL and C5 have in common.
_WINDOWS = ((100.0, 55.0, 190.0, 79.0, "DL"), (109.0, 57.0, 190.0, 88.0, "C5"))


class Sheet:
    """The fixed places of the pages of one letter."""

    def __init__(self, letter: Letter) -> None:
        self.letter, self.meta = letter, letter.meta

    def draw_first_page(self, canvas: TaggedCanvas, template: Any) -> None:
        """Draw letterhead, recipient in the window, fold mark, then what every page has."""
        canvas.open_mark(None)
        canvas.setFillColor(HexColor(self.meta.colour))
        canvas.rect(0, HEIGHT - 1.4 * mm, WIDTH, 1.4 * mm, stroke=0, fill=1)
        if self.letter.address:
            canvas.setStrokeColor(HexColor(_GREY))
            canvas.setLineWidth(0.4)
            canvas.line(4 * mm, HEIGHT - 99 * mm, 9 * mm, HEIGHT - 99 * mm)
        canvas.close_mark()
        if self.letter.letterhead:
            self._draw_letterhead(canvas, self.letter.letterhead)
        if self.letter.address:
            self._draw_address(canvas, self.letter.address)
        if self.meta.logo:
            self._draw_logo(canvas)
        if self.meta.shows_window:
            _draw_windows(canvas)
        self.draw_page(canvas, template)

    def _draw_logo(self, canvas: TaggedCanvas) -> None:
        picture = ImageReader(BytesIO(self.meta.logo))
        wide, high = picture.getSize()
        ratio = min(_LOGO_WIDE / wide, _LOGO_HIGH / high)
        canvas.open_mark(None)
        left, top = WIDTH - MARGIN - wide * ratio, HEIGHT - _LOGO_TOP
        canvas.drawImage(picture, left, top - high * ratio, wide * ratio, high * ratio, mask="auto")
        canvas.close_mark()

    def _draw_letterhead(self, canvas: TaggedCanvas, block: Letterhead) -> None:
        element = self.letter.head.child("P") if self.letter.head else None
        y = HEIGHT - 17.5 * mm
        _draw_text(canvas, element, block.name, MARGIN, y, BOLD, 14, block.colour)
        for rank, line in enumerate(block.lines):
            _draw_text(canvas, element, line, MARGIN, y - 13.4 - rank * 12.2, SERIF, 9.2, INK)

    def _draw_address(self, canvas: TaggedCanvas, block: Address) -> None:
        element = self.letter.head.child("P") if self.letter.head else None
        left, top = self.meta.window
        for rank, line in enumerate(block.lines):
            _draw_text(canvas, element, line, left * mm, HEIGHT - top * mm - 10.4 - rank * 12.4, SERIF, 10.4, INK)

    def draw_page(self, canvas: TaggedCanvas, _template: Any) -> None:
        """Draw watermark and footer, as artifacts."""
        canvas.open_mark(None)
        if self.meta.watermark:
            canvas.saveState()
            canvas.setFillColor(HexColor("#eceef2"))
            canvas.setFont(BOLD, 64)
            canvas.translate(WIDTH / 2, HEIGHT / 2)
            canvas.rotate(52)
            canvas.open_text("\u200b")  # else its letters come back in the middle of the lines that it crosses
            canvas.drawCentredString(0, -20, self.meta.watermark)
            canvas.close_mark()
            canvas.restoreState()
        canvas.setFillColor(HexColor(_GREY))
        canvas.setFont(SERIF, 8.6)
        canvas.drawString(MARGIN, 12 * mm, _fitting(self.meta.footer, 8.6, WIDTH - 2 * MARGIN - 60))
        canvas.doForm(f"foot{canvas.getPageNumber()}")
        canvas.close_mark()


def _draw_windows(canvas: TaggedCanvas) -> None:
    """Outline what both envelopes always show, for the test sheet."""
    canvas.open_mark(None)
    canvas.setStrokeColor(HexColor("#0b5cad"))
    canvas.setLineWidth(0.6)
    canvas.setDash(3, 2)
    for left, top, right, bottom, _name in _WINDOWS:
        canvas.rect(left * mm, HEIGHT - bottom * mm, (right - left) * mm, (bottom - top) * mm, stroke=1, fill=0)
    canvas.setDash()
    canvas.close_mark()


def write_page_numbers(canvas: TaggedCanvas, total: int) -> None:
    """Write « page x sur y » at the foot of each page."""
    for number in range(1, total + 1):
        canvas.beginForm(f"foot{number}")
        canvas.setFillColor(HexColor(_GREY))
        canvas.setFont(SERIF, 8.6)
        canvas.drawRightString(WIDTH - MARGIN, 12 * mm, f"page {number} sur {total}")
        canvas.endForm()


def _draw_text(
    canvas: TaggedCanvas, element: Element | None, text: str, x: float, y: float, face: str, size: float, colour: str
) -> None:
    """Draw one line of a fixed place, its size reduced when it would leave the sheet."""
    room = WIDTH - x - 12 * mm
    wide = segment_width(text, face, size)
    if wide > room:
        size = max(5.0, size * room / wide)
    style = Style(size=size, leading=size, align="left", colour=colour, hyphenate=False, padding=0)
    flow = TextFlow((Run(text, bold=face == BOLD),), style, element)
    flow.canv = canvas
    flow.wrap(max(room, 1) + 20, 100)
    canvas.saveState()
    canvas.translate(x, y - flow.height + size * 0.98)
    flow.draw()
    canvas.restoreState()


def _fitting(text: str, size: float, room: float) -> str:
    drawable = "".join(char for char in text if ord(char) in widths(SERIF))
    while drawable and segment_width(drawable, SERIF, size) > room:
        drawable = drawable[:-2].rstrip() + "…"
    return drawable
