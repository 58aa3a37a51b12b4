"""The contents of a dossier: added, dated, corrected, looked at with their proofs."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from sqlalchemy import select

from casefile import matters
from casefile.access import Permission, child_of
from casefile.deadlines import limitation
from casefile.models.evidence import Capture, DateKind, Passage, Publication
from casefile.passages import withdrawn_in
from casefile.web.concurrency import told_conflict
from casefile.web.guards import access, db
from casefile.web.identification_lines import follow_identification
from casefile.web.matter_frame import render_matter
from casefile.web.publication_forms import DATE_KINDS, PublicationForm
from casefile.web.synthesis import contents_of
from casefile.web.undo_notice import say_changed

blueprint = Blueprint("publications", __name__, url_prefix="/dossiers/<uuid:matter_id>/contenus")

TEXTS = ("title", "platform", "url", "item_id", "shown_author", "relative_text", "date_proof", "client_reply", "notes")
DATING = {
    "published_on",
    "published_from",
    "published_to",
    "relative_text",
    "relative_seen_on",
    "date_kind",
    "platform",
}
DATES = ("published_on", "published_from", "published_to", "relative_seen_on", "discovered_on")
PLATFORMS = (
    ("google_maps", "Google (fiche d’établissement)"),
    ("facebook", "Facebook"),
    ("instagram", "Instagram"),
    ("x", "X (ex-Twitter)"),
    ("tiktok", "TikTok"),
    ("linkedin", "LinkedIn"),
    ("youtube", "YouTube"),
    ("trustpilot", "Trustpilot"),
    ("tripadvisor", "Tripadvisor"),
    ("pagesjaunes", "PagesJaunes"),
    ("doctolib", "Doctolib"),
    ("reddit", "Reddit"),
    ("discord", "Discord"),
)
OTHER = (("site", "Autre site ou blog"), ("email", "Courriel ou message privé"), ("press", "Presse en ligne"))


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """List the contents with the state of their proofs."""
    return render_matter("publications/index.html", contents=contents_of(g.matter), kinds=dict(DATE_KINDS))


@blueprint.route("/nouveau", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new() -> Any:
    """Add a content."""
    form = _form()
    if form.validate_on_submit():
        publication = matters.add_publication(db(), g.person, g.matter, **_facts(form))
        flash("Contenu ajouté. Scellez une capture sans attendre : la page peut disparaître.")
        return redirect(url_for(".show", matter_id=g.matter.id, publication_id=publication.id), code=303)
    return render_matter("publications/edit.html", form=form, publication=None), 400 if form.errors else 200


@blueprint.get("/<uuid:publication_id>")
@access(Permission.MATTER_READ)
def show(publication_id: uuid.UUID) -> Any:
    """Show one content, its date, its captures and its passages."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    captures = db().scalars(
        select(Capture).where(Capture.publication_id == publication.id).order_by(Capture.created_at.desc())
    )
    passages = db().scalars(
        select(Passage)
        .where(Passage.publication_id == publication.id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.start)
    )
    return render_matter(
        "publications/show.html",
        publication=publication,
        captures=captures.all(),
        passages=passages.all(),
        withdrawn=withdrawn_in(db(), publication),
        platform=dict(platform_choices()).get(publication.platform, publication.platform),
        kinds=dict(DATE_KINDS),
    )


@blueprint.route("/<uuid:publication_id>/modifier", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def edit(publication_id: uuid.UUID) -> Any:
    """Correct a content; a date that moves recomputes the deadlines, never in silence."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form = _form(obj=publication, publicity="yes" if publication.is_public else "no")
    if form.validate_on_submit():
        back = url_for(".show", matter_id=g.matter.id, publication_id=publication.id)
        if form.seen_version() != publication.version:
            return told_conflict(form, publication, back_url=back)
        changed = matters.edit(db(), g.person, publication, form.seen_version(), **_facts(form))
        say_changed("Contenu modifié.", publication)
        follow_dating(publication, changed, "Date de mise en ligne corrigée sur la fiche du contenu")
        return redirect(back, code=303)
    return render_matter("publications/edit.html", form=form, publication=publication), 400 if form.errors else 200


def follow_dating(publication: Publication, changed: list[str], reason: str) -> None:
    """Recompute deadlines and steps when what dates a content has changed, and say so."""
    if not DATING & set(changed):
        return
    if limitation.correct_trigger(db(), g.person, g.matter, publication, reason):
        flash("Les délais ont été recalculés ; les anciens restent visibles, remplacés.")
    follow_identification(publication, reason)


def platform_choices() -> list[tuple[str, str]]:
    """List the platforms of the directory, then what is none."""
    return [*PLATFORMS, *OTHER]


def _form(**values: Any) -> PublicationForm:
    form = PublicationForm(**values)
    form.platform.choices = platform_choices()
    return form


def _facts(form: PublicationForm) -> dict[str, Any]:
    facts: dict[str, Any] = {name: form[name].data or "" for name in TEXTS}
    facts |= {name: form[name].data for name in DATES}
    facts |= {"is_public": form.publicity.data == "yes", "date_kind": DateKind(form.date_kind.data)}
    return facts
