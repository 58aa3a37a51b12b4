"""What was sent and waits, across dossiers: the table of the follow-up, answers, outcomes."""

from __future__ import annotations

import csv
import io
import textwrap
import uuid
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select

from casefile import access as wall
from casefile import clock
from casefile.access import Permission, matter_for
from casefile.documents import catalogue, sending
from casefile.errors import CasefileError, NotFound
from casefile.identification import notices, outcomes, outstanding
from casefile.identification.outstanding import State
from casefile.law.recipients import FORMULA_STARTS
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter
from casefile.web.charts import bars
from casefile.web.guards import access, db
from casefile.web.identification_lines import title_of
from casefile.web.letter_effects import follow_answer
from casefile.web.paging import pager
from casefile.web.publications import platform_choices
from casefile.web.sending_form import AnswerForm

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")

STATES = ((State.WAITS, "En attente"), (State.LATE, "À relancer"), (State.REFUSED, "Refusées"))
HEAD = ("Plateforme", "Qualification", "Fondement", "Envois", "Retirés", "Refusés", "Sans réponse", "Jours (médiane)")
TOO_FEW = "moins de cinq"


@blueprint.get("")
@access(Permission.FIRM_READ)
def index() -> Any:
    """List what is outstanding; the filters are in the address."""
    asked = {name: request.args.get(name, "")[:100] for name in ("etat", "plateforme", "nature")}
    wanted = outstanding.Asked(asked["etat"], asked["plateforme"], asked["nature"])
    found = outstanding.read(db(), g.person, wanted, lambda total: pager(total, noun="envoi"))
    return render_template(
        "notifications/index.html",
        rows=found.rows,
        pager=found.cut,
        total=found.total,
        asked=asked,
        states=STATES,
        platforms=_named(found.platforms, _platforms()),
        natures=_named(found.letter_types, {kind: _ground(kind) for kind in found.letter_types}),
        answers=sending.ANSWERS,
        today=clock.today(),
    )


@blueprint.route("/<uuid:dispatch_id>", methods=["GET", "POST"])
@access(Permission.FIRM_READ)
def show(dispatch_id: uuid.UUID) -> Any:
    """Show one sending and record what came back."""
    dispatch, letter, matter = _loaded(dispatch_id)
    form = AnswerForm()
    if request.method == "POST":
        matter = matter_for(db(), g.person, matter.id, Permission.MATTER_WRITE)
        if form.validate_on_submit():
            kind, note = form.answer_kind.data, form.answer_note.data or ""
            try:
                sending.record_answer(db(), g.person, matter, dispatch, on=form.day(), kind=kind, note=note)
            except CasefileError as error:
                db().rollback()
                form.refuse(error)
                dispatch, letter, matter = _loaded(dispatch_id)
            else:
                flash("Réponse enregistrée.")
                follow_answer(matter, dispatch, kind, form.day())
                return redirect(url_for(".show", dispatch_id=dispatch_id), code=303)
    followed = notices.sent(db(), g.person, Dispatch.id == dispatch.id)
    page = render_template(
        "notifications/show.html",
        dispatch=dispatch,
        letter=letter,
        matter=matter,
        notice=followed[0],
        followed=followed,
        may_write=wall.may(db(), g.person, matter, Permission.MATTER_WRITE),
        answers=sending.ANSWERS,
        form=form,
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/issues")
@access(Permission.FIRM_READ)
def results() -> Any:
    """Show what notices brought, group by group."""
    found = outcome_rows()
    drawn = [one for one in found if one["total"] is not None]
    series = tuple(outcomes.SERIES.values())
    chart = bars([(_short(one), (one["removed"], one["refused"], one["unanswered"])) for one in drawn], series)
    return render_template(
        "notifications/results.html",
        rows=found,
        chart=chart if drawn else None,
        head=HEAD,
        may_count=wall.allows(g.person, Permission.FIRM_STATISTICS),
    )


@blueprint.get("/issues.csv")
@access(Permission.FIRM_READ)
def export() -> Any:
    """Give the same table as a sheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for one in outcome_rows():
        figures = (one["total"], one["removed"], one["refused"], one["unanswered"], one["median_days"])
        shown = (TOO_FEW, "", "", "", "") if one["total"] is None else figures
        cells = (one["platform"], one["qualification"], one["ground"], *shown)
        writer.writerow(["" if cell is None else _safe(str(cell)) for cell in cells])
    disposition = {"Content-Disposition": "attachment; filename=issues.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=disposition)


def _loaded(dispatch_id: uuid.UUID) -> tuple[Dispatch, Letter, Matter]:
    found = (
        db()
        .execute(
            select(Dispatch, Letter, Matter)
            .join(Letter, Letter.id == Dispatch.letter_id)
            .join(Matter, Matter.id == Dispatch.matter_id)
            .where(Dispatch.id == dispatch_id, wall.visible_to(g.person))
        )
        .first()
    )
    if found is None:
        raise NotFound("Cet envoi n'existe pas.")
    dispatch, letter, matter = found
    return dispatch, letter, matter_for(db(), g.person, matter.id, Permission.MATTER_READ)


def _named(values: Iterable[str], labels: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(((value, labels.get(value, value)) for value in values), key=lambda one: (one[1], one[0]))


def _platforms() -> dict[str, str]:
    return dict(platform_choices())


def _ground(letter_type: str) -> str:
    try:
        return catalogue.type_of(letter_type).title
    except (CasefileError, KeyError):
        return letter_type


def outcome_rows() -> list[dict[str, Any]]:
    """Give each group of notices with its names in French; the figures are None under five."""
    platforms = _platforms()
    return [
        {
            "platform": platforms.get(one.platform, one.platform),
            "qualification": title_of(one.qualification, clock.today()) if one.qualification else "non qualifié",
            "ground": _ground(one.letter_type),
            "total": one.total,
            "removed": one.removed,
            "refused": one.refused,
            "unanswered": one.unanswered,
            "median_days": one.median_days,
        }
        for one in outcomes.outcomes(db(), outcomes.counted(db(), g.person))
    ]


def _short(one: dict[str, Any]) -> str:
    return textwrap.shorten(f"{one['platform'].partition(' (')[0]}, {one['ground'].lower()}", 40, placeholder="…")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
