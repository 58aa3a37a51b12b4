"""What may be taken back, as pages say it: beside the change just made, and in the chronology for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, g, url_for

from casefile import undo, withdrawals
from casefile.access import Permission
from casefile.models.matter import Party
from casefile.models.work import RecentChange
from casefile.undo import Record
from casefile.web.guards import db, may_here

LONGEST = 80  # signs of a note or a subject
ACTS = {
    withdrawals.NOTE: "Note",
    withdrawals.MAIL: "Courriel classé",
    withdrawals.TEAM: "Place dans l’équipe",
}
KINDS = {"matter": "Fiche du dossier", "party": "Partie", "publication": "Contenu"}


@dataclass(frozen=True, slots=True)
class Line:
    """One change that its author may still take back."""

    title: str
    at: datetime
    url: str


def say_changed(told: str, row: Record) -> None:
    """Tell that a record changed, with the way back when something really changed."""
    change = next((one for one, changed in undo.recent(db(), g.person, g.matter) if changed.id == row.id), None)
    say_done(told, change)


def recent_lines() -> list[Line]:
    """List what the signed-in person may still take back in this dossier, the latest first."""
    edits = [
        Line(_title(row), change.created_at, _url(change)) for change, row in undo.recent(db(), g.person, g.matter)
    ]
    acts = [
        Line(f"{ACTS[one.kind]}\u00a0: {_short(one.name)}", one.change.created_at, _url(one.change))
        for one in withdrawals.standing(db(), g.person, g.matter)
        if one.kind != withdrawals.TEAM or may_here(g.matter, Permission.MATTER_TEAM)
    ]
    return sorted([*edits, *acts], key=lambda line: line.at, reverse=True)


def say_done(told: str, change: RecentChange | None) -> None:
    """Tell that something was done, with the way back when there is one."""
    flash({"text": told, "undo": _url(change)} if change else told)  # type: ignore[arg-type] # the session keeps JSON


def _title(row: Record) -> str:
    name = row.display_name if isinstance(row, Party) else row.title
    return f"{KINDS[row.__tablename__]}\u00a0: {name}"


def _url(change: RecentChange) -> str:
    return url_for("undo.take_back", matter_id=change.matter_id, change_id=change.id)


def _short(name: str) -> str:
    line = " ".join(name.split()) or "sans objet"
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
