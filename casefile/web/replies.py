"""The public reply under a content: drafted with live warnings, cooled, read by a second person."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for

from casefile import clock
from casefile.access import Permission, child_of
from casefile.errors import CasefileError, Refused
from casefile.identification import reply
from casefile.law import public_reply
from casefile.law.public_reply import ADVISED_WORDS, MODEL, STRUCTURE, word_count
from casefile.models.directory import PublicReply, ReplyState
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.web.checks import Required
from casefile.web.concurrency import told_conflict
from casefile.web.fields import FrenchDate, Paragraphs
from casefile.web.forms import CasefileForm, VersionedForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint(
    "replies", __name__, url_prefix="/dossiers/<uuid:matter_id>/contenus/<uuid:publication_id>/reponse"
)

STATES = {
    ReplyState.DRAFT: ("info", "Projet"),
    ReplyState.SUBMITTED: ("soon", "Relecture attendue"),
    ReplyState.READ: ("ok", "Relue"),
    ReplyState.PUBLISHED: ("ok", "Publiée"),
}


class ReplyForm(VersionedForm):
    """The text of the reply."""

    text = Paragraphs("Projet de réponse", max_length=4000)


class ReadForm(CasefileForm):
    """What the second reader says."""

    note = Paragraphs("Remarques du relecteur", max_length=2000)


class PublishForm(CasefileForm):
    """The day on which the client published."""

    on = FrenchDate("Publiée par le client le", [Required()], past=True)


@blueprint.get("")
@access(Permission.MATTER_READ)
def show(publication_id: uuid.UUID) -> Any:
    """Show the draft, its warnings and where it stands."""
    return _page(child_of(db(), g.matter, Publication, publication_id))


@blueprint.post("")
@access(Permission.MATTER_WRITE)
def write(publication_id: uuid.UUID) -> Any:
    """Save or submit a draft; without either, only say what is wrong with the text, and store nothing."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form = ReplyForm()
    what = request.form.get("act")
    if not form.validate_on_submit():
        return _page(publication, form=form), 400
    if what not in {"save", "submit"}:
        return _page(publication, form=form)

    standing = reply.standing(db(), publication)
    if standing is not None and form.seen_version() != standing.version:
        # What is put together must be read again before it is handed to a second reader: it is only saved.
        back = url_for(".show", matter_id=g.matter.id, publication_id=publication.id)
        return told_conflict(form, standing, back_url=back, sent={"act": "save"})

    def act() -> str:
        row = reply.save(db(), g.person, g.matter, publication, form.text.data or "", seen_version=form.seen_version())
        if what == "save":
            return "Projet enregistré."
        reply.submit(db(), g.person, g.matter, publication, row)
        return "Projet soumis à relecture : le délai de réflexion court."

    return _done(publication_id, form, act, keep=True)


@blueprint.post("/relire")
@access(Permission.LETTER_VALIDATE)
def read(publication_id: uuid.UUID) -> Any:
    """Let the text go, or send it back, as a second reader."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form = ReadForm()

    def act() -> str:
        row = _standing(publication)
        if request.form.get("act") == "back":
            reply.send_back(db(), g.person, row, form.note.data or "")
            return "Projet renvoyé à son auteur."
        reply.approve(db(), g.person, row, form.note.data or "")
        return "Réponse relue."

    return _done(publication_id, form, act)


@blueprint.post("/publier")
@access(Permission.MATTER_WRITE)
def publish(publication_id: uuid.UUID) -> Any:
    """Record that the client published the reply."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form: Any = PublishForm()

    def act() -> str:
        reply.mark_published(db(), g.person, publication, _standing(publication), form.on.data)
        return "Publication enregistrée."

    return _done(publication_id, form, act)


def _done(publication_id: uuid.UUID, form: Any, act: Callable[[], str], *, keep: bool = False) -> Any:
    if form.validate_on_submit():
        try:
            flash(act())
        except CasefileError as error:
            matter_id = g.matter.id
            db().rollback()
            g.matter = db().get_one(Matter, matter_id)
            form.refuse(error)
        else:
            return redirect(url_for(".show", matter_id=g.matter.id, publication_id=publication_id), code=303)
    publication = child_of(db(), g.matter, Publication, publication_id)
    return _page(publication, **({"form": form} if keep else {"refused": form})), 400


def _grouped(found: tuple[public_reply.Warning, ...]) -> list[dict[str, Any]]:
    """Gather the words at fault under each count, so that one count is told once."""
    groups: dict[str, dict[str, Any]] = {}
    for one in found:
        group = groups.setdefault(one.id, {"warning": one, "excerpts": []})
        if one.excerpt and one.excerpt not in group["excerpts"]:
            group["excerpts"].append(one.excerpt)
    return list(groups.values())


def _standing(publication: Publication) -> PublicReply:
    row = reply.standing(db(), publication)
    if row is None:
        raise Refused("Aucun projet de réponse n'est enregistré.")
    return row


def _page(publication: Publication, *, form: ReplyForm | None = None, refused: CasefileForm | None = None) -> str:
    row = reply.standing(db(), publication)
    form = form or ReplyForm(formdata=None, text=row.text if row else "", version=row.version if row else 0)
    text = form.text.data or ""
    writer = db().get(Person, row.written_by_id) if row else None
    return render_matter(
        "replies/show.html",
        publication=publication,
        form=form,
        read_form=refused if isinstance(refused, ReadForm) else ReadForm(formdata=None),
        publish_form=refused if isinstance(refused, PublishForm) else PublishForm(formdata=None, on=clock.today()),
        reply=row,
        state=STATES[row.state] if row else None,
        writer=writer.full_name if writer else "",
        may_read=row is not None and g.person.is_lawyer and row.written_by_id != g.person.id,
        free_at=reply.free_at(db(), row) if row and row.submitted_at else None,
        now=clock.now(),
        warnings=_grouped(reply.review(db(), g.person, g.matter, publication, text)) if text.strip() else [],
        words=word_count(text),
        advised=ADVISED_WORDS,
        structure=STRUCTURE,
        model=MODEL,
    )
