"""The lines of a chronology as the timeline component draws them, each leading to what it tells about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g, url_for

from casefile.chronology import Event
from casefile.web.filters import typography

# table → (endpoint, argument); what has no page of its own is no link.
PAGES = {
    "publication": ("publications.show", "publication_id"),
    "capture": ("evidence.show", "capture_id"),
    "filed_mail": ("correspondence.show", "mail_id"),
    "letter": ("documents.show", "letter_id"),
    "deadline": ("deadlines.show", "deadline_id"),
}
# chronology kind → look of the dot; the others are plain.
DOTS = {"proof": "proof", "void": "void"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line drawn."""

    on: date | datetime
    text: str
    detail: str
    url: str | None
    kind: str | None


def lines(events: Iterable[Event]) -> list[Line]:
    """Draw the events in the order given; a note is shown as it was typed, other words get their typography."""
    return [_line(event) for event in events]


def _line(event: Event) -> Line:
    told, detail = event.text, event.detail
    if event.kind not in {"note", "mail"}:
        told, detail = typography(told), typography(detail)
    return Line(event.at or event.on, told, detail, _address(event), DOTS.get(event.kind))


def _address(event: Event) -> str | None:
    endpoint, argument = PAGES.get(event.table, ("", ""))
    if not endpoint:
        return None
    values: dict[str, Any] = {argument: event.subject_id}
    return url_for(endpoint, matter_id=g.matter.id, **values)
