"""What a command says when the machine refuses: the disk is full, the database is read-only or away."""

from __future__ import annotations

import errno
import sys

from casefile.errors import NO_ROOM, CasefileError

FULL = "Le disque est plein : la commande est abandonnée, rien n'est abîmé. Libérez de la place, puis relancez-la."
READ_ONLY = "L'installation est en lecture seule : la commande n'a rien pu enregistrer. Relancez-la après l'entretien."
AWAY = "La base de données ne répond pas : vérifiez qu'elle tourne, puis relancez la commande."


class NoRoom(CasefileError):
    """There is no room left for what the command writes."""

    code = "storage_full"
    status = 507


class MachineRefused(CasefileError):
    """The database or the disk cannot be written now."""

    code = "unavailable"
    status = 503


def refusal_of(error: Exception) -> CasefileError | None:
    """Give the sentence for a refusal that is the machine's, None for a fault of ours."""
    if isinstance(error, OSError):
        status, sentence = _of_disk(error.errno)
    else:
        status, sentence = _of_database(error)
    if not status:
        return None
    return NoRoom(sentence) if status == NoRoom.status else MachineRefused(sentence)


def _of_disk(number: int | None) -> tuple[int, str]:
    if number in NO_ROOM:
        return 507, FULL
    return (503, READ_ONLY) if number == errno.EROFS else (0, "")


def _of_database(error: Exception) -> tuple[int, str]:
    if "sqlalchemy" not in sys.modules:  # many commands never open a database
        return 0, ""
    from sqlalchemy.exc import DBAPIError, OperationalError

    from casefile.web import database_refusals

    if getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None):
        error = OperationalError(None, None, error)  # the queue speaks to the driver itself
    status, told = (isinstance(error, DBAPIError) and database_refusals.answer_for(error)) or (0, "")
    return status, {database_refusals.FULL: FULL, database_refusals.READ_ONLY: READ_ONLY}.get(told, AWAY)
