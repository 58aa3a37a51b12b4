"""The firm's ladders of reminders and the times after which silence is passed on."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from casefile import clock
from casefile.access import Permission
from casefile.deadlines import ladder, reminder_settings
from casefile.deadlines.escalation import LONGEST_HOURS, Patience
from casefile.deadlines.wording import KIND_NAMES
from casefile.errors import CasefileError, InvalidInput
from casefile.models.people import Firm
from casefile.models.procedure import DeadlineKind
from casefile.web.checks import Required
from casefile.web.concurrency import told_conflict
from casefile.web.fields import Line
from casefile.web.filters import counted
from casefile.web.forms import VersionedForm
from casefile.web.guards import access, db

blueprint = Blueprint("reminder_settings", __name__, url_prefix="/cabinet/rappels")

STEPS = re.compile(r"\d{1,3}(?:[\s,;]+\d{1,3})*")
HOURS = ("deputy_hours", "partner_hours", "urgent_deputy_hours", "urgent_partner_hours")


def _steps(kind: DeadlineKind) -> Line:
    return Line(KIND_NAMES[kind].capitalize(), [Required()], max_length=100)


def _number(label: str, most: int) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(1, most, f"Écrivez un nombre entre 1 et {most}.")])


class ReminderForm(VersionedForm):
    """Days before each kind of date; days and hours of the escalation."""

    limitation = _steps(DeadlineKind.LIMITATION)
    procedural = _steps(DeadlineKind.PROCEDURAL)
    retention = _steps(DeadlineKind.RETENTION)
    hearing = _steps(DeadlineKind.HEARING)
    follow_up = _steps(DeadlineKind.FOLLOW_UP)
    appointment = _steps(DeadlineKind.APPOINTMENT)
    task = _steps(DeadlineKind.TASK)
    from_days = _number("Suivre les silences à partir de (jours avant la date)", ladder.LONGEST)
    deputy_hours = _number("Prévenir le suppléant après (heures)", LONGEST_HOURS)
    partner_hours = _number("Prévenir l’associé après (heures)", LONGEST_HOURS)
    urgent_days = _number("Il y a urgence à partir de (jours avant la date)", ladder.LONGEST)
    urgent_deputy_hours = _number("En urgence, prévenir le suppléant après (heures)", LONGEST_HOURS)
    urgent_partner_hours = _number("En urgence, prévenir l’associé après (heures)", LONGEST_HOURS)


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.FIRM_SETTINGS)
def index() -> Any:
    """Show and change them; what is already running follows."""
    firm = db().get_one(Firm, 1)
    form = ReminderForm(data=_recorded(firm))
    if form.validate_on_submit():
        if form.seen_version() != firm.version:
            saved = ReminderForm(formdata=None, data=_recorded(firm))
            return told_conflict(form, firm, back_url=url_for(".index"), saved_form=saved)
        try:
            ladders = {kind: _read(kind, form[kind.value].data) for kind in DeadlineKind}
            patience = Patience(**{name: form[name].data for name in asdict(Patience())})
            moved = reminder_settings.change(db(), g.person, firm, ladders, patience, now=clock.now())
        except CasefileError as error:
            form.refuse(error)
        else:
            verb = "suit" if moved == 1 else "suivent"
            flash(f"Rappels enregistrés. {counted(moved, 'rappel')} des échéances en cours {verb}.")
            return redirect(url_for(".index"), code=303)
    page = render_template("firm/reminders.html", form=form, kinds=[kind.value for kind in DeadlineKind])
    return page, 400 if form.errors or form.form_errors else 200


def _recorded(firm: Firm) -> dict[str, Any]:
    steps = {kind.value: ", ".join(str(days) for days in ladder.steps_for(firm, kind)) for kind in DeadlineKind}
    return {**steps, **asdict(Patience.of(firm)), "version": firm.version}


def _read(kind: DeadlineKind, typed: str) -> list[int]:
    if not STEPS.fullmatch(typed.strip()):
        raise InvalidInput("Écrivez des jours séparés par des virgules, par exemple 14, 7, 1, 0.", field=kind.value)
    return [int(days) for days in re.findall(r"\d+", typed)]
