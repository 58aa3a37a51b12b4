"""The family of errors that a person may read.

Each carries a French sentence that says how to mend the situation (`message`), a stable code for the log
and JSON (`code`), the field at fault where there is one, and the HTTP status of its page.
"""

from __future__ import annotations

import errno
from typing import ClassVar

# What the system answers when a disk or a quota is full.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class CasefileError(Exception):
    """Something that the user can understand and mend."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        """Keep the French sentence and, where there is one, the name of the field at fault."""
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(CasefileError):
    """A value that cannot be accepted; the sentence says what to write instead."""

    code = "invalid_input"


class NotFound(CasefileError):
    """The thing does not exist, or does not exist for this person: both look the same."""

    code = "not_found"
    status = 404


class Refused(CasefileError):
    """An act that the rules forbid in the present state."""

    code = "refused"
    status = 409


class Conflict(CasefileError):
    """Somebody else changed the record meanwhile."""

    code = "conflict"
    status = 409


class UnsafeConfiguration(CasefileError):
    """A setting that would expose the firm; the application does not start."""

    code = "unsafe_configuration"
    status = 500
