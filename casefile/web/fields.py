"""Form fields of the house: text that is tidied, quoted words that are not, French dates, segmented answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask_wtf.file import FileField, MultipleFileField
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from casefile import clock
from casefile.deadlines.typed_day import read_day
from casefile.errors import InvalidInput
from casefile.web.checks import (
    LINE,
    PARAGRAPH,
    EmailAddress,
    PlainText,
    Quotation,
    Unanswered,
    UploadedFile,
    WebAddress,
)
from casefile.web.filters import french_date

if TYPE_CHECKING:
    from collections.abc import Collection

DAY_MONTH = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})/*", re.ASCII)
DAY_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})", re.ASCII)
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
EARLIEST = date(1900, 1, 1)
YEARS_AHEAD = 20


def tidy(text: str | None) -> str | None:
    """Trims a text of ours and composes its accents; quoted words never come here."""
    return None if text is None else unicodedata.normalize("NFC", text).strip()


def line_breaks(text: str | None) -> str | None:
    """Gives back the line breaks that HTML forms turn into CR LF on the way, and changes nothing else."""
    return None if text is None else text.replace("\r\n", "\n")


class Line(StringField):
    """One line of our own words."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, max_length: int = LINE, **options: Any) -> None:
        super().__init__(label, [*validators, PlainText(max_length)], filters=[tidy], **options)


class Paragraphs(TextAreaField):
    """Several lines of our own words."""

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, max_length: int = PARAGRAPH, **options: Any
    ) -> None:
        checks = [*validators, PlainText(max_length, multiline=True)]
        super().__init__(label, checks, filters=[line_breaks, tidy], **options)


class Verbatim(TextAreaField):
    """Incriminated words: never trimmed, never corrected, emoji and errors kept."""

    verbatim = True

    def __init__(self, label: str, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, [*validators, Quotation()], filters=[line_breaks], **options)


class Url(StringField):
    """A web address, kept exactly as it was pasted, blanks at its ends excepted."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **options: Any) -> None:
        stripped = [lambda text: text.strip() if text else text]
        super().__init__(label, [*validators, WebAddress()], filters=stripped, **options)


class Email(StringField):
    """One electronic address."""

    input_type = "email"

    def __init__(self, label: str, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, [*validators, EmailAddress()], filters=[tidy], **options)


class Upload(FileField):
    """One file; its originals are never modified."""

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, extensions: Collection[str] = (), **options: Any
    ) -> None:
        self.accept = ",".join(f".{extension.lstrip('.')}" for extension in extensions)
        super().__init__(label, [*validators, UploadedFile(extensions)], **options)


class Uploads(MultipleFileField):
    """Several files chosen or dropped together."""

    multiple = True

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, extensions: Collection[str] = (), **options: Any
    ) -> None:
        self.accept = ",".join(f".{extension.lstrip('.')}" for extension in extensions)
        super().__init__(label, [*validators, UploadedFile(extensions)], **options)

    def files(self) -> list[Any]:
        """Gives the files really chosen: browsers send an empty part when there is none."""
        return [upload for upload in self.data or [] if upload and upload.filename]


Answers = Sequence[tuple[str, str]]


def answers(pairs: Answers) -> list[SelectChoice]:
    """Turns (value, label) pairs into what WTForms wants; use it to give `field.choices` at run time."""
    return [SelectChoice(value, label) for value, label in pairs]


def _answered(data: Any) -> Any:
    """Take blanks for no answer, alone or among others."""
    if isinstance(data, list):
        return [one for one in data if _answered(one)]
    return "" if isinstance(data, str) and not data.strip() else data


class Segmented(RadioField):
    """A few answers shown side by side: real radio buttons."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, choices: Answers = (), **options: Any) -> None:
        super().__init__(
            label, list(validators) or [Unanswered()], choices=answers(choices), filters=[_answered], **options
        )


class Choice(SelectField):
    """One answer from a list; the empty first line is allowed unless the field is required."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, choices: Answers = (), **options: Any) -> None:
        super().__init__(
            label, list(validators) or [Unanswered()], choices=answers(choices), filters=[_answered], **options
        )


class Choices(SelectMultipleField):
    """Several answers, shown as check boxes."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, choices: Answers = (), **options: Any) -> None:
        super().__init__(
            label, list(validators) or [Unanswered()], choices=answers(choices), filters=[_answered], **options
        )


