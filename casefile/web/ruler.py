"""« La règle »: where each date of a limitation falls on a drawn line.

Dates in, coordinates out; the template writes the SVG. No rule of law is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from babel.dates import format_date

from casefile.web.filters import day_month, french_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEFT, RIGHT = 10.0, 890.0
TOP, ROW_ABOVE, BELOW, ROW_BELOW = 70.0, 38.0, 62.0, 22.0  # heights: above the bar, per extra row, under it
TRAILING_SHARE = 0.1  # of the period, drawn after the last date so that its label has room
STEM_GAP, LABEL_GAP = 5.0, 4.0
CHARACTER = 6.6  # mean width of a character at 13 px, rounded up
MONTH_ROOM, SHORT_ROOM = 62.0, 34.0  # narrower, a month shows its short name; narrower still, none


@dataclass(frozen=True)
class Mark:
    """A dated event on the line; a hollow dot does not count for the limitation."""

    on: date
    label: str
    counts: bool = True


@dataclass(frozen=True)
class Label:
    """Two lines of text placed so that they meet no other label."""

    x: float
    text_x: float
    anchor: str
    row: int
    date: str
    text: str
    dot: str = ""  # full, hollow or none
    tone: str = ""


@dataclass(frozen=True)
class Month:
    """One month of the scale and where its name stands."""

    x: float
    middle: float
    name: str


@dataclass(frozen=True)
class Ruler:
    """The geometry of one drawing, in the units of its viewBox (900 wide)."""

    title: str
    height: float
    line_y: float
    elapsed: float  # width of the share already run
    danger: tuple[float, float]  # abscissa and width, from the last useful day to the prudent date
    doubt: tuple[float, float]  # abscissa and width of the interval in which publication falls
    months: tuple[Month, ...]
    above: tuple[Label, ...]
    below: tuple[Label, ...]
    tone: str


def ruler(
    start: date,
    prudent_on: date,
    admitted_on: date,
    today: date,
    *,
    last_useful_day: date | None = None,
    start_latest: date | None = None,
    marks: Sequence[Mark] = (),
    start_label: str = "Mise en ligne",
) -> Ruler:
    """Places everything; `start_latest` is given when the publication is only known as an interval."""
    known = [start, prudent_on, admitted_on, today, *(mark.on for mark in marks), *filter(None, (start_latest,))]
    scale = Scale(min(known), max(known))
    above = place(
        [_Event(scale(mark.on), mark, "") for mark in _events(start, start_latest, start_label, marks, admitted_on)]
    )
    below = place(_limits(scale, today, prudent_on, last_useful_day))
    line_y = TOP + ROW_ABOVE * _rows(above)
    danger_from = scale(min(last_useful_day or prudent_on, prudent_on))
    return Ruler(
        title=_sentence(start, prudent_on, admitted_on, today, last_useful_day),
        height=line_y + BELOW + ROW_BELOW * _rows(below),
        line_y=line_y,
        elapsed=round(scale(today) - LEFT, 1),
        danger=(danger_from, round(scale(prudent_on) - danger_from, 1)),
        doubt=(scale(start), round(scale(start_latest or start) - scale(start), 1)),
        months=scale.months(),
        above=above,
        below=below,
        tone=_tone(today, prudent_on, last_useful_day),
    )


def mini(start: date, end: date, today: date) -> float:
    """Gives the share of a period already run, from 0 to 100, for the bar under a badge."""
    total = (end - start).days
    if total <= 0:
        return 100.0
    return round(min(max((today - start).days / total, 0.0), 1.0) * 100, 1)


class Scale:
    """Turns a day into an abscissa, between the first day drawn and a little after the last."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        days = max((last - first).days, 1)
        self.last = last + timedelta(days=max(round(days * TRAILING_SHARE), 1))
        self._days = (self.last - first).days

    def __call__(self, day: date) -> float:
        """Place a day; one outside the scale stands at its edge."""
        share = (day - self.first).days / self._days
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)

    def months(self) -> tuple[Month, ...]:
        """Cuts the scale at each first of a month, or of a year when it is long."""
        yearly = self._days > 800  # noqa: PLR2004 - more than two years: months would not be read
        starts = [self.first, *_firsts(self.first, self.last, yearly=yearly)]
        ends = [*starts[1:], self.last]
        return tuple(self._month(begin, end, yearly=yearly) for begin, end in zip(starts, ends, strict=True))

    def _month(self, begin: date, end: date, *, yearly: bool) -> Month:
        left, right = self(begin), self(end)
        width = right - left
        name = str(begin.year) if yearly else format_date(begin, "MMMM", locale="fr")
        if width < MONTH_ROOM and not yearly:
            name = format_date(begin, "MMM", locale="fr")
        return Month(x=left, middle=round((left + right) / 2, 1), name=name if width >= SHORT_ROOM else "")


