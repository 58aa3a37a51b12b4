"""The agenda: day, week, month, list; adding and moving dates, the calendar feed, the evening check, the silences."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select

from casefile import audit, clock
from casefile.access import Permission, may
from casefile.deadlines import agenda, calendar_feed, proof, silence, work
from casefile.deadlines.typed_day import read_day
from casefile.deadlines.wording import KIND_NAMES, french_day
from casefile.errors import CasefileError, InvalidInput
from casefile.models.people import OUTSIDERS, Absence, Person
from casefile.models.procedure import DeadlineKind
from casefile.web.agenda_forms import AddForm, AskForm, MoveForm, QuietForm
from casefile.web.agenda_lines import ONE_DAY, load_lines
from casefile.web.agenda_request import (
    FILTERS,
    VIEWS,
    address,
    asked,
    kept,
    matter_with,
    matters_like,
    monday_of,
    newest_matters,
)
from casefile.web.deadline_pages import deadline_named
from casefile.web.guards import Door, access, context, db, safe_next
from casefile.web.matter_frame import render_matter
from casefile.web.paging import PAGE_SIZE

blueprint = Blueprint("agenda", __name__)
WEEKS_AHEAD = 6
MOST_TYPED = 100
COLLEAGUES = select(Person.id, Person.full_name).where(Person.role.not_in(OUTSIDERS)).order_by(Person.full_name)
MONDAY_FIRST = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@blueprint.get("/agenda")
@access(Permission.FIRM_READ)
def index() -> Any:
    """Show a span of days; view, day and filters are in the address."""
    span, monday = asked(), monday_of(clock.today())
    away = span.away(until=monday + WEEKS_AHEAD * agenda.WEEK - ONE_DAY)
    page = span.page(away) if span.view == "liste" else None
    calendar = page.calendar if page else span.calendar(away)
    return render_template(
        "agenda/index.html",
        view=span.view,
        views=[(label, address(vue=value), None, value == span.view) for value, label in VIEWS],
        day=span.day,
        misread=span.misread,
        begins=span.begins,
        ends=span.ends,
        days=calendar.days_with() if page else calendar.every_day(span.begins, span.ends),
        page=page,
        weeks=calendar.weeks_of(span.begins, span.ends) if span.view == "mois" else [],
        weekdays=MONDAY_FIRST,
        previous_url=address(jour=(span.begins - ONE_DAY).isoformat()),
        next_url=address(jour=(span.ends + ONE_DAY).isoformat()),
        today_url=address(jour=None),
        exports={name: url_for(f".{name}", **kept()) for name in ("export", "workbook", "printed")},
        people=_colleagues(),
        matters=newest_matters(),
        natures=[(kind.value, name.capitalize()) for kind, name in KIND_NAMES.items()],
        filters={name: request.args.get(name, "") for name in FILTERS},
        movable=work.MOVABLE,
        kind_names=KIND_NAMES,
        **_overdue(),
        **_workload(monday, away),
    )


@blueprint.route("/agenda/ajouter", methods=["GET", "POST"])
@access(Permission.FIRM_READ)
def add() -> Any:
    """Put a task, follow-up, appointment or hearing on the calendar, without opening its dossier first."""
    form = AddForm()
    if request.method == "GET":
        form.on.data, form.matter.data = request.args.get("jour", ""), request.args.get("dossier", "")
    if form.validate_on_submit():
        try:
            matter = matter_with(form.matter.data or "")
            if matter is None or not may(db(), g.person, matter, Permission.MATTER_WRITE):
                raise InvalidInput("Ce dossier n'existe pas, ou vous n'y écrivez pas.", field="matter")
            on = read_day(form.on.data or "", clock.today())
            kind = DeadlineKind(form.kind.data)
            work.open_work(db(), g.person, matter, kind, form.label.data or "", on=on, at=form.at.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash(f"{KIND_NAMES[kind].capitalize()} inscrite au {french_day(on)}.")
            return redirect(url_for(".index", vue="semaine", jour=on.isoformat()), code=303)
    page = render_template("agenda/add.html", form=form, matters=newest_matters())
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.get("/agenda/dossiers")
@access(Permission.FIRM_READ)
def offered() -> Any:
    """Give, as JSON, the reader's open dossiers whose number or title holds what is being typed."""
    typed = request.args.get("q", "")[:MOST_TYPED]
    return jsonify([{"reference": one.reference, "title": one.title} for one in matters_like(typed)])


@blueprint.route("/agenda/calendrier", methods=["GET", "POST"])
@access(Permission.FIRM_READ)
def feed_settings() -> Any:
    """Give, replace or close one's secret calendar address; it is shown once, when made."""
    form, address = AskForm(), None
    if form.validate_on_submit():
        if request.form.get("act") == "close":
            calendar_feed.revoke_feed_token(db(), g.person)
            flash("L’adresse de votre calendrier ne répond plus.")
            return redirect(url_for(".feed_settings"), code=303)
        token = calendar_feed.new_feed_token(db(), g.person)
        address = f"{context().settings.base_url}{url_for('.feed', token=token)}"
    page = render_template(
        "agenda/feed.html", form=form, address=address, is_shared=g.person.calendar_token_digest is not None
    )
    return page, 400 if form.errors else 200


