"""The canvas of a tagged PDF: marked content, spans with their actual text, and the shortest way to show a string."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFImageXObject
from reportlab.pdfgen.canvas import Canvas

from casefile.documents.fonts import SERIF, register
from casefile.documents.tagging import Element


class TaggedCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """A canvas that records which marked content belongs to which element of the structure."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with an embedded face, so that Helvetica never slips in."""
        register()
        kwargs["initialFontName"] = SERIF
        super().__init__(*args, **kwargs)
        self._marks = 0

    def showPage(self) -> None:
        """End the page: marks are counted per page."""
        super().showPage()
        self._marks = 0

    def open_mark(self, element: Element | None) -> None:
        """Open marked content of an element, or of an artifact when there is none."""
        if element is None:
            self._code.append("/Artifact BMC")
            return
        element.kids.append((self.getPageNumber() - 1, self._marks))
        self._code.append(f"/{element.role} <</MCID {self._marks}>> BDC")
        self._marks += 1

    def close_mark(self) -> None:
        """Close marked content."""
        self._code.append("EMC")

    def fill(self, colour: str) -> None:
        """Take a colour for what follows; whoever draws without this method states its own."""
        self._code.append(_filling(colour))

    def show(self, text: str, face: str, size: float, x: float, baseline: float, stretch: float) -> None:
        """Show one string of one face, its spaces widened; the shortest way there is, every line goes through it."""
        font = pdfmetrics.getFont(face)
        code = [f"BT 1 0 0 1 {x:.3f} {baseline:.3f} Tm" + (f" {stretch:.4f} Tw" if stretch else "")]
        for subset, coded in font.splitString(text, self._doc):
            code.append(f"{font.getSubsetInternalName(subset, self._doc)} {size:g} Tf ({self._escape(coded)}) Tj")
        self._code.append(" ".join(code) + (" 0 Tw ET" if stretch else " ET"))

    def place(self, picture: PDFImageXObject, shade: PDFImageXObject | None, x: float, y: float, side: float) -> None:
        """Place a ready picture, its bytes squeezed once per process; a document holds it once."""
        name = self._doc.getXObjectName(picture.name)
        if name not in self._doc.idToObject:
            own = copy(picture)
            self._setXObjects(own)
            self._doc.Reference(own, name)
            self._doc.addForm(own.name, own)
            if shade is not None:
                other = copy(shade)
                self._setXObjects(other)
                own.smask = self._doc.Reference(other, self._doc.getXObjectName(other.name))
        self._currentPageHasImages = 1
        self._formsinuse.append(picture.name)
        self._code.append(f"q {side:.3f} 0 0 {side:.3f} {x:.3f} {y:.3f} cm /{name} Do Q")

    def open_text(self, actual: str) -> None:
        """Open a span whose text, for whoever reads the file, is `actual`."""
        coded = actual.encode("utf-16-be", "surrogatepass").hex().upper()
        self._code.append(f"/Span <</ActualText <FEFF{coded}>>> BDC")


@cache
def _filling(colour: str) -> str:
    made = HexColor(colour)
    return f"{made.red:.4f} {made.green:.4f} {made.blue:.4f} rg"
