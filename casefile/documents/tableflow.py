"""A table whose rows break between pages, with its header repeated, and whose cells are `TextFlow`."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from casefile.documents.flow import TextFlow
from casefile.documents.tagging import Element

_PAD = 4.0
_RULE = "#b9bcc4"
_HEAD = "#f4f3ee"
Row = Sequence[TextFlow]


class TableFlow(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """Rows of cells; a row too tall for a page is cut inside its cells."""

    def __init__(
        self, header: Row, rows: Sequence[Row], shares: Sequence[float], caption: TextFlow | None = None
    ) -> None:
        """Prepare; `shares` are the parts of the line that each column takes."""
        super().__init__()
        self.header, self.rows, self.shares = tuple(header), [tuple(row) for row in rows], tuple(shares)
        self.caption = caption
        self.spaceBefore, self.spaceAfter = 4, 8

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Measure every row for this width."""
        total = sum(self.shares)
        self.width = width
        self._widths = [width * share / total for share in self.shares]
        self._heights = [self._row_height(row) for row in self._all()]
        self._caption_height = self.caption.wrap(width, height)[1] + 3 if self.caption else 0.0
        return width, sum(self._heights) + self._caption_height

    def _all(self) -> list[tuple[TextFlow, ...]]:
        return [self.header, *self.rows] if self.header else list(self.rows)

    def _row_height(self, row: Row) -> float:
        heights = [cell.wrap(w - 2 * _PAD, 1e6)[1] for cell, w in zip(row, self._widths, strict=True)]
        return max(heights, default=0) + 2 * _PAD

    def split(self, width: float, height: float) -> list[Flowable]:
        """Cut between two rows, or inside a row that fills the page alone."""
        self.wrap(width, height)
        skip = 1 if self.header else 0
        used, count = sum(self._heights[:skip]) + self._caption_height, 0
        for row_height in self._heights[skip:]:
            if used + row_height > height:
                break
            used += row_height
            count += 1
        if count >= len(self.rows):
            return []
        if count:
            return [self._part(self.rows[:count], self.caption), self._part(self.rows[count:])]
        parts = self._split_row(self.rows[0], height - used - 2 * _PAD)
        if not parts or height < 120:
            return []
        return [self._part([parts[0]], self.caption), self._part([parts[1], *self.rows[1:]])]

    def _split_row(self, row: Row, height: float) -> tuple[Row, Row] | None:
        tops: list[TextFlow] = []
        rests: list[TextFlow] = []
        for cell, width in zip(row, self._widths, strict=True):
            if cell.wrap(width - 2 * _PAD, 1e6)[1] <= height:
                tops.append(cell)
                rests.append(TextFlow((), cell.style, cell.element, lines=()))
                continue
            parts = cell.split(width - 2 * _PAD, height)
            if len(parts) != 2:
                return None
            tops.append(parts[0])
            rests.append(parts[1])
        return tops, rests

    def _part(self, rows: Sequence[Row], caption: TextFlow | None = None) -> TableFlow:
        return TableFlow(self.header, rows, self.shares, caption)

    def draw(self) -> None:
        """Draw each row from the top, then its rules as artifacts."""
        top = sum(self._heights)
        if self.caption:
            self.caption.canv = self.canv
            self.canv.saveState()
            self.canv.translate(0, top + 3)
            self.caption.draw()
            self.canv.restoreState()
        for rank, (row, height) in enumerate(zip(self._all(), self._heights, strict=True)):
            is_head = rank == 0 and bool(self.header)
            self._draw_rules(top, height, is_head=is_head)
            x = 0.0
            for cell, width in zip(row, self._widths, strict=True):
                cell.canv = self.canv
                cell.wrap(width - 2 * _PAD, 1e6)
                self.canv.saveState()
                self.canv.translate(x + _PAD, top - _PAD - cell.height)
                if cell._lines:  # noqa: SLF001 - both classes are the renderer's own
                    cell.draw()
                self.canv.restoreState()
                x += width
            top -= height
        if self.header:
            self._forget_header()

    def _draw_rules(self, top: float, height: float, *, is_head: bool) -> None:
        canvas = self.canv
        canvas.open_mark(None)
        if is_head:
            canvas.setFillColor(HexColor(_HEAD))
            canvas.rect(0, top - height, self.width, height, stroke=0, fill=1)
        canvas.setStrokeColor(HexColor(_RULE))
        canvas.setLineWidth(0.5)
        canvas.line(0, top, self.width, top)
        canvas.line(0, top - height, self.width, top - height)
        canvas.close_mark()

    def _forget_header(self) -> None:
        """Let the header be read once: on the following pages it is an artifact."""
        for cell in self.header:
            cell.element = None


def table_elements(parent: Element, header: int, rows: Sequence[int]) -> tuple[list[Element], list[list[Element]]]:
    """Make the structure of a table under `parent`: header cells, then the cells of each row."""
    table = parent.child("Table")
    heads: list[Element] = []
    if header:
        row = table.child("TR")
        heads = [row.child("TH") for _ in range(header)]
    bodies: list[list[Element]] = []
    for count in rows:
        row = table.child("TR")
        bodies.append([row.child("TD") for _ in range(count)])
    return heads, bodies
