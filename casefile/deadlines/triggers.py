"""The fact that starts the clock of a content: its date as it is known, never edited, only superseded."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casefile import audit
from casefile.models.evidence import DateKind, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import TriggerEvent


def observe_publication(
    session: Session, actor: Person, matter: Matter, publication: Publication, reason: str = ""
) -> TriggerEvent:
    """Give the trigger that states the publication's date as it is known now; a changed date supersedes the last."""
    facts, day = publication_facts(publication)
    last = current_trigger(session, publication)
    if last is not None and last.facts == facts and last.proof == publication.date_proof:
        return last
    trigger = TriggerEvent(
        matter_id=matter.id,
        publication_id=publication.id,
        kind="publication",
        occurred_on=day,
        facts=facts,
        proof=publication.date_proof,
        entered_by_id=actor.id,
        supersedes_id=last.id if last else None,
        reason=reason if last else "",
    )
    session.add(trigger)
    session.flush()
    action = "trigger.corrected" if last else "trigger.entered"
    audit.record(session, actor, action, trigger, {"kind": "publication", "on": day, "reason": trigger.reason})
    return trigger


def current_trigger(session: Session, publication: Publication) -> TriggerEvent | None:
    """Find the trigger of a publication that no other supersedes."""
    later = aliased(TriggerEvent)
    return session.scalar(
        select(TriggerEvent)
        .outerjoin(later, later.supersedes_id == TriggerEvent.id)
        .where(TriggerEvent.publication_id == publication.id, TriggerEvent.kind == "publication", later.id.is_(None))
    )


def events_after(session: Session, publication: Publication) -> list[TriggerEvent]:
    """List the republications and suspensions that count for a content, oldest first."""
    later = aliased(TriggerEvent)
    rows = session.scalars(
        select(TriggerEvent)
        .outerjoin(later, later.supersedes_id == TriggerEvent.id)
        .where(
            TriggerEvent.publication_id == publication.id,
            TriggerEvent.kind.in_(["republication", "suspension"]),
            later.id.is_(None),
        )
        .order_by(TriggerEvent.occurred_on)
    )
    return list(rows)


def publication_facts(publication: Publication) -> tuple[dict[str, Any], date | None]:
    """State the publication's date as the law asks for it, with the day that a person typed."""
    match publication.date_kind:
        case DateKind.EXACT if publication.published_on:
            return {"kind": "exact", "date": publication.published_on.isoformat()}, publication.published_on
        case DateKind.INTERVAL if publication.published_from and publication.published_to:
            begins, ends = publication.published_from, publication.published_to
            return {"kind": "interval", "from": begins.isoformat(), "to": ends.isoformat()}, begins
        case DateKind.RELATIVE if publication.relative_text and publication.relative_seen_on:
            seen = publication.relative_seen_on
            sightings = [{"text": publication.relative_text, "seen_on": seen.isoformat()}, *publication.sightings]
            return {"kind": "relative", "sightings": sightings, "platform": publication.platform}, seen
        case _:
            found = publication.discovered_on
            return {"kind": "unknown", **({"discovered_on": found.isoformat()} if found else {})}, None
