"""The dates that an event would open, as they are shown before it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casefile.law import procedure
from casefile.web.filters import typography

if TYPE_CHECKING:
    from datetime import date

EFFECTS = {
    "deadline": ("soon", "Dernier jour pour agir"),
    "latest_before": ("soon", "Dernier jour avant l’audience"),
    "earliest": ("info", "Premier jour possible"),
    "retention": ("crit", "Fin de conservation"),
    "internal": ("info", "Date interne au cabinet"),
    "none": ("none", "Aucune date"),
}


@dataclass(frozen=True)
class PreviewLine:
    """One consequence of an event, with what it would start in turn."""

    title: str
    tone: str
    word: str
    by: str
    due_on: date | None
    prudent_on: date | None
    last_useful_day: date | None
    provisional: bool
    source: str
    note: str
    warnings: tuple[str, ...]
    steps: tuple[dict[str, str], ...]
    then: tuple[PreviewLine, ...]


def previewed(event: procedure.Event) -> list[PreviewLine]:
    """Give every consequence of an event and, one step further, what doing each act would start.

    Raises InvalidInput or NoRuleInForce.
    """
    return [_line(found, follow=True) for found in procedure.deadlines_after(event)]


def _line(found: procedure.ProceduralDeadline, *, follow: bool) -> PreviewLine:
    answer = found.as_json()
    tone, word = EFFECTS[found.kind]
    # Of a last day the earlier reading is the prudent one; of a first possible day, the later.
    first = [found.due_on] if found.kind == "earliest" else [found.counted_on, found.due_on]
    dates = [day for day in first if day is not None]
    return PreviewLine(
        title=typography(str(answer["title"])),
        tone=tone,
        word=word,
        by=typography(str(answer["by"])),
        due_on=found.due_on,
        prudent_on=min(dates) if dates else None,
        last_useful_day=found.last_useful_day,
        provisional=found.provisional,
        source=typography(str(answer["source"])),
        note=typography(str(answer["note"])),
        warnings=tuple(map(typography, found.warnings)),
        steps=tuple(
            {"text": typography(str(step["text"])), "source": typography(str(step["source"] or ""))}
            for step in answer["trace"]
        ),
        then=tuple(_line(next_one, follow=False) for next_one in procedure.chained(found)) if follow else (),
    )
