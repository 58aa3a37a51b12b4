"""The daily deadline journal: one page per day, each carrying the hash of the page before; never rewritten.

A page tells what was entered, changed, controlled, settled, and by whom. `proof_check` verifies it alone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casefile import clock
from casefile.deadlines.proof_check import GENESIS, digest_of, line_digest, lines_digest
from casefile.models.ledger import AuditEntry, JournalPage
from casefile.models.matter import Matter
from casefile.models.people import Person

SUBJECTS = ("deadline", "trigger_event", "procedural_act")
ONE_DAY = timedelta(days=1)


def write_pages(session: Session, now: datetime) -> int:
    """Write the page of each finished day that has none yet, empty days included; give how many."""
    last = session.scalar(select(JournalPage).order_by(JournalPage.number.desc()).limit(1))
    first_entry = session.scalar(select(func.min(AuditEntry.at)).where(AuditEntry.subject_type.in_(SUBJECTS)))
    if last is None and first_entry is None:
        return 0
    day = last.day + ONE_DAY if last else clock.day_of(_aware(first_entry))
    written = 0
    while day < clock.day_of(now):
        last = _write(session, day, last)
        day, written = day + ONE_DAY, written + 1
    return written


def export(session: Session, begins: date, ends: date, *, matter: str = "") -> dict[str, Any]:
    """Give the pages between two days, with what the stand-alone verifier needs.

    Of other dossiers than `matter`, when one is named, only the digests of the lines: the chain still holds.
    """
    pages = session.scalars(
        select(JournalPage).where(JournalPage.day >= begins, JournalPage.day <= ends).order_by(JournalPage.number)
    )
    return {"format": "casefile-deadline-journal/1", "pages": [_as_json(page, matter) for page in pages]}


def _write(session: Session, day: date, last: JournalPage | None) -> JournalPage:
    page = JournalPage(
        number=last.number + 1 if last else 1,
        day=day,
        lines=_lines(session, day),
        previous_hash=last.hash if last else GENESIS,
        hash="",
    )
    page.hash = digest_of(_as_json(page))
    session.add(page)
    session.flush()
    return page


def _lines(session: Session, day: date) -> list[Any]:
    begins = datetime.combine(day, time(), tzinfo=clock.PARIS)
    ends = datetime.combine(day + ONE_DAY, time(), tzinfo=clock.PARIS)
    rows = session.execute(
        select(AuditEntry, Person.full_name, Matter.reference)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .outerjoin(Matter, Matter.id == AuditEntry.matter_id)
        .where(AuditEntry.subject_type.in_(SUBJECTS), AuditEntry.at >= begins, AuditEntry.at < ends)
        .order_by(AuditEntry.seq)
    )
    return [
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "by": name or "Casefile",
            "action": entry.action,
            "matter": reference or "",
            "subject": entry.subject_id,
            "facts": dict(entry.facts),
            "audit_hash": entry.hash,
        }
        for entry, name, reference in rows
    ]


def _as_json(page: JournalPage, matter: str = "") -> dict[str, Any]:
    shown = [line if matter in {"", line["matter"]} else {"digest": line_digest(line)} for line in page.lines]
    return {
        "number": page.number,
        "day": page.day.isoformat(),
        "lines": shown,
        "lines_digest": lines_digest(list(page.lines)),
        "previous_hash": page.previous_hash,
        "hash": page.hash,
    }


def _aware(instant: datetime | None) -> datetime:
    assert instant is not None
    # An aggregate loses the column's type on SQLite; what is stored is always UTC.
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.now().tzinfo)
