"""The pulse: what ran, what left, what was given up; where a message given up is sent again or dismissed."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for

from casefile import clock
from casefile.access import Permission
from casefile.deadlines import alarm, pulse
from casefile.errors import CasefileError, NotFound
from casefile.models.ledger import Heartbeat, OutgoingMail
from casefile.web.checks import Required
from casefile.web.fields import Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db
from casefile.web.outbox import STATES

blueprint = Blueprint("pulse", __name__, url_prefix="/pouls")


class DismissForm(CasefileForm):
    """How the reader of a message given up was told."""

    reason = Line("Comment la personne a été prévenue", [Required()], max_length=300)


@blueprint.get("")
@access(Permission.OUTBOX_READ)
def index() -> Any:
    """Show what keeps reminders going, and what does not."""
    return _page()


@blueprint.post("/messages/<uuid:mail_id>/renvoyer")
@access(Permission.OUTBOX_READ)
def retry(mail_id: uuid.UUID) -> Any:
    """Send a message given up again, under the same identifier."""
    message = _message(mail_id)
    try:
        pulse.retry(db(), g.person, message)
    except CasefileError as error:
        flash(error.message, "error")
    else:
        flash("Message remis en file : il part à la prochaine minute.")
    return redirect(url_for(".index"), code=303)


@blueprint.route("/messages/<uuid:mail_id>/classer", methods=["GET", "POST"])
@access(Permission.OUTBOX_READ)
def dismiss(mail_id: uuid.UUID) -> Any:
    """Take a message given up off the alarm, saying how its reader was told."""
    message, form = _message(mail_id), DismissForm()
    if form.validate_on_submit():
        try:
            pulse.dismiss(db(), g.person, message, form.reason.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Message classé : votre nom et la raison sont gardés.")
            return redirect(url_for(".index"), code=303)
    page = render_template("pulse/dismiss.html", form=form, message=message)
    return page, 400 if form.errors or form.form_errors else 200


def _page() -> str:
    now = clock.now()
    return render_template(
        "pulse/index.html",
        troubles=alarm.trouble(db(), now),
        worker=db().get(Heartbeat, "worker"),
        tasks=pulse.tasks(db(), now),
        bulletins=pulse.bulletins(db(), now),
        traffic=pulse.traffic(db(), now),
        given_up=pulse.given_up(db(), g.person),
        states=STATES,
        health_url=f"{context().settings.base_url}{url_for('health.show')}",
        today=clock.day_of(now),
        smtp=context().settings.smtp_url is not None,
    )


def _message(mail_id: uuid.UUID) -> OutgoingMail:
    found = next((one for one, _, _ in pulse.given_up(db(), g.person) if one.id == mail_id), None)
    if found is None:
        raise NotFound("Ce message n'est pas en échec, ou n'existe pas.")
    return found
