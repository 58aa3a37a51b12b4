"""The outbox: what Casefile wrote to a person, sent or kept here when no mail server is configured."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, g, render_template
from sqlalchemy import select

from casefile.access import Permission
from casefile.errors import NotFound
from casefile.models.ledger import MailState, OutgoingMail
from casefile.web.guards import access, context, db

blueprint = Blueprint("outbox", __name__, url_prefix="/messages")

STATES = {
    MailState.QUEUED: ("soon", "En attente"),
    MailState.SENT: ("ok", "Envoyé"),
    MailState.KEPT: ("info", "Conservé ici"),
    MailState.FAILED: ("late", "Échec"),
    MailState.VOID: ("none", "Annulé"),
}
SHOWN = 200


@blueprint.get("")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """List the messages written to this person, newest first."""
    mails = db().scalars(
        select(OutgoingMail)
        .where(OutgoingMail.recipient_id == g.person.id)
        .order_by(OutgoingMail.created_at.desc())
        .limit(SHOWN)
    )
    smtp = context().settings.smtp_url is not None
    return render_template("outbox/index.html", mails=mails.all(), states=STATES, smtp=smtp)


@blueprint.get("/<uuid:mail_id>")
@access(Permission.OWN_ACCOUNT)
def show(mail_id: uuid.UUID) -> Any:
    """Show one message as written."""
    mail = db().get(OutgoingMail, mail_id)
    if mail is None or mail.recipient_id != g.person.id:
        raise NotFound("Ce message n'existe pas.")
    return render_template("outbox/show.html", mail=mail, state=STATES[mail.state])
