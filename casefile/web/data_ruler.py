"""The clocks of the data against the limitation: one bar each on one scale of days.

Dates in, coordinates out; the template writes the SVG and the table of the same dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casefile.law.calendar import add_months
from casefile.web.filters import NARROW, french_date
from casefile.web.ruler import RIGHT, Month, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

TOP, ROW, FOOT = 34.0, 46.0, 30.0
HORIZON_MONTHS = 20  # farther days are drawn at the edge, and written in the table


@dataclass(frozen=True)
class Span:
    """What is drawn on one line: sure until `sure_until`, doubtful until `latest`; no end known when it is None."""

    label: str
    starts: date
    sure_until: date
    latest: date | None
    tone: str


@dataclass(frozen=True)
class Bar:
    """One line of the drawing."""

    label: str
    y: float
    sure: tuple[float, float]  # abscissa and width
    doubt: tuple[float, float]
    tone: str
    goes_on: bool


@dataclass(frozen=True)
class DataRuler:
    """The geometry of the drawing, in the units of its viewBox (900 wide)."""

    title: str
    height: float
    now: float
    now_anchor: str
    months: tuple[Month, ...]
    bars: tuple[Bar, ...]


def data_ruler(spans: Sequence[Span], today: date) -> DataRuler | None:
    """Place every span; None when nothing is dated."""
    if not spans:
        return None
    edge = add_months(today, HORIZON_MONTHS)
    ends = [span.latest or edge for span in spans]
    scale = Scale(min([today, *(span.starts for span in spans)]), max(today, min(max(ends), edge)))
    bars = tuple(_bar(span, TOP + ROW * row, scale) for row, span in enumerate(spans))
    now = scale(today)
    return DataRuler(
        title=_sentence(spans, today),
        height=TOP + ROW * len(bars) + FOOT,
        now=now,
        now_anchor="end" if now > RIGHT / 2 else "start",
        months=scale.months(),
        bars=bars,
    )


def _bar(span: Span, y: float, scale: Scale) -> Bar:
    begins, sure = scale(span.starts), scale(span.sure_until)
    ends = RIGHT if span.latest is None else max(scale(span.latest), sure)
    goes_on = span.latest is None or span.latest > scale.last
    return Bar(span.label, y, (begins, round(sure - begins, 1)), (sure, round(ends - sure, 1)), span.tone, goes_on)


def _sentence(spans: Sequence[Span], today: date) -> str:
    told = (
        f"{span.label}, jusqu’au {french_date(span.sure_until)}"
        + (f" au plus tôt, {french_date(span.latest)} au plus tard" if span.latest != span.sure_until else "")
        if span.latest
        else f"{span.label}, jusqu’au {french_date(span.sure_until)} au plus tôt"
        for span in spans
    )
    return f"Aujourd’hui, {french_date(today)}{NARROW}; " + f"{NARROW}; ".join(told) + "."
