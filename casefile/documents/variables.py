"""The closed language of the firm's own wording: variables named between braces, filled from the facts, nothing else.

No template engine runs: a text is cut at its braces, each name is looked up in a list that is written here, and what a
variable gives is never read again. A brace that names nothing known is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casefile.documents import civility
from casefile.documents.blocks import Exact, Part, Strong
from casefile.documents.draft import Draft, contracted
from casefile.documents.typography import long_date

_BRACES = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z_]+")
_AGREEMENT = re.compile(r"(client|avocat):([^/{}:]+)/([^/{}:]+)")
_CITATION = re.compile(r"texte\.([a-z0-9_]+(?:\+[a-z0-9_]+)*)")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_PREPOSITION = re.compile(r"\b(de|à) $")
_STARTS = re.compile(r"(?:^|[.!?…]\s)$")


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing that a wording may name: what it is, the fact that it needs, how it is written."""

    label: str
    path: str
    give: Callable[[Draft], str]
    example: str
    exact: bool = False


def person_words(draft: Draft) -> str:
    """Name the client with the profession."""
    job = draft.client.get("profession")
    return civility.titled(draft.client) + (f", {job}" if job else "")


def _text(path: str, default: str = "") -> Callable[[Draft], str]:
    return lambda draft: draft.facts.text(path, default)


def _day(path: str) -> Callable[[Draft], str]:
    def give(draft: Draft) -> str:
        day = draft.facts.day(path)
        return long_date(day) if day else ""

    return give


VARIABLES: Mapping[str, Variable] = MappingProxyType(
    {
        "client": Variable("le client", "client", lambda d: civility.titled(d.client), "le docteur Anne Lemaire"),
        "personne": Variable("le client et sa profession", "client", person_words, "le docteur Anne Lemaire, pédiatre"),
        "mon_client": Variable(
            "« ma cliente » ou « mon client »", "client", lambda d: civility.client_words(d.client), "ma cliente"
        ),
        "destinataire": Variable("le destinataire", "recipient.name", _text("recipient.name"), "Exemple SAS"),
        "dossier": Variable("la référence du dossier", "matter.reference", _text("matter.reference"), "2026/0038"),
        "date": Variable("le jour de la lettre", "", lambda d: long_date(d.on), "23 novembre 2026"),
        "delai": Variable("le délai accordé", "answer_before", _day("answer_before"), "8 décembre 2026"),
        "preuve": Variable(
            "la justification demandée", "", _text("proof", "une capture datée de la page"), "une capture datée"
        ),
        "numero": Variable("le numéro de la notification", "ticket", _text("ticket"), "5-12345", exact=True),
        "notifie_le": Variable("le jour de la notification", "notified_on", _day("notified_on"), "6 novembre 2026"),
        "decision_le": Variable("le jour de la décision", "decision_on", _day("decision_on"), "12 novembre 2026"),
        "responsable": Variable("le responsable du traitement", "controller", _text("controller"), "Exemple SAS"),
        "avocat": Variable("l’avocat signataire", "lawyer.name", _text("lawyer.name"), "Claire Aubry"),
        "cabinet": Variable("le cabinet", "firm.name", _text("firm.name"), "Cabinet Aubry"),
        "courriel": Variable("le courriel du cabinet", "firm.email", _text("firm.email"), "contact@cabinet.example"),
        "courriel_notifiant": Variable(
            "le courriel du notifiant", "notifier.email", _text("notifier.email"), "contact@cabinet.example"
        ),
        "telephone": Variable("le téléphone du cabinet", "firm.phone", _text("firm.phone"), "01 23 45 67 89"),
        "ville": Variable("la commune du cabinet", "firm.city", _text("firm.city"), "Paris"),
        "barreau": Variable("le barreau", "firm.bar", _text("firm.bar"), "Paris"),
    }
)


def names_in(words: str) -> list[str]:
    """List what stands between braces, in order."""
    return _BRACES.findall(words)


def unknown_in(words: str, references: frozenset[str]) -> list[str]:
    """List what stands between braces, or after a brace left open, and means nothing."""
    wrong = [name for name in names_in(words) if not _is_known(name, references)]
    left = _BRACES.sub("", words)
    return wrong + [sign for sign in ("{", "}") if sign in left]


def _is_known(name: str, references: frozenset[str]) -> bool:
    if cited := _CITATION.fullmatch(name):
        return set(cited[1].split("+")) <= references
    return name in VARIABLES or _AGREEMENT.fullmatch(name) is not None


def references_in(words: str) -> set[str]:
    """Give the references of the law that a text cites through its variables."""
    found = (_CITATION.fullmatch(name) for name in names_in(words))
    return {one for match in found if match for one in match[1].split("+")}


def missing_in(words: str, draft: Draft) -> Iterator[tuple[str, Variable]]:
    """Give each variable that the facts leave empty."""
    for name in dict.fromkeys(names_in(words)):
        variable = VARIABLES.get(name)
        if variable and not variable.give(draft).strip():
            yield name, variable


def fill(words: str, draft: Draft) -> list[Part]:
    """Give the parts of a paragraph: words of the firm, values of the facts, bold between two stars."""
    return _filled(words, lambda name: _value(name, draft), draft)


def example_of(words: str, draft: Draft) -> list[Part]:
    """Give the parts with invented values: what a wording is tried on before it is kept."""

    def give(name: str) -> tuple[str, bool]:
        variable = VARIABLES.get(name)
        return (variable.example, variable.exact) if variable else _value(name, draft)

    return _filled(words, give, draft)


def _filled(words: str, give: Callable[[str], tuple[str, bool]], draft: Draft) -> list[Part]:
    parts: list[Part] = []
    before = ""
    for rank, stretch in enumerate(_BOLD.split(words)):
        made: list[Part] = [""]
        for place, piece in enumerate(_BRACES.split(stretch)):
            if place % 2 == 0:
                made[-1] = f"{made[-1]}{piece}"
                before += piece
                continue
            value, exact = give(piece)
            if exact:
                made += [Exact(value), ""]
            else:
                made[-1], before = _joined(str(made[-1]), piece, value, before)
            before += value
        parts += [Strong(one) if rank % 2 and not isinstance(one, Exact) else one for one in made if one]
    return parts


def _joined(own: str, name: str, value: str, before: str) -> tuple[str, str]:
    """Write a value after words: contracted after « de » and « à », without article in brackets, capital at a start."""
    if _CITATION.fullmatch(name) and before.endswith("("):
        value = re.sub(r"^(?:l'|les |le )", "", value)
    if _STARTS.search(before):
        value = value[:1].upper() + value[1:]
    preposition = _PREPOSITION.search(own)
    if preposition:
        return own[: preposition.start()] + contracted(preposition[1], value), before
    return own + value, before


def _value(name: str, draft: Draft) -> tuple[str, bool]:
    if cited := _CITATION.fullmatch(name):
        return draft.refs(*cited[1].split("+")), False
    if agreed := _AGREEMENT.fullmatch(name):
        return civility.agree(draft.client if agreed[1] == "client" else draft.lawyer, agreed[2], agreed[3]), False
    variable = VARIABLES[name]
    return variable.give(draft), variable.exact
