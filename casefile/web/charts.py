"""Bars and lines for the partner's statistics: numbers in, coordinates out.

The template writes the SVG, a sentence for those who do not see it and the table of the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casefile.web.filters import NBSP, number

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, BAR, GROUP_GAP, BAR_GAP = 480.0, 12.0, 12.0, 3.0
LABEL_CHARACTER, VALUE_ROOM = 6.4, 96.0
LINE_HEIGHT, LINE_MARGIN = 140.0, 24.0


@dataclass(frozen=True)
class Bar:
    """One bar, its value and where both stand."""

    y: float
    width: float
    text: str
    series: int


@dataclass(frozen=True)
class Group:
    """The bars of one category."""

    label: str
    label_y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars grouped by category."""

    title: str
    height: float
    left: float
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Point:
    """One value of a line, with the label under it."""

    x: float
    y: float
    label: str
    text: str


@dataclass(frozen=True)
class LineChart:
    """One series over time."""

    title: str
    width: float
    height: float
    path: str
    points: tuple[Point, ...]


def bars(rows: Sequence[tuple[str, Sequence[int]]], series: Sequence[str]) -> BarChart:
    """Draws one group of bars per row; `series` names what each bar counts."""
    top = max((value for _, values in rows for value in values), default=0) or 1
    left = LABEL_CHARACTER * max((len(label) for label, _ in rows), default=0) + 12
    room = WIDTH - left - VALUE_ROOM
    groups, y = [], 4.0
    for label, values in rows:
        drawn = tuple(
            Bar(round(y + index * (BAR + BAR_GAP), 1), round(room * value / top, 1), f"{number(value)} {name}", index)
            for index, (value, name) in enumerate(zip(values, series, strict=True))
        )
        height = len(values) * (BAR + BAR_GAP)
        groups.append(Group(label, round(y + height / 2 + 3, 1), drawn))
        y += height + GROUP_GAP
    return BarChart(_sentence(rows, series), round(y, 1), round(left, 1), tuple(groups))


def line(points: Sequence[tuple[str, int]], unit: str) -> LineChart:
    """Draws one line; the values are few (weeks or months of a year)."""
    top = max((value for _, value in points), default=0) or 1
    step = (WIDTH - 2 * LINE_MARGIN) / max(len(points) - 1, 1)
    room = LINE_HEIGHT - 2 * LINE_MARGIN
    placed = tuple(
        Point(
            round(LINE_MARGIN + index * step, 1), round(LINE_MARGIN + room * (1 - value / top), 1), label, number(value)
        )
        for index, (label, value) in enumerate(points)
    )
    path = " ".join(f"{'M' if index == 0 else 'L'}{point.x} {point.y}" for index, point in enumerate(placed))
    told = ", ".join(f"{label}{NBSP}: {number(value)}" for label, value in points)
    return LineChart(f"{unit}, {told}.", WIDTH, LINE_HEIGHT, path, placed)


def _sentence(rows: Sequence[tuple[str, Sequence[int]]], series: Sequence[str]) -> str:
    told = (
        f"{label}{NBSP}: " + ", ".join(f"{number(value)} {name}" for value, name in zip(values, series, strict=True))
        for label, values in rows
    )
    return ". ".join(told) + "."