@dataclass(frozen=True)
class DatePart:
    """One of the three inputs of a date."""

    name: str
    label: str
    value: str
    size: int


class FrenchDate(Field):
    """A day typed in three inputs (`name-jour`, `name-mois`, `name-annee`) or in one: « 12/03/2026 », « hier »…

    What was typed is always kept, even when no such day exists.
    """

    widget = TextInput()
    three_inputs = True

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        earliest: date = EARLIEST,
        latest: date | None = None,
        past: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.earliest, self.latest, self.past = earliest, latest, past
        self.typed = ("", "", "")

    @property
    def parts(self) -> tuple[DatePart, DatePart, DatePart]:
        """Gives the three inputs with what they show."""
        shown = self.typed
        if not any(shown) and self.data is not None:
            shown = (str(self.data.day), str(self.data.month), str(self.data.year))
        return (
            DatePart(f"{self.name}-jour", "Jour", shown[0], 4),
            DatePart(f"{self.name}-mois", "Mois", shown[1], 2),
            DatePart(f"{self.name}-annee", "Année", shown[2], 4),
        )

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        """Gathers the three inputs, or the single one, before WTForms reads the value."""
        if formdata is not None:
            keys = [f"{self.name}-{part}" for part in ("jour", "mois", "annee")]
            if any(key in formdata for key in keys):
                self.typed = tuple((formdata.get(key) or "").strip()[:40] for key in keys)  # type: ignore[assignment]
                if any(self.typed):
                    formdata = _One(self.name, "/".join(part for part in self.typed if part), formdata)
        super().process(formdata, *args, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads the day or says in French what is wrong with it."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        self.data = None
        if not any(self.typed):
            self.typed = _split(text)
        day = read_date(text)
        if not all(self.typed):
            self.typed = (str(day.day), str(day.month), str(day.year))  # shown again, what was understood is seen
        self.data = self._within(day)

    def _value(self) -> str:
        return "/".join(self.typed) if any(self.typed) else (self.data.isoformat() if self.data else "")

    def _within(self, day: date) -> date:
        today = clock.today()
        if self.past and day > today:
            raise ValueError(f"Cette date est à venir\u00a0: écrivez un jour jusqu’au {french_date(today)}.")
        latest = self.latest or today.replace(year=today.year + YEARS_AHEAD, day=min(today.day, 28))
        if not self.earliest <= day <= latest:
            raise ValueError(f"Écrivez une date entre le {french_date(self.earliest)} et le {french_date(latest)}.")
        return day


class _One(dict[str, list[str]]):
    """A form with one value, for the field that has gathered its three inputs."""

    def __init__(self, name: str, value: str, _source: Any) -> None:
        super().__init__({name: [value]})

    def getlist(self, name: str) -> list[str]:
        """Gives the values the way WTForms asks for them."""
        return self.get(name, [])


def read_date(text: str) -> date:
    """Reads « 12/03/2026 », « 12 3 2026 », « 2026-03-12 », « 12 mars 2026 », « hier », « +15j » or « lundi ».

    A day without its year is refused with the years to choose from: no legal date is guessed.
    """
    if match := ISO_DATE.fullmatch(text):
        year, month, day = match.groups()
    elif match := DAY_MONTH_YEAR.fullmatch(text):
        day, month, year = match.groups()
    else:
        return _quick(text)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("Ce jour n’existe pas au calendrier\u00a0: vérifiez le jour et le mois.") from None


def _quick(text: str) -> date:
    year = clock.today().year
    if match := DAY_MONTH.fullmatch(text):
        day, month = match.groups()
        raise ValueError(f"Ajoutez l’année, par exemple {day} {month} {year} ou {day} {month} {year + 1}.")
    foreign = any(character.isdigit() and not character.isascii() for character in text)
    if foreign or (text.strip()[:1].isdigit() and not re.search(r"\d{4}", text)):
        raise ValueError("Écrivez le jour, le mois et l’année en chiffres, par exemple 12 3 2026.")
    try:
        return read_day(text, clock.today())
    except InvalidInput:
        raise ValueError("Écrivez le jour, le mois et l’année en chiffres, par exemple 12 3 2026.") from None


def _split(text: str) -> tuple[str, str, str]:
    if match := ISO_DATE.fullmatch(text):
        year, month, day = match.groups()
        return day, month, year
    if match := DAY_MONTH_YEAR.fullmatch(text):
        day, month, year = match.groups()
        return day, month, year
    return text[:40], "", ""
