"""The offences and civil faults as they stood on the day of the facts: elements, penalty, regime.

Nothing is guessed: an offence not yet in force is absent, a penalty whose text was not read is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casefile.law import rules
from casefile.law.conditions import Truth, truth_of_all
from casefile.law.durations import duration_of, in_months
from casefile.law.french import duration_in_words
from casefile.law.questionnaire import questions
from casefile.law.rule_model import BrokenRule, NoRuleInForce, RuleVersion, UnknownRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

COMPLAINTS = {
    "required": "plainte préalable de la personne visée",
    "deliberation": "plainte après délibération du corps",
    "heirs": "plainte des héritiers, époux ou légataires universels vivants",
    "not_required": "aucune plainte préalable",
    "not_applicable": "sans objet : action civile",
}
UNREAD_LIMITATION = "prescription à relire à la date des faits"


@dataclass(frozen=True)
class Exclusion:
    """A set of answers that excludes an offence, and why; `weight` is « frontier » or « defence »."""

    when: Mapping[str, list[str]]
    why: str
    source: str
    weight: str


@dataclass(frozen=True)
class Penalty:
    """What the text in force on the day of the facts provides; None where it states no figure."""

    article: str
    fine_eur: int | None
    prison_months: int | None
    extra: str
    aggravation: str
    civil_threshold: str
    civil_threshold_source: str
    sources: tuple[str, ...]
    status: str
    note: str


@dataclass(frozen=True)
class Offence:
    """One qualification at one date. `requires` and `excludes` are conditions on answers, never code."""

    id: str
    title: str
    family: str
    domain: str
    publicity: str
    rank: int
    requires: Mapping[str, list[str]]
    excludes: tuple[Exclusion, ...]
    limitation_months: int | None
    complaint: str
    complaint_source: str
    criminal_court: str
    civil_court: str
    defences: tuple[str, ...]
    sources: tuple[str, ...]
    status: str
    version: str
    in_force_from: date
    note: str

    @property
    def is_press(self) -> bool:
        """Tell whether the law of 1881 and its three months or one year govern."""
        return self.family in {"press", "press_contravention"}

    @property
    def is_penal(self) -> bool:
        """Tell whether a criminal court may hear of it."""
        return self.family != "civil"

    @property
    def limitation_label(self) -> str:
        """Give the limitation period in words; its text before a certain day may not have been read."""
        return UNREAD_LIMITATION if self.limitation_months is None else duration_in_words(self.limitation_months)

    @property
    def complaint_label(self) -> str:
        """Give the prior complaint in words."""
        return COMPLAINTS[self.complaint]


def known_offences() -> tuple[str, ...]:
    """Give the identifiers of every qualification, whatever the date."""
    return tuple(rule.id.split(".", 1)[1] for rule in rules.rules_of("qualification"))


def title_of(offence: str) -> str:
    """Give the French name of a qualification; raises UnknownRule."""
    return rules.rule(f"qualification.{offence}").title


@lru_cache(maxsize=4096)
def offence_at(offence: str, on: date) -> Offence:
    """Give an offence as it stood on a day; raises UnknownRule or NoRuleInForce."""
    if offence not in known_offences():
        raise UnknownRule(
            f"La qualification « {offence} » n’existe pas : vérifiez le champ « qualification ».", field="qualification"
        )
    return _offence(rules.rule_at(f"qualification.{offence}", on), _limitation_months(offence, on))


def _limitation_months(offence: str, on: date) -> int | None:
    try:
        return in_months(duration_of(offence, on))
    except NoRuleInForce:
        return None


def offence_exists(offence: str, on: date) -> bool:
    """Tell whether a qualification has a text that day; raises UnknownRule."""
    return any(version.stands_on(on) for version in rules.rule(f"qualification.{offence}").versions)


def offences_at(on: date) -> tuple[Offence, ...]:
    """Give every offence in force on a day; raises NoRuleInForce before the law of 1881."""
    if on < rules.FIRST_DAY:
        raise NoRuleInForce(
            "Les faits précèdent la loi du 29 juillet 1881 : vérifiez la date du champ « on ».", field="on"
        )
    found = (rule.key for rule in _standing(on))
    return tuple(offence_at(offence, on) for offence in found)


def not_yet_in_force(on: date) -> dict[str, str]:
    """Give the qualifications without a text on that day, and why."""
    standing = {version.key for version in _standing(on)}
    return {
        rule.id.split(".", 1)[1]: rule.versions[0].gap_reason
        for rule in rules.rules_of("qualification")
        if rule.id.split(".", 1)[1] not in standing
    }


def penalty_at(offence: str, on: date, answers: Mapping[str, str] | None = None) -> Penalty | None:
    """Give the penalty in force on a day, aggravated as the answers say; None when the text was not read."""
    try:
        version = rules.rule_at(f"penalty.{offence}", on)
    except NoRuleInForce:
        return None
    values: dict[str, Any] = dict(version.values)
    chosen = _variant(values.pop("variants", []), answers or {})
    return Penalty(
        article=values["article"],
        fine_eur=chosen.get("fine_eur", values.get("fine_eur")),
        prison_months=chosen.get("prison_months", values.get("prison_months")),
        extra=values.get("extra", ""),
        aggravation=f"{chosen['text']} ({chosen['source']})" if chosen else "",
        civil_threshold=chosen.get("civil_threshold", values["civil_threshold"]),
        civil_threshold_source=values["civil_threshold_source"],
        sources=tuple(str(source) for source in version.sources),
        status=version.status,
        note=version.note,
    )


def possible_variants(offence: str, on: date) -> tuple[Mapping[str, Any], ...]:
    """Give the aggravations that answers may still reveal."""
    try:
        return tuple(rules.rule_at(f"penalty.{offence}", on).values.get("variants", ()))
    except NoRuleInForce:
        return ()


def _standing(on: date) -> list[RuleVersion]:
    return [version for rule in rules.rules_of("qualification") for version in rule.versions if version.stands_on(on)]


def _variant(variants: list[dict[str, Any]], answers: Mapping[str, str]) -> dict[str, Any]:
    """The first variant whose conditions are all fulfilled: files list the gravest first."""
    for variant in variants:
        if truth_of_all(variant["when"], answers) is Truth.FULFILLED:
            return variant
    return {}


def _offence(version: RuleVersion, limitation_months: int | None) -> Offence:
    values = version.values
    _check_conditions(version.rule_id, values["requires"])
    for excluded in values["excludes"]:
        _check_conditions(version.rule_id, excluded["when"])
    return Offence(
        id=version.key,
        title=version.title,
        limitation_months=limitation_months,
        excludes=tuple(Exclusion(**excluded) for excluded in values["excludes"]),
        defences=tuple(values["defences"]),
        sources=tuple(str(source) for source in version.sources),
        status=version.status,
        version=version.version,
        in_force_from=version.in_force_from,
        note=version.note,
        **{name: values[name] for name in _PLAIN},
    )


_PLAIN = (
    "family",
    "domain",
    "publicity",
    "rank",
    "requires",
    "complaint",
    "complaint_source",
    "criminal_court",
    "civil_court",
)


def _check_conditions(rule_id: str, conditions: Mapping[str, list[str]]) -> None:
    for question, accepted in conditions.items():
        known = questions().get(question)
        if known is None or not set(accepted) <= set(known.options):
            raise BrokenRule(
                f"Règle défectueuse {rule_id} : la condition « {question} » n’est pas dans le questionnaire.",
                field=question,
            )
