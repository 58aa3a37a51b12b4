"""Tables of dossiers brought in: kept shut for the person who brought them, line by line, until opened or a week old.

Nothing here reads what a cell means; a line opened forgets its cells, since its dossier holds them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from casefile import audit, clock
from casefile.errors import NotFound
from casefile.models.base import keys_of
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.work import ImportLine, MatterImport

LIFE = timedelta(days=7)
PURPOSE = "import_line.code"


def keep(
    session: Session,
    person: Person,
    file_name: str,
    lines: Iterable[tuple[int, dict[str, Any]]],
    unread: Sequence[str] = (),
) -> MatterImport:
    """Keep the lines of a table for their author; `unread` names the headings that nothing was made of."""
    row = MatterImport(person_id=person.id, file_name=file_name, unread=list(unread))
    row.lines = [ImportLine(number=number, cells=cells, code=_code(session, cells)) for number, cells in lines]
    session.add(row)
    session.flush()
    audit.record(session, person, "import.brought", row, {"lines": len(row.lines)})
    return row


def of_person(session: Session, person: Person) -> list[tuple[MatterImport, int]]:
    """List what this person brought in this week, newest first, with how many lines are still shut."""
    left = func.count(ImportLine.id).filter(ImportLine.opened_at.is_(None))
    query = select(MatterImport, left).outerjoin(ImportLine).group_by(MatterImport.id).where(*_mine(person))
    return [(row, count) for row, count in session.execute(query.order_by(MatterImport.created_at.desc()))]


def one_of(session: Session, person: Person, import_id: uuid.UUID) -> MatterImport:
    """Load one of them with its lines; raises NotFound for another's, or for one too old."""
    query = select(MatterImport).where(MatterImport.id == import_id, *_mine(person))
    found = session.scalar(query.options(selectinload(MatterImport.lines)))
    if found is None:
        raise NotFound("Cet import n'existe pas, ou sa semaine est passée : choisissez de nouveau le fichier.")
    return found


def opened_before(session: Session, person: Person, row: MatterImport) -> dict[uuid.UUID, uuid.UUID]:
    """Give, for each line still shut that says the same as one already opened this week, the dossier opened then."""
    opened = select(ImportLine.code, ImportLine.matter_id).join(MatterImport)
    mine = opened.where(MatterImport.person_id == person.id, ImportLine.matter_id.is_not(None))
    known = {code: matter_id for code, matter_id in session.execute(mine)}  # noqa: C416 - a Row is no pair to mypy
    return {
        line.id: matter_id
        for line in row.lines
        if line.opened_at is None and (matter_id := known.get(line.code)) is not None
    }


def claim(session: Session, line_id: uuid.UUID) -> bool:
    """Take a line to open it in this transaction; False when somebody, or a second click, came first."""
    statement = update(ImportLine).where(ImportLine.id == line_id, ImportLine.opened_at.is_(None))
    result: Any = session.execute(statement.values(opened_at=clock.now()).execution_options(synchronize_session=False))
    return bool(result.rowcount)


def settle(session: Session, line_id: uuid.UUID, matter: Matter) -> None:
    """Tie a claimed line to the dossier that it became, and forget its cells."""
    session.execute(update(ImportLine).where(ImportLine.id == line_id).values(matter_id=matter.id, cells={}))


def discard(session: Session, person: Person, row: MatterImport) -> None:
    """Throw an import away; the dossiers already opened stay."""
    audit.record(session, person, "import.discarded", row, {"lines": len(row.lines)})
    session.delete(row)
    session.flush()


def sweep(session: Session) -> int:
    """Erase what is a week old; give how many tables."""
    old = select(MatterImport.id).where(MatterImport.created_at <= _oldest())
    session.execute(delete(ImportLine).where(ImportLine.matter_import_id.in_(old)))
    result: Any = session.execute(delete(MatterImport).where(MatterImport.created_at <= _oldest()))
    return int(result.rowcount)


def _mine(person: Person) -> tuple[ColumnElement[bool], ...]:
    return MatterImport.person_id == person.id, MatterImport.created_at > _oldest()


def _oldest() -> Any:
    return clock.now() - LIFE


def _code(session: Session, cells: dict[str, Any]) -> str:
    keys = keys_of(session.get_bind().dialect)
    return keys.code(json.dumps(cells, sort_keys=True, ensure_ascii=False), PURPOSE)
