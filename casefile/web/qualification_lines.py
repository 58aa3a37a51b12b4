"""What the qualification pages show of the law's answer: sentences and figures, nothing decided here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from casefile.law.offences import Penalty, offence_at, penalty_at, title_of
from casefile.law.qualification import Outcome
from casefile.law.questionnaire import questions
from casefile.law.weighing import Fits
from casefile.qualification import NOTHING
from casefile.web.filters import euros, typography

READINGS = {Fits.YES: ("ok", "Convient"), Fits.OPEN: ("soon", "Ouverte"), Fits.NO: ("none", "Exclue")}


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage and the choice that stands, if any."""

    passage: Any  # a row that has its identifier, its dossier's and its exact words
    qualification: Any  # a row that has what was chosen and the day of the facts, or None


def rows_of(rows: list[PassageRow]) -> list[dict[str, Any]]:
    """Give one line per passage, numbered in order."""
    return [_row(number, row.passage, row.qualification) for number, row in enumerate(rows, start=1)]


def proposal_of(outcome: Outcome, answers: dict[str, str]) -> dict[str, Any] | None:
    """Describe the proposal, or the prudent reading while several stay open."""
    chosen = outcome.proposed or (outcome.prudent.qualification if outcome.prudent else None)
    if chosen is None:
        return None
    offence, candidate = offence_at(chosen, outcome.on), outcome.candidate(chosen)
    penalty = penalty_at(chosen, outcome.on, answers)
    elements = [{"met": "yes", "text": typography(questions()[key].text)} for key in candidate.met]
    elements += [{"met": "open", "text": typography(questions()[key].text)} for key in candidate.missing]
    return {
        "label": typography(offence.title),
        "texts": typography(", ".join(offence.sources)),
        "penalty": typography(penalty_words(penalty)),
        "limitation": offence.limitation_label,
        "complaint": typography(offence.complaint_label),
        "sure": outcome.proposed is not None,
        "elements": elements,
    }


def penalty_words(penalty: Penalty | None) -> str:
    """Say the penalty, or that its text was not read."""
    if penalty is None:
        return "aucune peine, ou texte non relu"
    parts = []
    if penalty.prison_months:
        years, months = divmod(penalty.prison_months, 12)
        length = f"{years} an{'s' if years > 1 else ''}" if years and not months else f"{penalty.prison_months} mois"
        parts.append(f"{length} d’emprisonnement")
    if penalty.fine_eur:
        parts.append(f"{euros(penalty.fine_eur)} d’amende")
    return " et ".join(parts) or penalty.extra or "aucun montant lu"


def choice_title(chosen: str) -> str:
    """Give the French name of a choice, « aucune » included."""
    return typography("Aucune : critique admissible" if chosen == NOTHING else title_of(chosen))


def _row(number: int, passage: Any, row: Any) -> dict[str, Any]:
    line: dict[str, Any] = {
        "passage": passage,
        "number": number,
        "url": url_for("qualification.show", matter_id=passage.matter_id, passage_id=passage.id),
        "label": None,
        "texts": None,
        "penalty": None,
        "limitation": None,
        "tone": "soon",
        "word": "À qualifier",
        "who_when": None,
    }
    if row is None or row.chosen is None:
        return line
    line |= {"label": choice_title(row.chosen), "tone": "ok", "word": "Retenue"}
    if row.chosen == NOTHING:
        return line | {"tone": "none", "word": "Écartée"}
    offence = offence_at(row.chosen, row.facts_on)
    return line | {
        "texts": typography(", ".join(offence.sources)),
        "penalty": penalty_words(penalty_at(row.chosen, row.facts_on)),
        "limitation": offence.limitation_label,
    }
