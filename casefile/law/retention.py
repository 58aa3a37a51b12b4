"""Until when each identifying datum is still held, earliest and latest, counted from its own event.

A retention clock never says « available until »: a datum may be lost before its latest day.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.law import rules
from casefile.law.calendar import add_months
from casefile.law.rule_model import NoRuleInForce

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from casefile.law.rule_model import RuleVersion


class Holding(StrEnum):
    """Whether a datum is still to be had on a day."""

    HELD = "held"
    POSSIBLY_LOST = "possibly_lost"
    LOST = "lost"


HOLDING_LABELS = {
    Holding.HELD: "encore conservée, sauf effacement anticipé",
    Holding.POSSIBLY_LOST: "peut-être déjà perdue",
    Holding.LOST: "perdue",
}


@dataclass(frozen=True)
class RetentionFacts:
    """What starts the clocks. `earliest` and `latest` enclose the publication; None is unknown.

    `seen_on` is a day on which the content was seen online: it bounds the publication from above.
    """

    earliest: date | None
    latest: date | None
    account_closed_on: date | None = None
    seen_on: date | None = None

    @property
    def last_connection(self) -> date | None:
        """Give the last day on which the author can have connected to publish: a closed account publishes nothing."""
        days = [day for day in (self.latest or self.seen_on, self.account_closed_on) if day]
        return min(days, default=None)


@dataclass(frozen=True)
class Clock:
    """One datum's clock. No latest day: the account is still open, so its clock has not started."""

    id: str
    label: str
    data: str
    holders: tuple[str, ...]
    held_until_earliest: date | None
    held_until_latest: date | None
    starts_from: str
    purpose: str
    source: str
    status: str

    def on(self, day: date) -> Holding:
        """Tell whether the datum is still held on a day, prudently."""
        if self.held_until_latest is not None and day > self.held_until_latest:
            return Holding.LOST
        if self.held_until_earliest is None or day > self.held_until_earliest:
            return Holding.POSSIBLY_LOST
        return Holding.HELD


def clocks(facts: RetentionFacts, on: date) -> tuple[Clock, ...]:
    """Give the clock of each datum under the rules of the day; empty when those rules were not read."""
    return tuple(_clock(version, facts) for version in _rules(on))


def clock_of(data: str, running: Iterable[Clock]) -> Clock | None:
    """Give the clock of one kind of data among those running."""
    return next((clock for clock in running if clock.data == data), None)


def _rules(on: date) -> list[RuleVersion]:
    found = []
    for rule in rules.rules_of("retention"):
        try:
            found.append(rules.rule_at(rule.id, on))
        except NoRuleInForce:
            continue
    return found


def _clock(version: RuleVersion, facts: RetentionFacts) -> Clock:
    months = int(version.values["months"])
    if version.values["starts_from"] == "connection":
        begins, ends = facts.earliest, facts.last_connection
        starts = "la connexion, au plus tôt le jour de la publication"
    elif facts.account_closed_on is not None:
        begins = ends = facts.account_closed_on
        starts = "la clôture du compte"
    else:
        # The account existed on the day of publication; it may have been closed that very day, or never.
        begins, ends = facts.earliest, None
        starts = "la clôture du compte, non connue : au plus tôt le jour de la publication"
    return Clock(
        id=version.key,
        label=version.title,
        data=version.values["data"],
        holders=tuple(version.values["holders"]),
        held_until_earliest=begins and add_months(begins, months),
        held_until_latest=ends and add_months(ends, months),
        starts_from=starts,
        purpose=version.values["purpose"],
        source=" ; ".join(str(source) for source in version.sources),
        status=version.status,
    )