def _firsts(first: date, last: date, *, yearly: bool) -> Iterable[date]:
    day = first.replace(day=1)
    while True:
        day = date(day.year + 1, 1, 1) if yearly or day.month == 12 else day.replace(month=day.month + 1)  # noqa: PLR2004
        if day >= last:
            return
        yield day


def _events(
    start: date, start_latest: date | None, start_label: str, marks: Sequence[Mark], admitted_on: date
) -> list[Mark]:
    limit = Mark(admitted_on, "Limite admise")
    if start_latest is None or start_latest == start:
        return [Mark(start, start_label), *marks, limit]
    return [Mark(start, f"{start_label}, au plus tôt"), Mark(start_latest, "au plus tard"), *marks, limit]


def _limits(scale: Scale, today: date, prudent_on: date, last_useful_day: date | None) -> list[_Event]:
    limits = [_Event(scale(today), Mark(today, "aujourd’hui"), "now")]
    if last_useful_day is not None:
        limits.append(_Event(scale(last_useful_day), Mark(last_useful_day, "dernier jour utile"), "crit"))
    return [*limits, _Event(scale(prudent_on), Mark(prudent_on, "date prudente"), "late")]


def place(events: Sequence[_Event]) -> tuple[Label, ...]:
    """Gives each label the row nearest to the line where neither its words nor its stem meet another.

    Text stands right of its stem, or left of it near the right edge. Those that read rightwards are placed from
    the right, the others from the left, so that a far label's stem passes beside the words of the nearer ones.
    """
    turned = _turned(events)
    rightwards = sorted((event for event in events if event not in turned), key=lambda event: -event.x)
    leftwards = sorted((event for event in events if event in turned), key=lambda event: event.x)
    rows: list[list[tuple[float, float]]] = []
    placed = []
    for event in [*rightwards, *leftwards]:
        span = event.span(turned=event in turned)
        row = next((index for index in range(len(rows)) if _fits(event.x, span, rows, index)), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append(span)
        for nearer in rows[:row]:
            nearer.append((event.x, event.x))
        placed.append(event.label(row, turned=event in turned))
    return tuple(sorted(placed, key=lambda label: label.x))


@dataclass(frozen=True)
class _Event:
    """A mark, where it falls, and its tone when it is a limit drawn under the line."""

    x: float
    mark: Mark
    tone: str

    @property
    def width(self) -> float:
        words, day = len(self.mark.label), len(day_month(self.mark.on))
        return CHARACTER * (words + day + 3 if self.tone else max(words, day))

    def span(self, *, turned: bool) -> tuple[float, float]:
        return (self.x - STEM_GAP - self.width, self.x) if turned else (self.x, self.x + STEM_GAP + self.width)

    def label(self, row: int, *, turned: bool) -> Label:
        dot = "none" if self.tone else ("full" if self.mark.counts else "hollow")
        text_x = round(self.x - STEM_GAP if turned else self.x + STEM_GAP, 1)
        anchor = "end" if turned else "start"
        return Label(self.x, text_x, anchor, row, day_month(self.mark.on), self.mark.label, dot, self.tone)


def _turned(events: Sequence[_Event]) -> set[_Event]:
    """Finds the labels that would leave the drawing, or cross the stem of one that does."""
    turned, limit = set(), RIGHT + STEM_GAP
    for event in sorted(events, key=lambda event: -event.x):
        if event.x + event.width + STEM_GAP > limit and event.x - event.width > LEFT:
            turned.add(event)
            limit = event.x
    return turned


def _fits(x: float, span: tuple[float, float], rows: Sequence[Sequence[tuple[float, float]]], row: int) -> bool:
    stem_free = all(not _overlap((x, x), taken) for nearer in rows[:row] for taken in nearer)
    return stem_free and not any(_overlap(span, taken) for taken in rows[row])


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] + LABEL_GAP and other[0] < one[1] + LABEL_GAP


def _rows(labels: Sequence[Label]) -> int:
    return max(label.row for label in labels)


def _tone(today: date, prudent_on: date, last_useful_day: date | None) -> str:
    limit = last_useful_day or prudent_on
    if today > limit:
        return "late"
    if (limit - today).days <= 7:  # noqa: PLR2004 - « critique »: the last useful day is within a week
        return "crit"
    return "soon" if (limit - today).days <= 30 else "ok"  # noqa: PLR2004 - « proche »: within a month


def _sentence(start: date, prudent_on: date, admitted_on: date, today: date, last_useful_day: date | None) -> str:
    parts = [
        f"Délai courant du {french_date(start)}",
        f"date prudente le {french_date(prudent_on)}",
        f"limite admise le {french_date(admitted_on)}",
    ]
    if last_useful_day is not None:
        parts.insert(1, f"dernier jour utile le {french_date(last_useful_day)}")
    return f"{', '.join(parts)} ; aujourd’hui, {french_date(today)}.".replace(" ;", "\u202f;")
