"""Which duration bars an action, in the version in force on the day of the facts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from casefile.errors import InvalidInput
from casefile.law.french import typeset
from casefile.law.rules import rule, rule_at, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from casefile.law.rules import RuleVersion

NOTHING = "aucune"


@cache
def duration_rules() -> dict[str, str]:
    """Map every qualification to the rule of its duration."""
    return {
        qualification: found.id
        for found in rules_of("limitation")
        for qualification in found.versions[-1].texts("applies_to")
    }


def check_qualification(qualification: str, *, field: str = "qualification") -> str:
    """Give the qualification back, or raise InvalidInput when no duration is known for it."""
    if qualification == NOTHING:
        raise InvalidInput(
            typeset(f"Le champ « {field} » dit « aucune » : sans qualification, aucune action ne se prescrit."),
            field=field,
        )
    if qualification not in duration_rules():
        why = f"Le champ « {field} » nomme une qualification inconnue (« {qualification[:60]} »)"
        raise InvalidInput(typeset(f"{why} : choisir un identifiant du questionnaire."), field=field)
    return qualification


def duration_of(qualification: str, on: date) -> RuleVersion:
    """Give the duration of an action for facts of that day; raises NoRuleInForce."""
    return rule_at(duration_rules()[check_qualification(qualification)], on)


def durations_on(qualification: str, on: date) -> list[RuleVersion]:
    """Give the duration that stands on a day, or nothing in a hole of the law."""
    return _standing(duration_rules()[check_qualification(qualification)], on, on)


def standing_between(qualifications: Iterable[str], earliest: date, latest: date) -> list[RuleVersion]:
    """Give the durations that stood on any day of an uncertain time; raises NoRuleInForce when one never did."""
    return [
        version
        for qualification in qualifications
        for version in _versions_between(duration_rules()[check_qualification(qualification)], earliest, latest)
    ]


def _versions_between(rule_id: str, earliest: date, latest: date) -> list[RuleVersion]:
    return _standing(rule_id, earliest, latest) or [rule_at(rule_id, latest)]


def _standing(rule_id: str, earliest: date, latest: date) -> list[RuleVersion]:
    return [
        version
        for version in rule(rule_id).versions
        if version.in_force_from <= latest and (version.in_force_until is None or earliest <= version.in_force_until)
    ]


def in_months(version: RuleVersion) -> int:
    """Give the length in months."""
    return version.months


def admitted_months(version: RuleVersion) -> int:
    """Give the length in the admitted reading: longer where the text divides what one qualification holds."""
    return version.number("admitted_months") or in_months(version)


def shortest_of(standing: Sequence[RuleVersion], length: Callable[[RuleVersion], int] = in_months) -> RuleVersion:
    """Give the shortest of several durations: never risk a longer one."""
    return standing[0] if len(standing) == 1 else min(standing, key=length)


def shortest(qualifications: Iterable[str], on: date) -> RuleVersion:
    """Give the shortest duration of several possible qualifications: never risk the longer one."""
    return shortest_of([duration_of(qualification, on) for qualification in qualifications])
