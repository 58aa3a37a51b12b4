"""Blocks to PDF: a French letter or act, tagged, with embedded faces only and the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import singledispatchmethod
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, NextPageTemplate, PageTemplate
from reportlab.platypus import PageBreak as PageEnd

from casefile.documents.blocks import (
    Address,
    Block,
    Cell,
    Heading,
    Letterhead,
    Numbered,
    PageBreak,
    Paragraph,
    Quotation,
    Run,
    Signature,
    Table,
    Url,
    identified,
)
from casefile.documents.flow import INK, Style, TaggedCanvas, TextFlow
from casefile.documents.fonts import BOLD, SERIF, register, widths
from casefile.documents.linebreak import segment_width
from casefile.documents.shaping import has_rtl
from casefile.documents.tableflow import TableFlow, table_elements
from casefile.documents.tagging import Element, Properties, tag

_MARGIN = 25 * mm
_GREY = "#5a6172"
_WIDTH, _HEIGHT = A4
_BODY = Style()
_STYLES: dict[str, Style] = {
    "body": _BODY,
    "lead": replace(_BODY, keep_with_next=True),
    "delivery": Style(size=10, align="left", before=8, after=9),
    "subject": Style(size=10.6, align="left", after=14, hyphenate=False),
    "salutation": Style(align="left", after=6),
    "closing": Style(after=10),
    "note": Style(size=9.4, leading=12.6, align="left", colour=_GREY, after=3),
    "reference": Style(size=9.4, align="left", colour=_GREY, overlay=True, after=0, right=80 * mm),
    "place_date": Style(align="left", left=85 * mm, after=8),
    "centred": Style(align="center", after=8, hyphenate=False),
    "code": Style(size=8.4, leading=11.4, align="left", left=14, mono=True, hyphenate=False, after=3, whole_text=True),
    "caption": Style(size=9.4, leading=12.6, align="left", colour=_GREY, after=2, keep_with_next=True),
}
_QUOTE = Style(size=11, leading=16.4, align="left", left=1 * mm, after=8, hyphenate=False, padding=9, frame="#f4f3ee")
_LABEL = Style(size=9.4, leading=12.6, align="left", colour=_GREY, before=2, after=3, keep_with_next=True)
_URL = Style(size=8.4, leading=10.8, align="left", left=5 * mm, mono=True, hyphenate=False, whole_text=True)
_CELL = Style(size=9.2, leading=12, align="left", after=0, hyphenate=False)
_ITEM = Style(left=8.5 * mm, after=4)


@dataclass(frozen=True)
class Meta:
    """What stands around the blocks: properties, footer, and how the first page is laid out."""

    title: str
    author: str
    reference: str
    created: date
    subject: str = ""
    watermark: str = ""
    colour: str = "#7b1e3b"
    window: tuple[float, float] = (110.0, 57.0)
    keywords: tuple[str, ...] = field(default=())

    @property
    def footer(self) -> str:
        """Give the words at the foot of each page, beside the page number."""
        return " · ".join(part for part in (self.reference, self.title) if part)


def render(blocks: Sequence[Block], meta: Meta) -> bytes:
    """Render the blocks as a tagged PDF. Raises MissingGlyph when a character cannot be drawn."""
    register()
    stream = BytesIO()
    letter = _Letter(identified(blocks), meta)
    template = _Template(stream, letter)
    template.build(letter.story(), canvasmaker=TaggedCanvas)
    properties = Properties(meta.title, meta.author, meta.subject or meta.title, meta.created)
    return tag(stream.getvalue(), letter.root, properties)


class _Template(BaseDocTemplate):  # type: ignore[misc]  # ReportLab has no types
    """Two page models: the first page, with letterhead and window, and those that follow."""

    def __init__(self, stream: BytesIO, letter: _Letter) -> None:
        meta = letter.meta
        super().__init__(
            stream, pagesize=A4, title=meta.title, author=meta.author, subject=meta.subject or meta.title,
            creator="Casefile", keywords=", ".join(meta.keywords), lang="fr-FR", invariant=1, pageCompression=1,
        )  # fmt: skip
        self.letter = letter
        top = letter.first_top
        first = Frame(_MARGIN, 22 * mm, _WIDTH - 2 * _MARGIN, _HEIGHT - 22 * mm - top, 0, 0, 0, 0, id="first")
        later = Frame(_MARGIN, 22 * mm, _WIDTH - 2 * _MARGIN, _HEIGHT - 42 * mm, 0, 0, 0, 0, id="later")
        self.addPageTemplates(
            [
                PageTemplate("first", [first], onPage=letter.draw_first_page),
                PageTemplate("later", [later], onPage=letter.draw_page),
            ]
        )

    def afterFlowable(self, flowable: Flowable) -> None:
        """Make a bookmark of each title."""
        title = getattr(flowable, "bookmark", None)
        if title:
            key, text, level = title
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(text, key, level=min(level, self._outline_level() + 1), closed=False)
            self._last_level = min(level, self._outline_level() + 1)

    def _outline_level(self) -> int:
        return getattr(self, "_last_level", -1)

    def _endBuild(self) -> None:
        """Write « page x sur y » once the number of pages is known."""
        _write_page_numbers(self.canv, self.page)
        super()._endBuild()


class _Letter:
    """The blocks on their way to flowables, and the structure they leave."""

    def __init__(self, blocks: Sequence[Block], meta: Meta) -> None:
        self.meta, self.blocks = meta, blocks
        self.root = Element("Document", language="fr-FR")
        self.letterhead = next((block for block in blocks if isinstance(block, Letterhead)), None)
        self.address = next((block for block in blocks if isinstance(block, Address)), None)
        self._head = self.root.child("Sect") if self.letterhead or self.address else None

    @property
    def first_top(self) -> float:
        """Give how far down the first page the text starts."""
        if self.address:
            return float(91 * mm)
        return float((24 + 5 * len(self.letterhead.lines)) * mm if self.letterhead else 20 * mm)

    def story(self) -> list[Flowable]:
        """Make the flowables, the end of the letter kept with the text that precedes it."""
        story: list[Flowable] = [NextPageTemplate("later")]
        groups = [self._flowables(block) for block in self.blocks if not isinstance(block, Letterhead | Address)]
        kinds = [block for block in self.blocks if not isinstance(block, Letterhead | Address)]
        signed = next((rank for rank, block in enumerate(kinds) if isinstance(block, Signature)), None)
        for rank, group in enumerate(groups):
            if signed is not None and signed - 2 == rank and isinstance(kinds[rank], Paragraph):
                story.append(KeepTogether([flowable for part in groups[rank : signed + 1] for flowable in part]))
            elif signed is not None and signed - 2 < rank <= signed and isinstance(kinds[signed - 2], Paragraph):
                continue
            else:
                story += group
        return story

    @singledispatchmethod
    def _flowables(self, block: Block) -> list[Flowable]:
        raise TypeError(f"no drawing for {type(block).__name__}")

    @_flowables.register
    def _(self, block: Heading) -> list[Flowable]:
        sizes = {0: 14.0, 1: 11.0, 2: 10.6}
        style = Style(
            size=sizes[block.level], leading=sizes[block.level] * 1.4, align="center" if block.level == 0 else "left",
            before=10 if block.level == 0 else 5, after=10 if block.level == 0 else 3, hyphenate=False,
            colour=self.meta.colour if block.level < 2 else INK, keep_with_next=True,
        )  # fmt: skip
        flow = TextFlow((Run(block.text, bold=True),), style, self.root.child(f"H{max(1, block.level)}"))
        flow.bookmark = (block.id, block.text, max(0, block.level - 1))
        return [flow]

    @_flowables.register
    def _(self, block: Paragraph) -> list[Flowable]:
        style = _STYLES[block.style]
        if block.style == "body" and block.text.rstrip().endswith(":"):
            style = _STYLES["lead"]
        runs = block.runs
        if block.style in {"delivery", "subject"}:
            runs = tuple(replace(run, bold=True) for run in runs)
        return [TextFlow(runs, style, self.root.child("P"))]

    @_flowables.register
    def _(self, block: Quotation) -> list[Flowable]:
        flows: list[Flowable] = []
        if block.label:
            flows.append(TextFlow((Run(block.label, bold=True),), _LABEL, self.root.child("P")))
        rtl = has_rtl(block.verbatim)
        style = replace(_QUOTE, whole_text=not rtl)
        flows.append(TextFlow((Run(block.verbatim, exact=True),), style, self.root.child("BlockQuote")))
        if block.capture:
            flows.append(TextFlow((Run(block.capture),), _STYLES["note"], self.root.child("P")))
        return flows

    @_flowables.register
    def _(self, block: Url) -> list[Flowable]:
        element = self.root.child("P")
        link = block.url if block.clickable and block.url.startswith(("https://", "http://")) else ""
        return [TextFlow((Run(block.url, exact=True),), _URL, element, link=link)]

    @_flowables.register
    def _(self, block: Numbered) -> list[Flowable]:
        items = self.root.child("L")
        flows: list[Flowable] = []
        for rank, item in enumerate(block.items):
            marker = block.bullet or f"{block.start + rank}."
            flows.append(TextFlow(item, _ITEM, items.child("LI").child("LBody"), marker=marker))
        return flows

    @_flowables.register
    def _(self, block: Table) -> list[Flowable]:
        caption = TextFlow((Run(block.caption),), _STYLES["caption"], self.root.child("P")) if block.caption else None
        heads, bodies = table_elements(self.root, len(block.header), [len(row) for row in block.rows])
        header = [_cell(one, element) for one, element in zip(block.header, heads, strict=True)]
        rows = [
            [_cell(one, element) for one, element in zip(row, elements, strict=True)]
            for row, elements in zip(block.rows, bodies, strict=True)
        ]
        return [TableFlow(header, rows, block.widths, caption)]

    @_flowables.register
    def _(self, block: Signature) -> list[Flowable]:
        style = Style(align="left", left=90 * mm, after=0, hyphenate=False)
        runs = (Run(block.name, bold=True), *(Run("\n" + line) for line in block.lines))
        return [TextFlow(runs, replace(style, before=14, after=28), self.root.child("P"))]

    @_flowables.register
    def _(self, _block: PageBreak) -> list[Flowable]:
        return [PageEnd()]

    def draw_first_page(self, canvas: TaggedCanvas, template: Any) -> None:
        """Draw letterhead, recipient in the window, fold mark, then what every page has."""
        canvas.open_mark(None)
        canvas.setFillColor(HexColor(self.meta.colour))
        canvas.rect(0, _HEIGHT - 1.4 * mm, _WIDTH, 1.4 * mm, stroke=0, fill=1)
        if self.address:
            canvas.setStrokeColor(HexColor(_GREY))
            canvas.setLineWidth(0.4)
            canvas.line(4 * mm, _HEIGHT - 99 * mm, 9 * mm, _HEIGHT - 99 * mm)
        canvas.close_mark()
        if self.letterhead:
            self._draw_letterhead(canvas, self.letterhead)
        if self.address:
            self._draw_address(canvas, self.address)
        self.draw_page(canvas, template)

    def _draw_letterhead(self, canvas: TaggedCanvas, block: Letterhead) -> None:
        element = self._head.child("P") if self._head else None
        y = _HEIGHT - 17.5 * mm
        _draw_text(canvas, element, block.name, _MARGIN, y, BOLD, 14, block.colour)
        for rank, line in enumerate(block.lines):
            _draw_text(canvas, element, line, _MARGIN, y - 13.4 - rank * 12.2, SERIF, 9.2, INK)

    def _draw_address(self, canvas: TaggedCanvas, block: Address) -> None:
        element = self._head.child("P") if self._head else None
        left, top = self.meta.window
        for rank, line in enumerate(block.lines):
            _draw_text(canvas, element, line, left * mm, _HEIGHT - top * mm - 10.4 - rank * 12.4, SERIF, 10.4, INK)

    def draw_page(self, canvas: TaggedCanvas, _template: Any) -> None:
        """Draw watermark and footer, as artifacts."""
        canvas.open_mark(None)
        if self.meta.watermark:
            canvas.saveState()
            canvas.setFillColor(HexColor("#eceef2"))
            canvas.setFont(BOLD, 64)
            canvas.translate(_WIDTH / 2, _HEIGHT / 2)
            canvas.rotate(52)
            canvas.drawCentredString(0, -20, self.meta.watermark)
            canvas.restoreState()
        canvas.setFillColor(HexColor(_GREY))
        canvas.setFont(SERIF, 8.6)
        canvas.drawString(_MARGIN, 12 * mm, _fitting(self.meta.footer, 8.6, _WIDTH - 2 * _MARGIN - 60))
        canvas.doForm(f"foot{canvas.getPageNumber()}")
        canvas.close_mark()


def _write_page_numbers(canvas: TaggedCanvas, total: int) -> None:
    for number in range(1, total + 1):
        canvas.beginForm(f"foot{number}")
        canvas.setFillColor(HexColor(_GREY))
        canvas.setFont(SERIF, 8.6)
        canvas.drawRightString(_WIDTH - _MARGIN, 12 * mm, f"page {number} sur {total}")
        canvas.endForm()


def _draw_text(
    canvas: TaggedCanvas, element: Element | None, text: str, x: float, y: float, face: str, size: float, colour: str
) -> None:
    """Draw one line of a fixed place, its size reduced when it would leave the sheet."""
    room = _WIDTH - x - 12 * mm
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


def _cell(one: Cell, element: Element) -> TextFlow:
    exact = any(run.exact for run in one.runs) and len(one.runs) == 1
    whole = (one.mono or exact) and not has_rtl(one.text)
    size = 7.6 if one.mono else _CELL.size
    return TextFlow(one.runs, replace(_CELL, mono=one.mono, size=size, whole_text=whole), element)
