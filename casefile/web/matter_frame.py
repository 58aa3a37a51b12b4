"""What stands around every page of a dossier: its parties, its team, the one date that matters, its sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, g, render_template, request, url_for
from sqlalchemy import or_, select

from casefile import clock
from casefile.access import Permission
from casefile.models.matter import Matter, Party, PartyRole, TeamMember
from casefile.models.people import Person
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
    clients: tuple[Party, ...]
    authors: tuple[Party, ...]
    hosts: tuple[Party, ...]
    team: tuple[Person, ...]
    headline: Headline | None
    may_write: bool
    tabs: tuple[tuple[str, str, int | None, bool], ...]


def render_matter(template: str, **values: Any) -> str:
    """Render a page inside its dossier's frame; a page that has read the open deadlines gives the frame itself."""
    frame = values.pop("frame", None) or frame_of(g.matter)
    return render_template(template, frame=frame, matter=g.matter, drawn=lines, way=panel(), **values)


def frame_of(matter: Matter, open_deadlines: Sequence[Deadline] | None = None) -> Frame:
    """Gather the header of a dossier in three queries, or in two where its open deadlines are known."""
    parties = db().scalars(select(Party).where(Party.matter_id == matter.id).order_by(Party.created_at)).all()
    team = db().scalars(
        select(Person)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.matter_id == matter.id, or_(TeamMember.until.is_(None), TeamMember.until > clock.now()))
    )

    def of(role: PartyRole) -> tuple[Party, ...]:
        return tuple(party for party in parties if party.role is role)

    return Frame(
        matter=matter,
        clients=of(PartyRole.CLIENT),
        authors=of(PartyRole.AUTHOR),
        hosts=of(PartyRole.HOST),
        team=tuple(sorted(team, key=lambda one: (one.id != matter.responsible_id, one.full_name))),
        headline=headline_of(matter, open_deadlines),
        may_write=may_here(matter, Permission.MATTER_WRITE),
        tabs=_tabs(matter),
    )


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
    return db().scalar(
        select(Deadline)
        .where(Deadline.matter_id == matter.id, Deadline.state == DeadlineState.OPEN, Deadline.is_critical)
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
