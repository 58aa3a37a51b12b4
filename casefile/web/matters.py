"""Dossiers: the list, the opening, the file itself, its chronology and its closing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from casefile import clock, conflicts, matters, withdrawals
from casefile.access import Permission, allows
from casefile.chronology import events_of
from casefile.errors import CasefileError
from casefile.models.matter import MatterState
from casefile.web import intake
from casefile.web.chronology_filters import FAMILIES, chosen, kept, people_of
from casefile.web.concurrency import told_conflict
from casefile.web.deadline_lines import limitation_card
from casefile.web.deadline_pages import follow_territory
from casefile.web.guards import access, db
from casefile.web.matter_forms import MatterForm, NoteForm, OpenForm
from casefile.web.matter_frame import frame_of, render_matter, responsible_name
from casefile.web.paging import pager
from casefile.web.qualification_lines import rows_of
from casefile.web.synthesis import acts_of, next_steps, synthesis_of
from casefile.web.undo_notice import recent_lines, say_changed, say_done

blueprint = Blueprint("matters", __name__, url_prefix="/dossiers")

STATES = (("open", "Ouverts"), ("closed", "Clos"), ("archived", "Archivés"))


@blueprint.get("")
@access(Permission.MATTER_READ)
def index() -> Any:
    """List the dossiers of this person; the state is in the address."""
    wanted = request.args.get("etat", "open")
    state = MatterState(wanted) if wanted in dict(STATES) else MatterState.OPEN
    shown = pager(matters.count_visible(db(), g.person, state), noun="dossier")
    found = matters.visible(db(), g.person, states=(state,), offset=shown.offset, limit=shown.size)
    return render_template(
        "matters/index.html",
        matters=found,
        pager=shown,
        state=state.value,
        states=STATES,
        may_open=allows(g.person, Permission.MATTER_OPEN),
        may_hand_over=allows(g.person, Permission.MATTER_TEAM),
        may_break_glass=allows(g.person, Permission.BREAK_GLASS),
    )


@blueprint.route("/nouveau", methods=["GET", "POST"])
@access(Permission.MATTER_OPEN)
def new() -> Any:
    """Open a dossier from what a first call tells."""
    form = OpenForm()
    if form.validate_on_submit():
        try:
            return intake.opened(form)
        except CasefileError as error:
            form.refuse(error)
    return intake.page(form), 400 if form.errors or form.form_errors else 200


@blueprint.get("/<uuid:matter_id>")
@access(Permission.MATTER_READ)
def show() -> Any:
    """Show the dossier at a glance."""
    synthesis = synthesis_of(g.matter, responsible_name())
    return render_matter(
        "matters/show.html",
        frame=frame_of(g.matter, synthesis.deadlines),
        synthesis=synthesis,
        retained=conflicts.retained(db(), g.matter) if g.place.conflicted else [],
        cards=[limitation_card(row, acts_of(synthesis, row), synthesis.today) for row in synthesis.limitations],
        passages=rows_of(synthesis.passages),
        steps=next_steps(synthesis),
    )


@blueprint.route("/<uuid:matter_id>/modifier", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def edit() -> Any:
    """Correct the dossier's title, territory or facts."""
    matter = g.matter
    form = MatterForm(obj=matter)
    if form.validate_on_submit():
        changes = {name: form[name].data or "" for name in ("title", "territory", "summary")}
        if form.seen_version() != matter.version:
            return told_conflict(form, matter, back_url=url_for(".show", matter_id=matter.id))
        changed = matters.edit(db(), g.person, matter, form.seen_version(), **changes)
        follow_territory(matter, changed)
        say_changed("Dossier modifié.", matter)
        return redirect(url_for(".show", matter_id=matter.id), code=303)
    return render_matter("matters/edit.html", form=form), 400 if form.errors else 200


@blueprint.route("/<uuid:matter_id>/chronologie", methods=["GET", "POST"])
@access(Permission.MATTER_READ)
def chronology() -> Any:
    """Tell everything that happened, newest first."""
    return _chronology_page(NoteForm(formdata=None))


@blueprint.post("/<uuid:matter_id>/notes")
@access(Permission.MATTER_WRITE)
def add_note() -> Any:
    """Write a line into the chronology."""
    form = NoteForm()
    if form.validate_on_submit():
        note = matters.add_note(db(), g.person, g.matter, form.body.data)
        say_done("Note ajoutée.", withdrawals.note_added(db(), g.person, g.matter, note))
        return redirect(url_for(".chronology", matter_id=g.matter.id), code=303)
    return _chronology_page(form), 400


@blueprint.post("/<uuid:matter_id>/clore")
@access(Permission.MATTER_CLOSE)
def close() -> Any:
    """Close the dossier, or open it again."""
    try:
        if g.matter.state is MatterState.OPEN:
            matters.close(db(), g.person, g.matter, clock.today())
            flash("Dossier clos. Il reste lisible par son équipe.")
        else:
            matters.reopen(db(), g.person, g.matter)
            flash("Dossier rouvert.")
    except CasefileError as error:
        flash(error.message, "error")
    return redirect(url_for(".show", matter_id=g.matter.id), code=303)


def _chronology_page(form: NoteForm) -> str:
    events = events_of(db(), g.matter)
    filters = chosen()
    return render_matter(
        "matters/chronology.html",
        events=kept(events, filters),
        total=len(events),
        filters=filters,
        families=FAMILIES,
        people=people_of(events),
        form=form,
        changes=recent_lines(),
    )
