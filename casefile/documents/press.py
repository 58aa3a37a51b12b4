"""Lays blocks on pages with ReportLab and prints them as a tagged PDF; everybody else asks `pdf`."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from casefile.documents.blocks import Block, identified
from casefile.documents.fonts import register
from casefile.documents.pages import HEIGHT, MARGIN, WIDTH, Sheet, write_page_numbers
from casefile.documents.sheet import Meta
from casefile.documents.story import Letter
from casefile.documents.tagged_canvas import TaggedCanvas
from casefile.documents.tagging import Properties, tag


def printed(blocks: Sequence[Block], meta: Meta) -> bytes:
    """Render the blocks as a tagged PDF. Raises MissingGlyph when a character cannot be drawn."""
    register()
    stream = BytesIO()
    letter = Letter(identified(blocks), meta)
    template = _Template(stream, letter)
    template.build(letter.story(), canvasmaker=TaggedCanvas)
    properties = Properties(meta.title, meta.author, meta.subject or meta.title, meta.created)
    return tag(stream.getvalue(), letter.root, properties)


class _Template(BaseDocTemplate):  # type: ignore[misc]  # ReportLab has no types
    """Two page models: the first page, with letterhead and window, and those that follow."""

    def __init__(self, stream: BytesIO, letter: Letter) -> None:
        meta = letter.meta
        super().__init__(
            stream, pagesize=A4, title=meta.title, author=meta.author, subject=meta.subject or meta.title,
            creator="Casefile", keywords=", ".join(meta.keywords), lang="fr-FR", invariant=1, pageCompression=1,
        )  # fmt: skip
        self.letter = letter
        top = letter.first_top
        first = Frame(MARGIN, 22 * mm, WIDTH - 2 * MARGIN, HEIGHT - 22 * mm - top, 0, 0, 0, 0, id="first")
        later = Frame(MARGIN, 22 * mm, WIDTH - 2 * MARGIN, HEIGHT - 42 * mm, 0, 0, 0, 0, id="later")
        sheet = Sheet(letter)
        self.addPageTemplates(
            [
                PageTemplate("first", [first], onPage=sheet.draw_first_page),
                PageTemplate("later", [later], onPage=sheet.draw_page),
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
        write_page_numbers(self.canv, self.page)
        super()._endBuild()
