"""The forms of the agenda: adding and moving a date, signing why a dossier is quiet."""

from __future__ import annotations

from wtforms import HiddenField

from casefile.models.procedure import DeadlineKind
from casefile.web.checks import Required
from casefile.web.deadline_forms import WORK_KINDS
from casefile.web.fields import Line, Paragraphs, Segmented
from casefile.web.forms import CasefileForm


class MoveForm(CasefileForm):
    """A new day for a date that people set."""

    on = Line("Nouvelle date", [Required()], max_length=40)
    reason = Line("Motif", max_length=300)
    back = HiddenField()


class AddForm(CasefileForm):
    """A date that people set, in a dossier named by its number."""

    kind = Segmented("Nature", [Required()], choices=WORK_KINDS, default=DeadlineKind.TASK.value)
    on = Line("Date", [Required()], max_length=40)
    at = Line("Heure", max_length=5)
    label = Line("Intitulé", [Required()], max_length=300)
    matter = Line("Dossier", [Required()], max_length=300)


class QuietForm(CasefileForm):
    """Why no critical deadline runs."""

    reason = Paragraphs("Pourquoi aucune échéance ne court", [Required()], max_length=1000)


class AskForm(CasefileForm):
    """A button that changes something: only its token counts."""
