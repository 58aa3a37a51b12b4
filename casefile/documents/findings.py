"""What a pre-flight finds: refusals that stop a document, warnings that a lawyer reads before signing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from casefile.errors import Refused


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to know: a stable code, a French sentence, and the field that it is about."""

    code: str
    message: str
    field: str = ""


@dataclass(frozen=True)
class Preflight:
    """The result of the checks of one document."""

    type: str
    refusals: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Say whether the document may be made."""
        return not self.refusals

    def to_json(self) -> dict[str, Any]:
        """Give the result as the command prints it."""
        return {
            "type": self.type,
            "ok": self.ok,
            "refusals": [asdict(finding) for finding in self.refusals],
            "warnings": [asdict(finding) for finding in self.warnings],
        }


class DocumentRefused(Refused):
    """The document is not made; `preflight` lists in French what is missing."""

    code = "document_refused"
    exit_code = 3

    def __init__(self, preflight: Preflight) -> None:
        """Make one sentence of the refusals."""
        reasons = " ".join(finding.message for finding in preflight.refusals)
        first = preflight.refusals[0].field if preflight.refusals else None
        super().__init__(f"Document refusé. {reasons}", field=first)
        self.preflight = preflight
