"""A picture made an exhibit: its whole visible, the right way up, legible on A4, its own bytes where they serve.

A photograph goes in as it is: decoding it to squeeze it again cost a hundred times more and made it heavier. A tall
capture is cut into pages rather than shrunk to a thread; each page of a fax stays a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import ImageOps, ImageSequence
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from casefile.documents.exhibit_stamps import BAND, MARGIN
from casefile.documents.fonts import SERIF, register
from casefile.evidence.pictures import Image

_MARKS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_FAMILIES = (b"WEBP", b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")
_SHORT, _LONG = 595, 842
_ORIENTATION = 0x0112
# Beyond this height for one of width, a page of A4 would show the picture narrower than two thirds of itself.
_TALLEST = 2.0
MOST_PAGES = 200
_TURNS = {1: 0, 3: 180, 6: 270, 8: 90}  # what EXIF says of a photograph, as an angle to draw it by


class TooManyPages(ValueError):
    """A picture that would make more pages than an exhibit holds."""


def is_picture(content: bytes) -> bool:
    """Say whether a file is a picture that can be drawn, by its first bytes."""
    return content.startswith(_MARKS) or any(content[place : place + 8].startswith(_FAMILIES) for place in (4, 8))


def picture_as_pdf(content: bytes) -> bytes:
    """Put a picture on pages of A4. Raises TooManyPages; OSError or DecompressionBombError when it cannot be read."""
    register()
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(_SHORT, _LONG), initialFontName=SERIF, invariant=1)
    with Image.open(BytesIO(content)) as opened:
        turn = _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
        tall = opened.height > _TALLEST * opened.width
        if opened.format == "JPEG" and opened.mode in {"RGB", "L"} and turn is not None and not tall:
            opened.load()  # a cut photograph is refused here, not printed half grey
            _place(canvas, ImageReader(BytesIO(content)), opened.size, turn)
        else:
            for piece in _pieces(opened):
                _place(canvas, ImageReader(piece), piece.size, 0)
    canvas.save()
    return stream.getvalue()


def _pieces(opened: Image.Image) -> Iterator[Image.Image]:
    """Give each page of the file, upright on white, cut into the heights that a sheet shows at full width."""
    shape = (_LONG - 2 * MARGIN - BAND) / (_SHORT - 2 * MARGIN)
    drawn = 0
    for frame in ImageSequence.Iterator(opened):
        whole = _on_white(ImageOps.exif_transpose(frame))
        high = int(whole.width * shape) if whole.height > _TALLEST * whole.width else whole.height
        for top in range(0, whole.height, max(1, high)):
            if drawn == MOST_PAGES:
                raise TooManyPages
            yield whole.crop((0, top, whole.width, min(whole.height, top + high)))
            drawn += 1
        if opened.format != "TIFF":
            return  # an animation is one picture: its first


def _on_white(picture: Image.Image) -> Image.Image:
    """Lay on white what lets the paper through: black, it would hide the words."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def _place(canvas: Canvas, picture: ImageReader, size: tuple[int, int], turn: int) -> None:
    """Draw a picture as large as its sheet allows, under the band kept for the stamp; the sheet lies as it does."""
    across, down = size if turn in {0, 180} else size[::-1]
    wide, high = (_LONG, _SHORT) if across > down else (_SHORT, _LONG)
    ratio = min((wide - 2 * MARGIN) / across, (high - 2 * MARGIN - BAND) / down)
    canvas.setPageSize((wide, high))
    canvas.saveState()
    canvas.translate(wide / 2, (high - BAND) / 2)
    canvas.rotate(turn)
    width, height = size[0] * ratio, size[1] * ratio
    canvas.drawImage(picture, -width / 2, -height / 2, width, height)
    canvas.restoreState()
    canvas.showPage()
