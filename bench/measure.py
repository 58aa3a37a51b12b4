"""How two ways of doing the same thing are compared: interleaved, after a warm-up, median against median.

A bare time is never shown: it says more about the machine than about the program. What only computes and reads warm
pages is measured in time of its own thread, so that neighbours on the machine do not count; what waits for a disk or
for another process, in time of the wall.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from casefile.cli.server import settle

Act = Callable[[int], object]


@dataclass(frozen=True)
class Pair:
    """The floor and ours, ready to be called with the number of the round; both must give the same answer."""

    floor: Act
    ours: Act
    rounds: int = 120
    warm_up: int = 8
    same: Callable[[object, object], bool] | None = None
    waits: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the output."""

    name: str
    floor: str
    ratio: float
    tail: float
    limit: float | None

    @property
    def verdict(self) -> str:
        """Say whether the ratio is within its limit."""
        if self.limit is None:
            return "affiché"
        return "tenu" if self.ratio <= self.limit else "DÉPASSÉ"

    def __str__(self) -> str:
        """Write the line: name, floor, ratio of medians, ratio of 95th percentiles, limit, verdict."""
        limit = "–" if self.limit is None else f"≤ {self.limit:g}"
        return f"{self.name:<44} {self.floor:<46} {self.ratio:>7.2f} {self.tail:>7.2f} {limit:>7}  {self.verdict}"


def compare(name: str, floor: str, limit: float | None, pair: Pair) -> Line:
    """Run both sides turn about and give their ratio."""
    for number in range(pair.warm_up):
        left, right = pair.floor(number), pair.ours(number)
        if pair.same is not None and not pair.same(left, right):
            raise AssertionError(f"{name}: the two sides do not give the same answer")
    settle()
    read = time.perf_counter if pair.waits else time.thread_time
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(pair.rounds):
        # Turn about, and who goes first changes too: the first one pays for cold caches.
        for side in (0, 1) if number % 2 else (1, 0):
            start = read()
            (pair.floor, pair.ours)[side](pair.warm_up + number)
            times[side].append(read() - start)
    return Line(name, floor, _ratio(times, 0.5), _ratio(times, 0.95), limit)


def quantile(values: list[float], share: float) -> float:
    """Give the value below which this share lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _ratio(times: tuple[list[float], list[float]], share: float) -> float:
    if share == 0.5:
        return statistics.median(times[1]) / statistics.median(times[0])
    return quantile(times[1], share) / quantile(times[0], share)
