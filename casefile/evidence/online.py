"""What captures establish of a content: each look at it, its state online, its persistence ledger.

A passing fault is never a removal: one absence asks for another look; two, a day apart, with nothing seen between,
make a removal. What a blocked page does not show proves nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.evidence import ledger
from casefile.evidence.compare import PassageFinding, PassageState, find_passage
from casefile.evidence.ledger import Ledger, Sighting
from casefile.evidence.provenance import Outcome
from casefile.models.evidence import Capture, CaptureState, OnlineState, Passage, Publication, Watch

# Days between two captures → the words of the choice.
SCHEDULES = {1: "chaque jour", 7: "chaque semaine"}
SECOND_LOOK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """One capture of a content, and where each passage stands in it."""

    capture: Capture
    at: datetime
    findings: tuple[tuple[Passage, PassageFinding], ...]

    @property
    def outcome(self) -> Outcome:
        """Say what was seen of the content itself: a page that is there without the words does not show it."""
        page = Outcome(self.capture.outcome or Outcome.BLOCKED)
        if page not in {Outcome.PRESENT, Outcome.PARTIAL} or not self.findings:
            return page
        states = {finding.state for _, finding in self.findings}
        if states <= {PassageState.ABSENT}:
            return Outcome.ABSENT
        return Outcome.BLOCKED if states <= {PassageState.ABSENT, PassageState.UNKNOWN} else page

    @property
    def changed(self) -> bool:
        """Tell whether some of the words are no longer what they were."""
        states = {finding.state for _, finding in self.findings}
        return self.outcome is not Outcome.ABSENT and bool(states & {PassageState.CHANGED, PassageState.ABSENT})


def looks(session: Session, publication_id: uuid.UUID) -> list[Look]:
    """List the sealed captures of the page by the browser, oldest first, with each passage looked for in each."""
    captures = session.scalars(
        select(Capture)
        .where(
            Capture.publication_id == publication_id,
            Capture.origin == "browser",
            Capture.state == CaptureState.SEALED,
        )
        .order_by(Capture.ended_at)
    ).all()
    passages = session.scalars(
        select(Passage)
        .where(Passage.publication_id == publication_id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.start)
    ).all()
    return [_look(capture, passages) for capture in captures if capture.ended_at]


def ledger_of(seen: Sequence[Look]) -> Ledger:
    """Compute the persistence ledger of a content from its captures."""
    return ledger.keep([Sighting(look.at, look.outcome, str(look.capture.id)) for look in seen])


def update_state(session: Session, capture: Capture) -> None:
    """Say on the content what its captures establish; asks for a second look after a first absence."""
    publication = session.get_one(Publication, capture.publication_id)
    seen = looks(session, publication.id)
    state, removed = state_of(seen)
    if state is OnlineState.UNKNOWN and seen[-1].outcome is Outcome.ABSENT:
        _look_again(session, publication, capture)
    if state is None or (state, removed) == (publication.online_state, publication.removed_on):
        return
    before = publication.online_state
    publication.online_state, publication.removed_on = state, removed
    facts = {"before": before, "after": state, "capture": str(capture.id)}
    audit.record(session, None, "publication.online_state", publication, facts)
    if state is OnlineState.REMOVED and (watch := session.get(Watch, publication.id)) is not None:
        watch.every_days = max(SCHEDULES)  # what was removed may come back: the follow-up slackens, no more


def state_of(seen: Sequence[Look]) -> tuple[OnlineState | None, date | None]:
    """Give the state that captures establish and the first day of a removal; None when the last proves nothing."""
    telling = [look for look in seen if look.outcome is not Outcome.BLOCKED]
    if not seen or not telling or seen[-1].outcome is Outcome.BLOCKED:
        return None, None
    if telling[-1].outcome is not Outcome.ABSENT:
        return (OnlineState.CHANGED if telling[-1].changed else OnlineState.ONLINE), None
    run = telling
    for index in range(len(telling) - 1, -1, -1):
        if telling[index].outcome is not Outcome.ABSENT:
            run = telling[index + 1 :]
            break
    if run[-1].at - run[0].at < SECOND_LOOK:
        return OnlineState.UNKNOWN, None
    return OnlineState.REMOVED, clock.day_of(run[0].at)


def republished(seen: Sequence[Look]) -> bool:
    """Tell whether the content was seen again after a removal: the limitation question must then be asked."""
    return any(gap.returned and gap.last - gap.first >= SECOND_LOOK for gap in ledger_of(seen).gaps)


def _look(capture: Capture, passages: Sequence[Passage]) -> Look:
    outcome = Outcome(capture.outcome or Outcome.BLOCKED)
    missing = outcome is Outcome.ABSENT
    findings = tuple(
        (
            passage,
            PassageFinding(PassageState.ABSENT) if missing else find_passage(passage.exact, capture.text, outcome),
        )
        for passage in passages
    )
    return Look(capture, capture.ended_at or capture.created_at, findings)


def _look_again(session: Session, publication: Publication, capture: Capture) -> None:
    """Bring the next capture forward to the day after, so that a passing fault is told from a removal."""
    due = (capture.ended_at or clock.now()) + SECOND_LOOK
    row = session.get(Watch, publication.id)
    if row is None:
        session.add(
            Watch(
                publication_id=publication.id,
                every_days=max(SCHEDULES),
                next_at=due,
                asked_by_id=capture.requested_by_id,
            )
        )
    elif row.next_at > due:
        row.next_at = due
