"""Exhibits: converted to stamped copies, named in ASCII, merged or split under a size; originals are never touched.

The stamp stands at the displayed top right of the first page, whatever its rotation and its crop box. When ink lies
there, a band is added above the page rather than hiding anything of it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pikepdf
import pypdfium2
from pikepdf import Array, Name
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from casefile.documents.email_copy import email_as_pdf
from casefile.documents.fonts import BOLD, SERIF, register
from casefile.documents.linebreak import segment_width
from casefile.documents.typography import typeset
from casefile.errors import Refused

_BAND = 40.0  # 14 mm, in points
_STAMP_HEIGHT = 17.0
_MARGIN = 12.0
_IMAGES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"II*\x00": "tiff", b"MM\x00*": "tiff"}


class UnreadableExhibit(Refused):
    """A file that cannot become an exhibit; the sentence names it and says why."""

    code = "unreadable_exhibit"
    exit_code = 3


@dataclass(frozen=True)
class Source:
    """One exhibit as the dossier holds it: its number for life, its title, its bytes."""

    number: str
    title: str
    day: date
    content: bytes
    name: str = ""


@dataclass(frozen=True)
class Stamped:
    """The stamped copy of one exhibit, ready to communicate."""

    number: str
    title: str
    day: date
    file: str
    content: bytes
    pages: int
    original_digest: str

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the stamped copy."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def facts(self) -> dict[str, object]:
        """Give the row of the list of exhibits."""
        return {
            "number": self.number,
            "title": self.title,
            "date": self.day.isoformat(),
            "pages": self.pages,
            "kind": "copie",
            "digest": self.digest,
            "size": len(self.content),
        }


def stamp(source: Source, seal: str) -> Stamped:
    """Make the stamped copy of one exhibit: « seal – Pièce n° 3 » on its first page."""
    with _opened(source) as pdf:
        _stamp_page(pdf, pdf.pages[0], typeset(f"{seal} – Pièce n° {source.number}"))
        pages = len(pdf.pages)
        stream = BytesIO()
        pdf.save(stream, deterministic_id=True)
    digest = hashlib.sha256(source.content).hexdigest()
    return Stamped(source.number, source.title, source.day, file_name(source), stream.getvalue(), pages, digest)


def stamp_all(
    sources: Sequence[Source], seal: str, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[Stamped]:
    """Stamp each exhibit once, in the order given, telling how many are done."""
    for rank, source in enumerate(sources, start=1):
        yield stamp(source, seal)
        progress(rank, len(sources))


def file_name(source: Source, part: int = 0, parts: int = 0) -> str:
    """Name the copy in ASCII: `Piece_04_capture_de_l_avis.pdf`, `Piece_04_2-3_….pdf` for the second part of three."""
    plain = unicodedata.normalize("NFKD", source.title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60].rstrip("_") or "piece"
    root, _, sub = source.number.partition("-")
    number = f"{int(root):02d}{f'-{sub}' if sub else ''}" if root.isdigit() else re.sub(r"\W", "", source.number)
    cut = f"_{part}-{parts}" if parts > 1 else ""
    return f"Piece_{number}{cut}_{slug}.pdf"


def merge(copies: Sequence[Stamped]) -> bytes:
    """Join the copies in one file, with one bookmark per exhibit."""
    with pikepdf.new() as whole:
        starts: list[tuple[str, int]] = []
        for copy in copies:
            starts.append((typeset(f"Pièce n° {copy.number} – {copy.title}"), len(whole.pages)))
            with pikepdf.open(BytesIO(copy.content)) as pdf:
                whole.pages.extend(pdf.pages)
        with whole.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(title, page) for title, page in starts)
        stream = BytesIO()
        whole.save(stream, deterministic_id=True)
        return stream.getvalue()


def split(copy: Stamped, limit: int) -> list[tuple[str, bytes]]:
    """Cut a copy in files of at most `limit` bytes, between pages; one page heavier than the limit is refused."""
    if len(copy.content) <= limit:
        return [(copy.file, copy.content)]
    parts = list(_parts(copy, limit))
    source = Source(copy.number, copy.title, copy.day, b"")
    return [(file_name(source, rank, len(parts)), content) for rank, content in enumerate(parts, start=1)]


def _parts(copy: Stamped, limit: int) -> Iterator[bytes]:
    with pikepdf.open(BytesIO(copy.content)) as pdf:
        start, total = 0, len(pdf.pages)
        while start < total:
            end = _fitting(pdf, start, total, limit)
            if end == start:
                raise UnreadableExhibit(
                    f"La page {start + 1} de la pièce n° {copy.number} pèse à elle seule plus que la taille permise : "
                    "réduisez l’image ou relevez la limite."
                )
            yield _pages(pdf, start, end)
            start = end


def _fitting(pdf: pikepdf.Pdf, start: int, total: int, limit: int) -> int:
    """Find by halves the last page that keeps the part under the limit."""
    low, high = start, total
    while low < high:
        middle = (low + high + 1) // 2
        if len(_pages(pdf, start, middle)) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _pages(pdf: pikepdf.Pdf, start: int, end: int) -> bytes:
    with pikepdf.new() as part:
        part.pages.extend(pdf.pages[start:end])
        stream = BytesIO()
        part.save(stream, deterministic_id=True)
        return stream.getvalue()


def _opened(source: Source) -> pikepdf.Pdf:
    content = source.content
    try:
        if content[:1024].lstrip().startswith(b"%PDF"):
            return pikepdf.open(BytesIO(content))
        if any(content.startswith(mark) for mark in _IMAGES) or content[8:12] == b"WEBP":
            return pikepdf.open(BytesIO(_image_as_pdf(content)))
        if _is_email(content):
            return pikepdf.open(BytesIO(email_as_pdf(content)))
    except pikepdf.PasswordError as error:
        raise UnreadableExhibit(
            f"La pièce n° {source.number} est protégée par un mot de passe : fournissez-en une copie libre."
        ) from error
    except (pikepdf.PdfError, OSError, Image.DecompressionBombError) as error:
        raise UnreadableExhibit(f"La pièce n° {source.number} est illisible : vérifiez le fichier.") from error
    raise UnreadableExhibit(
        f"La pièce n° {source.number} n’est ni un PDF, ni une image, ni un courriel : convertissez-la d’abord."
    )


def _is_email(content: bytes) -> bool:
    head = content[:4096].lower()
    return all(re.search(rb"(?:^|\n)" + name + rb":", head) for name in (b"from", b"date"))


def _image_as_pdf(content: bytes) -> bytes:
    """Put an image on an A4 page, its whole visible, its bytes decoded only to be drawn."""
    with Image.open(BytesIO(content)) as opened:
        picture = opened.convert("RGB")
    wide, high = (842, 595) if picture.width > picture.height else (595, 842)
    ratio = min((wide - 2 * _MARGIN) / picture.width, (high - 2 * _MARGIN - _BAND) / picture.height)
    width, height = picture.width * ratio, picture.height * ratio
    register()
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(wide, high), initialFontName=SERIF, invariant=1)
    canvas.drawImage(ImageReader(picture), (wide - width) / 2, (high - _BAND - height) / 2, width, height)
    canvas.save()
    return stream.getvalue()


def _stamp_page(pdf: pikepdf.Pdf, page: pikepdf.Page, words: str) -> None:
    rotation = int(page.obj.get("/Rotate", 0)) % 360
    width = segment_width(words, BOLD, 9) + 12
    left, bottom, right, top = (float(value) for value in page.cropbox)
    shown_wide = right - left if rotation in {0, 180} else top - bottom
    width = min(width, shown_wide - 2 * _MARGIN)
    if _ink_under(pdf, page, width):
        left, bottom, right, top = _grow(page, rotation)
    transform = _placement(rotation, (left, bottom, right, top), width)
    with pikepdf.open(BytesIO(_stamp_drawing(words, width))) as drawing:  # held: a page of a closed file is gone
        overlay = pdf.copy_foreign(drawing.pages[0].as_form_xobject())
    name = page.add_resource(overlay, Name.XObject, Name.CasefileStamp)  # a name of its own, else a random one
    matrix = " ".join(f"{value:.3f}" for value in transform)
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"Q q {matrix} cm {name} Do Q".encode())


def _grow(page: pikepdf.Page, rotation: int) -> tuple[float, float, float, float]:
    """Add a band above the displayed page; its own content keeps its place."""
    left, bottom, right, top = (float(value) for value in page.cropbox)
    side = {0: (0, 0, 0, _BAND), 90: (-_BAND, 0, 0, 0), 180: (0, -_BAND, 0, 0), 270: (0, 0, _BAND, 0)}[rotation]
    grown = (left + side[0], bottom + side[1], right + side[2], top + side[3])
    media = [float(value) for value in page.mediabox]
    page.mediabox = Array(
        [min(media[0], grown[0]), min(media[1], grown[1]), max(media[2], grown[2]), max(media[3], grown[3])]
    )
    page.cropbox = Array(list(grown))
    return grown


def _placement(rotation: int, box: tuple[float, float, float, float], width: float) -> tuple[float, ...]:
    """Give the matrix that puts the stamp upright at the displayed top right corner."""
    left, bottom, right, top = box
    across, down = width + _MARGIN, _STAMP_HEIGHT + _MARGIN
    return {
        0: (1, 0, 0, 1, right - across, top - down),
        90: (0, 1, -1, 0, left + down, top - across),
        180: (-1, 0, 0, -1, left + across, bottom + down),
        270: (0, -1, 1, 0, right - down, bottom + across),
    }[rotation]


def _stamp_drawing(words: str, width: float) -> bytes:
    register()
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(width, _STAMP_HEIGHT), initialFontName=SERIF, invariant=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setStrokeColorRGB(0.48, 0.12, 0.23)
    canvas.rect(0.5, 0.5, width - 1, _STAMP_HEIGHT - 1, stroke=1, fill=1)
    canvas.setFillColorRGB(0.48, 0.12, 0.23)
    size = 9.0
    while size > 4 and segment_width(words, BOLD, size) > width - 8:
        size -= 0.5
    canvas.setFont(BOLD, size)
    canvas.drawCentredString(width / 2, 5.2, words)
    canvas.save()
    return stream.getvalue()


def _ink_under(pdf: pikepdf.Pdf, page: pikepdf.Page, width: float) -> bool:
    """Render the first page at 36 dpi and say whether anything but white lies where the stamp would be."""
    with pikepdf.new() as single:
        single.pages.append(page)
        stream = BytesIO()
        single.save(stream)
    document = pypdfium2.PdfDocument(stream.getvalue())
    try:
        shown = document[0].render(scale=0.5).to_pil().convert("L")
    finally:
        document.close()
    corner = shown.crop(
        (max(0, shown.width - int((width + 2 * _MARGIN) / 2)), 0, shown.width, int((_STAMP_HEIGHT + 2 * _MARGIN) / 2))
    )
    low, _high = corner.getextrema()
    return float(low if isinstance(low, int | float) else low[0]) < 245
