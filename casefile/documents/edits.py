"""What a lawyer rewrites in a draft, block by block: kept beside the facts, applied when the blocks are made.

An edit names the words that it replaces. When the dossier changes and those words are no longer there, the edit is not
dropped in silence: it is stale, and the letter is refused until somebody looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from casefile.documents.blocks import Block, Heading, Numbered, Paragraph, Run, Strong, runs

OWN = "own-"
FROM_DOSSIER = "Vient du dossier : corrigez la fiche, pas la lettre."
FROM_TYPE = "Mention de l’acte, tirée des faits et des textes en vigueur : elle ne se réécrit pas."
AGREED = "S’accorde au destinataire et au jour : corrigez sa fiche."
EXACT_WORDS = "Contient des mots exacts du dossier : corrigez la fiche, pas la lettre."
_FREE_STYLES = frozenset({"body", "subject", "note", "centred"})
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: `now` replaces the words `was` of a block, or follows them when `added`; empty, it removes them."""

    block: str
    was: str
    now: str
    added: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give the edit as it is stored."""
        return {"block": self.block, "was": self.was, "now": self.now, "added": self.added}


def read(stored: Iterable[Mapping[str, Any]]) -> list[Edit]:
    """Give the edits of a letter as they were stored."""
    return [Edit(str(row["block"]), str(row["was"]), str(row["now"]), bool(row.get("added"))) for row in stored]


def why_locked(block: Block, *, is_act: bool) -> str:
    """Say why a block is not rewritten, or nothing when it may be."""
    if block.locked:
        return block.locked
    match block:
        case Paragraph() if any(run.exact for run in block.runs):
            return EXACT_WORDS
        case Paragraph(style=style) if style not in _FREE_STYLES:
            return AGREED
        case Numbered() if any(run.exact or run.bold for item in block.items for run in item):
            return FROM_DOSSIER
        case Paragraph(style="note"):
            return FROM_DOSSIER
        case Paragraph() | Heading() if is_act and not block.id.startswith(OWN):
            return FROM_TYPE
        case Paragraph() | Heading() | Numbered():
            return ""
        case _:
            return FROM_DOSSIER


def source_of(block: Block) -> str:
    """Give the words of a block as they are typed: bold between two stars, one item of a list a line."""
    match block:
        case Heading(text=text):
            return text
        case Paragraph():
            return _typed(block.runs)
        case Numbered():
            return "\n".join(_typed(item) for item in block.items)
        case _:
            return ""


def apply(blocks: Sequence[Block], edits: Sequence[Edit], *, is_act: bool) -> tuple[list[Block], list[Edit]]:
    """Give the blocks rewritten, and the edits whose words are no longer found."""
    changed: dict[int, list[Edit]] = {}
    stale: list[Edit] = []
    for edit in edits:
        rank = _place(blocks, edit)
        if rank is None or (not edit.added and why_locked(blocks[rank], is_act=is_act)):
            stale.append(edit)
        else:
            changed.setdefault(rank, []).append(edit)
    made: list[Block] = []
    for rank, block in enumerate(blocks):
        here = changed.get(rank, [])
        replaced = next((edit for edit in here if not edit.added), None)
        if replaced is None:
            made.append(block)
        elif replaced.now.strip():
            made.append(rewritten(block, replaced.now))
        for number, edit in enumerate((edit for edit in here if edit.added), start=1):
            made += _added(block.id, number, edit.now)
    return made, stale


def rewritten(block: Block, words: str) -> Block:
    """Give a block with other words, typeset; its place, its kind and its style stay."""
    match block:
        case Heading():
            return replace(block, text="".join(run.text for run in runs([words.strip()])))
        case Paragraph():
            return replace(block, runs=_runs(words.strip()))
        case Numbered():
            lines = [line.strip() for line in words.splitlines() if line.strip()]
            return replace(block, items=tuple(_runs(line) for line in lines))
        case _:
            raise TypeError(f"{type(block).__name__} is never rewritten")


def flat(text: str) -> str:
    """Give a text without what typing leaves open: spaces, their kind, the shape of apostrophes."""
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")).strip()


def _place(blocks: Sequence[Block], edit: Edit) -> int | None:
    """Find the words of an edit: at their block first, elsewhere only when they stand in one place."""
    same = [rank for rank, block in enumerate(blocks) if _anchor(block, edit)]
    at_home = next((rank for rank in same if blocks[rank].id == edit.block), None)
    return at_home if at_home is not None else same[0] if len(same) == 1 else None


def _anchor(block: Block, edit: Edit) -> bool:
    if edit.added and not edit.was:
        return block.id == edit.block
    return bool(edit.was) and source_of(block) == edit.was


def _added(anchor: str, number: int, words: str) -> list[Block]:
    parts = [part.strip() for part in re.split(r"\n\s*\n", words) if part.strip()]
    return [
        Paragraph(id=f"{OWN}{anchor}-{number}-{rank}", runs=_runs(part)) for rank, part in enumerate(parts, start=1)
    ]


def _typed(given: Iterable[Run]) -> str:
    return "".join(f"**{run.text.strip()}**{_tail(run.text)}" if run.bold else run.text for run in given)


def _tail(text: str) -> str:
    return text[len(text.rstrip()) :]


def _runs(words: str) -> tuple[Run, ...]:
    parts = [Strong(part) if rank % 2 else part for rank, part in enumerate(_BOLD.split(words))]
    return runs(parts)
