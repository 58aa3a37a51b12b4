"""What keeps reminders from reaching people: the reasons for the red banner, the health address and the bulletin.

An empty list is the only good news. Nothing here names a dossier or a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from casefile.deadlines import heartbeat, ladder
from casefile.models.base import Instant
from casefile.models.ledger import Heartbeat, MailState, OutgoingMail
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


def trouble(session: Session, now: datetime, beats: Iterable[Heartbeat] | None = None) -> list[Trouble]:
    """List what keeps reminders from reaching people; signs of life that were read already are not read again."""
    found: list[Trouble] = []
    if heartbeat.worker_silent(session, now):
        found.append(
            Trouble("worker_silent", 1, "Les rappels ne partent plus : le service d'arrière-plan ne répond pas.")
        )
    missed = heartbeat.overdue_tasks(session, now, beats)
    if "bulletin" in missed:
        found.append(Trouble("bulletin_missing", 1, "Le bulletin du matin n'a pas été écrit."))
    others = [TASK_NAMES[name] for name in missed if name != "bulletin"]
    if others:
        found.append(Trouble("nightly_missing", len(others), f"Tâche quotidienne non faite : {', '.join(others)}."))
    return found + _of_messages(session, now)


def _of_messages(session: Session, now: datetime) -> list[Trouble]:
    failed, waiting, late = session.execute(_counts(), {"stuck_since": now - STUCK}).one()
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


@cache
def _counts() -> Select[int, int, int]:
    """Build the question once: every page asks it."""
    since = bindparam("stuck_since", type_=Instant())
    return select(
        _count(OutgoingMail.id, OutgoingMail.state == MailState.FAILED),
        _count(OutgoingMail.id, OutgoingMail.state == MailState.QUEUED, OutgoingMail.created_at < since),
        _count(Reminder.id, Reminder.state.in_(ladder.PENDING), Reminder.due_at < since),
    )


def _count(column: Any, *conditions: Any) -> Any:
    return select(func.count(column)).where(*conditions).scalar_subquery()


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
