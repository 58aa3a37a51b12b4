"""The stamp of an exhibit: drawn once for all exhibits of a file, upright at the displayed top right, hiding nothing.

A corner is looked at through pdfium, at 36 dpi and nowhere else on the page. Where ink lies, or where nothing can be
seen, a band is added above the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from io import BytesIO
from types import TracebackType
from typing import Self

import pikepdf
import pypdfium2.raw as pdfium
from pikepdf import Array, Name
from reportlab.pdfgen.canvas import Canvas

from casefile.documents.fonts import BOLD, SERIF, register
from casefile.documents.linebreak import segment_width

BAND = 40.0  # 14 mm, in points
MARGIN = 12.0
_HEIGHT = 17.0
_SCALE = 0.5
_WHITE = 245


class Stamps:
    """The drawings of several stamps, on one sheet with one subset of the face; close it once the copies are saved."""

    def __init__(self, words: Sequence[str]) -> None:
        """Draw each stamp once."""
        register()
        stream = BytesIO()
        canvas = Canvas(stream, initialFontName=SERIF, invariant=1)
        for one in words:
            _draw(canvas, one)
        canvas.save()
        self._sheet = pikepdf.open(stream)
        self._opened: tuple[pikepdf.Pdf, pikepdf.Object] | None = None
        self._forms = [page.as_form_xobject() for page in self._sheet.pages]

    def __enter__(self) -> Self:
        """Hold the sheet: a page of a closed file is gone."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the sheet."""
        self._sheet.close()

    def put(self, pdf: pikepdf.Pdf, page: pikepdf.Page, rank: int, content: bytes) -> None:
        """Put a stamp on a page of `pdf`; `content` is the file that the page comes from, where it is the first."""
        form = self._forms[rank]
        rotation = int(page.obj.get("/Rotate", 0)) % 360
        left, bottom, right, top = (float(value) for value in page.cropbox)
        shown_wide = right - left if rotation in {0, 180} else top - bottom
        width = min(float(form.BBox[2]), shown_wide - 2 * MARGIN)
        if has_ink(content, width):
            left, bottom, right, top = _grow(page, rotation)
        name = page.add_resource(pdf.copy_foreign(form), Name.XObject, Name.CasefileStamp)  # a name of its own
        scale = width / float(form.BBox[2])
        place = _placement(rotation, (left, bottom, right, top), width, scale)
        matrix = " ".join(f"{value:.3f}" for value in place)
        own = page.obj.get("/Contents", Array())
        drawn = [own] if isinstance(own, pikepdf.Stream) else list(own.as_list())
        last = pdf.make_stream(f"Q q {matrix} cm {name} Do Q".encode())
        page.obj.Contents = Array([self._opening(pdf), *drawn, last])

    def _opening(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """Give the stream that opens each page of `pdf`: one, shared by all."""
        if self._opened is None or self._opened[0] is not pdf:
            self._opened = (pdf, pdf.make_stream(b"q"))
        return self._opened[1]


def has_ink(content: bytes, width: float) -> bool:
    """Say whether anything but white shows where a stamp of this width would stand on the first page."""
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        return True
    page = pdfium.FPDF_LoadPage(document, 0)
    try:
        return not page or _has_ink(page, width)
    finally:
        if page:
            pdfium.FPDF_ClosePage(page)
        pdfium.FPDF_CloseDocument(document)


def _has_ink(page: object, width: float) -> bool:
    wide = max(1, round(pdfium.FPDF_GetPageWidthF(page) * _SCALE))
    high = max(1, round(pdfium.FPDF_GetPageHeightF(page) * _SCALE))
    across = min(wide, int((width + 2 * MARGIN) * _SCALE) + 1)
    down = min(high, int((_HEIGHT + 2 * MARGIN) * _SCALE) + 1)
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, across - wide, 0, wide, high, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        dots = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * down)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return any(min(dots[row * stride : row * stride + across]) < _WHITE for row in range(down))


def _draw(canvas: Canvas, words: str) -> None:
    width = segment_width(words, BOLD, 9) + 12
    canvas.setPageSize((width, _HEIGHT))
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setStrokeColorRGB(0.48, 0.12, 0.23)
    canvas.rect(0.5, 0.5, width - 1, _HEIGHT - 1, stroke=1, fill=1)
    canvas.setFillColorRGB(0.48, 0.12, 0.23)
    canvas.setFont(BOLD, 9)
    canvas.drawCentredString(width / 2, 5.2, words)
    canvas.showPage()


def _grow(page: pikepdf.Page, rotation: int) -> tuple[float, float, float, float]:
    """Add a band above the displayed page; its own content keeps its place."""
    left, bottom, right, top = (float(value) for value in page.cropbox)
    side = {0: (0, 0, 0, BAND), 90: (-BAND, 0, 0, 0), 180: (0, -BAND, 0, 0), 270: (0, 0, BAND, 0)}[rotation]
    grown = (left + side[0], bottom + side[1], right + side[2], top + side[3])
    media = [float(value) for value in page.mediabox]
    page.mediabox = Array(
        [min(media[0], grown[0]), min(media[1], grown[1]), max(media[2], grown[2]), max(media[3], grown[3])]
    )
    page.cropbox = Array(list(grown))
    return grown


def _placement(rotation: int, box: tuple[float, float, float, float], width: float, scale: float) -> tuple[float, ...]:
    """Give the matrix that puts the stamp upright at the displayed top right corner, smaller on a narrow page."""
    left, bottom, right, top = box
    across, down = width + MARGIN, _HEIGHT * scale + MARGIN
    return {
        0: (scale, 0, 0, scale, right - across, top - down),
        90: (0, scale, -scale, 0, left + down, top - across),
        180: (-scale, 0, 0, -scale, left + across, bottom + down),
        270: (0, -scale, scale, 0, right - down, bottom + across),
    }[rotation]
