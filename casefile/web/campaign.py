"""Harassment by many: every content of a dossier in one table, its pattern, several passages answered for at once."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from wtforms import BooleanField

from casefile import qualification
from casefile.access import Permission, child_of, may
from casefile.errors import CasefileError, InvalidInput, NotFound
from casefile.models.evidence import Passage, Publication
from casefile.web.campaign_lines import Campaign, campaign_of, models_of, pattern_lines, table_of
from casefile.web.fields import Choice
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.identification_lines import follow_identification
from casefile.web.matter_frame import render_matter
from casefile.web.qualification_form import form_of_many
from casefile.web.together_page import together_page

blueprint = Blueprint("campaign", __name__, url_prefix="/dossiers/<uuid:matter_id>/ensemble")


class SelectionForm(CasefileForm):
    """Which passages to qualify together, and whose answers to begin from."""

    model = Choice("Réponses de départ", choices=[])
    everything = BooleanField("Tous les passages encore sans qualification")


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """Show every content with its author, date, passage, qualification and limitation, and their pattern."""
    return _page(SelectionForm(None))


@blueprint.post("/qualifier")
@access(Permission.QUALIFY)
def qualify_alike() -> Any:
    """Answer once for several passages, see what each would get, keep those that the lawyer confirms.

    `act` is « prepare » (from the table), « keep », or nothing: weigh the answers again and store none.
    """
    campaign = campaign_of(db(), g.matter)
    act = request.form.get("act", "weigh")
    if act == "prepare":
        return _prepared(campaign)
    form = form_of_many()
    passages = _ticked("passages")
    if not form.validate_on_submit():
        return together_page(campaign, form, passages), 400
    if act != "keep":
        return together_page(campaign, form, passages)
    try:
        ended = _keep(form, _ticked("confirmed"))
    except CasefileError as error:
        form.refuse(error)
        return together_page(campaign, form, passages), 400
    refused = [one for one in ended if one.qualification is None]
    kept = counted(len(ended) - len(refused), "passage qualifié", "passages qualifiés")
    if not refused:
        flash(f"{kept}, à votre nom.")
        return redirect(url_for(".index", matter_id=g.matter.id), code=303)
    # The passages refused stay on the page with their reason; what was kept is committed with this answer.
    page = together_page(campaign_of(db(), g.matter), form, [one.passage for one in refused], report=ended)
    return page, 200 if len(refused) < len(ended) else 400


def _prepared(campaign: Campaign) -> Any:
    form = SelectionForm()
    form.model.choices = _beginnings(campaign)
    chosen = _ticked("passages")
    if form.everything.data:
        chosen = [row.passage for row in campaign.passages if row.qualification is None]
    if form.validate_on_submit():
        if chosen:
            model = form.model.data and child_of(db(), g.matter, Passage, uuid.UUID(form.model.data))
            answers = qualification.answers_of(db(), qualification.standing(db(), model)) if model else {}
            return together_page(campaign, form_of_many(answers), chosen)
        form.refuse(InvalidInput("Cochez au moins un passage du tableau."))
    return _page(form), 400


def _keep(form: Any, passages: list[Passage]) -> list[qualification.Kept]:
    ended = qualification.choose_each(
        db(),
        g.person,
        g.matter,
        passages,
        form.answers(),
        chosen=form.chosen.data or "",
        reasons=form.reason.data or "",
        acknowledged=form.acknowledged.data,
    )
    kept = {one.passage.publication_id for one in ended if one.qualification is not None}
    for identifier in kept:
        follow_identification(db().get_one(Publication, identifier), "Qualification retenue")
    return ended


def _ticked(name: str) -> list[Passage]:
    chosen = [_identifier(text) for text in dict.fromkeys(request.form.getlist(name))]
    return [child_of(db(), g.matter, Passage, identifier) for identifier in chosen]


def _identifier(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound("Ce passage n'existe pas dans ce dossier.") from None


def _beginnings(campaign: Campaign) -> list[tuple[str, str]]:
    return [("", "Aucune : je réponds ici"), *models_of(campaign)]


def _page(form: SelectionForm) -> str:
    campaign = campaign_of(db(), g.matter)
    form.model.choices = _beginnings(campaign)
    return render_matter(
        "qualification/campaign.html",
        lines=table_of(campaign),
        ticked=set(request.form.getlist("passages")),
        form=form,
        may_choose=may(db(), g.person, g.matter, Permission.QUALIFY) and g.person.is_lawyer,
        **pattern_lines(campaign),
    )
