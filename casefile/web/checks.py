"""Validators of form fields: each refuses one kind of bad input and says in French how to mend it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wtforms.validators import StopValidation, ValidationError

from casefile.errors import InvalidInput
from casefile.web.filters import NBSP, counted, file_size, french_date

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from wtforms import Field, Form

LINE = 200
PARAGRAPH = 5_000
QUOTATION = 20_000
MEGABYTE = 1_000_000
MAX_URL = 2_000

_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
_MULTILINE = frozenset("\n\t")
_EMAIL = re.compile(r"[^@\s<>(),;:\\\"]+@[^@\s.]+(\.[^@\s.]+)+")


class Unanswered:
    """Lets a question with a list of answers stay without one; what is in no list is refused all the same.

    The library's own judges by the first value sent: a blank one before it would let any other through.
    """

    field_flags = {"optional": True}  # noqa: RUF012 - WTForms reads this very attribute from the class

    def __call__(self, _form: Form, field: Field) -> None:
        """Stop where nothing was answered, without the error that an unknown answer earns."""
        if not field.data:
            field.errors[:] = []
            raise StopValidation


class Required:
    """Refuses an empty answer, with a sentence that names what is expected."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads this very attribute from the class

    def __init__(self, message: str = f"Ce champ est nécessaire{NBSP}: remplissez-le.") -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Stops at once: an empty field has only one thing wrong with it."""
        data = field.data
        empty = data is None or (isinstance(data, str) and not data.strip()) or data in ([], ())
        filename = getattr(data, "filename", None)
        if (empty or filename == "") and not field.errors:
            raise StopValidation(self.message)


class PlainText:
    """Bounds our own texts and refuses control characters and direction overrides.

    Not for quoted words, which are kept exactly: see `Quotation`.
    """

    def __init__(self, max_length: int = LINE, *, multiline: bool = False) -> None:
        self.max_length = max_length
        self.multiline = multiline

    def __call__(self, _form: Form, field: Field) -> None:
        """Says which of the three is wrong."""
        text = field.data or ""
        _refuse_longer(text, self.max_length)
        allowed = _MULTILINE if self.multiline else frozenset[str]()
        if any(unicodedata.category(character) == "Cc" and character not in allowed for character in text):
            raise ValidationError("Ce texte contient un caractère de commande invisible\u00a0: retapez-le.")
        if any(character in _DIRECTION for character in text):
            raise ValidationError(
                "Ce texte contient un caractère invisible qui inverse le sens de lecture\u00a0: retapez-le."
            )


class Quotation:
    """Bounds quoted words and refuses only what cannot be stored; everything else is evidence."""

    def __init__(self, max_length: int = QUOTATION) -> None:
        self.max_length = max_length

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuses a NUL and a lone surrogate: no database keeps them."""
        text = field.data or ""
        _refuse_longer(text, self.max_length)
        if any(character == "\0" or unicodedata.category(character) == "Cs" for character in text):
            raise ValidationError("Ces mots contiennent un caractère qui ne peut être conservé\u00a0: recopiez-les.")


class WebAddress:
    """Accepts a public web address and refuses credentials, spaces and other schemes."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Says which part of the address is wrong."""
        text = field.data or ""
        if text:
            problem = _address_problem(text)
            if problem:
                raise ValidationError(problem)


class EmailAddress:
    """Accepts one electronic address; delivery alone proves that it exists."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Checks the shape only."""
        text = field.data or ""
        if text and (len(text) > LINE or not _EMAIL.fullmatch(text)):
            raise ValidationError("Écrivez une adresse électronique complète, par exemple nom@cabinet.fr.")