@blueprint.get("/calendrier/<string:token>.ics")
@access(Door.PUBLIC)
def feed(token: str) -> Any:
    """Give the calendar behind a secret address, to a calendar program that cannot sign in."""
    content = calendar_feed.feed_for(db(), token)
    return Response(content, mimetype="text/calendar", headers={"X-Robots-Tag": "noindex"})


@blueprint.route("/agenda/soir", methods=["GET", "POST"])
@access(Permission.FIRM_READ)
def evening() -> Any:
    """Check the day's deadlines before leaving: the settled ones stay, struck through, with their proof."""
    today, form = clock.today(), AskForm()
    entries = silence.evening_list(db(), g.person, today)
    left = silence.left_open(db(), g.person, today)
    if form.validate_on_submit():
        facts = {"day": today, "deadlines": [one.id for one in entries], "left_open": [one.id for one in left]}
        audit.record(db(), g.person, "evening.checked", None, facts)
        flash("Contrôle du soir enregistré.")
        return redirect(url_for(".evening"), code=303)
    page = render_template(
        "agenda/evening.html",
        form=form,
        day=today,
        entries=entries,
        left=left,
        kind_names=KIND_NAMES,
        signed=silence.signed_tonight(db(), g.person, today),
    )
    return page, 400 if form.errors else 200


@blueprint.get("/agenda/dossiers-sans-delai")
@access(Permission.FIRM_READ)
def silent() -> Any:
    """List the dossiers in which nothing critical runs and nobody said why."""
    return render_template("agenda/silent.html", matters=silence.silent_matters(db(), g.person, clock.today()))


@blueprint.route("/dossiers/<uuid:matter_id>/sans-delai", methods=["GET", "POST"])
@access(Permission.DEADLINE_WAIVE)
def sign_quiet() -> Any:
    """Sign, as a lawyer, why no deadline runs in this dossier."""
    form = QuietForm()
    if form.validate_on_submit():
        try:
            silence.sign_quiet(db(), g.person, g.matter, form.reason.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Raison signée et datée.")
            return redirect(url_for("matters.show", matter_id=g.matter.id), code=303)
    return render_matter("agenda/quiet.html", form=form), 400 if form.errors or form.form_errors else 200


@blueprint.route("/dossiers/<uuid:matter_id>/delais/<uuid:deadline_id>/deplacer", methods=["GET", "POST"])
@access(Permission.MATTER_WRITE)
def move(deadline_id: uuid.UUID) -> Any:
    """Move a date that people set; a legal deadline is refused with the way to correct it."""
    row, form = deadline_named(deadline_id), MoveForm()
    if request.method == "GET":
        form.on.data, form.back.data = request.args.get("jour", ""), request.args.get("retour", "")
    if form.validate_on_submit():
        try:
            moved = work.move(db(), g.person, row, read_day(form.on.data or "", clock.today()), form.reason.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            assert moved.prudent_on is not None
            flash(f"{KIND_NAMES[moved.kind].capitalize()} au {french_day(moved.prudent_on)}.")
            shown = url_for("deadlines.show", matter_id=g.matter.id, deadline_id=moved.id)
            return redirect(safe_next(form.back.data) if form.back.data else shown, code=303)
    page = render_matter("agenda/move.html", form=form, deadline=row)
    return page, 400 if form.errors or form.form_errors else 200


@blueprint.post("/dossiers/<uuid:matter_id>/delais/preuve")
@access(Permission.LETTER_VALIDATE)
def proof_archive() -> Any:
    """Give the archive that proves who knew what when; a lawyer of the dossier asks for it, and the trail says so."""
    content = proof.archive(db(), g.person, g.matter)
    name = f"preuve-delais-{g.matter.reference.replace('/', '-')}.zip"
    return Response(
        content, mimetype="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _overdue() -> dict[str, Any]:
    """Read what is past or has no day: the oldest of it, or all of it when asked."""
    today, every = clock.today(), request.args.get("depassees") == "toutes"
    rows = agenda.overdue(db(), g.person, today, limit=agenda.MOST_ROWS if every else PAGE_SIZE + 1)
    shown = rows if every else rows[:PAGE_SIZE]
    total = len(rows) if len(rows) == len(shown) else agenda.overdue_count(db(), g.person, today)
    return {"overdue": shown, "overdue_total": total, "overdue_url": address(depassees="toutes") + "#depassees"}


def _workload(monday: date, away: Sequence[Absence]) -> dict[str, Any]:
    """Count what the coming weeks hold for each, and who is away."""
    mondays = [monday + number * agenda.WEEK for number in range(WEEKS_AHEAD)]
    load = agenda.workload(db(), g.person, monday, WEEKS_AHEAD)
    return {"load": load_lines(load, away, mondays), "load_weeks": mondays}


def _colleagues() -> list[tuple[str, str]]:
    """Name the people of the firm: any of them may answer for a date of a shared dossier."""
    return [(str(one), name) for one, name in db().execute(COLLEAGUES)]
