"""What a person did lately and may take back whole: a note, a message filed, a place in the team given or taken.

Only what nobody touched since, within the day, and by who did it. A responsible lawyer, a wall and an outsider's place
are never taken back here: others have acted on them at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, matters, undo
from casefile.errors import Conflict, Refused
from casefile.evidence.erasure import hold_of
from casefile.models.correspondence import FiledMail, MailPlace
from casefile.models.ledger import Note
from casefile.models.matter import Matter, TeamFunction, TeamMember
from casefile.models.people import OUTSIDERS, Person
from casefile.models.work import RecentChange

NOTE, MAIL, TEAM = undo.ACTS
HELD = "Ce dossier est sous conservation : ses notes restent. Écrivez une autre note pour corriger celle-ci."
MOVED = "Ce que vous voulez annuler a changé depuis : faites-le à la main pour ne rien effacer d'autre."


@dataclass(frozen=True, slots=True)
class Act:
    """One act that may be taken back: `name` is a place's person, a message's subject or a note's words."""

    change: RecentChange
    kind: str
    name: str


def note_added(session: Session, actor: Person, matter: Matter, note: Note) -> RecentChange:
    """Remember a note just written."""
    return undo.remember_act(session, actor, matter, NOTE, note.id, facts={})


def mail_filed(session: Session, actor: Person, matter: Matter, mail: FiledMail) -> RecentChange:
    """Remember a message just filed into a dossier."""
    return undo.remember_act(session, actor, matter, MAIL, mail.id, facts={})


def place_of(session: Session, matter: Matter, person_id: uuid.UUID) -> dict[str, Any] | None:
    """Give a person's place in a team as it is remembered; None when they have none."""
    member = session.scalar(
        select(TeamMember).where(TeamMember.matter_id == matter.id, TeamMember.person_id == person_id)
    )
    if member is None:
        return None
    return {"function": member.function.value, "until": member.until.isoformat() if member.until else None}


def team_changed(
    session: Session, actor: Person, matter: Matter, person: Person, before: dict[str, Any] | None
) -> RecentChange | None:
    """Remember a change of somebody's place, told what it was before; nothing is kept for outsiders."""
    after = place_of(session, matter, person.id)
    if person.role in OUTSIDERS or before == after:
        return None
    return undo.remember_act(session, actor, matter, TEAM, person.id, facts={"before": before, "after": after})


def standing(session: Session, actor: Person, matter: Matter) -> list[Act]:
    """List what this person may still take back in this dossier, the latest first: no note under a hold."""
    found, is_held = [], hold_of(session, matter) is not None
    for change in undo.recent_acts(session, actor, matter):
        if is_held and change.kind == NOTE:
            continue
        name = _NAMES[change.kind](session, actor, matter, change)
        if name is not None:
            found.append(Act(change, change.kind, name))
    return found


def take_back(session: Session, actor: Person, matter: Matter, change: RecentChange) -> None:
    """Undo one act; raises Conflict when something changed since, Refused when a rule forbids it now."""
    if _NAMES[change.kind](session, actor, matter, change) is None:
        raise Conflict(MOVED)
    _REVERSALS[change.kind](session, actor, matter, change)
    undo.mark(change)


def _note(session: Session, actor: Person, matter: Matter, change: RecentChange) -> str | None:
    row = session.get(Note, change.row_id)
    return row.body if row and (row.author_id, row.matter_id) == (actor.id, matter.id) else None


def _mail(session: Session, actor: Person, matter: Matter, change: RecentChange) -> str | None:
    row = session.get(FiledMail, change.row_id)
    if row is None or row.place is not MailPlace.FILED:
        return None
    return row.subject if (row.brought_by_id, row.matter_id) == (actor.id, matter.id) else None


def _team(session: Session, _actor: Person, matter: Matter, change: RecentChange) -> str | None:
    person = session.get(Person, change.row_id)
    if person is None or person.id == matter.responsible_id:
        return None
    return person.full_name if place_of(session, matter, person.id) == change.before["after"] else None


def _erase_note(session: Session, actor: Person, matter: Matter, change: RecentChange) -> None:
    if hold_of(session, matter) is not None:
        raise Refused(HELD)
    row = session.get_one(Note, change.row_id)
    audit.record(session, actor, "note.taken_back", row)
    session.delete(row)
    session.flush()


def _to_the_queue(session: Session, actor: Person, _matter: Matter, change: RecentChange) -> None:
    row = session.get_one(FiledMail, change.row_id)
    audit.record(session, actor, "mail.taken_out", row)
    row.matter_id, row.place = None, MailPlace.WAITING
    session.flush()


def _restore_place(session: Session, actor: Person, matter: Matter, change: RecentChange) -> None:
    person, before = session.get_one(Person, change.row_id), change.before["before"]
    if before is not None:
        until = datetime.fromisoformat(before["until"]) if before["until"] else None
        matters.join_team(session, actor, matter, person, TeamFunction(before["function"]), until=until)
        return
    member = session.scalars(
        select(TeamMember).where(TeamMember.matter_id == matter.id, TeamMember.person_id == person.id)
    ).one()
    matters.leave_team(session, actor, matter, member)


_NAMES: dict[str, Callable[[Session, Person, Matter, RecentChange], str | None]] = {
    NOTE: _note,
    MAIL: _mail,
    TEAM: _team,
}
_REVERSALS: dict[str, Callable[[Session, Person, Matter, RecentChange], None]] = {
    NOTE: _erase_note,
    MAIL: _to_the_queue,
    TEAM: _restore_place,
}
