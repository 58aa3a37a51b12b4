"""Several contents added at once, from pasted lines: address, author, text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for

from casefile import matters
from casefile.access import Permission
from casefile.errors import CasefileError, InvalidInput
from casefile.web.checks import Required
from casefile.web.fields import Choice, Verbatim
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter
from casefile.web.publications import platform_choices

blueprint = Blueprint("many_publications", __name__, url_prefix="/dossiers/<uuid:matter_id>/contenus")
MOST, LONGEST, TITLE = 200, 4000, 80
SCHEMES = ("https://", "http://")


class SeveralForm(CasefileForm):
    """The lines pasted, all from one platform."""

    platform = Choice("Plateforme ou support", [Required()], choices=())
    lines = Verbatim("Une publication par ligne", [Required()])


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One content: its address, its author as shown, its words as typed."""

    url: str
    author: str
    words: str


@blueprint.route("/plusieurs", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def several() -> Any:
    """Add the contents of a wave: all the lines, or none."""
    form = SeveralForm()
    form.platform.choices = platform_choices()
    if form.validate_on_submit():
        try:
            lines = read_lines(form.lines.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            for line in lines:
                _add(line, form.platform.data)
            flash(
                f"{counted(len(lines), 'contenu ajouté', 'contenus ajoutés')}. Scellez-en les captures sans attendre."
            )
            return redirect(url_for("campaign.index", matter_id=g.matter.id), code=303)
    page = render_matter("publications/several.html", form=form, most=MOST)
    return page, 400 if form.errors or form.form_errors else 200


def read_lines(text: str) -> list[PastedLine]:
    """Read « address, tab, author, tab, words » on each line; blank lines are passed over.

    Raises InvalidInput naming the line at fault.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > MOST:
        raise InvalidInput(f"Collez {MOST} lignes au plus à la fois.", field="lines")
    return [_read(number, line) for number, line in enumerate(lines, start=1)]


def _read(number: int, line: str) -> PastedLine:
    parts = line.split("\t", 2) if "\t" in line else line.split(" | ", 2)
    url, author, words = (*parts, "", "")[:3]
    url = url.strip()
    if not url.startswith(SCHEMES) or any(character.isspace() for character in url) or len(line) > LONGEST:
        raise InvalidInput(
            f"Ligne {number} : écrivez l'adresse (https://…), une tabulation, l'auteur, une tabulation, le texte.",
            field="lines",
        )
    return PastedLine(url, author, words)


def _add(line: PastedLine, platform: str) -> None:
    title = " ".join(line.words.split()) or line.url
    matters.add_publication(
        db(),
        g.person,
        g.matter,
        title=title if len(title) <= TITLE else f"{title[: TITLE - 1]}…",
        platform=platform,
        url=line.url,
        shown_author=line.author,
        notes=f"Texte recopié, à sceller : {line.words}" if line.words.strip() else "",
    )
