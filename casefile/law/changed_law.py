"""What the law changed between the two days that enclose uncertain facts: shown, never decided.

The earliest possible day commands (a harsher law never reaches back); what the later law would say is told beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casefile.law.durations import duration_of, in_months
from casefile.law.french import day_in_words, duration_in_words, typeset
from casefile.law.offences import offence_at, offence_exists, penalty_at, title_of
from casefile.law.penalty_words import penalty_in_words
from casefile.law.qualification import qualify
from casefile.law.rule_model import NoRuleInForce

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

UNREAD = "à relire"


def law_day(qualification: str, earliest: date, latest: date) -> date:
    """Give the earliest possible day of the facts on which the text existed, the earliest of all when it never did."""
    if offence_exists(qualification, earliest) or not offence_exists(qualification, latest):
        return earliest
    return offence_at(qualification, latest).in_force_from


def changes_of(
    qualification: str, earliest: date, latest: date, answers: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Say in French what the law changed for a qualification between the two ends of uncertain facts."""
    if not offence_exists(qualification, earliest) and offence_exists(qualification, latest):
        text = f"Aucun texte n'était en vigueur le {day_in_words(earliest)}, un texte l'était le {day_in_words(latest)}"
        return (typeset(f"{text} : dater les faits avant de retenir « {title_of(qualification)} »."),)
    pairs = (
        ("Peine encourue", *(_penalty(qualification, day, answers) for day in (earliest, latest))),
        ("Prescription", *(_duration(qualification, day) for day in (earliest, latest))),
    )
    return tuple(
        typeset(
            f"{name} selon la date des faits : {before} le {day_in_words(earliest)}, "
            f"{after} le {day_in_words(latest)}. La première est retenue tant que la date n'est pas établie."
        )
        for name, before, after in pairs
        if before != after
    )


def another_proposal(answers: Mapping[str, str], earliest: date, latest: date) -> str:
    """Say which other qualification the later law would propose, or nothing."""
    if earliest == latest:
        return ""
    before, after = (qualify(dict(answers), day).proposed for day in (earliest, latest))
    if before == after or after is None:
        return ""
    text = f"La date des faits : s'ils sont du {day_in_words(latest)}, la proposition serait « {title_of(after)} »."
    return typeset(text)


def _penalty(qualification: str, on: date, answers: Mapping[str, str] | None) -> str:
    return penalty_in_words(penalty_at(qualification, on, answers))


def _duration(qualification: str, on: date) -> str:
    try:
        return duration_in_words(in_months(duration_of(qualification, on)))
    except NoRuleInForce:
        return UNREAD
