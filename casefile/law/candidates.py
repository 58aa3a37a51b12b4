"""A date found somewhere: what it dates, between which instants, how, and how far it may be trusted.

A candidate is a proposal. The lawyer retains one; nothing here starts a time limit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from casefile.law.french import typeset

PARIS = ZoneInfo("Europe/Paris")
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Clocks of a platform and of the capture may differ by this much without contradicting each other.
CLOCK_TOLERANCE = timedelta(minutes=5)
# A date after the capture is false; one day forgives time zones (the rule that public extraction tools use).
FUTURE_TOLERANCE = timedelta(hours=24)
# A year beyond this one cannot be a Unix time of our world: it only guards against overflow.
LAST_MILLISECOND = 4_102_444_800_000


class Nature(StrEnum):
    """What the instant dates."""

    PUBLICATION = "publication"
    MODIFICATION = "modification"
    PRESENCE = "presence"  # the content already existed at that instant


class Reliability(StrEnum):
    """How far a judge may be asked to follow."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Candidate:
    """One date proposed for the first publication; `earliest` None means that nothing bounds it from below."""

    method: str
    label: str
    nature: Nature
    reliability: Reliability
    source: str
    instant: datetime
    earliest: datetime | None
    latest: datetime
    note: str = ""
    subject: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the contract's keys first, then what the page shows beside them."""
        return {
            "instant": _iso(self.instant),
            "earliest": _iso(self.earliest) if self.earliest else None,
            "latest": _iso(self.latest),
            "method": self.method,
            "reliability": self.reliability.value,
            "source": typeset(self.source),
            "nature": self.nature.value,
            "label": typeset(self.label),
            "note": typeset(self.note),
            "subject": self.subject,
            "publication": self.publication(),
        }

    def publication(self) -> dict[str, str] | None:
        """Give the `publication` that `casefile law limitation` takes, or None when no lower bound is known."""
        if self.earliest is None:
            return None
        first, last = paris_day(self.earliest), paris_day(self.latest)
        if first == last:
            return {"kind": "exact", "date": first.isoformat()}
        return {"kind": "interval", "from": first.isoformat(), "to": last.isoformat()}


def paris_day(instant: datetime) -> date:
    """Give the legal day of an instant: it is converted before it is truncated."""
    return instant.astimezone(PARIS).date()


def from_milliseconds(milliseconds: int) -> datetime | None:
    """Give the instant of a Unix time in milliseconds, or None when it is no date at all."""
    if not 0 <= milliseconds <= LAST_MILLISECOND:
        return None
    return UNIX_EPOCH + timedelta(milliseconds=milliseconds)


def exact(
    instant: datetime,
    method: str,
    label: str,
    reliability: Reliability,
    source: str,
    *,
    note: str = "",
    subject: str = "",
) -> Candidate:
    """Propose one exact instant as the first publication."""
    return Candidate(method, label, Nature.PUBLICATION, reliability, source, instant, instant, instant, note, subject)


def upper_bound(
    instant: datetime,
    method: str,
    label: str,
    reliability: Reliability,
    source: str,
    *,
    nature: Nature = Nature.MODIFICATION,
    note: str = "",
    subject: str = "",
) -> Candidate:
    """Propose an instant by which the content was already online: it never bounds the publication from below."""
    return Candidate(method, label, nature, reliability, source, instant, None, instant, note, subject)


def contradictions(found: list[Candidate]) -> list[str]:
    """Say, in French, which candidates cannot both be true.

    Candidates about two different objects of the page are not compared, nor those of a method that gave several.
    """
    compared = [one for one in found if one.method not in ambiguous_methods(found)]
    said: list[str] = []
    for index, one in enumerate(compared):
        for other in compared[index + 1 :]:
            if one.subject == other.subject or not (one.subject and other.subject):
                said += _conflict(one, other)
    return said


def ambiguous_methods(found: list[Candidate]) -> tuple[str, ...]:
    """Name the methods that gave several publication dates: the page speaks of several things."""
    counted = Counter(one.method for one in found if one.nature is Nature.PUBLICATION)
    return tuple(
        method for method, times in counted.items() if times > 1 and not method.startswith(("id:", "payload:google"))
    )


def _conflict(one: Candidate, other: Candidate) -> list[str]:
    first, second = sorted((one, other), key=lambda candidate: candidate.earliest or candidate.latest)
    for early, late in ((first, second), (second, first)):
        if late.earliest is None or late.nature is not Nature.PUBLICATION:
            continue
        gap = late.earliest - early.latest
        another_day = early.nature is Nature.PUBLICATION and paris_day(late.earliest) > paris_day(early.latest)
        if gap > CLOCK_TOLERANCE or (gap > timedelta(0) and another_day):
            sentence = (
                f"« {early.label} » donne au plus tard le {_french(early.latest)}, « {late.label} » au plus tôt "
                f"le {_french(late.earliest)} : les deux ne peuvent être vrais ensemble."
            )
            return [typeset(sentence)]
    return []


def _french(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%d/%m/%Y à %H h %M} (heure de Paris)"


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
