"""Blocks to plain structures for an HTML preview: lists and dictionaries, no markup, no web framework."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from casefile.documents.blocks import Block, Numbered, Table, identified, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def preview(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Give each block as a dictionary: kind, id, locked, its own values; templates escape every text."""
    return [_block(block) for block in identified(blocks)]


def _block(block: Block) -> dict[str, Any]:
    values = asdict(block)
    given: dict[str, Any] = {"kind": type(block).__name__.lower(), "texts": texts_of(block), **values}
    if isinstance(block, Numbered):
        given["marks"] = [block.bullet or f"{block.start + rank}." for rank in range(len(block.items))]
    if isinstance(block, Table):
        given["columns"] = [cell.text for cell in block.header]
    return given
