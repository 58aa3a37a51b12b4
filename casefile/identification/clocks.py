"""The clocks of identifying data, on the calendar with their reminders; moved only when a fact moves them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.deadlines import schedule
from casefile.law import rules
from casefile.law.identification import Situation
from casefile.law.retention import Clock, Holding, clocks
from casefile.models.evidence import Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

COMPARED = ("starts_on", "prudent_on", "admitted_on", "label")


def keep_clocks(
    session: Session,
    actor: Person,
    matter: Matter,
    publication: Publication,
    *,
    situation: Situation,
    reason: str,
) -> list[Deadline]:
    """Put on the calendar each datum still held, from its earliest day of erasure; recompute those that moved.

    A datum already lost, or whose earliest day is unknown, owes no reminder: the page tells it, the calendar does not.
    """
    standing = {row.rule_id: row for row in standing_clocks(session, matter, publication)}
    kept = []
    for clock in clocks(situation.retention, situation.on):
        if clock.held_until_earliest is None or clock.on(situation.on) is Holding.LOST:
            continue
        fresh = _deadline(matter, publication, situation, clock)
        old = standing.get(fresh.rule_id)
        if old is None:
            kept.append(schedule.put_on(session, actor, fresh, reason=reason))
        elif any(getattr(old, name) != getattr(fresh, name) for name in COMPARED):
            fresh.responsible_id = old.responsible_id
            kept.append(schedule.replace(session, actor, old, fresh, reason))
        else:
            kept.append(old)
    return kept


def standing_clocks(session: Session, matter: Matter, publication: Publication) -> list[Deadline]:
    """List the clocks of a content that run on the calendar."""
    return list(
        session.scalars(
            select(Deadline).where(
                Deadline.matter_id == matter.id,
                Deadline.publication_id == publication.id,
                Deadline.kind == DeadlineKind.RETENTION,
                Deadline.state == DeadlineState.OPEN,
            )
        )
    )


def _deadline(matter: Matter, publication: Publication, situation: Situation, clock: Clock) -> Deadline:
    version = rules.rule_at(f"retention.{clock.id}", situation.on)
    return Deadline(
        matter_id=matter.id,
        publication_id=publication.id,
        kind=DeadlineKind.RETENTION,
        rule_id=version.rule_id,
        rule_version=version.version,
        label=f"Données · {clock.label}",
        starts_on=situation.retention.account_closed_on or situation.retention.earliest,
        prudent_on=clock.held_until_earliest,
        admitted_on=clock.held_until_latest,
        trace=[{"text": f"Conservation comptée depuis {clock.starts_from}.", "source": clock.source}],
        facts={"data": clock.data, "status": clock.status},
        responsible_id=matter.responsible_id,
    )
