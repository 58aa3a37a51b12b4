"""When a rule of law changes: which recorded dates would move, a review for each dossier, and nothing by itself.

Each date is counted again from the very facts that it was counted from: what then differs comes from the law alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, select

from casefile import audit, clock
from casefile.access import visible_to
from casefile.deadlines import heartbeat, limitation, procedural, schedule, settlement
from casefile.errors import CasefileError
from casefile.law import limitation as law
from casefile.law import rules
from casefile.law.limitation_input import facts_from_json
from casefile.models.evidence import Publication
from casefile.models.ledger import Heartbeat
from casefile.models.matter import Matter
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, TriggerEvent

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from casefile.law.limitation import Dates
    from casefile.models.people import Person

PULSE = "rules"
REVIEW = "rules.review"
LABEL = "Une règle de droit a changé : relire les dates du dossier"
COUNTED = (DeadlineKind.LIMITATION, DeadlineKind.PROCEDURAL, DeadlineKind.RETENTION, DeadlineKind.FOLLOW_UP)

IS_LIMITATION = Deadline.kind == DeadlineKind.LIMITATION
AT_A_TIME = 500


@dataclass(frozen=True)
class Change:
    """One recorded deadline whose dates would move; `after` is None when its rule no longer gives any."""

    deadline: Deadline
    matter: Matter
    before: Dates
    after: Dates | None
    problem: str = ""


def are_reviewed(session: Session) -> bool:
    """Tell whether the dossiers were searched since the rules last changed."""
    row = session.get(Heartbeat, PULSE)
    return row is not None and row.detail == rules.fingerprint()


def open_reviews(session: Session, now: datetime) -> int:
    """After a change of the rules, open one review in each dossier whose dates would move; give how many."""
    if are_reviewed(session):
        return 0
    heartbeat.beat(session, now, PULSE, rules.fingerprint())
    moved = {change.matter.id: change.matter for change in changes(session)}
    waiting = set(session.scalars(_reviews(moved)))
    for matter in moved.values():
        if matter.id not in waiting:
            schedule.put_on(session, None, _review(matter, clock.day_of(now)))
    references = [matter.reference for matter in moved.values()]
    audit.record(session, None, "rules.changed", None, {"rules": rules.fingerprint(), "dossiers": references})
    return len(moved)


def changes(
    session: Session, *, viewer: Person | None = None, matters: Iterable[uuid.UUID] | None = None
) -> list[Change]:
    """List the open deadlines whose dates the present rules would move: all, the viewer's, or some dossiers'."""
    conditions: list[ColumnElement[bool]] = [Deadline.state == DeadlineState.OPEN, Deadline.kind.in_(COUNTED)]
    if viewer is not None:
        conditions.append(visible_to(viewer))
    if matters is not None:
        conditions.append(Matter.id.in_(list(matters)))
    found = [*_limitations(session, conditions), *_others(session, conditions)]
    return sorted(found, key=_place)


def _place(change: Change) -> tuple[int, int, date]:
    return change.matter.year, change.matter.number, change.deadline.prudent_on or date.max


def _limitations(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Iterator[Change]:
    """Count every limitation from its question alone; only those that move are loaded. Equal questions count once."""
    asked = cast(Deadline.facts["question"], Text)
    columns = (Deadline.id, asked, Deadline.last_useful_day, Deadline.prudent_on, Deadline.admitted_on)
    query = (
        select(*columns)
        .join(Matter, Matter.id == Deadline.matter_id)
        .where(*conditions, IS_LIMITATION, Deadline.trigger_id.is_not(None))
    )
    answers: dict[str, Dates | CasefileError] = {}
    moved: dict[uuid.UUID, Dates | CasefileError] = {}
    for deadline_id, question, *before in session.execute(query.execution_options(yield_per=AT_A_TIME)):
        if question not in answers:
            answers[question] = _answer(question)
        if answers[question] != tuple(before):
            moved[deadline_id] = answers[question]
    names = list(moved)
    for first in range(0, len(names), AT_A_TIME):
        here = Deadline.id.in_(names[first : first + AT_A_TIME])
        rows = select(Deadline, Matter).join(Matter, Matter.id == Deadline.matter_id).where(here)
        yield from (_moved(deadline, matter, moved[deadline.id]) for deadline, matter in session.execute(rows))


def _answer(question: str) -> Dates | CasefileError:
    try:
        return law.dates(*facts_from_json(json.loads(question)))
    except CasefileError as error:
        return error


def _others(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Iterator[Change]:
    query = (
        select(Deadline, Matter, TriggerEvent)
        .join(Matter, Matter.id == Deadline.matter_id)
        .join(TriggerEvent, TriggerEvent.id == Deadline.trigger_id)
        .where(*conditions, ~IS_LIMITATION)
    )
    for deadline, matter, trigger in session.execute(query.execution_options(yield_per=AT_A_TIME)):
        try:
            fresh = procedural.counted_again(matter, deadline, trigger)
        except CasefileError as error:
            yield _moved(deadline, matter, error)
            continue
        after = (fresh.last_useful_day, fresh.prudent_on, fresh.admitted_on) if fresh else None
        if after != _recorded(deadline):
            yield _moved(deadline, matter, after)


def _moved(deadline: Deadline, matter: Matter, after: Dates | CasefileError | None) -> Change:
    if isinstance(after, CasefileError):
        return Change(deadline, matter, _recorded(deadline), None, after.message)
    return Change(deadline, matter, _recorded(deadline), after)


def _recorded(deadline: Deadline) -> Dates:
    return deadline.last_useful_day, deadline.prudent_on, deadline.admitted_on


def reviews_of(session: Session, viewer: Person) -> list[uuid.UUID]:
    """Name the dossiers of the viewer that wait for a review."""
    query = select(Deadline.matter_id).join(Matter, Matter.id == Deadline.matter_id).where(visible_to(viewer))
    return list(session.scalars(query.where(Deadline.rule_id == REVIEW, Deadline.state == DeadlineState.OPEN)))


def accept(session: Session, actor: Person, matter: Matter, reason: str) -> int:
    """Count a dossier again under the present rules; give how many deadlines moved. The old ones stay visible."""
    moved = count_again(session, actor, matter, reason)
    waiting = select(Deadline).where(
        Deadline.matter_id == matter.id, Deadline.rule_id == REVIEW, Deadline.state == DeadlineState.OPEN
    )
    for review in session.scalars(waiting):
        settlement.mark_done(session, actor, review, reason)
    return moved


def count_again(session: Session, actor: Person, matter: Matter, reason: str) -> int:
    """Count a dossier's open dates again under the present rules and territory; give how many moved."""
    found = changes(session, matters=[matter.id])
    for change in found:
        _recount(session, actor, change, reason)
    return len(found)


