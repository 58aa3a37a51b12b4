"""Which duration bars an action, in the version in force on the day of the facts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from casefile.errors import InvalidInput
from casefile.law.french import typeset
from casefile.law.rules import rule, rule_at, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from casefile.law.rules import RuleVersion

MONTHS_IN_YEAR = 12
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


def shortest_between(
    qualifications: Iterable[str], earliest: date, latest: date, length: Callable[[RuleVersion], int] | None = None
) -> RuleVersion:
    """Give the shortest duration that stood on any day of an uncertain time; raises NoRuleInForce when none did."""
    standing = [
        version
        for qualification in qualifications
        for version in _versions_between(duration_rules()[check_qualification(qualification)], earliest, latest)
    ]
    return min(standing, key=length or in_months)


def _versions_between(rule_id: str, earliest: date, latest: date) -> list[RuleVersion]:
    found = [
        version
        for version in rule(rule_id).versions
        if version.in_force_from <= latest and (version.in_force_until is None or earliest <= version.in_force_until)
    ]
    return found or [rule_at(rule_id, latest)]


def in_months(version: RuleVersion) -> int:
    """Give the length in months."""
    return version.number("months") + MONTHS_IN_YEAR * version.number("years")


def admitted_months(version: RuleVersion) -> int:
    """Give the length in the admitted reading: longer where the text divides what one qualification holds."""
    return version.number("admitted_months") or in_months(version)


def shortest(qualifications: Iterable[str], on: date) -> RuleVersion:
    """Give the shortest duration of several possible qualifications: never risk the longer one."""
    return min((duration_of(qualification, on) for qualification in qualifications), key=in_months)
