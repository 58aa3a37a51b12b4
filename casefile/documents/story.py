"""Blocks on their way to the page: each becomes flowables, and the elements of the structure that they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatchmethod

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, NextPageTemplate
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
)
from casefile.documents.flow import INK, Style, TextFlow
from casefile.documents.shaping import has_rtl
from casefile.documents.sheet import Meta
from casefile.documents.tableflow import TableFlow, table_elements
from casefile.documents.tagging import Element

_FEW_NOTES = 9
_GREY = "#5a6172"
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


class Letter:
    """The blocks on their way to flowables, and the structure they leave."""

    def __init__(self, blocks: Sequence[Block], meta: Meta) -> None:
        self.meta, self.blocks = meta, blocks
        self.root = Element("Document", language="fr-FR")
        self.letterhead = next((block for block in blocks if isinstance(block, Letterhead)), None)
        self.address = next((block for block in blocks if isinstance(block, Address)), None)
        self.head = self.root.child("Sect") if self.letterhead or self.address else None

    @property
    def first_top(self) -> float:
        """Give how far down the first page the text starts."""
        if self.address:
            return float(91 * mm)
        return float((24 + 5 * len(self.letterhead.lines)) * mm if self.letterhead else 20 * mm)

    def story(self) -> list[Flowable]:
        """Make the flowables; what closes the document stays whole, with the text that precedes the signature."""
        kinds = [block for block in self.blocks if not isinstance(block, Letterhead | Address)]
        groups = [self._flowables(block) for block in kinds]
        first, last = _closing(kinds)
        story: list[Flowable] = [NextPageTemplate("later")]
        story += [flowable for group in groups[:first] for flowable in group]
        if first < last:
            story.append(KeepTogether([flowable for group in groups[first:last] for flowable in group]))
        return story + [flowable for group in groups[last:] for flowable in group]

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


def _closing(blocks: Sequence[Block]) -> tuple[int, int]:
    """Give the range that holds together: last two paragraphs, their title, signatures, list of what is joined."""
    signed = [rank for rank, block in enumerate(blocks) if isinstance(block, Signature)]
    if not signed:
        return len(blocks), len(blocks)
    first, last = signed[0], signed[0] + 1
    while last < len(blocks) and isinstance(blocks[last], Signature):
        last += 1
    notes = last
    while notes < len(blocks) and _is_note(blocks[notes]):
        notes += 1
    if notes - last <= _FEW_NOTES:
        last = notes
    while first and signed[0] - first < 2 and isinstance(blocks[first - 1], Paragraph):
        first -= 1
    while first and isinstance(blocks[first - 1], Heading):
        first -= 1
    return first, last


def _is_note(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.style == "note"


def _cell(one: Cell, element: Element) -> TextFlow:
    exact = any(run.exact for run in one.runs) and len(one.runs) == 1
    whole = (one.mono or exact) and not has_rtl(one.text)
    size = 7.6 if one.mono else _CELL.size
    return TextFlow(one.runs, replace(_CELL, mono=one.mono, size=size, whole_text=whole), element)
