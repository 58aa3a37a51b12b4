"""The form every page starts from: French sentences, kept input, one list of errors, optimistic locking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import g
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, HiddenField

from casefile.web.filters import typography
from casefile.web.messages import FrenchMessages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wtforms import Field

    from casefile.errors import CasefileError

FRENCH = FrenchMessages()


@dataclass(frozen=True)
class FormError:
    """One line of the error summary: the sentence and the id of the control that it leads to."""

    target: str
    message: str


class CasefileForm(FlaskForm):
    """A form whose errors are French sentences and whose values are kept when it is refused."""

    class Meta(FlaskForm.Meta):
        """Binds the French sentences."""

        def get_translations(self, _form: Any) -> FrenchMessages:
            """Gives our sentences whatever the browser prefers: the interface is in French."""
            return FRENCH

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Fills a page's form with the draft that its author takes up again; nothing is validated yet."""
            found = super().wrap_formdata(form, formdata)
            if found is None and formdata is not None and g.get("taken_up") is not None:
                return MultiDict(g.taken_up)
            return found

    def refuse(self, error: CasefileError) -> None:
        """Shows a verb's refusal beside the field that it names, or on top of the form."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(typography(error.message))
        else:
            field.errors = [*field.errors, typography(error.message)]

    def error_list(self) -> list[FormError]:
        """Lists every error in the order of the page, each with the control to mend."""
        own = [FormError("contenu", message) for message in self.form_errors]
        return [*own, *_errors(self._fields.values())]


class VersionedForm(CasefileForm):
    """A form that remembers which version of the record it shows, so that nobody overwrites unseen work."""

    version = HiddenField()

    def seen_version(self) -> int:
        """Gives the version that the person was shown; 0 when it was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and text.isascii() else 0


def target_of(field: Field) -> str:
    """Gives the id of the first control of a field: a date has three, a group of radios several."""
    if getattr(field, "three_inputs", False):
        return f"{field.id}-jour"
    if field.type in {"RadioField", "Segmented"}:
        return f"{field.id}-0"
    return "contenu" if field.type in {"CSRFTokenField", "HiddenField"} else str(field.id)


def _errors(fields: Any) -> Iterator[FormError]:
    for field in fields:
        if isinstance(field, FormField):
            yield from _errors(field.form)
        elif isinstance(field, FieldList):
            yield from _errors(field.entries)
        else:
            for message in field.errors:
                yield FormError(target_of(field), str(message))
