"""The questions put about a passage: their words, options, examples, and the check of the answers given."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from casefile.errors import InvalidInput
from casefile.law import reference
from casefile.law.conditions import Truth, truth_of_all

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP_TITLES = {
    "elements": "Éléments de la diffamation et de l’injure",
    "autres_textes": "Autres textes",
    "defenses": "Défenses à prévoir",
}


@dataclass(frozen=True)
class Question:
    """One question: `labels` follow `options`; `evidence` says what would settle a « discutable »."""

    id: str
    text: str
    help: str
    source: str
    group: str
    options: tuple[str, ...]
    labels: tuple[str, ...]
    evidence: str
    ask_when: Mapping[str, list[str]] = field(default_factory=dict)
    added: bool = False

    def label_of(self, option: str) -> str:
        """Give the French words of one option."""
        return self.labels[self.options.index(option)]


@dataclass(frozen=True)
class DecidedCase:
    """A decision already rendered on other words, with the answers that lead to it."""

    id: str
    words: str
    context: str
    court: str
    date: str
    number: str | None
    source_url: str
    answers: Mapping[str, str]
    qualification: str
    outcome: str

    @property
    def is_real(self) -> bool:
        """Tell a decision from a training example."""
        return self.court != "exemple"


@cache
def questions() -> Mapping[str, Question]:
    """Give every question, in the order in which they are put."""
    return MappingProxyType({question.id: question for question in reference.rows("questions", Question)})


@cache
def decided_cases() -> tuple[DecidedCase, ...]:
    """Give the decisions that serve as examples."""
    file = resources.files("casefile.law") / "data" / "reference" / "decided_cases.json"
    return tuple(DecidedCase(**case) for case in json.loads(file.read_text("utf-8")))


def examples_of(question: str, option: str | None = None) -> tuple[DecidedCase, ...]:
    """Give the decided cases that answered this question (with this option, when one is named)."""
    return tuple(
        case for case in decided_cases() if question in case.answers and option in {None, case.answers[question]}
    )


def checked_answers(answers: Any) -> dict[str, str]:
    """Give the answers once every question and option is known; blanks are dropped.

    Raises InvalidInput naming the question at fault.
    """
    if not isinstance(answers, dict):
        raise InvalidInput(
            "Le champ « answers » doit être un objet JSON qui associe chaque question à sa réponse.", field="answers"
        )
    return {question: given for question, answer in answers.items() if (given := _checked(question, answer))}


def skipped_questions(answers: Any) -> frozenset[str]:
    """Give the questions deliberately left blank, which must not be put again."""
    return frozenset(question for question, answer in answers.items() if answer in {None, ""})


def is_worth_asking(question: Question, answers: Mapping[str, str]) -> bool:
    """Tell whether the answers already given make the question meaningful."""
    return truth_of_all(question.ask_when, answers) is Truth.FULFILLED


def _checked(question: str, answer: Any) -> str:
    known = questions().get(question)
    if known is None:
        raise InvalidInput(
            f"La question « {question[:60]} » n’existe pas : vérifiez son identifiant dans le champ « answers ».",
            field=question,
        )
    if answer is None or answer == "":
        return ""
    if not isinstance(answer, str) or answer not in known.options:
        options = ", ".join(known.options)
        raise InvalidInput(
            f"La réponse à la question « {question} » n’est pas admise : choisissez parmi {options}.", field=question
        )
    return answer
