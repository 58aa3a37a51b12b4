"""What keeps reminders from reaching people: the reasons for the red banner, the health address and the bulletin.

An empty list is the only good news. Nothing here names a dossier or a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, true
from sqlalchemy.orm import Session

from casefile.deadlines import heartbeat, ladder
from casefile.models.base import Instant
from casefile.models.ledger import AuditEntry, Heartbeat, MailState, OutgoingMail
from casefile.models.procedure import Reminder

STUCK = timedelta(minutes=15)
TASK_NAMES = {
    "journal": "le journal des délais",
    "sheets": "les feuilles du journal",
    "rules": "la relecture des règles changées",
    "silence": "la recherche des dossiers sans délai",
    "retention": "l'effacement des traces passées",
    "bulletin": "le bulletin du matin",
    "evening": "le contrôle du soir",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason for the red banner."""

    code: str
    count: int
    message: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What is read to know whether all goes well."""

    beats: tuple[heartbeat.Beat, ...]
    began_at: datetime | None  # the first line of the trail
    failed: int
    waiting: int
    late: int

    def last(self, name: str = heartbeat.WORKER) -> datetime | None:
        """Give the instant of a sign of life, the worker's if none is named."""
        return next((row.beat_at for row in self.beats if row.name == name), None)


def signs(session: Session, now: datetime) -> Signs:
    """Read the signs of life and the counts in one statement."""
    return signs_of(session.execute(statement(), since(now)).all())


def signs_of(rows: Sequence[Any]) -> Signs:
    """Gather the rows of `statement`, or of a wider one."""
    first = rows[0]
    beats = tuple(heartbeat.Beat(row.beat_name, row.beat_at, row.detail) for row in rows if row.beat_name is not None)
    return Signs(beats, first.began_at, first.failed, first.waiting, first.late)


def since(now: datetime) -> dict[str, Any]:
    """Give the value that the statement's counts wait for."""
    return {"stuck_since": now - STUCK}


def trouble(session: Session, now: datetime) -> list[Trouble]:
    """List what keeps reminders from reaching people."""
    return troubles(signs(session, now), now)


def troubles(known: Signs, now: datetime) -> list[Trouble]:
    """List the same from signs that were read already."""
    found: list[Trouble] = []
    if heartbeat.is_silent(known.last(), now):
        found.append(
            Trouble("worker_silent", 1, "Les rappels ne partent plus : le service d'arrière-plan ne répond pas.")
        )
    missed = heartbeat.overdue_tasks(known.beats, known.began_at, now)
    if "bulletin" in missed:
        found.append(Trouble("bulletin_missing", 1, "Le bulletin du matin n'a pas été écrit."))
    others = [TASK_NAMES[name] for name in missed if name != "bulletin"]
    if others:
        found.append(Trouble("nightly_missing", len(others), f"Tâche quotidienne non faite : {', '.join(others)}."))
    return found + _of_messages(known)


def _of_messages(known: Signs) -> list[Trouble]:
    failed, waiting, late = known.failed, known.waiting, known.late
    found = []
    if failed:
        found.append(Trouble("mail_failed", failed, f"{_counted(failed, 'message abandonné', 'messages abandonnés')}."))
    if late:
        found.append(Trouble("reminders_stuck", late, f"{_counted(late, 'rappel')} en retard."))
    if waiting:
        found.append(
            Trouble("mail_stuck", waiting, f"{_counted(waiting, 'message')} en attente : le serveur d'envoi refuse.")
        )
    return found


def _count(column: Any, *conditions: Any) -> Any:
    return select(func.count(column)).where(*conditions).scalar_subquery()


def _columns() -> tuple[ColumnElement[Any], ...]:
    stuck = bindparam("stuck_since", type_=Instant())
    row = Heartbeat.__table__.c
    return (
        row.name.label("beat_name"),
        row.beat_at,
        row.detail,
        _count(OutgoingMail.id, OutgoingMail.state == MailState.FAILED).label("failed"),
        _count(OutgoingMail.id, OutgoingMail.state == MailState.QUEUED, OutgoingMail.created_at < stuck).label(
            "waiting"
        ),
        _count(Reminder.id, Reminder.state.in_(ladder.PENDING), Reminder.due_at < stuck).label("late"),
        select(AuditEntry.at).where(AuditEntry.seq == 1).scalar_subquery().label("began_at"),
    )


@cache
def statement() -> Select[Any]:
    """Give the question, built once: a row for each sign of life, and one where there is none."""
    one = select(literal(1).label("one")).subquery()
    return select(*_columns()).select_from(one).outerjoin(Heartbeat, true())


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
