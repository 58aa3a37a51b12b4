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
from casefile.identification.situation import is_for_health
from casefile.law.health_arguments import HealthParagraph, health_paragraphs
from casefile.law.review_policies import PolicyGround, policy_grounds
from casefile.models.ledger import Letter
from casefile.models.matter import PartyRole
from casefile.models.people import Person
from casefile.web.fields import Choice, Choices, FrenchDate, Line, Paragraphs, Segmented, Verbatim
from casefile.web.forms import VersionedForm

Offered = Sequence[PolicyGround] | Sequence[HealthParagraph]
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
    offered: dict[str, Offered] = {"policy": grounds, "health": _health_of(letter, dossier)}
    asked = tuple(one for one in asked_by(letter.letter_type) if offered.get(one.kind, True))
    parts: dict[str, Any] = {"asked": asked, "passage_ids": tuple(str(passage.id) for passage in quoted)}
    parts["signer"] = Choice("Avocat signataire", choices=[(str(row.id), row.full_name) for row in signers])
    for question in asked:
        ticked = offered.get(question.kind)
        parts[question.name] = _field(question) if ticked is None else _ticked(question, ticked)
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


# The kinds under which the paragraphs of the reference name our types.
HEALTH = {
    "rgpd_effacement": "rgpd",
    "plainte_simple": "plainte",
    "pcpc": "plainte",
}
DOUBTS = {"verified": "", "disputed": " (discuté)"}


def _health_of(letter: Letter, dossier: Dossier) -> list[HealthParagraph]:
    """Give the paragraphs that belong in a letter, for a client who is a health professional."""
    clients = [party for party in dossier.parties if party.role is PartyRole.CLIENT]
    if not is_for_health(clients):
        return []
    return list(health_paragraphs(HEALTH.get(letter.letter_type, letter.letter_type)))


def _ticked(question: Asked, offered: Offered) -> Any:
    """Offer each with what it is for and its authority; what is not verified says so. None is ticked by itself."""
    return Choices(question.label, choices=[(one.id, _line(one)) for one in offered])


def _line(one: PolicyGround | HealthParagraph) -> str:
    doubt = DOUBTS.get(one.status, " (de mémoire)")
    if isinstance(one, PolicyGround):
        return f"{one.ground}\u00a0: {one.fact}. Preuve\u00a0: {one.proof}{doubt}"
    return f"{one.title} ({one.source}){doubt}"


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
