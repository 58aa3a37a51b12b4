"""A table that a person made in a spreadsheet, read as texts: CSV as Excel saves it, or the first sheet of an XLSX.

Nothing is computed, nothing is guessed: a formula stays unread and its place is told; what is too large is refused.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from casefile.errors import InvalidInput
from casefile.evidence.tree import UnsafePackage, ZipTree

LARGEST = 2_000_000
MOST_UNPACKED = 8_000_000  # a row is held whole: some hundred megabytes of memory at worst
MOST_PARTS = 300
MOST_ROWS = 5_000  # blank ones included: a sheet may begin or end far down
MOST_COLUMNS = 60
LONGEST_CELL = 32_767  # what a cell of Excel holds
ZIP = b"PK\x03\x04"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BAD_XLSX = "Ce classeur est illisible, verrouillé ou démesuré : enregistrez-le de nouveau, ou en « CSV UTF-8 »."


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, its cells, and the columns whose cell holds a formula or its error."""

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is written there."""
        return not any(cell.strip() for cell in self.cells) and not self.formulas


def read(raw: bytes) -> list[Row]:
    """Read the rows that say something, the headings first; raises InvalidInput saying how to save the file again."""
    if not raw.strip():
        raise InvalidInput("Ce fichier est vide : choisissez celui que vous avez rempli.", field="file")
    if len(raw) > LARGEST:
        raise InvalidInput("Ce fichier dépasse 2 Mo : découpez-le en plusieurs.", field="file")
    rows = [row for row in (_of_workbook(raw) if raw.startswith(ZIP) else _of_text(raw)) if not row.is_blank]
    if not rows:
        raise InvalidInput("Ce fichier ne porte aucune ligne : remplissez le modèle et reprenez-le.", field="file")
    return rows


def unquoted(cell: str) -> str:
    """Take back the apostrophe that our own sheets put before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _of_text(raw: bytes) -> Iterator[Row]:
    text = _decoded(raw)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    try:
        # strict: a quotation mark left open would swallow every line after it.
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield _row(number, (unquoted(cell) for cell in cells))
    except csv.Error as error:
        raise InvalidInput(
            "Ce CSV est mal formé (guillemet resté ouvert, ou cellule démesurée) : enregistrez-le de nouveau "
            "depuis le tableur.",
            field="file",
        ) from error


def _decoded(raw: bytes) -> str:
    """Give the text of a CSV: UTF-8 with or without its mark, else what Excel writes on Windows."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidInput(
        "Ce fichier n'est ni un classeur .xlsx ni un CSV lisible : enregistrez-le en « CSV UTF-8 » ou en .xlsx.",
        field="file",
    )


def _of_workbook(raw: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook

    try:
        _judge(raw)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        try:
            sheet: Any = book.worksheets[0]
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                shown = [_shown(cell) for cell in cells]
                formulas = frozenset(place for place, cell in enumerate(cells) if cell.data_type in {"f", "e"})
                yield _row(number, shown, formulas)
        finally:
            book.close()
    except (InvalidInput, GeneratorExit):
        raise
    # Broken bytes break the reader in every way (keys, types, XML, unpacking): all of them mean « illisible ».
    except Exception as error:
        raise InvalidInput(BAD_XLSX, field="file") from error


def _judge(raw: bytes) -> None:
    """Refuse a bomb before unpacking it, and a document that would define entities of its own."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        try:
            ZipTree(archive)
        except UnsafePackage as error:
            raise InvalidInput(BAD_XLSX, field="file") from error
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise InvalidInput(BAD_XLSX, field="file")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part)[:4096]:
                raise InvalidInput(BAD_XLSX, field="file")


def _row(number: int, cells: Iterable[str], formulas: frozenset[int] = frozenset()) -> Row:
    kept = list(cells)
    while kept and not kept[-1].strip() and len(kept) - 1 not in formulas:
        kept.pop()
    if number > MOST_ROWS or len(kept) > MOST_COLUMNS:
        raise InvalidInput(
            f"Ce tableau dépasse {MOST_ROWS} lignes ou {MOST_COLUMNS} colonnes : "
            "supprimez ce qui est vide, ou découpez-le.",
            field="file",
        )
    if any(len(cell) > LONGEST_CELL for cell in kept):
        raise InvalidInput(f"Ligne {number} : une cellule est démesurée. Raccourcissez-la.", field="file")
    return Row(number, tuple(kept), formulas)


def _shown(cell: Any) -> str:
    """Give what the cell says as a person reads it: days as in France, whole numbers without a decimal point."""
    value = cell.value
    if value is None or cell.data_type in {"f", "e"}:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
