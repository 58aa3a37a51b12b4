"""Which rows belong to a dossier, and which columns name a file: read from the tables themselves.

A new table that hangs on a dossier is found by its `matter_id`, or must be named in `WITHIN`: tests compare.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_, select

from casefile.models.base import Base

# Tables without a dossier of their own: they follow the row that they hang on.
WITHIN = {
    "artifact": "capture",
    "mail_part": "filed_mail",
    "custody_event": "capture",
    "seal": "capture",
    "token_renewal": "capture",
    "token_retry": "capture",
    "watch": "publication",
    "answer": "qualification",
    "acknowledgement": "deadline",
    "deadline_control": "deadline",
    "reminder": "deadline",
    "letter_version": "letter",
    "delivered_file": "client_delivery",
}
# Digests of words or of lists, and not names of files in the store. (A manifest is an artifact besides.)
DIGESTS_ONLY = frozenset({"capture.manifest_sha256", "capture.text_sha256", "passage.source_sha256"})


def of_matter(table: Table, matter_id: uuid.UUID) -> ColumnElement[bool] | None:
    """Give the condition under which a row of this table belongs to a dossier; None for a table of the firm."""
    if table.name == "matter":
        return table.c.id == matter_id
    if table.name in WITHIN:
        parent = Base.metadata.tables[WITHIN[table.name]]
        mine = select(parent.c.id).where(parent.c.matter_id == matter_id)
        return table.c[f"{parent.name}_id"].in_(mine)
    names = [name for name in ("matter_id", "other_matter_id") if name in table.c]
    return or_(*(table.c[name] == matter_id for name in names)) if names else None


def naming_columns() -> list[Column[Any]]:
    """List every column that names a file of the store."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256") and str(column) not in DIGESTS_ONLY
    ]
