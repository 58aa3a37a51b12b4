"""The first page of the day: what must be done, by whom."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from casefile import client_intake, clock, conflicts
from casefile.access import Permission, allows
from casefile.deadlines.control import waiting_count
from casefile.models.people import Role
from casefile.models.procedure import DeadlineKind
from casefile.web import day
from casefile.web.deadline_lines import Counter, grouped, tally_of
from casefile.web.guards import access, db
from casefile.web.open_deadlines import Asked, Found, read
from casefile.web.paging import pager
from casefile.web.urgency import Group

blueprint = Blueprint("home", __name__)

KINDS = (
    (DeadlineKind.LIMITATION, "Prescription"),
    (DeadlineKind.PROCEDURAL, "Délai de procédure"),
    (DeadlineKind.RETENTION, "Conservation des données"),
    (DeadlineKind.FOLLOW_UP, "Relance"),
    (DeadlineKind.HEARING, "Audience"),
    (DeadlineKind.APPOINTMENT, "Rendez-vous"),
    (DeadlineKind.TASK, "Tâche"),
)


@blueprint.get("/")
@access(Permission.OWN_ACCOUNT)
def index() -> Any:
    """Show what awaits this person; every filter is in the address."""
    if g.person.role is Role.CLIENT:
        return redirect(url_for("client_status.index"))
    filters = {
        "vue": "cabinet" if request.args.get("vue") == "cabinet" else "miens",
        "nature": request.args.get("nature", ""),
        "controle": request.args.get("controle", ""),
        "etat": request.args.get("etat", ""),
    }
    count, running = day.open_count(g.person)
    chosen = Group(filters["etat"]) if filters["etat"] in set(Group) else None
    asked = Asked(filters["vue"] == "miens", filters["nature"], filters["controle"], chosen, gather=True)
    found = read(g.person, asked, lambda total: pager(total, noun="échéance"))
    return render_template(
        "home/index.html",
        day=clock.today(),
        open_count=count,
        running_count=running,
        has_matters=count > 0,
        may_open=allows(g.person, Permission.MATTER_OPEN),
        tally=_tally(found, filters, chosen),
        groups=grouped(found.lines),
        pager=found.pager,
        filters=filters,
        natures=[(kind.value, label) for kind, label in KINDS],
        to_acknowledge=day.to_acknowledge(g.person),
        watched=day.gone(g.person),
        silent=day.silent(g.person),
        handed_in=client_intake.waiting_by_dossier(db(), g.person),
        conflicts=conflicts.awaited_count(db(), g.person),
        to_control=waiting_count(db(), g.person, clock.now()),
        health=day.health(),
    )


def _tally(found: Found, filters: dict[str, str], chosen: Group | None) -> list[Counter]:
    kept: dict[str, Any] = {name: value for name, value in filters.items() if value}
    urls = {group: url_for(".index", **{**kept, "etat": None if group is chosen else group.value}) for group in Group}
    asked = filters["controle"] == "attendu"
    control = Counter(
        "info",
        found.awaited,
        "Contrôle attendu",
        "par une seconde personne",
        url_for(".index", **{**kept, "controle": None if asked else "attendu"}),
        asked,
    )
    return [*tally_of(found.tally, urls, chosen), control]
