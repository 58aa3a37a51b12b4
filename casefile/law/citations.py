"""Which articles a list of citations names: « 29 al. 1 », « art. 32, alinéa 1er », « R. 621-1 »."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ARTICLE = re.compile(
    r"(?:(?P<part>[RLD])\.?\s*)?(?P<number>\d+(?:-\d+)*)(?:er)?"
    r"(?:\s*,?\s*(?:al\.|alinéa|alinea)\s*(?P<paragraph>\d+)(?:er)?)?"
)
# Numbers that are days, years or laws, not articles: « loi du 29 juillet 1881 », « loi n° 2004-575 ».
_NOT_ARTICLES = re.compile(
    r"\b(?:du\s+)?\d{1,2}(?:er)?\s+(?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)\S*\s+\d{4}"
    r"|n°\s*[\d-]+|\bloi\s+(?:de\s+)?\d{4}\S*"
)


def articles_cited(citations: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Give each (article, paragraph) named; the paragraph is empty when it is not said."""
    found = set()
    for citation in citations:
        for match in _ARTICLE.finditer(_NOT_ARTICLES.sub(" ", citation)):
            found.add((f"{match['part'] or ''}{match['number']}", match["paragraph"] or ""))
    return frozenset(found)


def first_article(citation: str) -> str:
    """Give the article named first, which refers to the others when there are several; empty when none is named."""
    match = _ARTICLE.search(_NOT_ARTICLES.sub(" ", citation))
    return f"{match['part'] or ''}{match['number']}" if match else ""


def cites(cited: Iterable[tuple[str, str]], number: str, paragraph: str = "") -> bool:
    """Tell whether an article is named, with its paragraph when one is asked for."""
    return any(named == number and paragraph in {"", said} for named, said in cited)
