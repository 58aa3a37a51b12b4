"""The blind control of a date: the source in view, the first entry nowhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission
from casefile.deadlines import control as dual_control
from casefile.deadlines.decisive import decisive_fact
from casefile.errors import CasefileError
from casefile.models.evidence import Artifact, Capture, CaptureState
from casefile.models.procedure import Deadline
from casefile.web.capture_page import PICTURE_ROLES, PICTURES
from casefile.web.deadline_forms import ControlForm
from casefile.web.deadline_pages import deadline_named
from casefile.web.deadlines import IN_MATTER, blueprint
from casefile.web.guards import access, db

__all__ = ["blueprint"]

MOST_SOURCES = 3


@blueprint.route(f"{IN_MATTER}/<uuid:deadline_id>/controle", methods=["GET", "POST"])
@access(Permission.DEADLINE_CONTROL)
def control(deadline_id: uuid.UUID) -> Any:
    """Retype the decisive date from its proof, blind to the first entry."""
    row, form = deadline_named(deadline_id), ControlForm()
    if form.validate_on_submit():
        try:
            done = dual_control.control(db(), g.person, row, form.typed_on.data or clock.today())
        except CasefileError as error:
            form.refuse(error)
        else:
            if done.matches:
                flash("Les deux dates concordent : échéance contrôlée.", "ok")
            else:
                flash("Les deux dates diffèrent : l'échéance reste rouge et son responsable est prévenu.", "error")
            return redirect(url_for(".show", matter_id=g.matter.id, deadline_id=row.id), code=303)
    page = render_template(
        "deadlines/control.html",
        matter=g.matter,
        publication=row.publication,
        question=decisive_fact(db(), row).name,
        sources=list(_sources(row)),
        form=form,
    )
    return page, 400 if form.errors or form.form_errors else 200


def _sources(row: Deadline) -> Iterable[dict[str, Any]]:
    """Give the latest sealed captures of the content, words and pictures: the pages about it show the entered date."""
    captures = db().scalars(
        select(Capture)
        .where(Capture.publication_id == row.publication_id, Capture.state == CaptureState.SEALED)
        .order_by(Capture.sealed_at.desc())
        .limit(MOST_SOURCES)
    )
    for capture in captures:
        files = db().scalars(
            select(Artifact)
            .where(
                Artifact.capture_id == capture.id,
                Artifact.media_type.in_(PICTURES),
                Artifact.role.in_(PICTURE_ROLES),
            )
            .order_by(Artifact.path)
        )
        yield {
            "sealed_at": capture.sealed_at,
            "text": capture.text,
            "pictures": [
                url_for("evidence.picture", matter_id=g.matter.id, capture_id=capture.id, artifact_id=one.id)
                for one in files
            ],
        }
