"""What each kind of rule may state: the one table that a new family of rules extends.

A key that is not declared here is refused by the loader, so a misspelt key can never be silently ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ItemType = type[str] | type[dict[str, Any]]
STATUSES = ("verified", "unverified", "disputed")
SOURCE_NAMES = ("article", "decision", "doctrine")
SOURCE_LOCATORS = ("version", "number", "url")
COMMON_KEYS = frozenset(
    {"in_force_from", "in_force_until", "status", "read_from", "verified_on", "sources"}
    | {"note", "gap_reason", "end_reason"}
)

# A limitation period is never extended to the next working day (2e civ. 5 févr. 2004; TGI Paris 29 oct. 2003).
ROLL_FORWARD_KEYS = frozenset({"roll_forward", "report", "rollforward", "extends_to_working_day"})


@dataclass(frozen=True)
class Key:
    """One value that a rule version states: its type, whether it must be there, and its closed set if any."""

    type: type
    required: bool = False
    choices: tuple[str, ...] = ()
    items: ItemType = str


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


def table(*, required: bool = False) -> Key:
    """Declare a table, whose own content the module that reads it checks."""
    return Key(dict, required)


def tables(*, required: bool = False) -> Key:
    """Declare a list of tables, whose own content the module that reads them checks."""
    return Key(list, required, items=dict)


def day(*, required: bool = False) -> Key:
    """Declare a day."""
    return Key(date, required)


LIMITATION = Kind(
    {
        "months": number(),
        "years": number(),
        "admitted_months": number(),  # only where the text divides one qualification and the strict reading is shorter
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
        "role": text(required=True, choices=("origin", "instance", "prosecution", "outside", "withdrawal")),
        "undoes": texts(),
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

QUALIFICATION = Kind(
    {
        "family": text(required=True, choices=("press", "press_contravention", "criminal", "civil")),
        "domain": text(required=True),
        "publicity": text(required=True, choices=("yes", "no", "any")),
        "rank": number(required=True),
        "requires": table(required=True),
        "excludes": tables(required=True),
        "complaint": text(
            required=True, choices=("required", "not_required", "not_applicable", "heirs", "deliberation")
        ),
        "complaint_source": text(required=True),
        "criminal_court": text(required=True),
        "civil_court": text(required=True),
        "defences": texts(required=True),
    }
)
# A fine or a prison term that is absent is not zero: the offence has none of its own, or the text was not read.
PENALTY = Kind(
    {
        "article": text(required=True),
        "fine_eur": number(),
        "prison_months": number(),
        "extra": text(),
        "civil_threshold": text(required=True, choices=("open", "closed", "uncertain")),
        "civil_threshold_source": text(required=True),
        "variants": tables(),
    }
)
THRESHOLD = Kind(
    {
        "text": text(required=True),
        "online_prison_months": number(),
        "any_prison_months": number(),
    }
)
RETENTION = Kind(
    {
        "data": text(required=True),
        "holders": texts(required=True),
        "starts_from": text(required=True, choices=("connection", "account_closure")),
        "months": number(required=True),
        "purpose": text(required=True),
    }
)
ROUTE = Kind(
    {
        "basis": text(required=True),
        "who_decides": text(required=True),
        "yields": texts(
            required=True, choices=("identity", "account", "payment", "technical", "line", "holder", "content")
        ),
        "also": texts(required=True),
        "opens_for": text(
            required=True, choices=("all", "offences", "delits", "serious", "online", "websites", "foreign", "never")
        ),
        "needs_running_action": flag(required=True),
        "technical_test": text(required=True, choices=("none", "criminal", "civil")),
        "conditions": text(required=True),
        "cost": text(required=True),
        "usual_time": text(required=True),
        "result": text(required=True),
        "next_step": text(required=True),
        "interrupts": text(required=True),
        "before": text(),
    }
)

PROCEDURE = Kind(
    {
        "event": text(required=True),
        "event_title": text(required=True),
        "effect": text(
            required=True, choices=("deadline", "earliest", "latest_before", "retention", "internal", "none")
        ),
        "computation": text(
            required=True,
            choices=("calendar_days", "clear_days", "quantieme", "back_days", "back_clear_days", "fixed", "none"),
        ),
        "delay_days": number(),
        "delay_months": number(),
        "days": number(),
        "months": number(),
        "years": number(),
        "margin_days": number(),
        "distance": text(choices=("cpc_643_644", "cpc_643", "cpp_552", "cpp_492")),
        "eve": flag(),
        "roll_forward": flag(required=True),
        "by": text(required=True),
        "then": text(),
    }
)

KINDS: dict[str, Kind] = {
    "procedure": PROCEDURE,
    "qualification": QUALIFICATION,
    "penalty": PENALTY,
    "threshold": THRESHOLD,
    "retention": RETENTION,
    "route": ROUTE,
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
    if key.type is list and not all(isinstance(item, key.items) for item in items):
        return f"la liste ne doit contenir que des {'textes' if key.items is str else 'tables'}"
    if key.choices and not all(item in key.choices for item in items):
        return f"valeur hors de la liste {', '.join(key.choices)}"
    return None
