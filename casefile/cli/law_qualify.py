"""`casefile law qualify`: answers about a passage in, candidate qualifications out."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from casefile.cli import print_json
from casefile.cli.law import read_facts
from casefile.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from casefile.law.qualification import Outcome
    from casefile.law.weighing import Candidate


ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What a decided case carries beside its answers: read by people, not by the questionnaire.
ABOUT_THE_CASE = ("id", "words", "context", "court", "date", "number", "source_url", "qualification", "outcome")


@click.command("qualify")
@click.argument("source", required=False)
def law_qualify(source: str | None) -> None:
    """Propose une qualification à partir des réponses au questionnaire."""
    from casefile.law.qualification import qualify

    facts = read_facts(source)
    refuse_unknown_fields({name: facts[name] for name in facts if name not in ABOUT_THE_CASE}, ("answers", "on"))
    if "answers" not in facts:
        raise InvalidInput("Le champ « answers » manque : donnez les réponses, même vides.", field="answers")
    print_json(outcome_as_json(qualify(facts["answers"], _facts_day(facts))))


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """Give an outcome in the shape of the contract, with its reasons beside."""
    from casefile.law.qualification import CONCLUSIONS

    return {
        "candidates": [_candidate_as_json(candidate) for candidate in outcome.candidates],
        "proposed": outcome.proposed,
        "defences": list(outcome.defences),
        "next_question": outcome.next_question,
        "conflicts": [
            {"id": found.id, "effect": found.effect, "text": found.text, "source": found.source}
            for found in outcome.conflicts
        ],
        "prudent": outcome.prudent
        and {
            "qualification": outcome.prudent.qualification,
            "why": outcome.prudent.why,
            "evidence": list(outcome.prudent.evidence),
        },
        "conclusion": {"id": outcome.conclusion.value, "text": CONCLUSIONS[outcome.conclusion]},
    }


def day_of(facts: Mapping[str, Any], name: str) -> date:
    """Read a required ISO day; raises InvalidInput naming the field."""
    value = facts.get(name)
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        return _refuse_day(name)
    try:
        return date.fromisoformat(value)
    except ValueError:
        return _refuse_day(name)


def refuse_unknown_fields(facts: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a field that would be silently ignored; raises InvalidInput naming it."""
    for name in facts:
        if name not in known:
            raise InvalidInput(
                f"Le champ « {name[:60]} » est inconnu : les champs admis sont {', '.join(known)}.", field=name
            )


def _facts_day(facts: Mapping[str, Any]) -> date:
    """Read the day of the facts; facts known only by their month or year are placed on its first day."""
    on = facts.get("on")
    if isinstance(on, str) and re.fullmatch(r"\d{4}(-\d{2})?", on):
        return day_of({"on": f"{on}-01-01"[:10]}, "on")
    return day_of(facts, "on")


def _refuse_day(name: str) -> date:
    raise InvalidInput(f"Le champ « {name} » doit être une date au format AAAA-MM-JJ.", field=name)


def _candidate_as_json(candidate: Candidate) -> dict[str, Any]:
    return {
        "qualification": candidate.qualification,
        "title": candidate.title,
        "fits": candidate.fits.value,
        "met": list(candidate.met),
        "missing": list(candidate.missing),
        "contradicted": list(candidate.contradicted),
        "why_not": list(candidate.why_not),
        "sources": list(candidate.sources),
    }
