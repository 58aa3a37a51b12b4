"""What captures say of contents that were notified: still online on such a day, or removed, and by which capture.

Nothing is stored: a content that comes back reopens its notices by itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from casefile import clock
from casefile.evidence.provenance import Outcome
from casefile.models.evidence import Capture, CaptureState, OnlineState, Publication

SHOWN = frozenset({Outcome.PRESENT, Outcome.PARTIAL})


@dataclass(frozen=True, slots=True)
class Seen:
    """The last word of the captures on one content; a removal without its capture is only said, not proved."""

    removed_on: date | None = None
    proof_id: uuid.UUID | None = None
    online_on: date | None = None

    @property
    def is_proved_removed(self) -> bool:
        """Tell whether a capture establishes the removal."""
        return self.removed_on is not None and self.proof_id is not None


NOTHING_SEEN = Seen()


def seen(session: Session, publications: Iterable[Publication]) -> dict[uuid.UUID, Seen]:
    """Give, content by content, what its captures establish today."""
    contents = {content.id: content for content in publications}
    last: dict[uuid.UUID, Capture] = {}
    for capture in _captures(session, list(contents)):
        last[capture.publication_id] = capture
    return {key: _seen(content, last.get(key)) for key, content in contents.items()}


def _captures(session: Session, contents: list[uuid.UUID]) -> Iterable[Capture]:
    return session.scalars(
        select(Capture)
        .options(load_only(Capture.publication_id, Capture.ended_at, Capture.outcome))
        .where(
            Capture.publication_id.in_(contents),
            Capture.origin == "browser",
            Capture.state == CaptureState.SEALED,
            Capture.ended_at.is_not(None),
        )
        .order_by(Capture.ended_at)
    )


def _seen(content: Publication, last: Capture | None) -> Seen:
    day = clock.day_of(last.ended_at) if last and last.ended_at else None
    if content.online_state is OnlineState.REMOVED and content.removed_on is not None:
        proves = last is not None and day is not None and day >= content.removed_on
        return Seen(removed_on=content.removed_on, proof_id=last.id if last and proves else None)
    shown = last is not None and last.outcome in SHOWN and content.online_state is not OnlineState.UNKNOWN
    return Seen(online_on=day if shown else None)
