"""The deadlines: all of them, those of a dossier, one with its reasons; acts, tasks, settlement."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select

from casefile import clock
from casefile.access import Permission, allows, child_of, may
from casefile.chronology import Event
from casefile.deadlines import control as dual_control
from casefile.deadlines import limitation, settlement, work
from casefile.deadlines.typed_day import read_day
from casefile.errors import CasefileError
from casefile.models.evidence import Publication
from casefile.models.people import Person
from casefile.models.procedure import (
    Deadline,
    DeadlineControl,
    DeadlineKind,
    DeadlineState,
    Regularity,
    Reminder,
    ReminderState,
)
from casefile.web.deadline_forms import ActForm, SettleForm, WorkForm
from casefile.web.deadline_lines import act_titles, grouped, limitation_card, line_of, tally_of
from casefile.web.deadline_pages import (
    act_lines,
    acts_of_matter,
    deadline_named,
    deadlines_of_matter,
    effect_sentence,
    effects,
    team,
)
from casefile.web.filed_proofs import file_proof, sealed_captures
from casefile.web.guards import access, db, enter
from casefile.web.home import KINDS
from casefile.web.identification_lines import follow_identification
from casefile.web.matter_frame import render_matter
from casefile.web.open_deadlines import Asked, read
from casefile.web.paging import pager
from casefile.web.timeline import lines
from casefile.web.urgency import Group

blueprint = Blueprint("deadlines", __name__)
IN_MATTER = "/dossiers/<uuid:matter_id>/delais"

SETTLED_WORDS = {
    DeadlineState.DONE: "accompli",
    DeadlineState.WAIVED: "abandonné",
    DeadlineState.SUPERSEDED: "remplacé",
}
REMINDER_WORDS = {
    ReminderState.DUE: "à envoyer",
    ReminderState.QUEUED: "en cours d’envoi",
    ReminderState.SENT: "envoyé",
    ReminderState.VOID: "annulé",
    ReminderState.FAILED: "en échec",
}


@blueprint.get("/delais")
@access(Permission.FIRM_READ)
def index() -> Any:
    """List the open deadlines of every visible dossier; filters are in the address."""
    filters = {"etat": request.args.get("etat", ""), "nature": request.args.get("nature", "")}
    chosen = Group(filters["etat"]) if filters["etat"] in set(Group) else None
    asked = Asked(kind=filters["nature"], group=chosen)
    found = read(g.person, asked, lambda total: pager(total, noun="échéance"))
    urls = {
        group: url_for(".index", nature=filters["nature"] or None, etat=None if group is chosen else group.value)
        for group in Group
    }
    return render_template(
        "deadlines/index.html",
        tally=tally_of(found.tally, urls, chosen),
        groups=grouped(found.lines),
        pager=found.pager,
        filters=filters,
        natures=[(kind.value, label) for kind, label in KINDS],
        may_read_journal=allows(g.person, Permission.BREAK_GLASS),
        to_control=dual_control.waiting_count(db(), g.person, clock.now()),
    )


@blueprint.get(IN_MATTER)
@access(Permission.MATTER_READ)
def matter() -> Any:
    """Show the dossier's limitations, acts, other deadlines and what is settled."""
    rows = deadlines_of_matter()
    acts = acts_of_matter()
    open_rows = [row for row in rows if row.state is DeadlineState.OPEN]
    limitations = [row for row in open_rows if row.kind is DeadlineKind.LIMITATION]
    today, titles = clock.today(), act_titles()
    return render_matter(
        "deadlines/matter.html",
        cards=[limitation_card(row, acts, today, titles) for row in limitations],
        groups=grouped(line_of(row, today) for row in open_rows if row.kind is not DeadlineKind.LIMITATION),
        acts=act_lines(acts, limitations, titles),
        settled=[
            {"deadline": row, "word": SETTLED_WORDS[row.state], "detail": row.settled_proof or row.superseded_reason}
            for row in rows
            if row.state is not DeadlineState.OPEN
        ],
    )


