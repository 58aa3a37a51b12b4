"""The questionnaire as a form: one segmented answer per question of the law's data."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField

from casefile.law.offences import known_offences, title_of
from casefile.law.questionnaire import questions
from casefile.qualification import NOTHING
from casefile.web.fields import Choice, Paragraphs, Segmented
from casefile.web.forms import CasefileForm, VersionedForm


class ReviewForm(CasefileForm):
    """What a second lawyer says of the choice."""

    note = Paragraphs("Observations du relecteur", max_length=4000)


def form_for(answers: dict[str, str]) -> Any:
    """Build the form with the answers already recorded; what is posted replaces them."""
    return _questionnaire()(data={**answers, "reason": "", "chosen": "", "kept": ""})


def form_of_many(copied: dict[str, str] | None = None) -> Any:
    """Build the form of several passages: as posted, or begun from the answers copied from one of them."""
    begun = {**(copied or {}), "reason": "", "chosen": "", "kept": ""}
    form = _questionnaire()(data=begun) if copied is None else _questionnaire()(None, data=begun)
    form.reason.flags.required = True
    form.chosen.choices = [("", "Celle que les réponses désignent pour chacun"), *form.chosen.choices[1:]]
    return form


@cache
def _questionnaire() -> type[VersionedForm]:
    fields = {
        question.id: Segmented(question.text, choices=tuple(zip(question.options, question.labels, strict=True)))
        for question in questions().values()
    }
    offences = [(NOTHING, "Aucune : critique admissible"), *((key, title_of(key)) for key in known_offences())]

    class QuestionnaireForm(VersionedForm):
        """Answers, then the decision, its reason and the warnings read. `kept` is the qualification that was shown."""

        kept = HiddenField()
        acknowledged = BooleanField("J’ai lu les avertissements et je retiens malgré tout")

        reason = Paragraphs("Motif de votre décision", max_length=4000)
        chosen = Choice("Qualification", choices=[("", "Choisir"), *offences])

        def answers(self) -> dict[str, str]:
            """Give the answers that hold one; the question that the person asked to clear holds none."""
            cleared = request.form.get("retirer")
            return {key: self[key].data for key in questions() if self[key].data and key != cleared}

    for key, field in fields.items():
        setattr(QuestionnaireForm, key, field)
    return QuestionnaireForm
