"""Pages of pictures behind a document: each cut so that its text stays legible on A4, with address and digest.

The pictures are copies for reading; the sealed files are the evidence, and every page says which one it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

import pikepdf
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from casefile.documents.fonts import BOLD, MONO, SERIF, register
from casefile.documents.picture import Picture

_WIDTH, _HEIGHT = A4
_SIDE, _TOP, _FOOT = 15 * mm, 26 * mm, 16 * mm
_LINE = 92
MOST_PAGES = 60


def with_pictures(document: bytes, pictures: Iterable[Picture], address: str) -> bytes:
    """Append the pictures to a PDF; past `MOST_PAGES` the last page says where the others are."""
    register()
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, initialFontName=SERIF, invariant=1, pageCompression=1)
    drawn = 0
    for picture, part, parts, piece in _pieces(pictures):
        if drawn == MOST_PAGES:
            canvas.setFont(SERIF, 11)
            canvas.drawString(_SIDE, _HEIGHT - _TOP, "Les autres images se trouvent dans le dossier de preuve.")
            canvas.showPage()
            break
        _draw(canvas, picture, f"{part} sur {parts}" if parts > 1 else "", piece, address)
        drawn += 1
    if not drawn:
        return document
    canvas.save()
    return _joined(document, stream.getvalue())


def _pieces(pictures: Iterable[Picture]) -> Iterator[tuple[Picture, int, int, Image.Image]]:
    """Cut each picture into the heights that one page shows at full width."""
    shape = (_HEIGHT - _TOP - _FOOT) / (_WIDTH - 2 * _SIDE)
    for picture in pictures:
        with Image.open(picture.content) as opened:
            whole = opened.convert("RGB")
        high = max(1, int(whole.width * shape))
        parts = -(-whole.height // high)
        for part in range(parts):
            box = (0, part * high, whole.width, min(whole.height, (part + 1) * high))
            yield picture, part + 1, parts, whole.crop(box)


def _draw(canvas: Canvas, picture: Picture, part: str, piece: Image.Image, address: str) -> None:
    canvas.setFont(BOLD, 10)
    canvas.drawString(_SIDE, _HEIGHT - 12 * mm, " – ".join(word for word in (picture.title, part) if word))
    canvas.setFont(MONO, 6.4)
    for rank, line in enumerate(_folded(address)[:3]):
        canvas.drawString(_SIDE, _HEIGHT - 16 * mm - rank * 8, line)
    width = _WIDTH - 2 * _SIDE
    ratio = min(width / piece.width, (_HEIGHT - _TOP - _FOOT) / piece.height)
    high = piece.height * ratio
    bottom = _HEIGHT - _TOP - high
    canvas.drawImage(ImageReader(piece), _SIDE, bottom, piece.width * ratio, high)
    canvas.setStrokeGray(0.6)
    canvas.rect(_SIDE, bottom, piece.width * ratio, high, stroke=1, fill=0)
    canvas.setFont(MONO, 6.4)
    canvas.drawString(_SIDE, 9 * mm, f"{picture.source}   SHA-256 {picture.sha256}")
    canvas.showPage()


def _folded(address: str) -> list[str]:
    """Fold an address without losing a character, up to what three lines hold."""
    lines = [address[start : start + _LINE * 3 // 2] for start in range(0, len(address), _LINE * 3 // 2)]
    return lines if len(lines) <= 3 else [*lines[:2], "(adresse entière : § 4)"]


def _joined(document: bytes, pages: bytes) -> bytes:
    stream = BytesIO()
    with pikepdf.open(BytesIO(document)) as whole, pikepdf.open(BytesIO(pages)) as added:
        whole.pages.extend(added.pages)
        whole.save(stream, deterministic_id=True)
    return stream.getvalue()
