"""From a phone call to a dossier: what is typed is shown its conflicts and its limitation before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, g, redirect, render_template, url_for

from casefile import clock, conflicts, matters
from casefile.access import Permission
from casefile.conflicts import Found
from casefile.errors import CasefileError, InvalidInput
from casefile.models.evidence import DateKind, Publication
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person
from casefile.web import opening
from casefile.web.filters import counted, typography
from casefile.web.guards import access, context, db, stands
from casefile.web.many_publications import PastedLine, read_lines
from casefile.web.matter_forms import OpenForm
from casefile.web.opening import TEXTS, Content, Opening, first_limitation, lead_days_of, title_of
from casefile.web.receiving import receive

if TYPE_CHECKING:
    from casefile.law.limitation_result import LimitationResult

blueprint = Blueprint("intake", __name__, url_prefix="/dossiers/nouveau")

RECEIVED = "Éléments remis à l’ouverture"


@dataclass(frozen=True, slots=True)
class Preview:
    """What is known before saving: likenesses that the opener may see, and the first limitation date."""

    conflicts: tuple[Found, ...] = ()
    limitation: LimitationResult | None = None
    refusal: str = ""
    days: int | None = None
    asked: bool = False
    lost_files: bool = False

    @property
    def steps(self) -> tuple[dict[str, str], ...]:
        """Give the reasons of the date, as the trace draws them."""
        lines = self.limitation.trace if self.limitation else ()
        return tuple({"text": typography(text), "source": typography(source)} for text, source in lines)


@blueprint.post("/apercu")
@access(Permission.MATTER_OPEN)
def preview() -> Any:
    """Show what the form as typed would meet; nothing is stored."""
    form = OpenForm()
    person_id = g.person.id
    db().rollback()  # nobody waits for this reading
    with context().database.reader() as session:
        found = conflicts.foresee(session, session.get_one(Person, person_id), _parties(form))
        lead_days = lead_days_of(session)
    return page(form, _limitation(form, lead_days, found, lost=bool(form.files.files())))


def page(form: OpenForm, shown: Preview | None = None) -> str:
    """Render the form of a new dossier with what is already known of it."""
    return render_template("matters/new.html", form=form, preview=shown or Preview())


def opened(form: OpenForm) -> Any:
    """Open the dossier that the form describes; InvalidInput leaves the form as typed."""
    matter, publications, opposed = opening.opened(told(form))
    uploads = form.files.files()
    if uploads and len(publications) != 1:
        publications = [_received(matter, form)]
    flash(f"Dossier {matter.reference} ouvert.")
    if uploads:
        stands(f"Le dossier {matter.reference} est ouvert.")  # whatever becomes of a file
        g.matter = matter
        _receive_all(publications[0], uploads)
    visible = [row for row in conflicts.of_matter(db(), g.person, matter) if row.state.value == "awaited"]
    if opposed and visible:
        flash("Des parties ressemblent à celles d’un autre dossier : dites s’il y a conflit.", "crit")
        return redirect(url_for("conflicts.matter", matter_id=matter.id), code=303)
    if form.engagement.data:
        return redirect(url_for("documents.new", matter_id=matter.id, kind="convention_honoraires"), code=303)
    return redirect(url_for("matters.show", matter_id=matter.id), code=303)


def told(form: OpenForm) -> Opening:
    """Gather what the form tells of the dossier; raises InvalidInput naming the pasted line at fault."""
    parties = _parties(form)
    return Opening(
        title=form.title.data or title_of(parties),
        territory=form.territory.data,
        summary=form.summary.data or "",
        parties=parties,
        contents=tuple(
            Content(line.url, line.author or form.author_name.data or "", line.words) for line in contents_of(form)
        ),
        dating=_dating(form),
    )


def contents_of(form: OpenForm) -> list[PastedLine]:
    """Read the pasted addresses, one a line; raises InvalidInput naming the line at fault."""
    try:
        return read_lines(form.urls.data or "")
    except InvalidInput as error:
        raise InvalidInput(error.message, field="urls") from None


def _parties(form: OpenForm) -> tuple[Party, Party]:
    nature = form.nature.data
    client = Party(role=PartyRole.CLIENT, is_company=nature == "company", is_identified=True)
    for name in TEXTS:
        setattr(client, name, form[name].data or "")
    blank = dict.fromkeys(TEXTS, "") | {"name": form.author_name.data or ""}
    author = Party(role=PartyRole.AUTHOR, is_company=False, is_identified=form.author_known.data == "yes", **blank)
    return client, author


def _dating(form: OpenForm) -> dict[str, Any]:
    """State the date as far as the caller knew it: an exact day, a relative mention read today, or nothing."""
    if form.published_on.data:
        return {"date_kind": DateKind.EXACT, "published_on": form.published_on.data}
    if form.relative_text.data:
        return {
            "date_kind": DateKind.RELATIVE,
            "relative_text": form.relative_text.data,
            "relative_seen_on": clock.today(),
        }
    return {"date_kind": DateKind.UNKNOWN}


def _limitation(form: OpenForm, lead_days: int, found: list[Found], *, lost: bool) -> Preview:
    shown: dict[str, Any] = {"conflicts": tuple(found), "asked": True, "lost_files": lost}
    urls = (form.urls.data or "").split()
    known = Opening(
        title="",
        territory=form.territory.data or "metropole",
        summary="",
        parties=(),
        contents=tuple(Content(url) for url in urls[:1]),
        dating=_dating(form),
    )
    try:
        result = first_limitation(known, lead_days)
    except CasefileError as error:
        return Preview(**shown, refusal=error.message)
    days = (result.prudent_on - clock.today()).days if result and result.prudent_on else None
    return Preview(**shown, limitation=result, days=days)


def _received(matter: Matter, form: OpenForm) -> Publication:
    return matters.add_publication(db(), g.person, matter, title=RECEIVED, platform="site", **_dating(form))


def _receive_all(publication: Publication, uploads: list[Any]) -> None:
    """Seal each file in a transaction of its own: one refused file loses none of the others."""
    sealed = 0
    for upload in uploads:
        try:
            receive(publication, upload)
            db().commit()
            sealed += 1
        except CasefileError as error:
            db().rollback()
            flash(f"{upload.filename} : {error.message}", "error")
    if sealed:
        flash(f"{counted(sealed, 'fichier reçu et scellé', 'fichiers reçus et scellés')}.")
