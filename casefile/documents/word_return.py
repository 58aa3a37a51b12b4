"""A Word file that comes back: read block by block by its bookmarks, compared, and never trusted for what is locked.

A file with macros, tracked changes, comments or links to other files is refused with the sentence that says what to do.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from casefile.documents.blocks import Block, Heading, Letterhead, Numbered, Paragraph, Signature, Table, texts_of
from casefile.documents.edits import Edit, flat, source_of, why_locked
from casefile.errors import InvalidInput

LARGEST = 20 * 1024 * 1024
_UNPACKED = 200 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OURS = re.compile(r"^(.+)_\d+$")
_MARK = re.compile(r"PROJET(?: · )?")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the draft and the file: `why_locked` says why it cannot be kept."""

    block: str
    was: str
    now: str
    why_locked: str = ""
    added: bool = False


def compare(content: bytes, blocks: Sequence[Block], *, is_act: bool) -> list[Change]:
    """Give what differs between the blocks of the draft and the file that came back; raises InvalidInput."""
    document = _opened(content)
    found, loose = _paragraphs(document)
    changes: list[Change] = []
    for block in _met_again(blocks, found, loose):
        key = block.id.replace("-", "_")
        if isinstance(block, Table) or not texts_of(block):
            continue
        was, now = _words(block), _as_typed(block, found.get(key, []))
        if flat(now) != flat(was):
            changes.append(Change(block.id, was, now, why_locked(block, is_act=is_act)))
        if loose.get(key):
            changes.append(Change(block.id, source_of(block), "\n\n".join(loose[key]), added=True))
    return changes + _tables(document, blocks)


def _met_again(blocks: Sequence[Block], found: dict[str, list[str]], loose: dict[str, list[str]]) -> list[Block]:
    """Leave out the paragraphs already taken from this very file: there they have no bookmark of their own."""
    left = []
    for block in blocks:
        words = flat("\n".join(texts_of(block)))
        home = next((lines for lines in loose.values() if any(flat(line) == words for line in lines)), None)
        if block.id.startswith("own-") and block.id.replace("-", "_") not in found and home is not None:
            home.remove(next(line for line in home if flat(line) == words))
        else:
            left.append(block)
    return left


def edits_from(changes: Sequence[Change], known: Sequence[Edit], original: Sequence[Block]) -> list[Edit]:
    """Turn the changes of unlocked blocks into edits of the original words."""
    first = {block.id: source_of(block) for block in original}
    made = {(edit.block, edit.added): edit for edit in known}
    for change in changes:
        if change.why_locked:
            continue
        anchor = change.block
        if anchor not in first:
            _amend(made, change)
            continue
        now = change.now
        if change.added and (before := made.get((anchor, True))):
            now = f"{before.now}\n\n{now}"
        made[(anchor, change.added)] = Edit(anchor, first[anchor], now, change.added)
    return [edit for edit in made.values() if edit.added or flat(edit.now) != flat(edit.was)]


def _amend(made: dict[tuple[str, bool], Edit], change: Change) -> None:
    """Carry into the paragraphs that a lawyer had added what Word changed in one of them."""
    for key, edit in made.items():
        if edit.added and change.block.startswith(f"own-{edit.block}-"):
            parts = [part.strip() for part in re.split(r"\n\s*\n", edit.now) if part.strip()]
            amended = [change.now if flat(part.replace("**", "")) == flat(change.was) else part for part in parts]
            if change.added:
                amended.append(change.now)
            made[key] = Edit(edit.block, edit.was, "\n\n".join(part for part in amended if part), added=True)
            return


def as_final(content: bytes, footer: str) -> bytes:
    """Take the mark of a draft out of a file that came back; its body is left as it is."""
    document = _opened(content)
    for section in document.sections:
        for part in (section.header, section.footer):
            for paragraph in part.paragraphs:
                for run in paragraph.runs:
                    if _MARK.search(run.text):
                        run.text = footer + "\t" if footer in run.text and "\t" in run.text else _MARK.sub("", run.text)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _opened(content: bytes) -> Any:
    if len(content) > LARGEST:
        raise InvalidInput("Ce fichier dépasse 20 Mo : une lettre est plus légère, vérifiez le fichier.", field="file")
    from docx import Document

    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _refuse_danger(archive)
        return Document(BytesIO(content))
    except InvalidInput:
        raise
    except Exception as error:  # python-docx raises whatever its parsers do
        message = "Ce fichier n’est pas un document Word lisible (.docx) : enregistrez-le de nouveau depuis Word."
        raise InvalidInput(message, field="file") from error


