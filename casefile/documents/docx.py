"""Blocks to Word: real styles, fields and language; the accessible twin of the PDF, with the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casefile.documents.blocks import Block
    from casefile.documents.sheet import Meta


def render(blocks: Sequence[Block], meta: Meta) -> bytes:
    """Render the blocks as a DOCX with the same text as the PDF. Same bytes for the same input."""
    from casefile.documents.word_writer import written  # python-docx is loaded with the first document, not at start

    return written(blocks, meta)
