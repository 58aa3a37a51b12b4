"""The two tests of access to technical data: the criminal one of article 60-1-2 CPP, the civil one of L. 34-1 CPCE.

They have different purposes and judges; an offence may pass the first and fail the second. Never one flag.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.law import rules
from casefile.law.offences import offence_at, penalty_at, possible_variants
from casefile.law.rule_model import NoRuleInForce

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casefile.law.offences import Offence
    from casefile.law.rule_model import RuleVersion

CRIMINAL_RULE = "threshold.penal_60_1_2"
CIVIL_RULE = "threshold.civil_l34_1"


class Access(StrEnum):
    """What a test answers; « uncertain » is never counted on."""

    OPEN = "open"
    CLOSED = "closed"
    UNCERTAIN = "uncertain"


ACCESS_LABELS = {Access.OPEN: "ouvert", Access.CLOSED: "fermé", Access.UNCERTAIN: "incertain"}


@dataclass(frozen=True)
class Threshold:
    """The answer of one test, why, and its source."""

    access: Access
    why: str
    source: str
    status: str


def criminal_threshold(
    qualification: str, facts_on: date, on: date, answers: Mapping[str, str] | None = None
) -> Threshold:
    """Tell whether requisitions may ask for technical data: the penalty of the facts, the procedure of the day."""
    version = _standing(CRIMINAL_RULE, on)
    if version is None:
        return Threshold(Access.UNCERTAIN, "L’article 60-1-2 n’était pas en vigueur ce jour-là.", "CPP", "unverified")
    source = str(version.sources[0])
    offence = offence_at(qualification, facts_on)
    if not offence.is_penal:
        why = "Une faute civile n’est pas une infraction : aucune réquisition n’est possible."
        return Threshold(Access.CLOSED, why, source, version.status)
    penalty = penalty_at(qualification, facts_on, answers)
    if penalty is None or penalty.prison_months is None:
        why = "La peine à la date des faits n’a pas été relue : ne comptez pas sur les données techniques."
        return Threshold(Access.UNCERTAIN, why, source, "unverified")
    access, why = _against_the_test(penalty.prison_months, version, _reachable(offence, facts_on, answers))
    return Threshold(access, why, source, version.status)


def civil_threshold(
    qualification: str, facts_on: date, on: date, answers: Mapping[str, str] | None = None
) -> Threshold:
    """Tell whether the civil judge orders technical data for this offence, from the decisions read."""
    version = _standing(CIVIL_RULE, on)
    if version is None:
        why = "Les paliers de l’article L. 34-1 n’étaient pas en vigueur ce jour-là."
        return Threshold(Access.UNCERTAIN, why, "CPCE, art. L. 34-1", "unverified")
    penalty = penalty_at(qualification, facts_on, answers)
    source = str(version.sources[0])
    if penalty is None:
        known = _latest_civil_threshold(qualification)
        return Threshold(known[0], known[1], source, version.status)
    return Threshold(Access(penalty.civil_threshold), f"{penalty.civil_threshold_source}.", source, version.status)


def _latest_civil_threshold(qualification: str) -> tuple[Access, str]:
    """The decisions on the civil test do not depend on the amount of the fine: the current rule serves."""
    values = rules.rule(f"penalty.{qualification}").versions[-1].values
    return Access(values["civil_threshold"]), f"{values['civil_threshold_source']}."


def _standing(rule_id: str, on: date) -> RuleVersion | None:
    try:
        return rules.rule_at(rule_id, on)
    except NoRuleInForce:
        return None


def _reachable(offence: Offence, facts_on: date, answers: Mapping[str, str] | None) -> int:
    """The longest term that an aggravation not yet answered could still bring."""
    given = answers or {}
    return max(
        (
            int(variant["prison_months"])
            for variant in possible_variants(offence.id, facts_on)
            if all(given.get(question, "") in {"", *accepted} for question, accepted in variant["when"].items())
        ),
        default=0,
    )


def _against_the_test(months: int, test: RuleVersion, reachable: int) -> tuple[Access, str]:
    enough = int(test.values["online_prison_months"])
    if months >= int(test.values["any_prison_months"]):
        return Access.OPEN, f"Le délit est puni {_years(months)} : le seuil de trois ans est atteint."
    if months >= enough:
        why = f"Le délit est puni {_years(months)} : le seuil d’un an est atteint s’il est commis par un réseau "
        return Access.OPEN, why + "et si la réquisition a pour seul objet d’identifier l’auteur."
    if reachable >= enough:
        why = "La peine n’atteint un an que si une circonstance aggravante est établie : "
        return Access.UNCERTAIN, why + "répondez aux questions qui la concernent."
    if months == 0:
        return Access.CLOSED, "L’infraction n’est punie que d’une amende : le seuil d’un an n’est pas atteint."
    return Access.CLOSED, f"L’infraction est punie {_years(months)} : le seuil d’un an n’est pas atteint."


def _years(months: int) -> str:
    if months % 12:
        return f"de {months} mois d’emprisonnement"
    years = months // 12
    return "d’un an d’emprisonnement" if years == 1 else f"de {years} ans d’emprisonnement"
