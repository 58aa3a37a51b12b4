"""Which question to put next: only one that can still change the reading, its penalty or its defences.

Each answer (or deliberate blank) removes its question, so every path ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casefile.law.offences import offence_at, possible_variants
from casefile.law.questionnaire import is_worth_asking, questions
from casefile.law.weighing import Candidate, Fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

DEFENCE_QUESTIONS = {
    "verite": ("vrai_selon_client", "vie_privee"),
    "bonne_foi": ("base_factuelle", "interet_general"),
    "provocation": ("provocation_prealable",),
}


def next_question(
    candidates: Iterable[Candidate], answers: Mapping[str, str], skipped: frozenset[str], on: date
) -> str | None:
    """Give the next question worth putting, or None when the path has ended."""
    useful: set[str] = set()
    for candidate in candidates:
        if candidate.fits is not Fits.NO:
            useful |= set(candidate.missing) | _refinements(candidate, on)
    for question in questions().values():
        if question.id in answers or question.id in skipped or question.id not in useful:
            continue
        if is_worth_asking(question, answers):
            return question.id
    return None


def _refinements(candidate: Candidate, on: date) -> set[str]:
    """Questions that change the penalty or the defences of a reading already begun, not its existence."""
    if not candidate.met:
        return set()
    offence = offence_at(candidate.qualification, on)
    found = {question for defence in offence.defences for question in DEFENCE_QUESTIONS.get(defence, ())}
    for exclusion in offence.excludes:
        found |= set(exclusion.when)
    if candidate.domain == "defamation":  # An insult inseparable from the defamation is absorbed by it.
        found.add("terme_outrageant")
    if candidate.fits is Fits.YES:
        for variant in possible_variants(candidate.qualification, on):
            found |= set(variant["when"])
    return found
