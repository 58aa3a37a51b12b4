"""What each person's lists sort and count, copied beside their name: a page then walks their own rows, in order.

Nobody writes here. Triggers of the database keep each copy in the transaction that changes its source, whoever wrote
it and however; `casefile.desk` says what the copies must equal, compares, and makes them again. A copy opens no door:
the rows that a page shows are read behind the wall itself.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from casefile.models.base import Base
from casefile.models.matter import MatterState
from casefile.models.procedure import ControlState, DeadlineKind


class DeskMatter(Base):
    """One dossier of one member of its team, walls applied; membership may end at an instant."""

    __tablename__ = "desk_matter"
    __table_args__ = (
        Index("ix_desk_matter_matter", "matter_id"),
        Index(
            "ix_desk_matter_walk",
            *("person_id", "state", "next_prudent_on", "year", "number", "until", "is_quiet", "matter_id"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[datetime | None]
    state: Mapped[MatterState]
    year: Mapped[int]
    number: Mapped[int]
    next_prudent_on: Mapped[date | None]
    is_quiet: Mapped[bool]  # somebody signed why nothing runs


CLOCKS = text("kind = 'retention'")


class DeskDeadline(Base):
    """One open deadline, for one member of its dossier's team."""

    __tablename__ = "desk_deadline"
    __table_args__ = (
        Index("ix_desk_deadline_deadline", "deadline_id"),
        Index("ix_desk_deadline_matter", "matter_id"),
        Index("ix_desk_deadline_day", "person_id", "prudent_on"),
        Index("ix_desk_deadline_critical", "person_id", "is_critical", "prudent_on", "matter_id"),
        # Clocks on data, which are gathered by dossier: a condition in these very words finds them.
        Index("ix_desk_deadline_clocks", "person_id", "matter_id", sqlite_where=CLOCKS, postgresql_where=CLOCKS),
        # The order of the tables of deadlines; what they count is beside it, and the rows themselves are not opened.
        Index(
            "ix_desk_deadline_walk",
            *("person_id", "limit_on", "prudent_on", "deadline_id"),
            *("in_open_matter", "is_mine", "kind", "control_state", "until", "matter_id"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    deadline_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deadline.id", ondelete="CASCADE"), primary_key=True)
    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    until: Mapped[datetime | None]
    in_open_matter: Mapped[bool]
    is_mine: Mapped[bool]  # theirs, or of a dossier of theirs
    is_critical: Mapped[bool]
    kind: Mapped[DeadlineKind]
    control_state: Mapped[ControlState]
    prudent_on: Mapped[date | None]
    limit_on: Mapped[date | None]  # the last useful day, else the prudent date


class SendingStage(StrEnum):
    """What a sending still asks of the dossier's team, as far as its columns tell for certain."""

    WAITS = "waits"  # an answer is awaited about one content or none, and the day to write again is its own
    JUDGED = "judged"  # its answer, what captures show, or several contents: somebody must look closer
    OVER = "over"


class DeskSending(Base):
    """One sending of a dossier, for one member of its team, whatever came of it."""

    __tablename__ = "desk_sending"
    __table_args__ = (
        Index("ix_desk_sending_dispatch", "dispatch_id"),
        Index("ix_desk_sending_matter", "matter_id"),
        Index(
            "ix_desk_sending_walk",
            *("person_id", "stage", "follow_up_on", "sent_on", "entered_at", "dispatch_id"),
            *("letter_type", "platform", "until"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    dispatch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dispatch.id", ondelete="CASCADE"), primary_key=True)
    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    until: Mapped[datetime | None]
    stage: Mapped[SendingStage]
    follow_up_on: Mapped[date | None]
    sent_on: Mapped[date]
    entered_at: Mapped[datetime]
    letter_type: Mapped[str] = mapped_column(String(80))
    publication_id: Mapped[uuid.UUID | None]
    platform: Mapped[str] = mapped_column(String(60))  # of the content; empty without one


COPIES = frozenset(copies.__tablename__ for copies in (DeskMatter, DeskDeadline, DeskSending))