class Register:
    """Accepts a number of a public register and writes it the way that acts print it."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self.read = read

    def __call__(self, _form: Form, field: Field) -> None:
        """Says what is wrong with the number."""
        if field.data:
            try:
                field.data = self.read(field.data)
            except InvalidInput as error:
                raise ValidationError(error.message) from None


class DateWithin:
    """Keeps a date between two days; either may be absent."""

    def __init__(self, earliest: date | None = None, latest: date | None = None, *, message: str | None = None) -> None:
        self.earliest, self.latest, self.message = earliest, latest, message

    def __call__(self, _form: Form, field: Field) -> None:
        """Says the bound that is passed."""
        if field.data is None:
            return
        if self.earliest is not None and field.data < self.earliest:
            raise ValidationError(self.message or f"Écrivez une date à partir du {french_date(self.earliest)}.")
        if self.latest is not None and field.data > self.latest:
            raise ValidationError(self.message or f"Écrivez une date au plus tard le {french_date(self.latest)}.")


class UploadedFile:
    """Refuses an empty or oversized file and an unexpected type, each by the name that the person knows."""

    def __init__(self, extensions: Collection[str] = (), max_size: int = 100 * MEGABYTE) -> None:
        self.extensions = frozenset(extension.lower().lstrip(".") for extension in extensions)
        self.max_size = max_size

    def __call__(self, _form: Form, field: Field) -> None:
        """Checks every file of the field."""
        files: list[Any] = field.data if isinstance(field.data, list) else [field.data]
        for upload in files:
            if upload and upload.filename:
                self._check(upload)

    def _check(self, upload: Any) -> None:
        name = bare_name(upload.filename)
        size = upload.stream.seek(0, 2)
        upload.stream.seek(0)
        if size == 0:
            raise ValidationError(f"Le fichier «\u00a0{name}\u00a0» est vide\u00a0: choisissez-en un autre.")
        if size > self.max_size:
            raise ValidationError(
                f"Le fichier «\u00a0{name}\u00a0» pèse {file_size(size)}, plus que {file_size(self.max_size)}\u00a0: "
                "découpez-le ou compressez-le."
            )
        if self.extensions and PurePosixPath(name).suffix.lower().lstrip(".") not in self.extensions:
            accepted = ", ".join(sorted(self.extensions))
            raise ValidationError(
                f"Le fichier «\u00a0{name}\u00a0» n’est pas d’un type accepté\u00a0: choisissez parmi {accepted}."
            )


def bare_name(filename: str) -> str:
    """Keeps the last part of a file name that may be a path, without control or direction characters."""
    last = PureWindowsPath(PurePosixPath(filename.replace("\0", "")).name).name
    kept = "".join(
        character for character in last if unicodedata.category(character) != "Cc" and character not in _DIRECTION
    )
    return kept.strip(" .")[:LINE] or "fichier"


def _refuse_longer(text: str, limit: int) -> None:
    if len(text) > limit:
        raise ValidationError(
            f"Ce texte compte {counted(len(text), 'caractère')}, pour {counted(limit, 'caractère')} au plus\u00a0: "
            "raccourcissez-le."
        )


def _address_problem(text: str) -> str | None:
    if len(text) > MAX_URL:
        return f"Cette adresse dépasse {counted(MAX_URL, 'caractère')}\u00a0: vérifiez ce qui a été collé."
    if any(character.isspace() or unicodedata.category(character) in {"Cc", "Cf"} for character in text):
        return "L’adresse contient une espace ou un caractère invisible\u00a0: recopiez-la depuis le navigateur."
    if not text.lower().startswith(("https://", "http://")):
        return "L’adresse doit commencer par https:// ou http://."
    return _site_problem(text)


def _site_problem(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "L’adresse n’a pas de nom de site ou de port valable\u00a0: recopiez-la."
    if parts.username is not None or parts.password is not None:
        return "L’adresse contient un identifiant ou un mot de passe avant «\u00a0@\u00a0»\u00a0: retirez-les."
    if not host or port == 0 or ("." not in host and ":" not in host and host != "localhost"):
        return "L’adresse n’a pas de nom de site complet\u00a0: recopiez-la depuis le navigateur."
    return None
