"""What stands around the blocks of a document: properties, footer, colours, the firm's logo and the window."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Meta:
    """What stands around the blocks: properties, footer, and how the first page is laid out."""

    title: str
    author: str
    reference: str
    created: date
    subject: str = ""
    watermark: str = ""
    colour: str = "#7b1e3b"
    window: tuple[float, float] = (110.0, 57.0)
    keywords: tuple[str, ...] = field(default=())
    logo: bytes = field(default=b"", repr=False)
    shows_window: bool = False

    @property
    def footer(self) -> str:
        """Give the words at the foot of each page, beside the page number."""
        return " · ".join(part for part in (self.reference, self.title) if part)