def _recount(session: Session, actor: Person, change: Change, reason: str) -> None:
    deadline, matter = change.deadline, change.matter
    if deadline.kind is DeadlineKind.LIMITATION:
        publication = session.get_one(Publication, deadline.publication_id)
        named = str(deadline.facts["qualification"])
        limitation.recompute_limitation(session, actor, matter, publication, named, reason=reason)
        return
    trigger = session.get_one(TriggerEvent, deadline.trigger_id)
    fresh = procedural.counted_again(matter, deadline, trigger)
    if fresh is None:
        schedule.take_off(session, actor, deadline, reason)
    else:
        fresh.responsible_id = deadline.responsible_id
        schedule.replace(session, actor, deadline, fresh, reason)


def _reviews(moved: Iterable[uuid.UUID]) -> Select[uuid.UUID]:
    return select(Deadline.matter_id).where(
        Deadline.matter_id.in_(list(moved)), Deadline.rule_id == REVIEW, Deadline.state == DeadlineState.OPEN
    )


def _review(matter: Matter, today: date) -> Deadline:
    return Deadline(
        matter_id=matter.id,
        kind=DeadlineKind.TASK,
        rule_id=REVIEW,
        label=LABEL,
        prudent_on=today,
        admitted_on=today,
        last_useful_day=today,
        facts={},
        responsible_id=matter.responsible_id,
    )
