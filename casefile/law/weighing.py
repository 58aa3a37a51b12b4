"""One offence weighed against the answers about a passage: what is met, missing, contradicted, and why it is out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casefile.law.conditions import ARGUABLE, Truth, truth_of, truth_of_all
from casefile.law.offences import Offence, not_yet_in_force, offences_at, title_of
from casefile.law.questionnaire import questions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class Fits(StrEnum):
    """Whether the answers satisfy an offence: yes, no, or still open."""

    YES = "yes"
    OPEN = "open"
    NO = "no"


@dataclass(frozen=True)
class Candidate:
    """One qualification weighed: which questions it meets, misses or is contradicted by, and why it is out."""

    qualification: str
    title: str
    fits: Fits
    met: tuple[str, ...]
    missing: tuple[str, ...]
    contradicted: tuple[str, ...]
    why_not: tuple[str, ...]
    sources: tuple[str, ...]
    rank: int
    domain: str
    limitation_months: int | None


def weigh(offence: Offence, answers: Mapping[str, str]) -> Candidate:
    """Weigh one offence against checked answers."""
    states = {question: truth_of(question, accepted, answers) for question, accepted in offence.requires.items()}
    contradicted = [question for question, state in states.items() if state is Truth.CONTRADICTED]
    missing = [question for question, state in states.items() if state is Truth.UNDECIDED]
    why_not = [_contradiction(question, answers) for question in contradicted]
    for exclusion in offence.excludes:
        state = truth_of_all(exclusion.when, answers)
        if state is Truth.FULFILLED:
            why_not.append(f"{exclusion.why} ({exclusion.source})")
            contradicted += [question for question in exclusion.when if question not in contradicted]
        elif state is Truth.UNDECIDED and exclusion.weight == "frontier" and _begun(exclusion.when, answers):
            missing += [question for question in _undecided(exclusion.when, answers) if question not in missing]
    fits = Fits.NO if why_not else Fits.OPEN if missing else Fits.YES
    return Candidate(
        qualification=offence.id,
        title=offence.title,
        fits=fits,
        met=tuple(question for question, state in states.items() if state is Truth.FULFILLED),
        missing=tuple(missing),
        contradicted=tuple(contradicted),
        why_not=tuple(why_not),
        sources=offence.sources,
        rank=offence.rank,
        domain=offence.domain,
        limitation_months=offence.limitation_months,
    )


def weigh_all(answers: Mapping[str, str], on: date) -> Iterable[Candidate]:
    """Weigh every qualification known; one without a text on that day is out, with the reason."""
    yield from (weigh(offence, answers) for offence in offences_at(on))
    for offence, why in not_yet_in_force(on).items():
        yield Candidate(
            qualification=offence,
            title=title_of(offence),
            fits=Fits.NO,
            met=(),
            missing=(),
            contradicted=(),
            why_not=(f"Aucun texte lu n’est en vigueur le {on:%d/%m/%Y} : {why}.",),
            sources=(),
            rank=1000,
            domain="",
            limitation_months=None,
        )


def by_strength(candidate: Candidate) -> tuple[int, int, int]:
    """Sort key: what fits, then what is nearest to fitting, then what is out."""
    order = {Fits.YES: 0, Fits.OPEN: 1, Fits.NO: 2}[candidate.fits]
    return order, candidate.rank if candidate.fits is Fits.YES else len(candidate.missing), candidate.rank


def _contradiction(question: str, answers: Mapping[str, str]) -> str:
    asked = questions()[question]
    return f"{asked.text} Réponse : {asked.label_of(answers[question]).lower()} ({asked.source})."


def _begun(conditions: Mapping[str, list[str]], answers: Mapping[str, str]) -> bool:
    """A frontier that no answer has approached holds nothing open: the elements themselves decide."""
    return any(truth_of(question, accepted, answers) is Truth.FULFILLED for question, accepted in conditions.items())


def _undecided(conditions: Mapping[str, list[str]], answers: Mapping[str, str]) -> list[str]:
    return [
        question
        for question, accepted in conditions.items()
        if truth_of(question, accepted, answers) is Truth.UNDECIDED
    ]


def argued(candidate: Candidate, answers: Mapping[str, str]) -> bool:
    """An open reading that somebody argues, as opposed to one that nobody has looked at."""
    return candidate.fits is Fits.OPEN and any(answers.get(question) == ARGUABLE for question in candidate.missing)
