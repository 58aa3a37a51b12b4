"""What the second of two people sees when both edited a record: both versions, field by field, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template
from wtforms import TextAreaField

from casefile.web.filters import NBSP, short_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from casefile.web.forms import VersionedForm

_NEVER_SHOWN = frozenset({"CSRFTokenField", "HiddenField", "SubmitField"})


@dataclass(frozen=True)
class ConflictField:
    """One field whose two versions differ."""

    name: str
    label: str
    mine: str
    theirs: str
    multiline: bool


@dataclass(frozen=True)
class Conflict:
    """Everything that the page needs to let the person choose."""

    told: str
    action: str
    back_url: str
    version: int
    fields: tuple[ConflictField, ...]
    unchanged: tuple[tuple[str, str], ...]


def conflict_page(
    form: VersionedForm, saved: Mapping[str, str], *, version: int, who: str, when: datetime, action: str, back_url: str
) -> tuple[str, int]:
    """Renders the page with its status 409; `saved` holds the recorded text of each field by name."""
    told = f"{who} a enregistré cette fiche ({short_instant(when)}) pendant votre saisie."
    fields, unchanged = [], []
    for field in form:
        if field.type in _NEVER_SHOWN:
            continue
        mine, theirs = typed(field), saved.get(field.name, "")
        if mine == theirs:
            unchanged.append((field.name, mine))
        else:
            multiline = isinstance(field, TextAreaField)
            fields.append(ConflictField(field.name, field.label.text, mine, theirs, multiline))
    conflict = Conflict(told.replace(" :", f"{NBSP}:"), action, back_url, version, tuple(fields), tuple(unchanged))
    return render_template("conflict.html", conflict=conflict), 409


def typed(field: Any) -> str:
    """Give a field's content as its control sends it; an unticked box sends nothing."""
    if field.type == "BooleanField":
        return "y" if field.data else ""
    return str(field._value()) if hasattr(field, "_value") else str(field.data or "")  # noqa: SLF001 - WTForms' own text of a field
