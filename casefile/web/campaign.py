"""Harassment by many: every content of a dossier in one table, its pattern, one choice for several passages."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from wtforms import BooleanField

from casefile import qualification
from casefile.access import Permission, child_of, may
from casefile.errors import CasefileError, InvalidInput, NotFound
from casefile.models.evidence import Passage
from casefile.web.campaign_lines import campaign_of, models_of, pattern_lines, table_of
from casefile.web.fields import Choice, Paragraphs
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("campaign", __name__, url_prefix="/dossiers/<uuid:matter_id>/ensemble")


class AlikeForm(CasefileForm):
    """The choice given to the ticked passages, with its reason."""

    model = Choice("Même qualification que", choices=[("", "Choisir")])
    reason = Paragraphs("Motif de votre décision", max_length=4000)
    acknowledged = BooleanField("J’ai lu les avertissements et je retiens malgré tout")


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """Show every content with its author, date, passage, qualification and limitation, and their pattern."""
    return _page(AlikeForm(None))


@blueprint.post("/qualifier")
@access(Permission.QUALIFY)
def qualify_alike() -> Any:
    """Give several passages the answers and the choice of one already qualified: all, or none."""
    form = AlikeForm()
    form.model.choices = [("", "Choisir"), *models_of(campaign_of(db(), g.matter))]
    if form.validate_on_submit():
        try:
            made = _qualify(form)
        except CasefileError as error:
            if isinstance(error, NotFound):
                raise
            form.refuse(error)
        else:
            flash(f"{counted(made, 'passage qualifié', 'passages qualifiés')}, à votre nom.")
            return redirect(url_for(".index", matter_id=g.matter.id), code=303)
    db().rollback()
    return _page(form), 400


def _qualify(form: AlikeForm) -> int:
    chosen = [_identifier(text) for text in dict.fromkeys(request.form.getlist("passages"))]
    if not chosen:
        raise InvalidInput("Cochez au moins un passage du tableau.")
    if not form.model.data:
        raise InvalidInput("Choisissez le passage déjà qualifié qui sert de modèle.", field="model")
    model = qualification.standing(db(), child_of(db(), g.matter, Passage, uuid.UUID(form.model.data)))
    if model is None:
        raise InvalidInput("Le passage pris pour modèle n'est pas encore qualifié.", field="model")
    passages = [child_of(db(), g.matter, Passage, identifier) for identifier in chosen]
    made = qualification.choose_alike(
        db(),
        g.person,
        g.matter,
        model,
        [passage for passage in passages if passage.id != model.passage_id],
        reasons=form.reason.data or "",
        acknowledged=form.acknowledged.data,
    )
    return len(made)


def _identifier(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound("Ce passage n'existe pas dans ce dossier.") from None


def _page(form: AlikeForm) -> str:
    campaign = campaign_of(db(), g.matter)
    form.model.choices = [("", "Choisir"), *models_of(campaign)]
    return render_matter(
        "qualification/campaign.html",
        lines=table_of(campaign),
        ticked=set(request.form.getlist("passages")),
        form=form,
        may_choose=may(db(), g.person, g.matter, Permission.QUALIFY) and g.person.is_lawyer,
        **pattern_lines(campaign),
    )
