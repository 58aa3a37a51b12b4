"""The page where several passages are answered for at once: what each would get, its guards, and the one decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request

from casefile import qualification
from casefile.errors import InvalidInput
from casefile.law.offences import title_of
from casefile.law.qualification import qualify
from casefile.law.questionnaire import checked_answers
from casefile.models.evidence import Passage
from casefile.web.campaign_lines import Campaign, table_of
from casefile.web.filters import typography
from casefile.web.guards import db
from casefile.web.matter_frame import render_matter
from casefile.web.qualification_lines import choice_title
from casefile.web.qualification_page import LEVELS, grouped, question_lines


def together_page(
    campaign: Campaign, form: Any, passages: list[Passage], *, report: Iterable[qualification.Kept] = ()
) -> str:
    """Draw the page; the lines of passages being answered for keep their number in the dossier's table."""
    answers = _sound(form)
    known = {line["passage"].id: line for line in table_of(campaign) if line["passage"]}
    weighed = list(qualification.weigh_each(db(), passages, answers, form.chosen.data or ""))
    outcome = qualify(answers, qualification.facts_on(weighed[0].publication)) if weighed else None
    lines = question_lines(form, outcome, answers, {}, {}) if outcome else []
    confirmed = set(request.form.getlist("confirmed")) if request.form.get("act") == "keep" else None
    return render_matter(
        "qualification/together.html",
        form=form,
        lines=[_line(one, known[one.passage.id], confirmed) for one in weighed if one.passage.id in known],
        groups=grouped(lines, outcome, alone=False) if outcome else [],
        report=[_ended(one, known.get(one.passage.id)) for one in report],
    )


def _sound(form: Any) -> dict[str, str]:
    """Give the answers, or none when one is no answer of its question: the form already says which."""
    try:
        return checked_answers(form.answers())
    except InvalidInput:
        return {}


def _line(one: qualification.Weighed, line: dict[str, Any], confirmed: set[str] | None) -> dict[str, Any]:
    told = [(LEVELS[finding.level], finding.text, finding.source) for finding in one.findings]
    return {
        **line,
        "gets": _title(one.chosen) if one.chosen else None,
        "confirmed": str(one.passage.id) in confirmed if confirmed is not None else not one.is_blocked,
        "blocked": one.is_blocked,
        "findings": [(tone, typography(text), typography(source)) for tone, text, source in dict.fromkeys(told)],
    }


def _ended(one: qualification.Kept, line: dict[str, Any] | None) -> dict[str, Any]:
    label = choice_title(str(one.qualification.chosen)) if one.qualification else None
    return {
        "passage": one.passage,
        "number": line["number"] if line else "",
        "label": label,
        "refusal": typography(one.refusal),
    }


def _title(chosen: str) -> str:
    return choice_title(chosen) if chosen == qualification.NOTHING else typography(title_of(chosen))
