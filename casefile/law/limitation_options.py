"""« Et si ? »: what each route taken on a day would do to the dates, before choosing one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casefile.law.calendar import add_months
from casefile.law.french import typeset
from casefile.law.limitation import LimitationResult, compute
from casefile.law.limitation_facts import Act
from casefile.law.rules import rule_at

if TYPE_CHECKING:
    from datetime import date

    from casefile.law.limitation_facts import LimitationFacts

ROUTES = (
    "plainte_simple",
    "pcpc",
    "citation_directe",
    "assignation",
    "assignation_refere",
    "paf_6_3",
    "requete_145",
)
WAIT = "attendre"
TARGET_MONTHS = 2
ALERT = timedelta(days=75)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Option:
    """One route and the answer that the limitation would then give."""

    id: str
    label: str
    interrupts: bool
    why: str
    result: LimitationResult

    def to_json(self) -> dict[str, Any]:
        """Give the route with its three dates."""
        answer = self.result.to_json()
        dates = {name: answer[name] for name in ("prudent_on", "admitted_on", "last_useful_day", "status")}
        return {"id": self.id, "label": self.label, "interrupts": self.interrupts, "why": self.why, **dates}


@dataclass(frozen=True)
class Renewal:
    """When the next interrupting act should be made, must worry, and can no longer be."""

    target_on: date
    alert_on: date
    wall_on: date


def what_if(facts: LimitationFacts, on: date) -> list[Option]:
    """Compare doing nothing with each route taken regularly and with proof on the day."""
    waiting = compute(facts, on)
    nothing = Option(WAIT, "Attendre", interrupts=False, why="Le délai continue de courir.", result=waiting)
    return [nothing, *(_option(route, facts, on) for route in ROUTES)]


def renewal(act_on: date, months: int) -> Renewal:
    """Give the renewal schedule after an interrupting act: two months, seventy-five days, the eve of the term."""
    wall = add_months(act_on, months) - ONE_DAY
    target = add_months(act_on, TARGET_MONTHS)
    return Renewal(min(target, wall), min(act_on + ALERT, wall), wall)


def _option(route: str, facts: LimitationFacts, on: date) -> Option:
    result = compute(replace(facts, acts=(*facts.acts, Act(route, on))), on)
    effect = result.acts[-1]
    label = typeset(rule_at(f"interruption.{route}", on).title)
    return Option(route, label, effect.moves_prudent, effect.why, result)
