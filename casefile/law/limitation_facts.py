"""What a lawyer knows when asking for a limitation: publication, acts, suspensions, republications, place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class PublicationKind(StrEnum):
    """How well the first day online is known."""

    EXACT = "exact"
    INTERVAL = "interval"
    RELATIVE = "relative"
    UNKNOWN = "unknown"


class Regularity(StrEnum):
    """What the lawyer thinks of an act's validity."""

    REGULAR = "regular"
    DISPUTED = "disputed"
    VOID = "void"


@dataclass(frozen=True)
class Sighting:
    """A relative date as the platform showed it, and the day somebody saw it."""

    text: str
    seen_on: date


@dataclass(frozen=True)
class Publication:
    """The first day online: exact, between two days, deduced from relative texts, or unknown."""

    kind: PublicationKind
    earliest: date | None = None
    latest: date | None = None
    sightings: tuple[Sighting, ...] = ()
    platform: str = ""
    discovered_on: date | None = None

    @classmethod
    def exact(cls, day: date) -> Publication:
        """Know the day itself."""
        return cls(PublicationKind.EXACT, day, day)

    @classmethod
    def between(cls, earliest: date, latest: date) -> Publication:
        """Know two days that enclose it."""
        return cls(PublicationKind.INTERVAL, earliest, latest)

    @classmethod
    def relative(cls, *sightings: Sighting, platform: str = "") -> Publication:
        """Know only what the platform showed, on one day or several."""
        return cls(PublicationKind.RELATIVE, sightings=sightings, platform=platform)

    @classmethod
    def unknown(cls, discovered_on: date | None = None) -> Publication:
        """Know nothing but, perhaps, the day of discovery, which never starts the period."""
        return cls(PublicationKind.UNKNOWN, discovered_on=discovered_on)


@dataclass(frozen=True)
class Act:
    """One act recorded in the file; unproved acts move the admitted date only."""

    type: str
    date: date
    regularity: Regularity = Regularity.REGULAR
    proved: bool = True


@dataclass(frozen=True)
class Suspension:
    """A time during which the period may have stopped; without an end it still runs."""

    type: str
    begins: date
    ends: date | None


@dataclass(frozen=True)
class Republication:
    """An event after the publication that may open a new period."""

    type: str
    date: date


@dataclass(frozen=True)
class LimitationFacts:
    """All that the computation needs; `publication` or `start_after_act`, at least one."""

    qualification: str
    publication: Publication | None
    start_after_act: date | None = None
    acts: tuple[Act, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    republications: tuple[Republication, ...] = ()
    territories: tuple[str, ...] = ("metropole",)
    alternatives: tuple[str, ...] = ()
    lead_days: int = 5
