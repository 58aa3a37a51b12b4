"""What the second of two people sees when both edited a record: both versions, field by field, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template
from wtforms import SelectField, SelectMultipleField, TextAreaField

from casefile.web.filters import NBSP, short_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from casefile.web.forms import VersionedForm

_NEVER_SHOWN = frozenset({"CSRFTokenField", "HiddenField", "SubmitField"})


@dataclass(frozen=True)
class Option:
    """One answer among those of a closed list."""

    value: str
    label: str
    chosen: bool  # in the version of the second editor, which is what stands to be saved


@dataclass(frozen=True)
class ConflictField:
    """One field whose two versions differ, each in the words that its form shows."""

    name: str
    label: str
    mine: str
    theirs: str
    multiline: bool
    options: tuple[Option, ...] = ()
    many: bool = False


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
    form: VersionedForm,
    saved: VersionedForm,
    *,
    version: int,
    who: str,
    when: datetime,
    action: str,
    back_url: str,
    sent: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    """Renders the page with its status 409; `saved` shows the record, `sent` is what its form sends besides."""
    told = f"{who} a enregistré cette fiche ({short_instant(when)}) pendant votre saisie."
    fields, unchanged = [], list((sent or {}).items())
    for field in form:
        if field.type in _NEVER_SHOWN:
            continue
        if typed(field) == typed(saved[field.name]):
            unchanged += [(field.name, value) for value in typed(field)]
        else:
            fields.append(_told(field, saved[field.name]))
    conflict = Conflict(told.replace(" :", f"{NBSP}:"), action, back_url, version, tuple(fields), tuple(unchanged))
    return render_template("conflict.html", conflict=conflict), 409


def typed(field: Any) -> tuple[str, ...]:
    """Give a field's content as its controls send it: several values for boxes, an empty one for an unticked box."""
    if field.type == "BooleanField":
        return ("y" if field.data else "",)
    if isinstance(field, SelectMultipleField):
        return tuple(sorted(str(value) for value in field.data or ()))
    if getattr(field, "three_inputs", False) and field.data is not None:
        return (f"{field.data:%d/%m/%Y}",)
    return (str(field._value()) if hasattr(field, "_value") else str(field.data or ""),)  # noqa: SLF001 - WTForms' own text of a field


def _told(field: Any, other: Any) -> ConflictField:
    mine, theirs = typed(field), typed(other)
    answers = _answers(field)
    if not answers:
        multiline = isinstance(field, TextAreaField)
        return ConflictField(field.name, field.label.text, mine[0], theirs[0], multiline)
    options = tuple(Option(value, label, value in mine) for value, label in answers)
    words, others = (", ".join(label for value, label in answers if value in side) for side in (mine, theirs))
    many = isinstance(field, SelectMultipleField)
    return ConflictField(field.name, field.label.text, words, others, multiline=False, options=options, many=many)


def _answers(field: Any) -> list[tuple[str, str]]:
    """List the answers of a closed list with their words; nothing for a field that is typed."""
    if field.type == "BooleanField":
        return [("y", "Oui"), ("", "Non")]
    if not isinstance(field, SelectField | SelectMultipleField):
        return []
    return [(str(value), str(label)) for value, label, *_rest in field.iter_choices()]
