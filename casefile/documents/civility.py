"""Agreement of titles, participles and salutations with the person, never guessed from a first name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SALUTATIONS = {
    ("Docteur", "F"): "Docteur",
    ("Docteur", "M"): "Docteur",
    ("Maître", "F"): "Maître",
    ("Maître", "M"): "Maître",
    ("Madame", "F"): "Madame",
    ("Monsieur", "M"): "Monsieur",
}
_FUNCTIONS = {
    "procureur": ("Monsieur le Procureur de la République", "Madame la Procureure de la République"),
    "doyen": ("Monsieur le Doyen des juges d’instruction", "Madame la Doyenne des juges d’instruction"),
    "président": ("Monsieur le Président", "Madame la Présidente"),
    "directeur": ("Monsieur le Directeur", "Madame la Directrice"),
}


def agree(person: Mapping[str, Any], masculine: str, feminine: str) -> str:
    """Choose the form that agrees: « né » or « née ». A company is feminine (« la société »).

    When the gender is not stated both forms are given, « né(e) »-free: « masculine ou feminine ».
    """
    if person.get("kind") == "company" or person.get("gender") == "F":
        return feminine
    if person.get("gender") == "M":
        return masculine
    return f"{masculine} ou {feminine}"


def salutation(person: Mapping[str, Any]) -> str:
    """Give the words of the call, repeated in the closing formula: « Madame », « Docteur », « Madame, Monsieur »."""
    function = str(person.get("function") or "")
    if function in _FUNCTIONS:
        if person.get("gender") == "F":
            return _FUNCTIONS[function][1]
        return _FUNCTIONS[function][0] if person.get("gender") == "M" else "Madame, Monsieur"
    civility, gender = str(person.get("civility") or ""), str(person.get("gender") or "")
    if civility in {"Maître", "Docteur"}:
        return civility
    return _SALUTATIONS.get((civility, gender), civility if civility in {"Madame", "Monsieur"} else "Madame, Monsieur")


def closing(person: Mapping[str, Any], *, colleague: bool = False, writer: Mapping[str, Any] | None = None) -> str:
    """Give the closing formula that repeats the call and suits the person's office."""
    call = salutation(person)
    if colleague:
        return f"{agree(writer or {}, 'Votre bien dévoué', 'Votre bien dévouée')},"
    if person.get("function") in {"procureur", "doyen", "président"}:
        return f"Je vous prie d’agréer, {call}, l’expression de ma haute considération."
    return f"Je vous prie d’agréer, {call}, mes salutations distinguées."


def full_name(person: Mapping[str, Any], *, capitals: bool = False) -> str:
    """Write the name, in capitals only for the civil status of an act."""
    if person.get("kind") == "company":
        return str(person.get("name") or "")
    last = str(person.get("last_name") or "")
    parts = [str(person.get("first_names") or ""), last.upper() if capitals else last]
    return " ".join(part for part in parts if part) or str(person.get("name") or "")


def titled(person: Mapping[str, Any], *, capitals: bool = False) -> str:
    """Write title and name: « le docteur Anne Lemaire », « Madame Anne Lemaire », « la société X »."""
    name = full_name(person, capitals=capitals)
    if person.get("kind") == "company":
        return f"la société {name}"
    civility = str(person.get("civility") or "")
    if civility == "Docteur":
        return f"le docteur {name}"
    return f"{civility} {name}".strip()


def client_words(person: Mapping[str, Any]) -> str:
    """Name the client as the letter does: « ma cliente » or « mon client »."""
    return agree(person, "mon client", "ma cliente")
