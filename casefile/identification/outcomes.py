"""What notices brought: removed, refused or unanswered, in how many days; never a figure for fewer than five."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile.identification.notices import ABOUT_A_CONTENT, ACKNOWLEDGED, LISTED, Notice, sent
from casefile.identification.situation import first_retained
from casefile.models.desk import DeskSending
from casefile.models.ledger import Dispatch
from casefile.models.people import Person

FEWEST = 5
REMOVED, REFUSED, UNANSWERED = "removed", "refused", "unanswered"
SERIES = {REMOVED: "retirés", REFUSED: "refusés", UNANSWERED: "sans réponse"}
KINDS = {"removed": REMOVED, "partial": REMOVED, "refused": REFUSED}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One group of notices; the figures are None when there are fewer than five."""

    platform: str
    qualification: str
    letter_type: str
    total: int | None
    removed: int | None = None
    refused: int | None = None
    unanswered: int | None = None
    median_days: float | None = None


def counted(session: Session, person: Person) -> list[Notice]:
    """Read what was sent about contents from the dossiers that this person may see, in the columns of a list."""
    mine = select(DeskSending.dispatch_id).where(
        DeskSending.person_id == person.id, DeskSending.letter_type.in_(ABOUT_A_CONTENT)
    )
    return sent(session, person, Dispatch.id.in_(mine), shape=LISTED)


def outcomes(session: Session, notices: Iterable[Notice]) -> list[Outcome]:
    """Group notices by platform, qualification and ground; a content counts by its first retained qualification."""
    about = [(row, row.publication) for row in notices if row.publication and row.letter.letter_type in ABOUT_A_CONTENT]
    named = first_retained(session, {content.id for _row, content in about})
    groups: dict[tuple[str, str, str], list[Notice]] = defaultdict(list)
    for row, content in about:
        groups[content.platform, named.get(content.id, ""), row.letter.letter_type].append(row)
    return [_outcome(key, rows) for key, rows in sorted(groups.items())]


def _outcome(key: tuple[str, str, str], rows: list[Notice]) -> Outcome:
    if len(rows) < FEWEST:
        return Outcome(*key, None)
    ends = [_end(row) for row in rows]
    days = [(ended - row.dispatch.sent_on).days for row in rows if (ended := _ended_on(row))]
    return Outcome(
        *key,
        len(rows),
        ends.count(REMOVED),
        ends.count(REFUSED),
        ends.count(UNANSWERED),
        median(days) if len(days) >= FEWEST else None,
    )


def _end(row: Notice) -> str:
    if _removed_after(row):
        return REMOVED
    if row.dispatch.answered_on is None or row.dispatch.answer_kind == ACKNOWLEDGED:
        return UNANSWERED
    return KINDS.get(row.dispatch.answer_kind, "other")


def _ended_on(row: Notice) -> date | None:
    """Give the day of the removal that a capture proves, else that of the decision; none while there is neither."""
    if removed := _removed_after(row):
        return removed
    return None if row.dispatch.answer_kind == ACKNOWLEDGED else row.dispatch.answered_on


def _removed_after(row: Notice) -> date | None:
    """Give the day of a proved removal that followed the sending; one that preceded it owes nothing to the notice."""
    removed = row.seen.removed_on if row.is_proved_removed else None
    return removed if removed and removed >= row.dispatch.sent_on else None
