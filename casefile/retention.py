"""How long each kind of data is kept, what is erased by itself each night, and which closed dossiers are due.

The machine erases traces (sessions, invitations, messages that left); a dossier is only proposed, and a hold protects
it with all its messages.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.access import visible_to
from casefile.errors import InvalidInput
from casefile.law.calendar import add_months
from casefile.models.evidence import Hold
from casefile.models.ledger import MailState, OutgoingMail
from casefile.models.matter import Matter, MatterState
from casefile.models.people import Firm, Invitation, LoginSession, Person
from casefile.models.procedure import Reminder

FILE = Path(__file__).resolve().parent / "data" / "processing.toml"
LONGEST = 600
SETTING = "retention"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data: how long it is kept when the firm may choose, what happens then, and on what ground."""

    id: str
    title: str
    rule: str
    source: str
    status: str
    months: int | None = None
    least: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A closed dossier whose time has come, and whether a hold keeps it."""

    matter: Matter
    since: date
    held: bool


@cache
def content() -> dict[str, Any]:
    """Read the file of activities and kinds."""
    return tomllib.loads(FILE.read_text("utf-8"))


def kinds(firm: Firm | None = None) -> list[Kind]:
    """List the kinds with the firm's own choices."""
    chosen = (firm.settings.get(SETTING) or {}) if firm else {}
    return [Kind(**{**kind, **({"months": chosen[kind["id"]]} if kind["id"] in chosen else {})})
            for kind in content()["kind"]]  # fmt: skip


def choose(session: Session, actor: Person, firm: Firm, months: dict[str, int]) -> None:
    """Keep the firm's choices; raises InvalidInput for a time shorter than the kind allows."""
    open_kinds = {kind.id: kind for kind in kinds() if kind.months is not None}
    for name, value in months.items():
        kind = open_kinds[name]
        if not kind.least <= value <= LONGEST:
            raise InvalidInput(f"« {kind.title} » : donnez entre {kind.least} et {LONGEST} mois.", field=name)
    firm.settings = {**firm.settings, SETTING: dict(months)}
    session.flush()
    audit.record(session, actor, "firm.retention_set", firm, dict(months))


def ends_on(session: Session, closed_on: date) -> date:
    """Give the last day on which a dossier closed on that day must be kept."""
    kind = next(kind for kind in kinds(session.get(Firm, 1)) if kind.id == "matter")
    return add_months(closed_on, kind.months or LONGEST)


def due(session: Session, person: Person) -> list[Due]:
    """List the closed dossiers of this person's teams whose time has come, the oldest first."""
    limit = _limit(session, "matter", clock.today())
    held = exists().where(Hold.matter_id == Matter.id, Hold.lifted_at.is_(None))
    query = (
        select(Matter, held)
        .where(
            visible_to(person), Matter.state.in_([MatterState.CLOSED, MatterState.ARCHIVED]), Matter.closed_on <= limit
        )
        .order_by(Matter.closed_on)
    )
    return [Due(matter, matter.closed_on or limit, bool(is_held)) for matter, is_held in session.execute(query)]


def sweep(session: Session, now: datetime) -> dict[str, int]:
    """Erase the traces whose time has come; give how many of each, and note it in the trail when there were some."""
    today = clock.day_of(now)
    ended = _instant(_limit(session, "session", today))
    gone = _instant(_limit(session, "message", today))
    free = or_(
        OutgoingMail.matter_id.is_(None),
        ~exists().where(
            Matter.id == OutgoingMail.matter_id,
            or_(
                Matter.state == MatterState.OPEN,
                exists().where(Hold.matter_id == Matter.id, Hold.lifted_at.is_(None)),
            ),
        ),
    )
    settled = OutgoingMail.state.in_([MailState.SENT, MailState.KEPT, MailState.VOID, MailState.FAILED])
    # A reminder owes its proof to its message: while the reminder stands, so does the message.
    owed = exists().where(Reminder.message_id == OutgoingMail.message_id)
    done = {
        "sessions": _erase(session, delete(LoginSession).where(LoginSession.expires_at < ended)),
        "invitations": _erase(session, delete(Invitation).where(Invitation.expires_at < ended)),
        "messages": _erase(session, delete(OutgoingMail).where(OutgoingMail.created_at < gone, settled, free, ~owed)),
    }
    if any(done.values()):
        audit.record(session, None, "retention.swept", facts=done)
    return done


def _erase(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def _limit(session: Session, name: str, on: date) -> date:
    kind = next(kind for kind in kinds(session.get(Firm, 1)) if kind.id == name)
    return add_months(on, -(kind.months or LONGEST))


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.PARIS)
