"""Which duration bars an action, in the version in force on the day of the facts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from casefile.errors import InvalidInput
from casefile.law.french import typeset
from casefile.law.rules import rule_at, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from casefile.law.rules import RuleVersion

MONTHS_IN_YEAR = 12


@cache
def duration_rules() -> dict[str, str]:
    """Map every qualification to the rule of its duration."""
    return {
        qualification: rule.id
        for rule in rules_of("limitation")
        for qualification in rule.versions[-1].texts("applies_to")
    }


def check_qualification(qualification: str, *, field: str = "qualification") -> str:
    """Give the qualification back, or raise InvalidInput when no duration is known for it."""
    if qualification not in duration_rules():
        why = f"Le champ « {field} » nomme une qualification inconnue (« {qualification[:60]} »)"
        raise InvalidInput(typeset(f"{why} : choisir un identifiant du questionnaire."), field=field)
    return qualification


def duration_of(qualification: str, on: date) -> RuleVersion:
    """Give the duration of an action for facts of that day; raises NoRuleInForce."""
    return rule_at(duration_rules()[check_qualification(qualification)], on)


def in_months(version: RuleVersion) -> int:
    """Give the length in months."""
    return version.number("months") + MONTHS_IN_YEAR * version.number("years")


def shortest(qualifications: Iterable[str], on: date) -> RuleVersion:
    """Give the shortest duration of several possible qualifications: never risk the longer one."""
    return min((duration_of(qualification, on) for qualification in qualifications), key=in_months)
