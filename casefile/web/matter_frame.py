"""What stands around every page of a dossier: its parties, its team, the one date that matters, its sections."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from flask import current_app, g, render_template, request, url_for
from sqlalchemy import Select, Uuid, bindparam, select

from casefile import clock
from casefile.access import Member, Permission
from casefile.models.matter import Matter, Party, PartyRole, display_name_of
from casefile.models.procedure import Deadline, DeadlineState
from casefile.web.first_dossier import panel
from casefile.web.guards import db, may_here
from casefile.web.timeline import lines

# label, endpoint; a section whose pages do not exist yet is not shown.
SECTIONS = (
    ("Synthèse", "matters.show"),
    ("Contenus et preuves", "publications.index"),
    ("Qualification", "qualification.index"),
    ("Délais", "deadlines.matter"),
    ("Identification", "identification.index"),
    ("Documents", "documents.matter"),
    ("Pièces", "exhibits.index"),
    ("Courriels", "correspondence.matter"),
    ("Chronologie", "matters.chronology"),
)
# Pages that belong to a section without being its first page.
WITHIN = {
    "client_intake": "correspondence",
    "conflicts": "matters",
    "diligences": "matters",
    "prevention": "matters",
    "what_if": "deadlines",
    "happenings": "deadlines",
    "rule_changes": "deadlines",
    "dating": "publications",
    "aftermath": "publications",
    "passages": "publications",
    "evidence": "publications",
    "followup": "publications",
    "campaign": "qualification",
    "many_publications": "publications",
    "challenge": "publications",
    "gallery": "publications",
    "batches": "publications",
    "mailings": "documents",
    "erasures": "publications",
}
CRITICAL_DAYS = 7
SOON_DAYS = 30


class ShownParty(NamedTuple):
    """What the header shows of a party."""

    id: uuid.UUID
    matter_id: uuid.UUID
    display_name: str
    profession: str
    is_identified: bool


@dataclass(frozen=True, slots=True)
class Headline:
    """The one date of the header."""

    deadline: Deadline
    tone: str
    days: int
    state: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the header of a dossier shows."""

    matter: Matter
    clients: tuple[ShownParty, ...]
    authors: tuple[ShownParty, ...]
    hosts: tuple[ShownParty, ...]
    team: tuple[Member, ...]
    headline: Headline | None
    may_write: bool
    tabs: tuple[tuple[str, str, int | None, bool], ...]


def render_matter(template: str, **values: Any) -> str:
    """Render a page inside its dossier's frame; a page that has read the open deadlines gives the frame itself."""
    frame = values.pop("frame", None) or frame_of(g.matter)
    return render_template(template, frame=frame, matter=g.matter, drawn=lines, way=panel(), **values)


def frame_of(matter: Matter, open_deadlines: Sequence[Deadline] | None = None) -> Frame:
    """Gather the header of a dossier in two queries, or in one where its open deadlines are known."""
    parties = db().execute(_parties(), {"matter": matter.id}).all()

    def of(role: PartyRole) -> tuple[ShownParty, ...]:
        return tuple(
            ShownParty(row.id, matter.id, display_name_of(row), row.profession, row.is_identified)
            for row in parties
            if row.role is role
        )

    return Frame(
        matter=matter,
        clients=of(PartyRole.CLIENT),
        authors=of(PartyRole.AUTHOR),
        hosts=of(PartyRole.HOST),
        team=g.place.team,
        headline=headline_of(matter, open_deadlines),
        may_write=may_here(matter, Permission.MATTER_WRITE),
        tabs=_tabs(matter),
    )


def responsible_name() -> str | None:
    """Name the dossier's responsible lawyer, or nobody when they left the team."""
    return next((one.full_name for one in g.place.team if one.person_id == g.matter.responsible_id), None)


def headline_of(matter: Matter, open_deadlines: Sequence[Deadline] | None = None) -> Headline | None:
    """Find the critical deadline nearest to its prudent day; an undetermined one comes first of all."""
    if open_deadlines is None:
        found = _most_critical(matter)
    else:
        found = next(iter(by_prudent_day(row for row in open_deadlines if row.is_critical)), None)
    if found is None:
        return None
    today = clock.today()
    tone, state = tone_of(found, today)
    return Headline(found, tone, (found.prudent_on - today).days if found.prudent_on else 0, state)


def by_prudent_day(rows: Iterable[Deadline]) -> list[Deadline]:
    """Order deadlines as `_most_critical` does: those without a day, then the nearest, then the first opened."""
    return sorted(rows, key=lambda row: (row.prudent_on is not None, row.prudent_on or date.min, row.created_at))


def _most_critical(matter: Matter) -> Deadline | None:
    return db().scalar(_critical(), {"matter": matter.id})


# Each question is built once: every page of a dossier asks them.
_MATTER = bindparam("matter", type_=Uuid())


@cache
def _parties() -> Any:
    row = Party.__table__.c
    name = (row.is_company, row.is_identified, row.civility, row.first_names, row.name, row.legal_form)
    return select(row.id, row.role, row.profession, *name).where(row.matter_id == _MATTER).order_by(row.created_at)


@cache
def _critical() -> Select[Deadline]:
    return (
        select(Deadline)
        .where(Deadline.matter_id == _MATTER, Deadline.state == DeadlineState.OPEN, Deadline.is_critical)
        .order_by(Deadline.prudent_on.is_not(None), Deadline.prudent_on, Deadline.created_at)
        .limit(1)
    )


def tone_of(deadline: Deadline, today: date) -> tuple[str, str]:
    """Give the colour and the state of a deadline, always on the prudent side."""
    if deadline.prudent_on is None:
        return "late", "uncertain"
    if today > deadline.prudent_on:
        return "late", "expired" if deadline.admitted_on and today > deadline.admitted_on else "uncertain"
    if ((deadline.last_useful_day or deadline.prudent_on) - today).days <= CRITICAL_DAYS:
        return "crit", "critical"
    if (deadline.prudent_on - today).days <= SOON_DAYS:
        return "soon", "soon"
    return "ok", "on_time"


def _tabs(matter: Matter) -> tuple[tuple[str, str, int | None, bool], ...]:
    blueprint = WITHIN.get(request.blueprint or "", request.blueprint or "")
    entries = []
    for label, endpoint in SECTIONS:
        if endpoint not in current_app.view_functions:
            continue
        current = request.endpoint == endpoint if blueprint == "matters" else endpoint.split(".")[0] == blueprint
        entries.append((label, url_for(endpoint, matter_id=matter.id), None, current))
    return tuple(entries)
