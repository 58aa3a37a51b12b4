"""All the contents of a dossier on one scale: each limitation against the first data that will be lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from casefile.models.evidence import Publication
from casefile.web.data_ruler import DataRuler, Span, data_ruler
from casefile.web.identification_lines import ClockLine, ContentLine, GroundLine

FEWEST = 2  # one content has its own drawing
MOST_DRAWN = 12  # beyond, the drawing says nothing any more: the table has them all


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One content: its limitation, and the datum that will be lost first."""

    publication: Publication
    begins: date
    prudent_on: date | None
    admitted_on: date | None
    first_lost: ClockLine | None


@dataclass(frozen=True, slots=True)
class DossierTimeline:
    """The rows, the most urgent first, and the drawing of the first of them."""

    rows: tuple[TimelineRow, ...]
    ruler: DataRuler | None
    drawn: int


def dossier_timeline(contents: Iterable[ContentLine], today: date) -> DossierTimeline | None:
    """Gather the contents whose dates are known; None when there are too few of them to compare."""
    rows = [row for content in contents if (row := _row(content)) is not None]
    if len(rows) < FEWEST:
        return None
    rows.sort(key=lambda row: (row.prudent_on or date.max, row.begins))
    drawn = rows[:MOST_DRAWN]
    return DossierTimeline(tuple(rows), data_ruler([span for row in drawn for span in _spans(row)], today), len(drawn))


def _row(content: ContentLine) -> TimelineRow | None:
    dated = [ground for ground in content.grounds if ground.begins is not None]
    if not dated:
        return None
    strictest = min(dated, key=lambda ground: ground.limitation[0] or date.max)
    begins = min(ground.begins for ground in dated if ground.begins is not None)
    return TimelineRow(content.publication, begins, *strictest.limitation, _first_lost(dated))


def _first_lost(grounds: Sequence[GroundLine]) -> ClockLine | None:
    ending = [clock for ground in grounds for clock in ground.clocks if clock.earliest is not None]
    return min(ending, key=lambda clock: (clock.earliest or date.max, clock.latest or date.max), default=None)


def _spans(row: TimelineRow) -> Iterable[Span]:
    title = row.publication.title
    if row.prudent_on is not None:
        yield Span(f"{title}, prescription", row.begins, row.prudent_on, row.admitted_on or row.prudent_on, "late")
    if row.first_lost is not None and row.first_lost.earliest is not None:
        held = row.first_lost
        assert held.earliest is not None  # said just above
        yield Span(f"{title}, premières données perdues", row.begins, held.earliest, held.latest, held.tone)
