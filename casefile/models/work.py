"""What a person is in the middle of: forms not yet sent, changes to take back, tables of dossiers to confirm."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefile.models.base import Base, Created, Identified, Line, Secret, SecretFacts, SecretList

BEGAN = "0025"
IMPORTED = "0030"


class FormDraft(Base, Identified):
    """What one person typed into one page and did not send; nobody else reads it."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("person_id", "page"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("matter.id"), index=True)
    page: Mapped[str] = mapped_column(Line)
    fields: Mapped[dict[str, Any]] = mapped_column(SecretFacts("form_draft.fields", since=BEGAN))
    saved_at: Mapped[datetime] = mapped_column(index=True)


class RecentChange(Base, Identified, Created):
    """What a record held before one person's change, kept for a day so that the change can be taken back."""

    __tablename__ = "recent_change"
    __table_args__ = (Index("ix_recent_change_matter_person", "matter_id", "person_id"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    matter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter.id"))
    kind: Mapped[str] = mapped_column(String(40))  # the table of the record
    row_id: Mapped[uuid.UUID]
    seen_version: Mapped[int]  # the record's version once changed: another one means that somebody came after
    before: Mapped[dict[str, Any]] = mapped_column(SecretFacts("recent_change.before", since=BEGAN))
    taken_back_at: Mapped[datetime | None]


class MatterImport(Base, Identified, Created):
    """A table of dossiers that one person brought in; nobody else reads it."""

    __tablename__ = "matter_import"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(Secret("matter_import.file_name", since=IMPORTED))
    unread: Mapped[list[Any]] = mapped_column(SecretList("matter_import.unread", since=IMPORTED))  # unknown headings

    lines: Mapped[list[ImportLine]] = relationship(
        lazy="raise", order_by="ImportLine.number", cascade="all, delete-orphan"
    )


class ImportLine(Base, Identified):
    """One line of it: its cells until the dossier is open, which then holds them; its code tells it again."""

    __tablename__ = "import_line"

    matter_import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("matter_import.id"), index=True)
    number: Mapped[int]  # the row in the file
    cells: Mapped[dict[str, Any]] = mapped_column(SecretFacts("import_line.cells", since=IMPORTED))
    code: Mapped[str] = mapped_column(String(120))
    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("matter.id"), index=True)
    opened_at: Mapped[datetime | None]
