"""The copies that lists walk: what they must equal, whether they do, and how they are made again.

Triggers keep them (migration 0036). What they must equal is written here a second time, on purpose: each is checked
by the other.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    delete,
    extract,
    func,
    insert,
    or_,
    select,
    text,
)

from casefile import audit
from casefile.models.base import Instant
from casefile.models.desk import DeskDeadline, DeskMatter, DeskSending, SendingStage
from casefile.models.evidence import Capture, CaptureState, OnlineState, Publication
from casefile.models.ledger import Dispatch, Letter
from casefile.models.matter import Matter, MatterState, TeamMember, WallEntry
from casefile.models.procedure import Deadline, DeadlineState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ACKNOWLEDGED = "acknowledged"
DECIDES_NOTHING = (ACKNOWLEDGED, "returned")
REFUSALS = ("refused", "partial")
# A refusal of one of these asks for what follows.
CONTESTED = ("notification_dsa", "relance_dsa", "reclamation_dsa")
# These end with their content, and are followed content by content, as is a writ for removal.
ABOUT_A_CONTENT = (*CONTESTED, "rgpd_effacement", "rgpd_dereferencement")
BY_CONTENT = (*ABOUT_A_CONTENT, "paf_6_3")


def mine(copies: Any) -> ColumnElement[bool]:
    """Give the condition that a copy is the reader's at an instant; both values stay open (`reader`, `instant`).

    `copies` holds `person_id` and `until`: one of the three models, or the columns of a view of theirs.
    """
    reader, instant = bindparam("reader", type_=Uuid()), bindparam("instant", type_=Instant())
    is_theirs: ColumnElement[bool] = copies.person_id == reader
    return is_theirs & or_(copies.until.is_(None), copies.until > instant)


def differences(session: Session) -> list[tuple[str, str, uuid.UUID]]:
    """Name each copy that is missing or stale, or left over: which of the two, its table and its dossier."""
    found = []
    for copies, truth in _truths():
        table: Any = copies.__table__
        held, wanted = select(*table.columns), _shaped(truth, table)
        for kind, only in (("missing", wanted.except_(held)), ("left over", held.except_(wanted))):
            rows = session.execute(only).all()
            place = list(table.columns.keys()).index("matter_id")
            found += [(kind, table.name, row[place]) for row in rows]
    return found


def rebuild(session: Session) -> int:
    """Make every copy again from its source; give how many there are. Other writers wait their turn."""
    if session.get_bind().dialect.name == "postgresql":
        # A row committed between the two statements below would be copied by its trigger and by us.
        session.execute(text("LOCK TABLE desk_deadline, desk_matter, desk_sending IN EXCLUSIVE MODE"))
    for copies, truth in _truths():
        table: Any = copies.__table__
        session.execute(delete(table))
        session.execute(insert(table).from_select(table.columns.keys(), _shaped(truth, table)))
    return count(session)


def count(session: Session) -> int:
    """Count the copies."""
    return sum(session.scalar(select(func.count()).select_from(copies)) or 0 for copies, _ in _truths())


def mend(session: Session) -> int:
    """Make the copies again if they differ from their sources, and write so into the trail; give how many differed."""
    found = len(differences(session))
    if found:
        rebuild(session)
        audit.record(session, None, "desk.mended", None, {"copies": found})
    return found


def _shaped(truth: Select[Any], table: Any) -> Select[Any]:
    """Give the columns of a truth in the order of its copies."""
    found = {column.key: column for column in truth.selected_columns}
    return truth.with_only_columns(*(found[column.name] for column in table.columns))


def _truths() -> tuple[tuple[type[Any], Any], ...]:
    return (DeskMatter, _matters()), (DeskDeadline, _deadlines()), (DeskSending, _sendings())


def _matters() -> Any:
    walled = select(WallEntry.id).where(
        WallEntry.matter_id == TeamMember.matter_id,
        WallEntry.person_id == TeamMember.person_id,
        WallEntry.lifted_at.is_(None),
    )
    copied = (TeamMember.until, Matter.state, Matter.year, Matter.number, Matter.next_prudent_on)
    return (
        select(TeamMember.person_id, TeamMember.matter_id, *copied, Matter.quiet_at.is_not(None).label("is_quiet"))
        .join(Matter, Matter.id == TeamMember.matter_id)
        .where(~walled.exists())
    )


def _deadlines() -> Any:
    person = TeamMember.person_id
    copied = (Deadline.is_critical, Deadline.kind, Deadline.control_state, Deadline.prudent_on)
    return (
        _matters()
        .join(Deadline, Deadline.matter_id == Matter.id)
        .where(Deadline.state == DeadlineState.OPEN)
        .with_only_columns(
            *(person, Deadline.id.label("deadline_id"), Deadline.matter_id, TeamMember.until, *copied),
            (Matter.state == MatterState.OPEN).label("in_open_matter"),
            or_(Deadline.responsible_id == person, Matter.responsible_id == person).label("is_mine"),
            func.coalesce(Deadline.last_useful_day, Deadline.prudent_on).label("limit_on"),
        )
    )


def _sendings() -> Any:
    copied = (Dispatch.follow_up_on, Dispatch.sent_on, Letter.letter_type, Letter.publication_id)
    return (
        _matters()
        .join(Dispatch, Dispatch.matter_id == Matter.id)
        .join(Letter, Letter.id == Dispatch.letter_id)
        .outerjoin(Publication, Publication.id == Letter.publication_id)
        .with_only_columns(
            *(TeamMember.person_id, Dispatch.id.label("dispatch_id"), Dispatch.matter_id, TeamMember.until, *copied),
            _stage().label("stage"),
            func.coalesce(Publication.platform, "").label("platform"),
            Dispatch.created_at.label("entered_at"),
        )
    )


def _stage() -> Any:
    """Give what a sending asks for: it is over when nothing that is not yet written can make it ask for more."""
    kind, letter_type = Dispatch.answer_kind, Letter.letter_type
    opens = or_(
        kind.in_(DECIDES_NOTHING),
        and_(kind == "removed", letter_type.in_(ABOUT_A_CONTENT)),
        and_(kind.in_(REFUSALS), letter_type.in_(CONTESTED)),
    )
    gone = and_(Publication.online_state == OnlineState.REMOVED, Publication.removed_on.is_not(None))
    shared = and_(Letter.publication_id.is_(None), letter_type.in_(BY_CONTENT))
    return case(
        (and_(Dispatch.answered_on.is_not(None), ~opens), SendingStage.OVER.value),
        (and_(letter_type.in_(ABOUT_A_CONTENT), gone, _proved()), SendingStage.OVER.value),
        (and_(letter_type.in_(ABOUT_A_CONTENT), gone), SendingStage.JUDGED.value),
        (or_(kind.not_in(("", ACKNOWLEDGED)), shared), SendingStage.JUDGED.value),
        else_=SendingStage.WAITS.value,
    )


def _proved() -> Any:
    """Give the condition that a capture proves a removal: its day in UTC is never later than its day in Paris."""
    proof = select(Capture.id).where(
        Capture.publication_id == Publication.id,
        Capture.origin == "browser",
        Capture.state == CaptureState.SEALED,
        extract("epoch", Capture.ended_at) >= extract("epoch", Publication.removed_on),
    )
    return proof.correlate(Publication).exists()
