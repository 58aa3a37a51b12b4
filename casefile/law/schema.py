"""What each kind of rule may state: the one table that a new family of rules extends.

A key that is not declared here is refused by the loader, so a misspelt key can never be silently ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUSES = ("verified", "unverified", "disputed")
SOURCE_NAMES = ("article", "decision", "doctrine")
SOURCE_LOCATORS = ("version", "number", "url")
COMMON_KEYS = frozenset(
    {"in_force_from", "in_force_until", "status", "verified_on", "sources", "note", "gap_reason", "end_reason"}
)

# A limitation period is never extended to the next working day (2e civ. 5 févr. 2004; TGI Paris 29 oct. 2003).
ROLL_FORWARD_KEYS = frozenset({"roll_forward", "report", "rollforward", "extends_to_working_day"})


@dataclass(frozen=True)
class Key:
    """One value that a rule version states: its type, whether it must be there, and its closed set if any."""

    type: type
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """The keys of one kind of rule; `forbidden` names keys whose mere presence is a legal mistake."""

    keys: Mapping[str, Key]
    forbidden: frozenset[str] = frozenset()


def text(*, required: bool = False, choices: tuple[str, ...] = ()) -> Key:
    """Declare a text."""
    return Key(str, required, choices)


def number(*, required: bool = False) -> Key:
    """Declare a whole number."""
    return Key(int, required)


def flag(*, required: bool = False) -> Key:
    """Declare a yes or no."""
    return Key(bool, required)


def texts(*, required: bool = False, choices: tuple[str, ...] = ()) -> Key:
    """Declare a list of texts."""
    return Key(list, required, choices)


def day(*, required: bool = False) -> Key:
    """Declare a day."""
    return Key(date, required)


LIMITATION = Kind(
    {
        "months": number(),
        "years": number(),
        "starts_from": text(required=True, choices=("publication", "reception", "last_act", "knowledge", "finality")),
        "regime": text(required=True, choices=("press", "ordinary", "civil")),
        "applies_to": texts(required=True),
    },
    forbidden=ROLL_FORWARD_KEYS,
)
START = Kind({"text": text(required=True), "reading": text(choices=("prudent", "admitted", "both"))})
INTERRUPTION = Kind(
    {
        "prudent": flag(required=True),
        "admitted": flag(required=True),
        "why": text(required=True),
        "advice": text(),
    }
)
SUSPENSION = Kind({"admitted": flag(required=True), "why": text(required=True), "advice": text()})
REPUBLICATION = Kind({"admitted": flag(required=True), "why": text(required=True), "advice": text()})
RELATIVE_DATE = Kind(
    {
        "platforms": texts(required=True),
        "reading": text(required=True, choices=("truncated", "rounded", "union")),
        "why": text(required=True),
    }
)
HOLIDAY = Kind(
    {
        "territories": texts(required=True),
        "month": number(),
        "day": number(),
        "easter_offset": number(),
        "condition": text(),
        "counts": text(required=True, choices=("always", "backwards_only")),
    }
)
REFERENCE = Kind({"citation": text(required=True)})
CHARGE = Kind(
    {
        "noun": text(required=True),
        "regime": text(required=True, choices=("presse", "civil", "penal")),
        "definition": text(required=True),
        "penalty": text(required=True),
    }
)

KINDS: dict[str, Kind] = {
    "limitation": LIMITATION,
    "start": START,
    "interruption": INTERRUPTION,
    "suspension": SUSPENSION,
    "republication": REPUBLICATION,
    "relative_date": RELATIVE_DATE,
    "holiday": HOLIDAY,
    "reference": REFERENCE,
    "charge": CHARGE,
}


def mistake_in(kind: Kind, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """Give the first key at fault and what is wrong with it, in French, or None."""
    for name in values:
        if name in kind.forbidden:
            return name, "une prescription ne se reporte jamais au jour ouvrable suivant"
        if name not in kind.keys:
            return name, "clé inconnue pour ce genre de règle"
    for name, key in kind.keys.items():
        if name not in values:
            if key.required:
                return name, "clé obligatoire absente"
            continue
        wrong = _wrong_value(key, values[name])
        if wrong:
            return name, wrong
    return None


def _wrong_value(key: Key, value: Any) -> str | None:
    if type(value) is not key.type:
        return f"valeur de type {type(value).__name__} au lieu de {key.type.__name__}"
    items = value if isinstance(value, list) else [value]
    if key.type is list and not all(isinstance(item, str) for item in items):
        return "la liste ne doit contenir que des textes"
    if key.choices and not all(item in key.choices for item in items):
        return f"valeur hors de la liste {', '.join(key.choices)}"
    return None
