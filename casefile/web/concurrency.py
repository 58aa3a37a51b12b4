"""Tells the second of two editors what the first one saved, and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import select

from casefile import clock
from casefile.models.ledger import AuditEntry
from casefile.models.people import Person
from casefile.web.conflict import conflict_page
from casefile.web.forms import VersionedForm
from casefile.web.guards import db


def told_conflict(
    form: VersionedForm,
    row: Any,
    *,
    back_url: str,
    saved_form: VersionedForm | None = None,
    sent: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    """Render both versions of a record, field by field, with the name of whoever saved first.

    `saved_form` shows the recorded values when they are not plain attributes of the row; `sent` is what the form sends
    besides its fields, such as the name of its button.
    """
    who, when = last_change(row)
    saved_form = saved_form or type(form)(formdata=None, obj=row)
    return conflict_page(
        form, saved_form, version=row.version, who=who, when=when, action=request.path, back_url=back_url, sent=sent
    )


def last_change(row: Any) -> tuple[str, datetime]:
    """Tell who last saved a record, and when."""
    last = (
        db()
        .execute(
            select(AuditEntry.at, Person.full_name)
            .outerjoin(Person, Person.id == AuditEntry.actor_id)
            .where(AuditEntry.subject_type == row.__tablename__, AuditEntry.subject_id == str(row.id))
            .order_by(AuditEntry.seq.desc())
            .limit(1)
        )
        .first()
    )
    return (last.full_name or "Casefile", last.at) if last else ("Quelqu'un", clock.now())
