"""Sourced paragraphs that a lawyer may include for a health professional; none is included by itself."""

from __future__ import annotations

from dataclasses import dataclass

from casefile.law import reference


@dataclass(frozen=True)
class HealthParagraph:
    """One paragraph, its authority and certainty, and the kinds of document where it belongs."""

    id: str
    title: str
    text: str
    source: str
    status: str
    documents: tuple[str, ...]


def health_paragraphs(document: str | None = None) -> tuple[HealthParagraph, ...]:
    """Give the paragraphs, or those that belong in one kind of document."""
    every = reference.rows("health_paragraphs", HealthParagraph)
    return tuple(paragraph for paragraph in every if document is None or document in paragraph.documents)
