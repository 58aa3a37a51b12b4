"""Writes blocks with python-docx: real styles, fields and language; everybody else asks `docx`."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import lru_cache, singledispatchmethod
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

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
    identified,
)
from casefile.documents.fonts import check_drawable
from casefile.documents.word_styles import (
    ADDRESS,
    CELL,
    EXACT,
    LABEL,
    LETTERHEAD,
    SIGNATURE,
    STYLES,
    URL,
    make_styles,
    write_footer,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casefile.documents.sheet import Meta

_TWIPS = 56.7  # twentieths of a point in a millimetre


def written(blocks: Sequence[Block], meta: Meta) -> bytes:
    """Render the blocks as a DOCX with the same text as the PDF. Same bytes for the same input."""
    check_drawable(blocks)
    writer = _Writer(meta)
    for block in identified(blocks):
        writer.write(block)
    stream = BytesIO()
    writer.document.save(stream)
    return stream.getvalue()


@lru_cache(maxsize=16)
def _styled(colour: str) -> tuple[bytes, dict[str, str]]:
    """Make an empty document with the styles of a colour, and give it with the identifier of each."""
    document = Document()
    make_styles(document, colour)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue(), {style.name: style.style_id for style in document.styles}


class _Writer:
    """A Word document being written."""

    def __init__(self, meta: Meta) -> None:
        self.meta = meta
        styled, self._style_ids = _styled(meta.colour)
        self.document = Document(BytesIO(styled))
        self._bookmarks = 0
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin, section.bottom_margin = Mm(20), Mm(22)
        self._properties()
        write_footer(section, meta.footer)
        if meta.watermark:
            section.header.paragraphs[0].add_run(meta.watermark).bold = True

    def _properties(self) -> None:
        core, meta = self.document.core_properties, self.meta
        core.title, core.author, core.subject, core.language = meta.title, meta.author, meta.subject, "fr-FR"
        moment = datetime.combine(meta.created, time(), UTC)
        core.created = core.modified = moment
        core.last_modified_by, core.comments, core.keywords = meta.author, "", ", ".join(meta.keywords)

    def _paragraph(self, runs: Iterable[Run], style: str, block: Block) -> Any:
        made = self.document.add_paragraph()
        made._p.style = self._style_ids[style]  # noqa: SLF001 - by its name, the library reads every style each time
        self._bookmark(made, block.id)
        for run in runs:
            _add_run(made, run)
        return made

    def _bookmark(self, made: Any, name: str) -> None:
        """Mark the block by its id, so that a file that comes back from Word is compared block by block."""
        self._bookmarks += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self._bookmarks))
            if tag == "w:bookmarkStart":
                mark.set(qn("w:name"), f"{name}_{self._bookmarks}".replace("-", "_"))
            made._p.append(mark)  # noqa: SLF001 - python-docx has no bookmark of its own

    @singledispatchmethod
    def write(self, block: Block) -> None:
        """Write one block."""
        raise TypeError(f"no Word form for {type(block).__name__}")

    @write.register
    def _(self, block: Heading) -> None:
        style = "Title" if block.level == 0 else f"Heading {block.level}"
        self._paragraph((Run(block.text),), style, block)

    @write.register
    def _(self, block: Paragraph) -> None:
        made = self._paragraph(block.runs, STYLES.get(block.style, "Corps de texte"), block)
        if block.text.rstrip().endswith(":"):
            made.paragraph_format.keep_with_next = True

    @write.register
    def _(self, block: Quotation) -> None:
        if block.label:
            self._paragraph((Run(block.label),), LABEL, block)
        self._paragraph((Run(block.verbatim, exact=True),), EXACT, block)
        if block.capture:
            self._paragraph((Run(block.capture),), "Note", block)

    @write.register
    def _(self, block: Url) -> None:
        made = self._paragraph((), URL, block)
        if block.clickable and block.url.startswith(("https://", "http://")):
            link = OxmlElement("w:hyperlink")
            relation = made.part.relate_to(block.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link.set(qn("r:id"), relation)
            made._p.append(link)  # noqa: SLF001 - python-docx has no hyperlink of its own
            _add_run(made, Run(block.url, exact=True))
            link.append(made._p.r_lst[-1])  # noqa: SLF001
        else:
            _add_run(made, Run(block.url, exact=True))

    @write.register
    def _(self, block: Numbered) -> None:
        for rank, item in enumerate(block.items):
            mark = block.bullet or f"{block.start + rank}."
            self._paragraph((Run(f"{mark}\t"), *item), "Numéro", block)

    @write.register
    def _(self, block: Table) -> None:
        if block.caption:
            self._paragraph((Run(block.caption),), LABEL, block)
        made = self.document.add_table(rows=0, cols=len(block.widths), style="Table Grid")
        made.autofit = False
        total = sum(block.widths)
        for rank, row in enumerate(([block.header] if block.header else []) + list(block.rows)):
            cells = made.add_row().cells
            for cell, given, share in zip(cells, row, block.widths, strict=True):
                cell.width = Mm(160 * share / total)
                _fill(cell.paragraphs[0], given, bold=rank == 0 and bool(block.header))
        if block.header:
            _repeat_header(made.rows[0])
        for row in made.rows:
            _keep_row(row)

    @write.register
    def _(self, block: Letterhead) -> None:
        if self.meta.logo:
            made = self.document.add_paragraph(style=LETTERHEAD)
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            made.add_run().add_picture(BytesIO(self.meta.logo), height=Mm(16))
        for rank, line in enumerate((block.name, *block.lines)):
            self._paragraph((Run(line, bold=rank == 0),), LETTERHEAD, block)

    @write.register
    def _(self, block: Address) -> None:
        for line in block.lines:
            made = self._paragraph((Run(line),), ADDRESS, block)
            _frame(made, self.meta.window)

    @write.register
    def _(self, block: Signature) -> None:
        for rank, line in enumerate((block.name, *block.lines)):
            self._paragraph((Run(line, bold=rank == 0),), SIGNATURE, block)

    @write.register
    def _(self, _block: PageBreak) -> None:
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _add_run(made: Any, run: Run) -> None:
    """Add a run; line ends and tabs of exact text become breaks and tabs, nothing else changes."""
    added = made.add_run(run.text)
    added.bold = run.bold or None
    added.italic = run.italic or None
    for text in added._r.t_lst:  # noqa: SLF001 - spaces at the ends are part of the words
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if run.exact:
        _not_proofed(added._r.get_or_add_rPr())  # noqa: SLF001


def _not_proofed(properties: Any) -> None:
    properties.append(OxmlElement("w:noProof"))
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "x-none")
    properties.append(language)


def _fill(made: Any, given: Cell, *, bold: bool) -> None:
    made.style = CELL
    for run in given.runs:
        _add_run(made, Run(run.text, bold=bold or run.bold, italic=run.italic, exact=run.exact))


def _frame(made: Any, window: tuple[float, float]) -> None:
    """Put the address at the same millimetres of the sheet as in the PDF."""
    frame = OxmlElement("w:framePr")
    left, top = (str(round(place * _TWIPS)) for place in window)
    values = {"w:w": str(round(80 * _TWIPS)), "w:hSpace": "0", "w:wrap": "around", "w:x": left, "w:y": top}
    for name, value in {**values, "w:vAnchor": "page", "w:hAnchor": "page"}.items():
        frame.set(qn(name), value)
    made._p.get_or_add_pPr().insert(1, frame)  # noqa: SLF001 - python-docx has no frame of its own


def _repeat_header(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def _keep_row(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
