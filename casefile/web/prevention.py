"""The sheet of prevention of a dossier's client: ticked line by line, taken back, printed."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, send_file, url_for

from casefile import clock, prevention
from casefile.access import Permission, child_of
from casefile.documents import prevention_sheet
from casefile.errors import CasefileError, NotFound
from casefile.models.matter import Party
from casefile.models.people import Firm
from casefile.models.prevention import PreventionTick
from casefile.web.fields import Line
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("prevention", __name__, url_prefix="/dossiers/<uuid:matter_id>/prevention")


class TickForm(CasefileForm):
    """What is worth keeping about one line."""

    note = Line("Note", max_length=prevention.LONGEST_NOTE)


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """Show the sheet of one client of the dossier."""
    return _page(prevention.client_of(db(), g.matter, _asked()), TickForm(formdata=None))


@blueprint.post("/<uuid:party_id>/<line_id>")
@access(Permission.MATTER_WRITE)
def tick(party_id: uuid.UUID, line_id: str) -> Any:
    """Tick one line, with a note or without."""
    client, form = child_of(db(), g.matter, Party, party_id), TickForm()
    if form.validate_on_submit():
        try:
            prevention.tick(db(), g.person, client, line_id, form.note.data or "")
        except NotFound:
            raise
        except CasefileError as error:
            form.refuse(error)
        else:
            return redirect(_back(client.id, line_id), code=303)
    return _page(client, form, line_id), 400


@blueprint.post("/<uuid:tick_id>/annuler")
@access(Permission.MATTER_WRITE)
def take_back(tick_id: uuid.UUID) -> Any:
    """Untick one line; what stood there stays on record."""
    row = child_of(db(), g.matter, PreventionTick, tick_id)
    try:
        prevention.take_back(db(), g.person, row)
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(_back(row.party_id, row.line), code=303)


@blueprint.get("/<uuid:party_id>.pdf")
@access(Permission.MATTER_READ)
def pdf(party_id: uuid.UUID) -> Any:
    """Give the sheet as a PDF to hand over."""
    client = prevention.client_of(db(), g.matter, party_id)
    if client is None:
        raise NotFound("Cet élément n'existe pas dans ce dossier.")
    content = prevention_sheet.pdf(
        db().get_one(Firm, 1), g.matter, client, prevention.seen(db(), client), clock.today()
    )
    name = f"prevention-{g.matter.reference.replace('/', '-')}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def _page(client: Party | None, form: TickForm, refused: str = "") -> str:
    form.note.id = f"note-{refused}"  # the page holds one such field a line: the error leads to the right one
    return render_matter(
        "matters/prevention.html",
        client=client,
        clients=prevention.clients(db(), g.matter),
        parts=prevention.sheet(),
        seen=prevention.seen(db(), client) if client else {},
        as_of=prevention.as_of(),
        form=form,
        refused=refused,
    )


def _asked() -> uuid.UUID | None:
    text = request.args.get("client")
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise NotFound("Cet élément n'existe pas dans ce dossier.") from error


def _back(party_id: uuid.UUID, line_id: str) -> str:
    return url_for(".index", matter_id=g.matter.id, client=party_id, _anchor=line_id)
