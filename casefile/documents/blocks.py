"""The content model of every document: a list of frozen blocks, rendered alike in PDF, Word and HTML.

Typography runs here, once, when a block is made through the functions of this module. What must stay exact
(the incriminated words, an address, a name as displayed) is an `Exact` text and is never touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from casefile.documents.typography import typeset


class Exact(str):
    """A text that must come out of the document exactly as it went in."""

    __slots__ = ()


class Strong(str):
    """A text of the lawyer's own, typeset and set in bold."""

    __slots__ = ()


Part = str | Exact | Strong


@dataclass(frozen=True)
class Run:
    """A stretch of text of one style; `exact` text is never hyphenated nor corrected."""

    text: str
    bold: bool = False
    italic: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Block:
    """What all blocks carry: a stable id, and the reason why the mention is locked, if it is."""

    id: str = ""
    locked: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Heading(Block):
    """A title of level 0 (title of the act) to 2."""

    text: str = ""
    level: int = 1


@dataclass(frozen=True)
class Paragraph(Block):
    """Running text. Styles: body, delivery, subject, salutation, closing, note, place_date, reference, centred."""

    runs: tuple[Run, ...] = ()
    style: str = "body"

    @property
    def text(self) -> str:
        """Give the words without their style."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Quotation(Block):
    """The incriminated words, byte for byte, with the capture they come from and their SHA-256 digest."""

    verbatim: str = ""
    label: str = ""
    capture: str = ""
    digest: str = ""
    direction: str = "ltr"


@dataclass(frozen=True)
class Url(Block):
    """A web address, complete, never shortened; `clickable` is false in an act served on somebody."""

    url: str = ""
    clickable: bool = True


@dataclass(frozen=True)
class Numbered(Block):
    """Requests or facts numbered from `start`; `bullet` replaces the number when there is no order."""

    items: tuple[tuple[Run, ...], ...] = ()
    start: int = 1
    bullet: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell: exact text (quotation, URL, digest) is shown in its own face."""

    runs: tuple[Run, ...]
    mono: bool = False

    @property
    def text(self) -> str:
        """Give the words without their style."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Table(Block):
    """A table with a header row repeated on each page; widths are shares of the line."""

    header: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    widths: tuple[float, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Letterhead(Block):
    """The firm at the head of the first page."""

    name: str = ""
    lines: tuple[str, ...] = ()
    colour: str = "#7b1e3b"


@dataclass(frozen=True)
class Address(Block):
    """The recipient, in the window of the envelope: at most six lines of 38 characters in France."""

    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signature(Block):
    """Who signs; never alone at the head of a page."""

    name: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageBreak(Block):
    """What follows starts on a new page."""


def runs(parts: Iterable[Part]) -> tuple[Run, ...]:
    """Make runs from texts: plain text is typeset, `Exact` text is kept, `Strong` text is bold."""
    made: list[Run] = []
    for part in parts:
        if not part:
            continue
        if isinstance(part, Exact):
            made.append(Run(str(part), exact=True))
        else:
            made.append(Run(typeset(str(part)), bold=isinstance(part, Strong)))
    return tuple(made)


def paragraph(*parts: Part, style: str = "body", locked: str = "") -> Paragraph:
    """Make one paragraph from its parts."""
    return Paragraph(runs=runs(parts), style=style, locked=locked)


def heading(text: str, level: int = 1) -> Heading:
    """Make a title."""
    return Heading(text=typeset(text), level=level)


def quotation(verbatim: str, *, label: str = "", capture: str = "") -> Quotation:
    """Frame the incriminated words; their digest is computed here, from the bytes of the words."""
    return Quotation(verbatim=verbatim, label=typeset(label), capture=typeset(capture), digest=digest_of(verbatim))


def url(address: str, *, clickable: bool = True) -> Url:
    """Make a web address block."""
    return Url(url=address, clickable=clickable)


def numbered(*items: Part | Sequence[Part], start: int = 1) -> Numbered:
    """Make a numbered list; each item is a text or a sequence of parts."""
    return Numbered(items=tuple(_item(item) for item in items), start=start)


def bullets(*items: Part | Sequence[Part]) -> Numbered:
    """Make a list whose order means nothing."""
    return Numbered(items=tuple(_item(item) for item in items), bullet="–")


def cell(*parts: Part, mono: bool = False) -> Cell:
    """Make one table cell."""
    return Cell(runs(parts), mono)


def table(
    header: Sequence[str], rows: Iterable[Sequence[Part | Cell]], *, widths: Sequence[float], caption: str = ""
) -> Table:
    """Make a table from texts or cells."""
    return Table(
        header=tuple(Cell((Run(typeset(title), bold=True),)) for title in header),
        rows=tuple(tuple(part if isinstance(part, Cell) else cell(part) for part in row) for row in rows),
        widths=tuple(widths),
        caption=typeset(caption),
    )


def identified(blocks: Iterable[Block]) -> list[Block]:
    """Give each block a stable id made of its kind and its rank among its kind: `quotation-2`."""
    counts: dict[str, int] = {}
    done: list[Block] = []
    for block in blocks:
        kind = type(block).__name__.lower()
        counts[kind] = counts.get(kind, 0) + 1
        done.append(block if block.id else replace(block, id=f"{kind}-{counts[kind]}"))
    return done


def digest_of(verbatim: str) -> str:
    """Give the SHA-256 of the words, as UTF-8."""
    return hashlib.sha256(verbatim.encode("utf-8", "surrogatepass")).hexdigest()


def texts_of(block: Block) -> list[str]:
    """Give the texts that a reader of the block sees, in reading order: what every rendering must contain."""
    match block:
        case Heading(text=text):
            return [text]
        case Paragraph():
            return [block.text]
        case Quotation(label=label, verbatim=verbatim, capture=capture):
            return [text for text in (label, verbatim, capture) if text]
        case Url(url=address):
            return [address]
        case Numbered():
            marks = [block.bullet or f"{block.start + rank}." for rank in range(len(block.items))]
            return [
                f"{mark} {''.join(run.text for run in item)}" for mark, item in zip(marks, block.items, strict=True)
            ]
        case Table():
            cells = [c.text for row in (block.header, *block.rows) for c in row]
            return [block.caption, *cells] if block.caption else cells
        case Letterhead(name=name, lines=lines) | Signature(name=name, lines=lines):
            return [name, *lines]
        case Address(lines=lines):
            return list(lines)
        case _:
            return []


def plain_text(blocks: Iterable[Block]) -> str:
    """Give the whole document as text, one block per paragraph: for forms, comparison and search."""
    return "\n\n".join("\n".join(texts_of(block)) for block in blocks if texts_of(block))


def _item(item: Part | Sequence[Part]) -> tuple[Run, ...]:
    return runs([item]) if isinstance(item, str) else runs(item)
