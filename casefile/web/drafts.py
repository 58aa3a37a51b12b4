"""The words of a draft in the browser: rewritten block by block, compared, sent to Word and brought back."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from casefile.access import Permission, child_of
from casefile.documents import drafts, letters, returned, version_diff
from casefile.documents.blocks import texts_of
from casefile.documents.findings import DocumentRefused
from casefile.errors import CasefileError, Conflict, NotFound
from casefile.models.ledger import Letter, LetterVersion
from casefile.models.people import Person
from casefile.web.checks import Required
from casefile.web.fields import Upload
from casefile.web.forms import CasefileForm, VersionedForm
from casefile.web.guards import access, context, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("drafts", __name__, url_prefix="/dossiers/<uuid:matter_id>/documents/<uuid:letter_id>")
ORIGINS = {**drafts.ORIGINS, "received": "fichier Word reçu"}


class WordsForm(VersionedForm):
    """The version that the person was shown; the words themselves are named by their block."""


class ReturnForm(CasefileForm):
    """The Word file that comes back."""

    file = Upload("Fichier Word modifié (.docx)", [Required("Choisissez le fichier Word.")], extensions=("docx",))


@blueprint.route("/texte", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def words(letter_id: uuid.UUID) -> Any:
    """Rewrite a draft, block by block."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    form, came_first = WordsForm(obj=letter), False
    given = request.form or MultiDict(g.get("taken_up") or {})
    typed = {name[2:]: text for name, text in given.items() if name.startswith("b-")}
    added = {name[2:]: text for name, text in given.items() if name.startswith("a-")}
    try:
        if form.validate_on_submit():
            if request.form.get("act") == "forget":
                drafts.forget_stale(db(), g.person, g.matter, letter)
            else:
                drafts.rewrite(
                    db(), g.person, g.matter, letter, seen_version=form.seen_version(), words=typed, added=added
                )
            flash("Texte enregistré ; la version précédente est conservée.")
            return _to_letter(letter)
    except DocumentRefused as error:
        db().rollback()
        flash(error.message, "error")
        return _to_letter(letter)
    except CasefileError as error:
        db().rollback()
        form.refuse(error)
        came_first = isinstance(error, Conflict)
    if came_first:  # both texts are on the page: the next save is made with both in view
        form.version.process_data(letter.version)
    try:
        blocks = drafts.passages_of(db(), g.matter, letter)
    except DocumentRefused as error:
        flash(error.message, "error")
        return _to_letter(letter)
    page = render_matter(
        "documents/words.html",
        form=form,
        letter=letter,
        passages=[_shown(passage, typed, added) for passage in blocks],
        came_first=came_first,
        stale=[
            finding for finding in letters.preflight(db(), g.matter, letter).refusals if finding.code == "edit_lost"
        ],
    )
    return page, 409 if came_first else 400 if form.errors or form.form_errors else 200


@blueprint.get("/versions")
@access(Permission.MATTER_READ)
def versions(letter_id: uuid.UUID) -> Any:
    """List the versions of a letter and compare two of them."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    rows = drafts.versions_of(db(), letter)
    names = _names(rows)
    kept = [row for row in rows if row.origin != "received"]
    before, after = _chosen(kept, "de", -2), _chosen(kept, "a", -1)
    changes = version_diff.compare(before.blocks, after.blocks) if before and after else []
    return render_matter(
        "documents/versions.html",
        letter=letter,
        versions=[{"row": row, "who": names[row.author_id], "origin": ORIGINS[row.origin]} for row in rows],
        kept=kept,
        before=before,
        after=after,
        changes=changes,
    )


@blueprint.post("/versions/<uuid:version_id>/retablir")
@access(Permission.MATTER_WRITE)
def restore(letter_id: uuid.UUID, version_id: uuid.UUID) -> Any:
    """Take back the words of an earlier version."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    version = _version(letter, version_id)
    return _act(
        letter,
        lambda: drafts.restore(db(), g.person, g.matter, letter, version),
        f"Texte de la version {version.number} rétabli, dans une version nouvelle.",
    )


