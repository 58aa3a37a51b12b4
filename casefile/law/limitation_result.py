"""What a limitation computation answers: three dates, their status, their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from casefile.law.french import duration_in_words, typeset

if TYPE_CHECKING:
    from datetime import date

    from casefile.law.acts import Judged
    from casefile.law.rules import RuleVersion
    from casefile.law.running import Step

LAST_MONTH = timedelta(days=31)


class Status(StrEnum):
    """Where the day of the computation stands between the two dates."""

    RUNNING = "running"
    LAST_MONTH = "last_month"
    POSSIBLY_EXPIRED = "possibly_expired"
    EXPIRED = "expired"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class ActEffect:
    """One recorded act and what it finally did to each reading."""

    judged: Judged
    moves_prudent: bool
    moves_admitted: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        """Give the act back with its effect; `interrupts` is the prudent answer."""
        act = self.judged.act
        return {
            "type": act.type,
            "date": act.date.isoformat(),
            "regularity": act.regularity.value,
            "proved": act.proved,
            "interrupts": self.moves_prudent,
            "moves_admitted": self.moves_admitted,
            "why": self.why,
            "source": typeset(self.judged.rule.citation),
            "status": self.judged.rule.status,
        }


@dataclass(frozen=True)
class Fallback:
    """A date that may be argued for, and must never be aimed at."""

    day: date
    why: str

    def as_json(self) -> dict[str, str]:
        """Give the date and its reason."""
        return {"date": self.day.isoformat(), "why": self.why}


@dataclass(frozen=True)
class LimitationResult:
    """Three dates, never one, with the trace that adds up to them."""

    on: date
    duration: RuleVersion
    months: int
    earliest: date | None
    latest: date | None
    prudent_on: date | None
    admitted_on: date | None
    last_useful_day: date | None
    acts: tuple[ActEffect, ...]
    trace: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]
    evidence_needed: tuple[str, ...]
    fallbacks: tuple[Fallback, ...]
    rules: tuple[RuleVersion, ...]

    @property
    def status(self) -> Status:
        """Tell where `on` stands; no status ever forbids to act, the lawyer decides."""
        if self.prudent_on is None or self.admitted_on is None:
            return Status.UNDETERMINED
        if self.on > self.admitted_on:
            return Status.EXPIRED
        if self.on > self.prudent_on:
            return Status.POSSIBLY_EXPIRED
        return Status.RUNNING if self.on <= self.prudent_on - LAST_MONTH else Status.LAST_MONTH

    def to_json(self) -> dict[str, Any]:
        """Give the contract's answer."""
        return {
            "duration": self._duration(),
            "start": {"earliest": _iso(self.earliest), "latest": _iso(self.latest)},
            "prudent_on": _iso(self.prudent_on),
            "admitted_on": _iso(self.admitted_on),
            "last_useful_day": _iso(self.last_useful_day),
            "status": self.status.value,
            "acts": [act.as_json() for act in self.acts],
            "trace": [{"text": text, "source": source} for text, source in self.trace],
            "warnings": list(self.warnings),
            "evidence_needed": list(self.evidence_needed),
            "fallbacks": [fallback.as_json() for fallback in self.fallbacks],
            "rules": [rule.as_json() for rule in self.rules],
        }

    def _duration(self) -> dict[str, Any]:
        return {"rule": self.duration.rule_id, "months": self.months, "text": duration_in_words(self.months)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
