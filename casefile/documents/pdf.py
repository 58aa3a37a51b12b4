"""Blocks to PDF: a French letter or act, tagged, with embedded faces only and the same bytes for the same input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casefile.documents.sheet import Meta

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casefile.documents.blocks import Block

__all__ = ["Meta", "render"]


def render(blocks: Sequence[Block], meta: Meta) -> bytes:
    """Render the blocks as a tagged PDF. Raises MissingGlyph when a character cannot be drawn."""
    from casefile.documents.press import printed  # ReportLab is loaded with the first document, not at start

    return printed(blocks, meta)
