"""How a letter or an act shows the disputed contents: what each is, where it stands, when, and its exact words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casefile.documents.blocks import (
    Block,
    Exact,
    Part,
    paragraph,
    quotation,
    url,
)
from casefile.documents.draft import Draft
from casefile.documents.facts import as_day, as_instant
from casefile.documents.typography import long_date, long_instant


def contents(draft: Draft, *, framed_law: bool = False) -> Iterator[Block]:
    """Show each content: what it is, where it is, and its words, exact and numbered through the document."""
    number = 0
    for rank, content in enumerate(draft.facts.contents, start=1):
        yield paragraph(*content_line(content, rank, len(draft.facts.contents)))
        yield url(str(content.get("url") or ""), clickable=draft.clickable)
        for passage in content.get("passages") or []:
            number += 1
            label = f"Propos n° {number}"
            if framed_law and passage.get("qualification"):
                noun, texts = draft.charge(str(passage["qualification"]))
                label += f" – {noun} – {texts}"
            yield quotation(str(passage.get("verbatim") or ""), label=label)


def content_line(content: Mapping[str, Any], rank: int, total: int) -> list[Part]:
    """Write the line that introduces a content: nature, service, author as shown, date, exhibit."""
    head = f"Contenu n° {rank} : {content.get('nature') or 'publication'}" if total > 1 else _nature(content)
    parts: list[Part] = [f"{head} sur {content.get('platform')}, sous le nom affiché « "]
    parts += [Exact(content.get("author") or "sans nom"), " », "]
    parts += published(content)
    if content.get("item_id"):
        parts += [", identifiant ", Exact(content["item_id"])]
    parts += [captured(content), " :"]
    return parts


def published(content: Mapping[str, Any]) -> list[Part]:
    """Write the date of publication: exact, or as displayed with the day on which it was seen."""
    exact, shown = as_day(content.get("published_on")), content.get("published_text")
    if exact and not shown:
        return [f"en ligne depuis le {long_date(exact)}"]
    seen = as_day(content.get("seen_on"))
    first = as_day(content.get("first_online_on")) or exact
    parts: list[Part] = ["dont la date affichée était « ", Exact(shown or "non indiquée"), " »"]
    if seen:
        parts.append(f" le {long_date(seen)}")
    if first:
        parts.append(f", soit une première mise en ligne retenue au {long_date(first)}")
    return parts


def captured(content: Mapping[str, Any]) -> str:
    """Write in brackets which capture shows the content, with its exhibit number."""
    words = capture_words(content)
    return f" ({words})" if words else ""


def proved_by(content: Mapping[str, Any]) -> str:
    """Write in brackets the exhibit that shows the content; the discussion repeats no more than its number."""
    number = (content.get("capture") or {}).get("exhibit")
    return f" (Pièce n° {number})" if number else captured(content)


def capture_words(content: Mapping[str, Any]) -> str:
    """Write which capture shows the content, with its exhibit number."""
    capture = content.get("capture") or {}
    number = capture.get("exhibit")
    at = f"capture du {long_instant(as_instant(capture['captured_at']))}" if capture.get("captured_at") else ""
    if capture.get("received_at"):
        at = f"copie reçue le {long_instant(as_instant(capture['received_at']))}"
    return ", ".join(part for part in (at, f"Pièce n° {number}" if number else "") if part)


def _nature(content: Mapping[str, Any]) -> str:
    nature = str(content.get("nature") or "publication")
    return nature[:1].upper() + nature[1:]
