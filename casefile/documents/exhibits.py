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
from functools import lru_cache
from io import BytesIO

import pikepdf

from casefile.documents.email_copy import email_as_pdf
from casefile.documents.exhibit_pictures import MOST_PAGES, TooManyPages, is_picture, picture_as_pdf
from casefile.documents.exhibit_source import Source, UnreadableExhibit
from casefile.documents.exhibit_stamps import Stamps
from casefile.documents.typography import typeset
from casefile.evidence.pictures import Image


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
    content = _as_pdf(source)
    with _opened(source, content) as pdf, Stamps([words_of(source, seal)]) as stamps:
        stamps.put(pdf, pdf.pages[0], 0, content)
        pages = len(pdf.pages)
        stream = BytesIO()
        pdf.save(stream, deterministic_id=True)
    digest = hashlib.sha256(source.content).hexdigest()
    return Stamped(source.number, source.title, source.day, file_name(source), stream.getvalue(), pages, digest)


def words_of(source: Source, seal: str) -> str:
    """Give the words of a stamp."""
    return _before_number(seal) + source.number


@lru_cache(maxsize=64)
def _before_number(seal: str) -> str:
    return typeset(f"{seal} – Pièce n° 1").removesuffix("1")


def bind(
    sources: Sequence[tuple[Source, str]],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    head: Callable[[Sequence[int]], bytes] | None = None,
) -> bytes:
    """Stamp exhibits and join them in one file, with one bookmark each, in one pass and one save.

    `head` makes the pages that come first, once the pages of each exhibit are counted.
    """
    counts: list[int] = []
    with pikepdf.new() as whole, Stamps([words_of(source, seal) for source, seal in sources]) as stamps:
        for rank, (source, _seal) in enumerate(sources):
            content = _as_pdf(source)
            with _opened(source, content) as pdf:
                start = len(whole.pages)
                whole.pages.extend(pdf.pages)
                counts.append(len(whole.pages) - start)
            stamps.put(whole, whole.pages[start], rank, content)
            progress(rank + 1, len(sources))
        first = 0
        if head is not None:
            with pikepdf.open(BytesIO(head(counts))) as pdf:
                first = len(pdf.pages)
                for place, page in enumerate(pdf.pages):
                    whole.pages.insert(place, page)
        _mark(whole, [source for source, _seal in sources], counts, first)
        stream = BytesIO()
        whole.save(stream, deterministic_id=True)
        return stream.getvalue()


def _mark(whole: pikepdf.Pdf, sources: Sequence[Source], counts: Sequence[int], first: int) -> None:
    place = first
    with whole.open_outline() as outline:
        if first:
            outline.root.append(pikepdf.OutlineItem("Bordereau", 0))
        for source, count in zip(sources, counts, strict=True):
            outline.root.append(pikepdf.OutlineItem(typeset(f"Pièce n° {source.number} – {source.title}"), place))
            place += count


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


def _as_pdf(source: Source) -> bytes:
    """Give an exhibit as a PDF: as it is, or drawn from an image or a message."""
    content = source.content
    try:
        if content[:1024].lstrip().startswith(b"%PDF"):
            return content
        if is_picture(content):
            return picture_as_pdf(content)
    except TooManyPages as error:
        raise UnreadableExhibit(
            f"La pièce n° {source.number} ferait plus de {MOST_PAGES} pages : partagez-la en plusieurs fichiers."
        ) from error
    except (OSError, Image.DecompressionBombError) as error:
        raise _unreadable(source) from error
    if _is_email(content):
        return email_as_pdf(content)
    raise UnreadableExhibit(
        f"La pièce n° {source.number} n’est ni un PDF, ni une image, ni un courriel : convertissez-la d’abord."
    )


def _opened(source: Source, content: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError as error:
        raise UnreadableExhibit(
            f"La pièce n° {source.number} est protégée par un mot de passe : fournissez-en une copie libre."
        ) from error
    except pikepdf.PdfError as error:
        raise _unreadable(source) from error


def _unreadable(source: Source) -> UnreadableExhibit:
    return UnreadableExhibit(f"La pièce n° {source.number} est illisible : vérifiez le fichier.")


def _is_email(content: bytes) -> bool:
    head = content[:4096].lower()
    return all(re.search(rb"(?:^|\n)" + name + rb":", head) for name in (b"from", b"date"))
