"""Dating a content: what its address, its identifier and its captures hold, and what the platform showed when.

The machine proposes; a lawyer retains one date, with a reason, and every limitation follows.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from casefile import clock
from casefile.access import Permission, child_of, matter_for, may
from casefile.deadlines import dating
from casefile.errors import CasefileError, InvalidInput
from casefile.law.limitation_facts import Sighting
from casefile.models.evidence import Publication
from casefile.web.checks import Required
from casefile.web.concurrency import last_change
from casefile.web.dating_candidates import Found, found_dates, hull_of
from casefile.web.fields import FrenchDate, Line, Paragraphs
from casefile.web.filters import typography
from casefile.web.forms import CasefileForm, VersionedForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint(
    "dating", __name__, url_prefix="/dossiers/<uuid:matter_id>/contenus/<uuid:publication_id>/datation"
)

LONGEST_REASON = 600
SEEN_ELSEWHERE = "Quelqu’un a modifié ce contenu entre-temps\u00a0: relisez les dates ci-dessous avant de retenir."


class RetainForm(VersionedForm):
    """The date that a lawyer retains, and why."""

    candidate = Line("Date retenue", [Required("Choisissez une date du tableau.")], max_length=64)
    reason = Paragraphs(
        "Pourquoi cette date", [Required("Écrivez pourquoi cette date est retenue.")], max_length=LONGEST_REASON
    )


class SightingForm(CasefileForm):
    """What the platform showed, and the day somebody saw it."""

    text = Line("Mention affichée par la plateforme", [Required("Recopiez la mention affichée.")], max_length=100)
    seen_on = FrenchDate("Mention vue le", [Required("Indiquez le jour où cette mention a été vue.")], past=True)


@blueprint.get("")
@access(Permission.MATTER_READ)
def show(publication_id: uuid.UUID) -> Any:
    """Show every date found, what contradicts, and the sightings crossed."""
    return _page(child_of(db(), g.matter, Publication, publication_id))


@blueprint.post("/retenir")
@access(Permission.QUALIFY)
def retain(publication_id: uuid.UUID) -> Any:
    """Make one found date the content's own; the deadlines are recomputed, the old ones stay visible."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form = RetainForm()
    if not form.validate_on_submit():
        return _page(publication, retaining=form), 400
    publication, found = _found_without_lock(publication, Permission.QUALIFY)
    if form.seen_version() != publication.version:
        return _overtaken(publication, found, form), 409
    try:
        moved = _retain(publication, found, form)
    except CasefileError as error:
        form.refuse(error)
        return _page(publication, retaining=form, found=found), 400
    flash("Date retenue. La preuve de la date nomme la méthode et la capture.")
    if moved:
        flash("Les délais ont été recalculés ; les anciens restent visibles, remplacés.")
    return redirect(url_for(".show", matter_id=g.matter.id, publication_id=publication.id), code=303)


@blueprint.post("/releves")
@access(Permission.MATTER_WRITE)
def add_sighting(publication_id: uuid.UUID) -> Any:
    """Record one more sighting of the relative date."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form = SightingForm()
    if not form.validate_on_submit() or form.seen_on.data is None:
        return _page(publication, sighting=form), 400
    try:
        seen = Sighting(form.text.data or "", form.seen_on.data)
        dating.add_sighting(db(), g.person, g.matter, publication, seen)
    except CasefileError as error:
        form.refuse(error)
        return _page(publication, sighting=form), 400
    flash("Relevé ajouté. L’intervalle est recalculé.")
    return redirect(url_for(".show", matter_id=g.matter.id, publication_id=publication.id), code=303)


def _found_without_lock(publication: Publication, permission: Permission) -> tuple[Publication, Found]:
    """Read the captures outside any transaction: nobody else's writing waits for our reading."""
    matter_id, publication_id = g.matter.id, publication.id
    db().rollback()
    g.matter = matter_for(db(), g.person, matter_id, permission)
    found = found_dates(child_of(db(), g.matter, Publication, publication_id))
    return child_of(db(), g.matter, Publication, publication_id), found


def _retain(publication: Publication, found: Found, form: RetainForm) -> list[Any]:
    chosen = form.candidate.data or ""
    reason = form.reason.data or ""
    line = next((line for line in found.lines if line.key == chosen), None)
    hull = hull_of(found)
    if line is not None and line.publication is not None:
        dated, proof = line.publication, line.proof
    elif hull is not None and chosen == hull.key:
        dated, proof = hull.publication, hull.proof
    else:
        raise InvalidInput("Cette date n’est plus proposée : choisissez-en une du tableau.", field="candidate")
    who = f"Retenue par {g.person.full_name} le {clock.today():%d/%m/%Y} : {reason}"
    return dating.retain(
        db(), g.person, g.matter, publication, dated, proof=typography(f"{proof} {who}"), reason=reason
    )


def _overtaken(publication: Publication, found: Found, form: RetainForm) -> str:
    """Show the choice and what was recorded meanwhile side by side; the choice stays, and is made again knowingly."""
    form.version.data = str(publication.version)
    form.candidate.errors = [typography(SEEN_ELSEWHERE)]
    return _page(publication, retaining=form, found=found, overtaken=last_change(publication))


def _page(
    publication: Publication,
    *,
    retaining: RetainForm | None = None,
    sighting: SightingForm | None = None,
    found: Found | None = None,
    overtaken: tuple[str, datetime] | None = None,
) -> str:
    found = found or found_dates(publication)
    window, unread = _window(publication)
    own = {"version": str(publication.version)}
    return render_matter(
        "law/dating.html",
        publication=publication,
        found=found,
        hull=hull_of(found),
        window=window,
        unread=unread,
        sightings=dating.sightings_of(publication),
        retaining=retaining or RetainForm(formdata=None, data=own),
        sighting=sighting or SightingForm(formdata=None),
        overtaken=overtaken,
        may_retain=may(db(), g.person, g.matter, Permission.QUALIFY),
        form=retaining if retaining is not None and retaining.errors else sighting,
    )


def _window(publication: Publication) -> tuple[Any, str]:
    try:
        return dating.crossed(publication), ""
    except CasefileError as error:
        return None, typography(error.message)
