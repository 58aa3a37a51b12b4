"""The agenda: day, week, month, list; its spreadsheet, its calendar feed, the evening check, the silent dossiers."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select

from casefile import audit, clock
from casefile.access import Permission, visible_to
from casefile.deadlines import agenda, calendar_feed, proof, silence, work
from casefile.deadlines.typed_day import read_day
from casefile.deadlines.wording import KIND_NAMES
from casefile.errors import CasefileError, InvalidInput
from casefile.models.matter import Matter, TeamMember
from casefile.models.people import Person
from casefile.models.procedure import DeadlineKind
from casefile.web.agenda_forms import AskForm, MoveForm, QuietForm
from casefile.web.agenda_lines import ONE_DAY, days_with, every_day, weeks_of
from casefile.web.deadline_pages import deadline_named
from casefile.web.guards import Door, access, context, db
from casefile.web.matter_frame import render_matter

blueprint = Blueprint("agenda", __name__)
VIEWS = (("jour", "Jour"), ("semaine", "Semaine"), ("mois", "Mois"), ("liste", "Liste"))
FILTERS = ("vue", "jour", "personne", "nature", "critiques", "faits")
WEEKS_AHEAD = 6
MONDAY_FIRST = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@blueprint.get("/agenda")
@access(Permission.FIRM_READ)
def index() -> Any:
    """Show a span of days; view, day and filters are in the address."""
    today = clock.today()
    view = request.args.get("vue", "semaine")
    view = view if view in dict(VIEWS) else "semaine"
    day, misread = _asked_day(today)
    begins, ends = agenda.span(view, day)
    wanted = _wanted(begins, ends)
    entries = agenda.entries(db(), g.person, wanted)
    monday = today - today.weekday() * ONE_DAY
    return render_template(
        "agenda/index.html",
        view=view,
        views=[(label, _address(vue=value), None, value == view) for value, label in VIEWS],
        day=day,
        misread=misread,
        begins=begins,
        ends=ends,
        days=days_with(entries, today) if view == "liste" else every_day(entries, begins, ends, today),
        weeks=weeks_of(entries, begins, ends, today) if view == "mois" else [],
        weekdays=MONDAY_FIRST,
        previous_url=_address(jour=(begins - ONE_DAY).isoformat()),
        next_url=_address(jour=(ends + ONE_DAY).isoformat()),
        today_url=_address(jour=None),
        csv_url=url_for(".export", **_kept()),
        people=_colleagues(),
        natures=[(kind.value, name.capitalize()) for kind, name in KIND_NAMES.items()],
        filters={name: request.args.get(name, "") for name in FILTERS},
        movable=work.MOVABLE,
        kind_names=KIND_NAMES,
        overdue=agenda.overdue(db(), g.person, today),
        load=agenda.workload(db(), g.person, monday, WEEKS_AHEAD),
        load_weeks=[monday + n * agenda.WEEK for n in range(WEEKS_AHEAD)],
    )


@blueprint.get("/agenda/export.csv")
@access(Permission.FIRM_READ)
def export() -> Any:
    """Give the same entries as a spreadsheet."""
    day, _ = _asked_day(clock.today())
    begins, ends = agenda.span(request.args.get("vue", "semaine"), day)
    content = calendar_feed.as_csv(agenda.entries(db(), g.person, _wanted(begins, ends)))
    name = f"agenda-{begins.isoformat()}.csv"
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


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
    if form.validate_on_submit():
        facts = {"day": today, "deadlines": [one.id for one in entries]}
        audit.record(db(), g.person, "evening.checked", None, facts)
        flash("Contrôle du soir enregistré.")
        return redirect(url_for(".evening"), code=303)
    return render_template("agenda/evening.html", form=form, day=today, entries=entries), 400 if form.errors else 200


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
    if form.validate_on_submit():
        try:
            moved = work.move(db(), g.person, row, read_day(form.on.data, clock.today()), form.reason.data or "")
        except CasefileError as error:
            form.refuse(error)
        else:
            flash("Date déplacée.")
            return redirect(url_for("deadlines.show", matter_id=g.matter.id, deadline_id=moved.id), code=303)
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


def _asked_day(today: date) -> tuple[date, str]:
    typed = request.args.get("jour", "").strip()
    try:
        return (read_day(typed, today) if typed else today), ""
    except InvalidInput as error:
        return today, error.message


def _wanted(begins: date, ends: date) -> agenda.Wanted:
    kept = _kept()
    return agenda.Wanted(
        begins=begins,
        ends=ends,
        responsible_id=_as_uuid(kept.get("personne", "")),
        kinds=[DeadlineKind(kept["nature"])] if kept.get("nature") in set(DeadlineKind) else (),
        critical_only=kept.get("critiques") == "1",
        settled_too=kept.get("faits") == "1",
    )


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in FILTERS if request.args.get(name)}


def _address(**changes: str | None) -> str:
    return url_for(".index", **{**_kept(), **changes})


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _colleagues() -> list[tuple[str, str]]:
    """Name the people with whom the viewer shares a dossier."""
    shared = select(TeamMember.person_id).join(Matter, Matter.id == TeamMember.matter_id).where(visible_to(g.person))
    rows = db().execute(select(Person.id, Person.full_name).where(Person.id.in_(shared)).order_by(Person.full_name))
    return [(str(one), name) for one, name in rows]