@blueprint.route(f"{IN_MATTER}/actes/nouveau", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new_act() -> Any:
    """Record an act and show at once whether it moved anything."""
    form = ActForm()
    titles = act_titles()
    form.act_type.choices = sorted(titles.items(), key=lambda item: item[1])
    publications = db().scalars(select(Publication).where(Publication.matter_id == g.matter.id)).all()
    form.publication.choices = [("", "Tous les contenus"), *((str(row.id), row.title) for row in publications)]
    if form.validate_on_submit():
        try:
            act, standing = limitation.record_act(
                db(),
                g.person,
                g.matter,
                form.act_type.data,
                form.done_on.data or clock.today(),
                publication=next((row for row in publications if str(row.id) == form.publication.data), None),
                regularity=Regularity(form.regularity.data),
                is_proved=form.is_proved.data,
                note=form.note.data or "",
            )
        except CasefileError as error:
            form.refuse(error)
        else:
            flash(effect_sentence(act, standing))
            for content in publications:
                follow_identification(content, "Acte enregistré")
            return redirect(url_for(".matter", matter_id=g.matter.id), code=303)
    page = render_matter("deadlines/act.html", form=form, effects=effects())
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.route(f"{IN_MATTER}/nouveau", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def new() -> Any:
    """Put a task, follow-up, appointment or hearing on the calendar."""
    form = WorkForm()
    people = team()
    form.responsible.choices = [(str(person.id), person.full_name) for person in people]
    if request.method == "GET":
        form.responsible.data = str(g.person.id)
    if form.validate_on_submit():
        try:
            on = read_day(form.on.data, clock.today())
            responsible = next(person for person in people if str(person.id) == form.responsible.data)
            work.open_work(
                db(),
                g.person,
                g.matter,
                DeadlineKind(form.kind.data),
                form.label.data,
                on=on,
                at=form.at.data or "",
                responsible=responsible,
            )
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Date inscrite à l’agenda.")
            return redirect(url_for(".matter", matter_id=g.matter.id), code=303)
    return render_matter("deadlines/new.html", form=form), 400 if form.errors or form.form_errors else 200


@blueprint.get(f"{IN_MATTER}/<uuid:deadline_id>")
@access(Permission.MATTER_READ)
def show(deadline_id: uuid.UUID) -> Any:
    """Show one deadline: its dates, why, its reminders, its control."""
    row = deadline_named(deadline_id)
    return _page(row, _settle_form(bind=False) if _may_settle(row) else None)


@blueprint.post(f"{IN_MATTER}/<uuid:deadline_id>/clore")
@access(Permission.MATTER_WRITE)
def settle(deadline_id: uuid.UUID) -> Any:
    """Record what was done: accomplished with its proof, waived with its reason, or handed to somebody."""
    row, form, matter_id = deadline_named(deadline_id), _settle_form(bind=True), g.matter.id
    if form.validate_on_submit():
        try:
            _settle(row, form)
        except CasefileError as error:
            db().rollback()
            enter(matter_id, Permission.MATTER_WRITE)
            error.field = "delegate" if error.field == "to" else "proof"
            form.refuse(error)
        else:
            flash("Suite enregistrée au dossier.")
            return redirect(url_for(".matter", matter_id=matter_id), code=303)
    return _page(deadline_named(deadline_id), form), 400


def _settle_form(*, bind: bool) -> SettleForm:
    form = SettleForm() if bind else SettleForm(formdata=None)
    form.delegate.choices = [("", "Choisir"), *((str(person.id), person.full_name) for person in team())]
    form.capture.choices = [("", "Aucune"), *sealed_captures()]
    return form


def _settle(row: Deadline, form: SettleForm) -> None:
    said = form.proof.data or ""
    if form.state.data == "done":
        row_id, chosen = row.id, uuid.UUID(form.capture.data) if form.capture.data else None
        proof = file_proof(form.piece.data, row.publication_id)
        row = child_of(db(), g.matter, Deadline, row_id)
        settlement.mark_done(db(), g.person, row, said, proof or chosen)
    elif form.state.data == "waived":
        settlement.waive(db(), g.person, row, said)
    else:
        to = next((person for person in team() if str(person.id) == form.delegate.data), g.person)
        settlement.delegate(db(), g.person, row, to, said)


def _may_settle(row: Deadline) -> bool:
    return row.state is DeadlineState.OPEN and may(db(), g.person, g.matter, Permission.MATTER_WRITE)


def _page(row: Deadline, form: SettleForm | None) -> str:
    reminders = db().execute(
        select(Reminder, Person.full_name)
        .join(Person, Person.id == Reminder.recipient_id)
        .where(Reminder.deadline_id == row.id)
        .order_by(Reminder.due_at)
    )
    controls = db().execute(
        select(DeadlineControl, Person.full_name)
        .join(Person, Person.id == DeadlineControl.person_id)
        .where(DeadlineControl.deadline_id == row.id)
        .order_by(DeadlineControl.created_at)
    )
    may_control = allows(g.person, Permission.DEADLINE_CONTROL) and may(
        db(), g.person, g.matter, Permission.DEADLINE_CONTROL
    )
    return render_matter(
        "deadlines/show.html",
        card=limitation_card(row, acts_of_matter(), clock.today(), act_titles()),
        reminders=lines(
            Event(
                clock.day_of(reminder.due_at),
                reminder.due_at,
                "reminder",
                f"{reminder.stage}, {REMINDER_WORDS[reminder.state]}",
                name,
            )
            for reminder, name in reminders
        ),
        controls=[{"who": name, "when": done.created_at, "matches": done.matches} for done, name in controls],
        form=form,
        may_control=may_control and not dual_control.why_not(db(), g.person, row, clock.now()),
        may_settle=_may_settle(row),
        settled_by=db().scalar(select(Person.full_name).where(Person.id == row.settled_by_id)),
    )
