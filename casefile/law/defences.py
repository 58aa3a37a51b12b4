"""What the author may answer to a qualification, and how strong the passage is once those answers are weighed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.law import reference
from casefile.law.conditions import Truth, truth_of_all
from casefile.law.offences import offence_at
from casefile.law.questionnaire import checked_answers, questions
from casefile.law.weighing import Candidate, Fits, weigh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Conditions = tuple[dict[str, list[str]], ...]


class Prospect(StrEnum):
    """How a defence stands on the answers given."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    SHUT = "shut"


class Level(StrEnum):
    """The strength of a passage, as the note to the client says it."""

    SOLID = "solid"
    ARGUABLE = "arguable"
    WEAK = "weak"


LEVEL_LABELS = {Level.SOLID: "Solide", Level.ARGUABLE: "Discutable", Level.WEAK: "Fragile"}
PROSPECT_LABELS = {
    Prospect.LIKELY: "à craindre",
    Prospect.POSSIBLE: "possible",
    Prospect.UNLIKELY: "peu probable",
    Prospect.SHUT: "fermée",
}


@dataclass(frozen=True)
class DefenceRule:
    """One defence as the reference states it."""

    id: str
    label: str
    source: str
    status: str
    deadline: str
    criteria: tuple[str, ...]
    author_side: tuple[str, ...]
    client_side: tuple[str, ...]
    counts: bool
    shut_when: Conditions
    likely_when: Conditions
    unlikely_when: Conditions
    why_shut: str
    why_likely: str
    why_unlikely: str
    why_possible: str


@dataclass(frozen=True)
class Defence:
    """One defence on this passage: its prospect and why, and what each side must do."""

    id: str
    label: str
    prospect: Prospect
    why: str
    deadline: str
    criteria: tuple[str, ...]
    author_side: tuple[str, ...]
    client_side: tuple[str, ...]
    source: str
    status: str
    counts: bool


@dataclass(frozen=True)
class Reason:
    """One reason for the strength given; `weighs` is « for », « against » or « unknown »."""

    weighs: str
    text: str
    source: str


@dataclass(frozen=True)
class Strength:
    """How strong a passage is under one qualification, and every reason for it."""

    level: Level
    reasons: tuple[Reason, ...]


def defences_for(qualification: str, answers: Mapping[str, str], on: date) -> tuple[Defence, ...]:
    """Give each defence open to the author against a qualification, weighed on the answers.

    Raises UnknownRule, NoRuleInForce, or InvalidInput naming the question at fault.
    """
    given = checked_answers(dict(answers))
    rules = {rule.id: rule for rule in reference.rows("defences", DefenceRule)}
    return tuple(_weighed(rules[defence], given) for defence in offence_at(qualification, on).defences)


def strength_of(qualification: str, answers: Mapping[str, str], on: date) -> Strength:
    """Grade a passage under one qualification: weak when an element or the defences fail it, solid when none can."""
    candidate = weigh(offence_at(qualification, on), checked_answers(dict(answers)))
    defences = [defence for defence in defences_for(qualification, answers, on) if defence.counts]
    reasons = (*_element_reasons(candidate), *(_defence_reason(defence) for defence in defences))
    prospects = {defence.prospect for defence in defences}
    if candidate.fits is Fits.NO or Prospect.LIKELY in prospects:
        return Strength(Level.WEAK, reasons)
    if candidate.fits is Fits.OPEN or Prospect.POSSIBLE in prospects:
        return Strength(Level.ARGUABLE, reasons)
    return Strength(Level.SOLID, reasons)


def _weighed(rule: DefenceRule, answers: Mapping[str, str]) -> Defence:
    prospect, why = _prospect(rule, answers)
    return Defence(
        id=rule.id,
        label=rule.label,
        prospect=prospect,
        why=why,
        deadline=rule.deadline,
        criteria=rule.criteria,
        author_side=rule.author_side,
        client_side=rule.client_side,
        source=rule.source,
        status=rule.status,
        counts=rule.counts,
    )


def _prospect(rule: DefenceRule, answers: Mapping[str, str]) -> tuple[Prospect, str]:
    """A defence shut by the text is shut; otherwise the answer that frightens prevails over the one that reassures."""
    for conditions, prospect, why in (
        (rule.shut_when, Prospect.SHUT, rule.why_shut),
        (rule.likely_when, Prospect.LIKELY, rule.why_likely),
        (rule.unlikely_when, Prospect.UNLIKELY, rule.why_unlikely),
    ):
        if any(truth_of_all(condition, answers) is Truth.FULFILLED for condition in conditions):
            return prospect, why
    return Prospect.POSSIBLE, rule.why_possible


def _element_reasons(candidate: Candidate) -> list[Reason]:
    met = [
        Reason("for", f"Élément réuni : {questions()[question].text}", questions()[question].source)
        for question in candidate.met
    ]
    missing = [
        Reason(
            "unknown",
            f"À établir : {questions()[question].text} {questions()[question].evidence}".strip(),
            questions()[question].source,
        )
        for question in candidate.missing
    ]
    return [*met, *missing, *(Reason("against", why, candidate.title) for why in candidate.why_not)]


def _defence_reason(defence: Defence) -> Reason:
    weighs = {Prospect.LIKELY: "against", Prospect.POSSIBLE: "unknown"}.get(defence.prospect, "for")
    return Reason(weighs, f"{defence.label}, {PROSPECT_LABELS[defence.prospect]} : {defence.why}", defence.source)
