"""The persistence ledger: « en ligne du … au …, N constatations, 0 absence », a passing fault told from a removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from casefile import clock
from casefile.evidence.provenance import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

# EDGI's rule of thumb: a page is gone when it has been missing for fourteen days running.
CONFIRMED_AFTER = timedelta(days=14)
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class Sighting:
    """What one capture saw."""

    at: datetime
    outcome: Outcome
    capture: str


@dataclass(frozen=True)
class Gap:
    """A run of absences between two presences, or after the last one."""

    first: datetime
    last: datetime
    count: int
    returned: datetime | None


@dataclass(frozen=True)
class Ledger:
    """The whole history of one source."""

    first_seen: datetime | None
    last_seen: datetime | None
    seen: int
    absent: int
    inconclusive: int
    gaps: tuple[Gap, ...]
    removed_between: tuple[datetime, datetime] | None
    removal_confirmed: bool
    words: str


def keep(sightings: Sequence[Sighting]) -> Ledger:
    """Compute the ledger; blocked captures count neither way, partial ones did see the page."""
    ordered = sorted(sightings, key=lambda s: s.at)
    seen = [s for s in ordered if s.outcome in {Outcome.PRESENT, Outcome.PARTIAL}]
    absent = [s for s in ordered if s.outcome is Outcome.ABSENT]
    gaps = tuple(_gaps(ordered))
    open_gap = gaps[-1] if gaps and gaps[-1].returned is None else None
    removed = (seen[-1].at, open_gap.first) if seen and open_gap else None
    confirmed = open_gap is not None and open_gap.last - open_gap.first >= CONFIRMED_AFTER
    blocked = len(ordered) - len(seen) - len(absent)
    return Ledger(
        seen[0].at if seen else None,
        seen[-1].at if seen else None,
        len(seen),
        len(absent),
        blocked,
        gaps,
        removed,
        confirmed,
        _words(seen, absent, blocked, removed, confirmed=confirmed),
    )


def _gaps(ordered: Sequence[Sighting]) -> list[Gap]:
    found: list[Gap] = []
    run: list[Sighting] = []
    for sighting in ordered:
        if sighting.outcome is Outcome.ABSENT:
            run.append(sighting)
        elif sighting.outcome is not Outcome.BLOCKED and run:
            found.append(Gap(run[0].at, run[-1].at, len(run), sighting.at))
            run = []
    if run:
        found.append(Gap(run[0].at, run[-1].at, len(run), None))
    return found


def _words(
    seen: Sequence[Sighting],
    absent: Sequence[Sighting],
    blocked: int,
    removed: tuple[datetime, datetime] | None,
    *,
    confirmed: bool,
) -> str:
    if not seen:
        return "jamais vu en ligne par une capture"
    plural = "s" if len(seen) > 1 else ""
    line = (
        f"en ligne du {_day(seen[0].at)} au {_day(seen[-1].at)}, {len(seen)} constatation{plural}, "
        f"{len(absent)} absence{'s' if len(absent) > 1 else ''}"
    )
    if blocked:
        line += f", {blocked} accès empêché{'s' if blocked > 1 else ''} (sans conclusion)"
    if removed:
        line += f" ; disparu entre le {_day(removed[0])} et le {_day(removed[1])}"
        line += "" if confirmed else f" (retrait à confirmer : moins de {CONFIRMED_AFTER.days} jours d’absence)"
    return line


def _day(instant: datetime) -> str:
    day = clock.paris(instant)
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