def _refuse_danger(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED:
        raise InvalidInput("Ce fichier se déplie au-delà de 200 Mo : il n’est pas accepté.", field="file")
    if any(name.lower().endswith(("vbaproject.bin", ".exe")) or "/embeddings/" in name for name in names):
        message = "Ce fichier contient des macros ou un objet incorporé : enregistrez-le en .docx simple."
        raise InvalidInput(message, field="file")
    body = archive.read("word/document.xml")
    if re.search(rb"<w:(?:ins|del|moveFrom|moveTo)[ >]", body):
        message = "Le fichier porte des modifications suivies : acceptez-les ou refusez-les dans Word, puis déposez-le."
        raise InvalidInput(message, field="file")
    if any("comments" in name for name in names) and b"<w:commentReference" in body:
        raise InvalidInput(
            "Le fichier porte des commentaires : supprimez-les dans Word avant de le déposer.", field="file"
        )
    for name in (name for name in names if name.endswith(".rels")):
        for relation in re.findall(rb"<Relationship [^>]*TargetMode=\"External\"[^>]*>", archive.read(name)):
            if b"/hyperlink" not in relation:
                message = "Le fichier renvoie à un autre fichier (modèle ou image liée) : rompez le lien dans Word."
                raise InvalidInput(message, field="file")


def _paragraphs(document: Any) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Give the lines of each bookmarked block, and those written after it under no bookmark."""
    found: dict[str, list[str]] = {}
    loose: dict[str, list[str]] = {}
    current = ""
    for node in document.element.body:
        if node.tag != f"{_W}p":
            continue
        name = next((mark for mark in map(_name_of, node.iter(f"{_W}bookmarkStart")) if mark), "")
        text = _text_of(node)
        if name:
            current = name
            found.setdefault(name, []).append(text)
        elif text.strip() and current:
            loose.setdefault(current, []).append(text.strip())
    return found, loose


def _name_of(mark: Any) -> str:
    match = _OURS.match(mark.get(f"{_W}name", ""))
    return match[1] if match and not match[1].startswith("_") else ""


def _text_of(node: Any) -> str:
    parts: list[str] = []
    for item in node.iter(f"{_W}t", f"{_W}tab", f"{_W}br"):
        if item.tag == f"{_W}t":
            parts.append(item.text or "")
        elif item.getparent().tag == f"{_W}r":
            parts.append("\t" if item.tag == f"{_W}tab" else "\n")
    return "".join(parts)


def _words(block: Block) -> str:
    """Give the words of a block as a reader of the file sees them."""
    if isinstance(block, Paragraph | Heading):
        return "".join(texts_of(block))
    if isinstance(block, Numbered):
        return "\n".join("".join(run.text for run in item) for item in block.items)
    return "\n".join(texts_of(block))


def _as_typed(block: Block, lines: Sequence[str]) -> str:
    if isinstance(block, Numbered):
        return "\n".join(re.sub(r"^\s*(?:\d+\.|–|-)?\s*\t?", "", line, count=1) for line in lines)
    if isinstance(block, Letterhead | Signature):
        return "\n".join(line for line in lines)
    return "\n".join(lines)


def _tables(document: Any, blocks: Sequence[Block]) -> list[Change]:
    ours = [block for block in blocks if isinstance(block, Table)]
    theirs = [[cell.text for row in made.rows for cell in row.cells] for made in document.tables]
    changes = []
    for rank, block in enumerate(ours):
        was = "\n".join(cell.text for row in (block.header, *block.rows) for cell in row)
        now = "\n".join(theirs[rank]) if rank < len(theirs) else ""
        if flat(now) != flat(was):
            changes.append(Change(block.id, was, now, "Tableau tiré du dossier : corrigez la fiche, pas la lettre."))
    return changes
