"""What a rule is once read: its versions, their sources, and the errors of asking badly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from casefile.errors import CasefileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


MONTHS_IN_YEAR = 12


class BrokenRule(CasefileError):
    """A rule file that must not be served; the sentence names the file and the key."""

    code = "broken_rule"
    status = 500


class NoRuleInForce(CasefileError):
    """No version of the rule stands on that day, and none is guessed."""

    code = "no_rule_in_force"
    status = 422


class UnknownRule(CasefileError):
    """No rule has this identifier."""

    code = "unknown_rule"
    status = 404


@dataclass(frozen=True)
class Source:
    """Where a rule was read: an article, a decision or a commentary, and how to find it again."""

    kind: str
    name: str
    version: str = ""
    number: str = ""
    url: str = ""

    def __str__(self) -> str:
        """Give the reference as a lawyer writes it."""
        numbered = f"{self.name}, n° {self.number}" if self.number else self.name
        return f"{numbered} ({self.version})" if self.version else numbered


@dataclass(frozen=True)
class RuleVersion:
    """One state of a rule, in force from one day to another, with its values and its sources."""

    rule_id: str
    kind: str
    title: str
    in_force_from: date
    in_force_until: date | None
    status: str
    verified_on: date
    sources: tuple[Source, ...]
    note: str
    values: Mapping[str, Any]
    gap_reason: str = ""
    end_reason: str = ""

    @property
    def key(self) -> str:
        """Give the rule's identifier without its kind."""
        return self.rule_id.split(".", 1)[1]

    @property
    def version(self) -> str:
        """Name the version by its first day, as shown in answers."""
        return self.in_force_from.isoformat()

    @cached_property
    def citation(self) -> str:
        """Give all the sources in one line."""
        return " ; ".join(str(source) for source in self.sources)

    @cached_property
    def months(self) -> int:
        """Give a length stated in months and years, in months."""
        return self.number("months") + MONTHS_IN_YEAR * self.number("years")

    def stands_on(self, on: date) -> bool:
        """Tell whether this version is in force that day."""
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)

    def text(self, name: str, default: str = "") -> str:
        """Give a text value, or the default when the version does not state it."""
        return str(self.values.get(name, default))

    def number(self, name: str, default: int = 0) -> int:
        """Give a whole number, or the default when the version does not state it."""
        return int(self.values.get(name, default))

    def flag(self, name: str) -> bool:
        """Give a yes or no; absent means no."""
        return bool(self.values.get(name, False))

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of texts; absent means none."""
        return tuple(self.values.get(name, ()))

    def as_json(self) -> dict[str, str]:
        """Give what every answer says of the rules that it used."""
        return {"id": self.rule_id, "version": self.version, "status": self.status}


@dataclass(frozen=True)
class Rule:
    """All the versions of one rule, oldest first."""

    id: str
    kind: str
    title: str
    file: str
    versions: tuple[RuleVersion, ...]