@blueprint.route("/word", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def word(letter_id: uuid.UUID) -> Any:
    """Receive the Word file that comes back."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    form = ReturnForm()
    if form.validate_on_submit():
        try:
            content = form.file.data.read()
            version = returned.receive(db(), context().storage, g.person, g.matter, letter, content)
        except CasefileError as error:
            error.field = error.field if error.field in form._fields else "file"
            form.refuse(error)
        else:
            place = {"matter_id": g.matter.id, "letter_id": letter.id, "version_id": version.id}
            return redirect(url_for(".came_back", **place), code=303)
    return render_matter("documents/word.html", form=form, letter=letter), 400 if form.errors else 200


@blueprint.get("/versions/<uuid:version_id>/retour")
@access(Permission.MATTER_READ)
def came_back(letter_id: uuid.UUID, version_id: uuid.UUID) -> Any:
    """Show what a file that came back changes."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    version = _version(letter, version_id)
    try:
        found = returned.changes(db(), context().storage, g.matter, letter, version)
    except CasefileError as error:
        flash(error.message, "error")
        return _to_letter(letter)
    lines = [{"change": one, "words": version_diff.words_between(one.was, one.now)} for one in found]
    locked = [one for one in found if one.why_locked]
    return render_matter("documents/came_back.html", letter=letter, version=version, lines=lines, locked=locked)


@blueprint.post("/versions/<uuid:version_id>/retenir")
@access(Permission.MATTER_WRITE)
def retain(letter_id: uuid.UUID, version_id: uuid.UUID) -> Any:
    """Take the words of the file that came back."""
    letter = child_of(db(), g.matter, Letter, letter_id)
    version = _version(letter, version_id)
    return _act(
        letter,
        lambda: returned.retain(db(), context().storage, g.person, g.matter, letter, version),
        "Le fichier Word est retenu : la validation le figera tel qu’il est.",
    )


def _shown(passage: drafts.Passage, typed: dict[str, str], added: dict[str, str]) -> dict[str, Any]:
    name = passage.block.id
    words_now = typed.get(name, passage.words)
    return {
        "id": name,
        "kind": type(passage.block).__name__.lower(),
        "words": words_now,
        "saved": passage.words,
        "texts": texts_of(passage.block),
        "was": passage.was,
        "why_locked": passage.why_locked,
        "added": added.get(name, passage.added),
        "is_edited": passage.is_edited,
        "rows": min(14, 1 + len(words_now) // 80 + words_now.count("\n")),
    }


def _names(rows: list[LetterVersion]) -> dict[uuid.UUID, str]:
    people = db().scalars(select(Person).where(Person.id.in_({row.author_id for row in rows})))
    return {person.id: person.full_name for person in people}


def _chosen(kept: list[LetterVersion], name: str, otherwise: int) -> LetterVersion | None:
    wanted = request.args.get(name, "")
    chosen = next((row for row in kept if str(row.number) == wanted), None)
    return chosen or (kept[otherwise] if len(kept) >= -otherwise else None)


def _version(letter: Letter, version_id: uuid.UUID) -> LetterVersion:
    version = db().get(LetterVersion, version_id)
    if version is None or version.letter_id != letter.id:
        raise NotFound("Cette version n’existe pas.")
    return version


def _act(letter: Letter, perform: Any, done: str) -> Any:
    try:
        perform()
    except CasefileError as error:
        db().rollback()
        flash(error.message, "error")
    else:
        flash(done)
    return redirect(url_for("documents.show", matter_id=g.matter.id, letter_id=letter.id), code=303)


def _to_letter(letter: Letter) -> Any:
    return redirect(url_for("documents.show", matter_id=g.matter.id, letter_id=letter.id), code=303)
