"""The forms of the agenda: moving a date, signing why a dossier is quiet."""

from __future__ import annotations

from casefile.web.checks import Required
from casefile.web.fields import Line, Paragraphs
from casefile.web.forms import CasefileForm


class MoveForm(CasefileForm):
    """A new day for a date that people set."""

    on = Line("Nouvelle date", [Required()], max_length=40)
    reason = Line("Motif", max_length=300)


class QuietForm(CasefileForm):
    """Why no critical deadline runs."""

    reason = Paragraphs("Pourquoi aucune échéance ne court", [Required()], max_length=1000)


class AskForm(CasefileForm):
    """A button that changes something: only its token counts."""
