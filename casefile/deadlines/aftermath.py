"""What came after a publication and was entered by mistake: taken out of the computation, never out of sight."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casefile import audit
from casefile.deadlines.limitation import recompute_all
from casefile.deadlines.triggers import events_after
from casefile.errors import InvalidInput
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, TriggerEvent


def withdraw_event(session: Session, actor: Person, matter: Matter, event: TriggerEvent, reason: str) -> list[Deadline]:
    """Take a republication or a suspension out of the computation, as entered by mistake; the row stays."""
    if not reason.strip():
        raise InvalidInput("Indiquez pourquoi cet événement est retiré.", field="reason")
    publication = session.get_one(Publication, event.publication_id)
    if event not in events_after(session, publication):
        raise InvalidInput("Cet événement est déjà retiré.", field="reason")
    withdrawal = TriggerEvent(
        matter_id=matter.id,
        publication_id=publication.id,
        kind="withdrawal",
        facts={},
        entered_by_id=actor.id,
        supersedes_id=event.id,
        reason=reason,
    )
    session.add(withdrawal)
    session.flush()
    audit.record(session, actor, "trigger.withdrawn", event, {"reason": reason})
    return recompute_all(session, actor, matter, f"Événement retiré : {reason}", publication)
