"""The page that names an author, of one content or of several by the same hand."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, child_of
from casefile.errors import CasefileError
from casefile.identification import author
from casefile.models.evidence import Publication
from casefile.web.guards import access, context, db
from casefile.web.identification import blueprint, home, refused
from casefile.web.identification_forms import AuthorForm
from casefile.web.matter_frame import render_matter

__all__ = ["blueprint"]

CONFLICTS = (
    "Ce nom ressemble à celui d’une autre partie du cabinet : le contrôle des conflits d’intérêts attend une décision."
)


@blueprint.route("/contenus/<uuid:publication_id>/auteur", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def name_author(publication_id: uuid.UUID) -> Any:
    """Name the author of a content, and of others by the same hand."""
    publication = child_of(db(), g.matter, Publication, publication_id)
    form = _author_form(publication)
    if form.validate_on_submit():
        try:
            found = _identify(publication, form)
        except CasefileError as error:
            publication = refused(form, error, Publication, publication_id)
        else:
            flash("Auteur identifié : la fiche de la partie et les délais sont à jour.")
            if found.conflicts:
                flash(CONFLICTS, "error")
            return home()
    page = render_matter("identification/author.html", form=form, publication=publication)
    return page, 400 if form.is_submitted() else 200


def _author_form(publication: Publication) -> AuthorForm:
    contents = db().scalars(
        select(Publication).where(Publication.matter_id == g.matter.id).order_by(Publication.created_at)
    )
    form = AuthorForm(publications=[str(publication.id)], nature="person", identified_on=clock.today())
    form.publications.choices = [(str(row.id), f"{row.title} ({row.shown_author or 'sans nom'})") for row in contents]
    return form


def _identify(publication: Publication, form: Any) -> author.Identified:
    chosen = [child_of(db(), g.matter, Publication, uuid.UUID(key)) for key in form.publications.data or ()]
    chosen.sort(key=lambda row: row.id != publication.id)
    facts = {name: form[name].data or "" for name in ("civility", "first_names", "name", "email", "phone")}
    facts |= {
        "address": form.postal_address.data or "",
        "born_on": form.born_on.data,
        "is_company": form.nature.data == "company",
    }
    on, proof = form.identified_on.data, form.proof.data or ""
    base_url = context().settings.base_url
    return author.identify(db(), g.person, g.matter, chosen, on=on, facts=facts, proof=proof, base_url=base_url)
