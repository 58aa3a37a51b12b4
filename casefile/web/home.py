"""The first page of the day: what must be done, by whom."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from casefile import client_intake, clock, conflicts
from casefile.access import Permission, allows
from casefile.deadlines.control import waiting_count
from casefile.models.people import Role
from casefile.models.procedure import ControlState, DeadlineKind
from casefile.web import day
from casefile.web.deadline_lines import Counter, DeadlineLine, counters, gathered, grouped
from casefile.web.guards import access, db
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
    count = day.open_count(g.person)
    lines = day.open_lines(
        g.person, mine=filters["vue"] == "miens", kind=filters["nature"], control=filters["controle"]
    )
    chosen = Group(filters["etat"]) if filters["etat"] in set(Group) else None
    return render_template(
        "home/index.html",
        day=clock.today(),
        open_count=count,
        running_count=len({line.deadline.matter_id for line in lines}),
        has_matters=count > 0,
        may_open=allows(g.person, Permission.MATTER_OPEN),
        tally=_tally(lines, filters, chosen),
        groups=grouped(_shown(lines, chosen, filters["nature"])),
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


def _shown(lines: list[DeadlineLine], chosen: Group | None, nature: str) -> list[DeadlineLine]:
    """Keep one degree of urgency; clocks on data are gathered by dossier, unless they are what is asked for."""
    rows = [line for line in lines if chosen is None or line.urgency.group is chosen]
    return rows if nature == DeadlineKind.RETENTION.value else gathered(rows)


def _tally(lines: list[DeadlineLine], filters: dict[str, str], chosen: Group | None) -> list[Counter]:
    kept: dict[str, Any] = {name: value for name, value in filters.items() if value}
    urls = {group: url_for(".index", **{**kept, "etat": None if group is chosen else group.value}) for group in Group}
    awaited = sum(line.deadline.control_state in {ControlState.AWAITED, ControlState.MISMATCH} for line in lines)
    asked = filters["controle"] == "attendu"
    control = Counter(
        "info",
        awaited,
        "Contrôle attendu",
        "par une seconde personne",
        url_for(".index", **{**kept, "controle": None if asked else "attendu"}),
        asked,
    )
    return [*counters(lines, urls, chosen), control]
