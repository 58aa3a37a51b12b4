"""The dangers that answers reveal, and the prudent reading when several stay open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casefile.law import reference
from casefile.law.conditions import ARGUABLE, Truth, truth_of_all
from casefile.law.questionnaire import questions
from casefile.law.weighing import Candidate, Fits, argued

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Conflict:
    """A danger that the answers reveal; `effect` is « block » or « warn »."""

    id: str
    effect: str
    text: str
    source: str
    when: tuple[Mapping[str, list[str]], ...] = ()


@dataclass(frozen=True)
class PrudentReading:
    """The reading whose limitation period is the shortest, and the evidence that would settle the doubt."""

    qualification: str
    why: str
    evidence: tuple[str, ...]


def conflicts_of(candidates: Iterable[Candidate], answers: Mapping[str, str]) -> tuple[Conflict, ...]:
    """Give the dangers that the answers reveal, and the competition between readings that all fit."""
    found = [
        conflict
        for conflict in reference.rows("conflicts", Conflict)
        if any(truth_of_all(conditions, answers) is Truth.FULFILLED for conditions in conflict.when)
    ]
    return (*found, *_competition(list(candidates)))


def _competition(candidates: list[Candidate]) -> tuple[Conflict, ...]:
    """Several readings fit at once: one only may be prosecuted, and the shortest limitation commands."""
    fitting = [found for found in candidates if found.fits is Fits.YES]
    if fitting[1:] == []:
        return ()
    shortest = min(fitting, key=_limitation_order)
    names = " ; ".join(found.title for found in fitting)
    text = (
        f"Plusieurs qualifications conviennent ({names}) : n’en poursuivez qu’une pour les mêmes mots, "
        f"et comptez le délai le plus court, celui de « {shortest.title} »."
    )
    return (Conflict("concours", "warn", text, "Ass. plén., 15 févr. 2013, n° 11-14.637 ; prudence du cabinet"),)


def prudent_reading(candidates: Iterable[Candidate], answers: Mapping[str, str]) -> PrudentReading | None:
    """Give the standing reading with the shortest limitation, or None when nothing stands."""
    pool = [found for found in candidates if found.fits is Fits.YES or argued(found, answers)]
    if not pool:
        return None
    shortest = min(pool, key=_limitation_order)
    doubtful = {question for found in pool for question in found.missing if answers.get(question) == ARGUABLE}
    why = "seule lecture ouverte" if len(pool) == 1 else "délai le plus court parmi les lectures ouvertes"
    settled_by = (questions()[question] for question in questions() if question in doubtful)
    return PrudentReading(
        shortest.qualification, why, tuple(f"{asked.text} {asked.evidence}".strip() for asked in settled_by)
    )


def _limitation_order(candidate: Candidate) -> tuple[int, int, int]:
    # Shortest first (note on limitation, § 1); a period that was not read may be the shortest.
    return candidate.limitation_months or 0, len(candidate.missing), candidate.rank
