"""One's own webhooks: made, tried, watched, started again, taken away."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for

from casefile import webhooks
from casefile.access import Permission
from casefile.errors import CasefileError
from casefile.models.webhooks import DeliveryState
from casefile.web.checks import Required
from casefile.web.fields import Choices, Line, Url
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, context, db

blueprint = Blueprint("webhooks", __name__, url_prefix="/compte/webhooks")

EVENTS = (
    ("matter.opened", "Un dossier est ouvert"),
    ("deadline.created", "Une échéance est créée"),
    ("deadline.moved", "Une échéance en remplace une autre"),
    ("deadline.withdrawn", "Une échéance est retirée ou remplacée"),
    ("deadline.settled", "Une échéance est faite ou abandonnée"),
    ("deadline.reopened", "Une échéance est rouverte"),
    ("capture.sealed", "Une capture est scellée"),
    ("letter.sent", "Une lettre est envoyée"),
)
WORDS = dict(EVENTS) | {webhooks.TRIAL: "Essai"}
STATES = {
    DeliveryState.QUEUED: ("soon", "En attente"),
    DeliveryState.SENT: ("ok", "Reçu"),
    DeliveryState.FAILED: ("late", "Abandonné"),
    DeliveryState.VOID: ("none", "Sans objet"),
}


class WebhookForm(CasefileForm):
    """Where to tell, and what."""

    name = Line("Nom de l’outil", [Required()], max_length=100)
    url = Url("Adresse qui reçoit", [Required()])
    events = Choices("Événements", [Required("Cochez au moins un événement.")], choices=EVENTS)


@blueprint.get("")
@access(Permission.FIRM_READ)
def index() -> Any:
    """List one's webhooks."""
    return _page(WebhookForm(formdata=None))


@blueprint.post("")
@access(Permission.FIRM_READ, fresh=True)
def make() -> Any:
    """Make a webhook; its secret is shown once."""
    form = WebhookForm()
    if form.validate_on_submit():
        url, told = form.url.data or "", form.events.data or ()
        db().rollback()  # nobody waits for the network to answer
        try:
            webhooks.check_address(context().settings, url)
            secret = webhooks.make(db(), g.person, form.name.data or "", url, told)
        except CasefileError as error:
            form.refuse(error)
        else:
            return _page(WebhookForm(formdata=None), secret)
    return _page(form), 400


@blueprint.get("/<uuid:webhook_id>")
@access(Permission.FIRM_READ)
def show(webhook_id: uuid.UUID) -> Any:
    """Show what was sent to one of them."""
    row = webhooks.one_of(db(), g.person, webhook_id)
    sent = webhooks.deliveries(db(), row)
    return render_template("account/webhook.html", webhook=row, deliveries=sent, words=WORDS, states=STATES)


@blueprint.post("/<uuid:webhook_id>/essayer")
@access(Permission.FIRM_READ)
def try_out(webhook_id: uuid.UUID) -> Any:
    """Send a trial that says nothing of any dossier."""
    return _done(webhook_id, webhooks.try_out, "Essai en file : il part dans la minute.")


@blueprint.post("/<uuid:webhook_id>/remettre-en-marche")
@access(Permission.FIRM_READ)
def enable(webhook_id: uuid.UUID) -> Any:
    """Start a stopped one again."""
    return _done(webhook_id, webhooks.enable, "Webhook remis en marche, à partir de maintenant.")


@blueprint.post("/<uuid:webhook_id>/envois/<uuid:delivery_id>/relancer")
@access(Permission.FIRM_READ)
def send_again(webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> Any:
    """Send one delivery again, under the same identifier."""
    webhooks.send_again(db(), webhooks.one_of(db(), g.person, webhook_id), delivery_id)
    flash("Envoi remis en file.")
    return redirect(url_for(".show", webhook_id=webhook_id), code=303)


@blueprint.post("/<uuid:webhook_id>/supprimer")
@access(Permission.FIRM_READ)
def remove(webhook_id: uuid.UUID) -> Any:
    """Take one away."""
    webhooks.remove(db(), webhooks.one_of(db(), g.person, webhook_id))
    flash("Webhook supprimé : plus rien ne part.")
    return redirect(url_for(".index"), code=303)


def _done(webhook_id: uuid.UUID, verb: Any, sentence: str) -> Any:
    try:
        verb(db(), webhooks.one_of(db(), g.person, webhook_id))
        flash(sentence)
    except CasefileError as error:
        if error.status == 404:  # noqa: PLR2004 - somebody else's does not exist
            raise
        flash(error.message, "error")
    return redirect(url_for(".show", webhook_id=webhook_id), code=303)


def _page(form: WebhookForm, secret: str | None = None) -> str:
    rows = webhooks.of_person(db(), g.person)
    return render_template("account/webhooks.html", form=form, secret=secret, webhooks=rows, words=WORDS)
