"""The form of a letter, built from what its type asks and from the words that it quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from wtforms.validators import Optional as OptionalValue
from wtforms.validators import Regexp

from casefile.documents.dossier import Dossier
from casefile.documents.inputs import PASSAGE_FIELDS, Asked, asked_by
from casefile.law.review_policies import PolicyGround, policy_grounds
from casefile.models.ledger import Letter
from casefile.models.people import Person
from casefile.web.fields import Choice, Choices, FrenchDate, Line, Paragraphs, Segmented, Verbatim
from casefile.web.forms import VersionedForm

YES_NO = (("yes", "Oui"), ("no", "Non"))
FEW = 3
NUMBERS_HINT = "Vide : celles qui viennent des captures citées. Par exemple « 1, 2, 5 »."


class LetterForm(VersionedForm):
    """What is common to every letter; the rest is added by `form_for`."""

    asked: tuple[Asked, ...] = ()
    passage_ids: tuple[str, ...] = ()
    hints: Mapping[str, str] = {}

    def inputs(self) -> dict[str, Any]:
        """Give the answers as they are stored."""
        found: dict[str, Any] = {question.name: _stored(question, self[question.name]) for question in self.asked}
        found["signer"] = self.signer.data or ""
        numbers = [part.strip() for part in (self.exhibits.data or "").replace(";", ",").split(",") if part.strip()]
        if numbers:
            found["exhibits"] = ["" if number == "0" else number for number in numbers]
        found["passages"] = {
            identifier: {name: self[f"p{identifier}_{name}"].data or "" for name, _, _ in PASSAGE_FIELDS}
            for identifier in self.passage_ids
        }
        return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def form_for(letter: Letter, dossier: Dossier, signers: Sequence[Person], *, bind: bool = True) -> LetterForm:
    """Build the form of a letter with its recorded answers."""
    quoted = [one.passage for content in dossier.contents for one in content.quoted]
    grounds = [one for content in dossier.contents for one in policy_grounds(content.publication.platform)]
    asked = tuple(one for one in asked_by(letter.letter_type) if one.kind != "policy" or grounds)
    parts: dict[str, Any] = {"asked": asked, "passage_ids": tuple(str(passage.id) for passage in quoted)}
    parts["signer"] = Choice("Avocat signataire", choices=[(str(row.id), row.full_name) for row in signers])
    for question in asked:
        parts[question.name] = _policy(question, grounds) if question.kind == "policy" else _field(question)
    parts["exhibits"] = Line("Pièces jointes", max_length=200)
    for passage in quoted:
        for name, label, _hint in PASSAGE_FIELDS:
            parts[f"p{passage.id}_{name}"] = Line(label, max_length=600)
    hints = {question.name: question.hint for question in asked if question.hint} | {"exhibits": NUMBERS_HINT}
    hints |= {f"p{passage.id}_{name}": hint for passage in quoted for name, _, hint in PASSAGE_FIELDS}
    made: Any = type("BoundLetterForm", (LetterForm,), {**parts, "hints": hints})
    values = {"data": {**_shown(letter, asked), "version": str(letter.version)}}
    form: LetterForm = made(**values) if bind else made(formdata=None, **values)
    return form


def _field(question: Asked) -> Any:
    if question.kind == "choice":
        segmented = len(question.choices) <= FEW and question.name != "channel"
        return (Segmented if segmented else Choice)(question.label, choices=question.choices)
    return FIELDS.get(question.kind, _paragraphs)(question.label)


def _policy(question: Asked, grounds: Sequence[PolicyGround]) -> Any:
    """Offer each ground with the fact that calls for it and the proof expected; one from memory says so."""
    doubt = {"verified": ""}
    words = {
        one.id: f"{one.ground}\u00a0: {one.fact}. Preuve\u00a0: {one.proof}{doubt.get(one.status, ' (de mémoire)')}"
        for one in grounds
    }
    return Choices(question.label, choices=tuple(words.items()))


def _paragraphs(label: str) -> Any:
    return Paragraphs(label, max_length=20_000)


FIELDS: dict[str, Any] = {
    "line": partial(Line, max_length=400),
    "number": partial(
        Line,
        validators=[OptionalValue(), Regexp(r"\d{1,3}$", message="Écrivez un nombre entier.")],
        max_length=3,
    ),
    "exact": Verbatim,
    "date": FrenchDate,
    "yesno": partial(Segmented, choices=YES_NO),
}


def _stored(question: Asked, field: Any) -> Any:
    data = field.data
    match question.kind:
        case "yesno":
            return {"yes": True, "no": False}.get(data)
        case "date":
            return data.isoformat() if data else None
        case "text":
            return [part.strip() for part in (data or "").split("\n\n") if part.strip()]
        case "lines":
            return [line.strip() for line in (data or "").splitlines() if line.strip()]
        case "rows":
            return [[cell.strip() for cell in line.split("|")] for line in (data or "").splitlines() if line.strip()]
        case _:
            return data


def _shown(letter: Letter, asked: Sequence[Asked]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for question in asked:
        value = letter.inputs.get(question.name)
        if value is None:
            continue
        shown[question.name] = _typed(question.kind, value)
    shown["signer"] = letter.inputs.get("signer", "")
    shown["exhibits"] = ", ".join(letter.inputs.get("exhibits") or [])
    for identifier, said in (letter.inputs.get("passages") or {}).items():
        shown |= {f"p{identifier}_{name}": said.get(name, "") for name, _, _ in PASSAGE_FIELDS}
    return shown


def _typed(kind: str, value: Any) -> Any:
    match kind:
        case "yesno":
            return "yes" if value else "no"
        case "date":
            return date.fromisoformat(value)
        case "text":
            return "\n\n".join(value)
        case "lines":
            return "\n".join(value)
        case "rows":
            return "\n".join(" | ".join(row) for row in value)
        case _:
            return value
