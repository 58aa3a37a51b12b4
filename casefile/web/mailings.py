"""Several contents written about at once: chosen, read with what each letter lacks, begun as drafts, reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import select

from casefile.access import Permission
from casefile.documents import catalogue, mailing
from casefile.documents.dossier import quoted_words
from casefile.errors import CasefileError
from casefile.models.evidence import Publication
from casefile.web.checks import Required
from casefile.web.fields import Choices
from casefile.web.filters import counted
from casefile.web.forms import CasefileForm
from casefile.web.guards import access, db
from casefile.web.matter_frame import render_matter
from casefile.web.publications import platform_choices

blueprint = Blueprint("mailings", __name__, url_prefix="/dossiers/<uuid:matter_id>/documents/plusieurs")
AT_ONCE = 10
KINDS = {
    mailing.NOTICE: "une seule notification à la plateforme, pour tous les contenus cochés",
    mailing.FORMAL_NOTICE: "une mise en demeure à chaque auteur identifié, pour ses contenus",
}


class MailingForm(CasefileForm):
    """Which contents, which letters."""

    contents = Choices("Contenus visés", [Required("Cochez au moins un contenu.")])
    kinds = Choices("Lettres à préparer", [Required("Cochez au moins une sorte de lettre.")], choices=[*KINDS.items()])


@blueprint.get("")
@access(Permission.MATTER_WRITE)
def choose() -> Any:
    """Offer the contents of one platform; those whose words are marked are ticked."""
    rows, platforms = _contents()
    quoted = quoted_words(db(), g.matter)
    ticked = [str(row.id) for row in rows if row.id in quoted][: mailing.MOST]
    form = MailingForm(None, contents=ticked, kinds=list(KINDS))
    return _choice(form, rows, platforms)


@blueprint.post("")
@access(Permission.MATTER_WRITE)
def plan() -> Any:
    """Show each letter that would be begun, and what it lacks; nothing is written yet."""
    return _answer(is_confirmed=False)


@blueprint.post("/rediger")
@access(Permission.MATTER_WRITE)
def begin() -> Any:
    """Begin the drafts, some at a time, and say which were made, which refused and why; none is made twice."""
    return _answer(is_confirmed=True)


def _answer(*, is_confirmed: bool) -> Any:
    rows, platforms = _contents()
    form = MailingForm()
    form.contents.choices = _choices(rows)
    if form.validate_on_submit():
        chosen = [row for row in rows if str(row.id) in set(form.contents.data)]
        try:
            planned = mailing.plan(db(), g.person, g.matter, chosen, form.kinds.data)
            if is_confirmed:
                planned = mailing.resumed(planned, request.form.getlist("begun"))
                planned = mailing.begin(db(), g.person, g.matter, planned, AT_ONCE)
        except CasefileError as error:
            form.refuse(error)
        else:
            if is_confirmed and any(not row.refusal and not row.made for row in planned):
                return _progress(planned, form)
            return _lines(planned, form, is_report=is_confirmed)
    return _choice(form, rows, platforms), 400


def _contents() -> tuple[list[Publication], list[dict[str, Any]]]:
    """Give the contents of the platform asked for, otherwise of the one that has most, and the platforms to pass to."""
    query = select(Publication).where(Publication.matter_id == g.matter.id).order_by(Publication.created_at)
    rows = db().scalars(query).all()
    counts = Counter(row.platform for row in rows)
    asked = request.args.get("plateforme", "")
    platform = asked if asked in counts else next((name for name, _ in counts.most_common(1)), "")
    labels = dict(platform_choices())
    platforms = [
        {"url": url_for(".choose", matter_id=g.matter.id, plateforme=name), "label": labels.get(name, name)}
        | {"count": count, "current": name == platform, "name": name}
        for name, count in counts.most_common()
    ]
    return [row for row in rows if row.platform == platform], platforms


def _choices(rows: Sequence[Publication]) -> list[tuple[str, str]]:
    return [(str(row.id), " · ".join(part for part in (row.title, row.shown_author) if part)) for row in rows]


def _choice(form: MailingForm, rows: Sequence[Publication], platforms: Sequence[dict[str, Any]]) -> str:
    form.contents.choices = _choices(rows)
    return render_matter(
        "documents/mailing.html", form=form, platforms=platforms, most=mailing.MOST, action=_address("plan")
    )


def _progress(planned: Sequence[mailing.Planned], form: MailingForm) -> str:
    """Show how many drafts are begun, and go on with the next ones."""
    made = [row for row in planned if row.made]
    total = len(made) + sum(not row.refusal and not row.made for row in planned)
    begun = [str(row.made.id) for row in made if row.made]
    return render_matter(
        "documents/mailing_progress.html",
        done=len(made),
        total=total,
        action=_address("begin"),
        chosen={"contents": form.contents.data, "kinds": form.kinds.data, "begun": begun},
    )


def _lines(planned: Sequence[mailing.Planned], form: MailingForm, *, is_report: bool) -> str:
    kept = [row for row in planned if not row.refusal]
    word = ("projet commencé", "projets commencés") if is_report else ("projet à commencer", "projets à commencer")
    return render_matter(
        "documents/mailing_lines.html",
        lines=[_line(row) for row in planned],
        summary=f"{counted(len(kept), *word)}, {counted(len(planned) - len(kept), 'refus', 'refus')}.",
        count=len(kept),
        is_report=is_report,
        action=_address("begin"),
        chosen={"contents": form.contents.data, "kinds": form.kinds.data},
    )


def _line(row: mailing.Planned) -> dict[str, Any]:
    """Give one letter of the plan or of the report, with the draft that it made or ran into."""
    letter = row.made or row.standing
    return {
        "title": row.title,
        "recipient": row.recipient,
        "contents": [content.title for content in row.contents],
        "refusal": row.refusal,
        "lacks": row.lacks,
        "to_answer": row.to_answer,
        "warnings": row.warnings,
        "url": url_for("documents.show", matter_id=g.matter.id, letter_id=letter.id) if letter else None,
        "does_not": catalogue.type_of(row.kind).does_not if row.kind else (),
    }


def _address(name: str) -> str:
    """Keep the platform that was asked for from one page to the next."""
    return url_for(f".{name}", matter_id=g.matter.id, plateforme=request.args.get("plateforme"))
