"""From the answers about a passage to its candidate qualifications, with reasons; the lawyer chooses, never this.

Answering can exclude a candidate, never bring an excluded one back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from casefile.law.competition import Conflict, PrudentReading, conflicts_of, prudent_reading
from casefile.law.offences import offence_at
from casefile.law.questioning import next_question
from casefile.law.questionnaire import checked_answers, skipped_questions
from casefile.law.weighing import Candidate, Fits, argued, by_strength, weigh_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

WORDS_DOMAINS = frozenset({"defamation", "insult", "disparagement"})


class Conclusion(StrEnum):
    """Where the questionnaire stands."""

    PROPOSED = "proposed"
    ARGUABLE = "arguable"
    NOTHING = "nothing"
    INCOMPLETE = "incomplete"


CONCLUSIONS = {
    Conclusion.PROPOSED: "Une qualification est proposée : à l’avocat de la retenir ou d’en choisir une autre.",
    Conclusion.ARGUABLE: "Plusieurs lectures restent ouvertes : la plus prudente est indiquée.",
    Conclusion.NOTHING: "Ni fait attentatoire à l’honneur, ni outrage, ni dénigrement : critique admissible.",
    Conclusion.INCOMPLETE: "Les réponses ne suffisent pas encore.",
}


@dataclass(frozen=True)
class Outcome:
    """Everything that the answers say, on the day of the facts."""

    on: date
    candidates: tuple[Candidate, ...]
    proposed: str | None
    defences: tuple[str, ...]
    next_question: str | None
    conflicts: tuple[Conflict, ...]
    prudent: PrudentReading | None
    conclusion: Conclusion

    def candidate(self, qualification: str) -> Candidate:
        """Give one candidate; raises KeyError when the identifier is unknown."""
        return {found.qualification: found for found in self.candidates}[qualification]


def qualify(answers: Any, on: date) -> Outcome:
    """Weigh every qualification in force on the day of the facts against the answers.

    Raises InvalidInput naming the question at fault, NoRuleInForce before the law of 1881.
    """
    given = checked_answers(answers)
    candidates = tuple(sorted(weigh_all(given, on), key=by_strength))
    proposed = next((found.qualification for found in candidates if found.fits is Fits.YES), None)
    conclusion = _conclusion(candidates, proposed, given)
    return Outcome(
        on=on,
        candidates=candidates,
        proposed=proposed,
        defences=_defences(candidates, proposed, conclusion, given, on),
        next_question=next_question(candidates, given, skipped_questions(answers), on),
        conflicts=conflicts_of(candidates, given),
        prudent=prudent_reading(candidates, given),
        conclusion=conclusion,
    )


def _conclusion(candidates: Iterable[Candidate], proposed: str | None, answers: Mapping[str, str]) -> Conclusion:
    if proposed:
        return Conclusion.PROPOSED
    standing = [found for found in candidates if found.fits is Fits.OPEN]
    if any(argued(found, answers) for found in standing):
        return Conclusion.ARGUABLE
    words_open = any(found.domain in WORDS_DOMAINS for found in standing)
    return Conclusion.INCOMPLETE if words_open else Conclusion.NOTHING


def _defences(
    candidates: Iterable[Candidate],
    proposed: str | None,
    conclusion: Conclusion,
    answers: Mapping[str, str],
    on: date,
) -> tuple[str, ...]:
    if conclusion is Conclusion.NOTHING:
        return ("libre_critique",)
    live = [proposed] if proposed else [found.qualification for found in candidates if _is_live(found, answers)]
    found = dict.fromkeys(defence for offence in live for defence in offence_at(offence, on).defences)
    if answers.get("vie_privee") == "oui":  # Article 35 shuts out the proof of truth where private life is concerned.
        found.pop("verite", None)
    return tuple(found)


def _is_live(candidate: Candidate, answers: Mapping[str, str]) -> bool:
    return candidate.fits is Fits.OPEN and (bool(candidate.met) or argued(candidate, answers))
