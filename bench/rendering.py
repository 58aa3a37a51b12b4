"""What drawing costs beside its floor: a letter or stamped exhibits, beside the plainest way to draw the same.

`casefile bench` measures them with the rest. The office suite of the reference starts processes of its own: it is
compared by `python -m bench.rendering`, where it is installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx as docx_library
import pikepdf
import pyphen
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate
from reportlab.platypus import Paragraph as PlainParagraph  # noqa: TID251 - the floor that the reference names

from bench.measure import Pair
from casefile.documents import catalogue, docx, pdf
from casefile.documents.blocks import Block, Heading, Numbered, Paragraph, Quotation, Run, Url, texts_of
from casefile.documents.exhibit_source import Source
from casefile.documents.exhibits import bind
from casefile.documents.fonts import EMOJI, SERIF, pieces, register
from casefile.documents.linebreak import face_of
from casefile.documents.pdf import Meta

LETTERS = Path(__file__).resolve().parent.parent / "fixtures" / "letters"
EXHIBITS = 300
BATCH = 20
ROUNDS = 9


def letter() -> Pair:
    """Draw the same two-page letter: our tagged PDF, and the same blocks in the same faces through plain Platypus."""
    blocks, meta = _letter()
    register()
    pyphen.Pyphen(lang="fr_FR")

    def floor(_number: int) -> object:
        stream = BytesIO()
        story = [flowable for block in blocks for flowable in _plain(block)]
        template = SimpleDocTemplate(stream, pagesize=A4, initialFontName=SERIF, leftMargin=71, rightMargin=71)
        template.build(story, onFirstPage=_plain_foot, onLaterPages=_plain_foot)
        return stream.getvalue()

    return Pair(floor, lambda _number: pdf.render(blocks, meta), rounds=60, warm_up=5)


def word() -> Pair:
    """Write the same letter for Word: with its styles and marks, and as paragraphs that have neither."""
    blocks, meta = _letter()

    def floor(_number: int) -> object:
        document, stream = docx_library.Document(), BytesIO()
        for block in blocks:
            for text in texts_of(block):
                document.add_paragraph(text)
        document.save(stream)
        return stream.getvalue()

    def same(left: object, right: object) -> bool:
        """Every paragraph of the floor is a text of ours, where Word itself writes the numbers of a list."""
        assert isinstance(left, bytes)
        assert isinstance(right, bytes)
        written = docx_library.Document(BytesIO(left)).paragraphs
        ours = "".join(docx_library.Document(BytesIO(right)).element.body.itertext())
        return all(one.text in ours or one.text.partition(" ")[2] in ours for one in written)

    return Pair(floor, lambda _number: docx.render(blocks, meta), rounds=40, warm_up=3, same=same)


def _letter() -> tuple[Sequence[Block], Meta]:
    given = json.loads((LETTERS / "mise_en_demeure.json").read_text("utf-8"))
    facts, on = given["facts"], date.fromisoformat(given["on"])
    return catalogue.build("mise_en_demeure", facts, on), catalogue.meta("mise_en_demeure", facts, on)


def _plain_foot(canvas: Canvas, template: SimpleDocTemplate) -> None:
    canvas.setFont(SERIF, 8)
    canvas.drawRightString(A4[0] - 71, 34, f"page {template.page}")


def _style(size: float, leading: float, **others: Any) -> ParagraphStyle:
    return ParagraphStyle("plain", fontName=SERIF, fontSize=size, leading=leading, spaceAfter=6, **others)


BODY = _style(10.6, 14.6, alignment=4, hyphenationLang="fr_FR")
TITLE = _style(11, 15.4, spaceBefore=5)
LEFT, NOTE, ADDRESS = _style(10.6, 14.6), _style(9.4, 12.6), _style(8.4, 10.8, leftIndent=14)
ITEM = _style(10.6, 14.6, leftIndent=24, bulletIndent=8)
QUOTE = _style(11, 16.4, backColor="#f4f3ee", borderPadding=9, leftIndent=12, rightIndent=12)


def _plain(block: Block) -> list[Flowable]:
    """Give the same words in the same faces, sizes and frames as the letter, as Platypus alone would take them."""
    match block:
        case Heading():
            return [PlainParagraph(_faces([Run(block.text, bold=True)]), TITLE)]
        case Quotation():
            label, words = [Run(block.label, bold=True)], [Run(block.verbatim)]
            return [
                PlainParagraph(_faces(label), NOTE),
                PlainParagraph(_faces(words), QUOTE),
                PlainParagraph(_faces([Run(block.capture)]), NOTE),
            ]
        case Url():
            return [PlainParagraph(_faces([Run(block.url)], mono=True), ADDRESS)]
        case Numbered():
            marks = [block.bullet or f"{block.start + rank}." for rank in range(len(block.items))]
            both = zip(block.items, marks, strict=True)
            return [PlainParagraph(_faces(item), ITEM, bulletText=mark) for item, mark in both]
        case Paragraph():
            bold = block.style in {"delivery", "subject"}
            runs = [replace(run, bold=True) for run in block.runs] if bold else block.runs
            return [PlainParagraph(_faces(runs), BODY if block.style in {"body", "closing"} else LEFT)]
        case _:
            return [PlainParagraph(_faces([Run(text)]), LEFT) for text in texts_of(block)]


def _faces(runs: Sequence[Run], *, mono: bool = False) -> str:
    drawn = [
        (piece, EMOJI if face == "image" else face)
        for run in runs
        for piece, face in pieces(run.text, face_of(run, mono=mono))
    ]
    return "".join(f'<font name="{face}">{escape(piece)}</font>' for piece, face in drawn if face)


def office() -> str:
    """Compare the letter with a cold LibreOffice and with a batch of twenty; say so where it is not installed."""
    suite = shutil.which("soffice") or shutil.which("libreoffice")
    if suite is None:
        return "lettre par LibreOffice : NON MESURÉ, LibreOffice n’est pas installé sur cette machine"
    blocks, meta = _letter()
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{rank}.docx" for rank in range(BATCH)]
        for file in files:
            file.write_bytes(docx.render(blocks, meta))
        ours, cold = _seconds(lambda: pdf.render(blocks, meta), 20), _seconds(lambda: _convert(suite, files[:1]), 3)
        batch = _seconds(lambda: _convert(suite, files), 1) / BATCH
    told = f"{cold / ours:.0f} fois plus vite que LibreOffice à froid, {batch / ours:.1f} fois que par lots de {BATCH}"
    return f"lettre étiquetée : {told}"


def _convert(suite: str, files: Sequence[Path]) -> None:
    options = ["--headless", "--convert-to", "pdf", "--outdir", str(files[0].parent)]
    subprocess.run([suite, *options, *map(str, files)], check=True, capture_output=True)


def _seconds(act: Callable[[], object], rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        act()
    return (time.perf_counter() - start) / rounds


def exhibits() -> Pair:
    """Stamp and merge three hundred exhibits, beside merging them as they are."""
    sources = _sources()

    def floor(_number: int) -> object:
        with pikepdf.new() as whole:
            for source in sources:
                with pikepdf.open(BytesIO(source.content)) as one:
                    whole.pages.extend(one.pages)
            return _saved(whole)

    return Pair(floor, _bound(sources), rounds=ROUNDS, warm_up=1, same=_as_many_pages)


def stamped() -> Pair:
    """Stamp and merge three hundred exhibits, beside pikepdf alone laying a ready stamp on each without looking."""
    sources = _sources()

    def floor(_number: int) -> object:
        with pikepdf.new() as whole, pikepdf.open(BytesIO(_ready_stamps(sources))) as sheet:
            for rank, source in enumerate(sources):
                with pikepdf.open(BytesIO(source.content)) as one:
                    one.pages[0].add_overlay(sheet.pages[rank], pikepdf.Rectangle(400, 500, 580, 520))
                    whole.pages.extend(one.pages)
            with whole.open_outline() as outline:
                outline.root.extend(pikepdf.OutlineItem(source.title, rank) for rank, source in enumerate(sources))
            return _saved(whole)

    return Pair(floor, _bound(sources), rounds=ROUNDS, warm_up=1, same=_as_many_pages)


def _bound(sources: Sequence[Source]) -> Callable[[int], object]:
    return lambda _number: bind([(source, "Me Aubry") for source in sources])


def _as_many_pages(left: object, right: object) -> bool:
    assert isinstance(left, bytes)
    assert isinstance(right, bytes)
    with pikepdf.open(BytesIO(left)) as plain, pikepdf.open(BytesIO(right)) as stamped:
        return len(plain.pages) == len(stamped.pages) == EXHIBITS


def _sources() -> list[Source]:
    return [
        Source(str(number), f"Pièce {number}", date(2026, 11, 9), _page(number % 7))
        for number in range(1, EXHIBITS + 1)
    ]


def _saved(whole: pikepdf.Pdf) -> bytes:
    stream = BytesIO()
    whole.save(stream, deterministic_id=True)
    return stream.getvalue()


def _ready_stamps(sources: Sequence[Source]) -> bytes:
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(180, 20), initialFontName=SERIF)
    for source in sources:
        canvas.setFont(SERIF, 9)
        canvas.drawString(5, 5, source.title)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@cache
def _page(kind: int) -> bytes:
    register()
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4 if kind % 2 else (842, 595), initialFontName=SERIF)
    canvas.setFont(SERIF, 11)
    for line in range(30):
        canvas.drawString(60, 520 - line * 14, f"Ligne {line} de la pièce de forme {kind}.")
    canvas.save()
    return stream.getvalue()


if __name__ == "__main__":
    print(office())
