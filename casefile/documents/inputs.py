"""What each type asks of the lawyer because the dossier cannot tell it, and where the answers go among the facts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from casefile.documents.catalogue import type_of
from casefile.documents.findings import Finding
from casefile.documents.letter_parts import CHANNELS

_DATA = Path(__file__).with_name("data") / "inputs.toml"
PASSAGE_FIELDS = (
    ("imputation", "Fait précis imputé", "Par exemple « s’être trompé dans les dosages »."),
    ("target", "Personne visée", "Comme la lettre la nomme, par exemple « le docteur Anne Lemaire »."),
    ("identified_by", "Ce qui permet de la reconnaître", "Par exemple « la fiche porte son nom »."),
    ("why", "Pourquoi l’illicéité ressort à la lecture", "Une phrase ; aucune donnée de santé."),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a letter's form."""

    name: str
    path: str
    label: str
    kind: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()


def asked_by(kind: str) -> tuple[Asked, ...]:
    """List what a type asks, in the order of its form."""
    plan, chosen = _plan(), type_of(kind)
    return tuple(_asked(name, plan["fields"][name], chosen.channels) for name in plan["types"].get(chosen.id, ()))


def is_asked(kind: str, finding: Finding) -> bool:
    """Say whether the letter's own form asks what a finding misses: the dossier does not lack it."""
    asked = {question.path for question in asked_by(kind)}
    explained = finding.field.startswith("contents.") and finding.code == "not_explained"
    return finding.field in asked or explained or finding.field.startswith("notifier.")


def defaults_of(kind: str) -> dict[str, Any]:
    """Give what the form proposes before anything is typed."""
    chosen = type_of(kind)
    given = dict(_plan()["defaults"].get(chosen.id, {}))
    if any(question.name == "channel" for question in asked_by(kind)):
        given.setdefault("channel", chosen.channels[0])
    return given


def place(facts: dict[str, Any], kind: str, inputs: Mapping[str, Any]) -> None:
    """Write the answers into the facts, each at its path; an empty answer leaves what the dossier says."""
    for question in asked_by(kind):
        value = inputs.get(question.name)
        if value in (None, "", [], {}):
            continue
        _set(facts, question.path, _as_fact(question, value))


def _as_fact(question: Asked, value: Any) -> Any:
    match question.kind:
        case "number":
            return int(value)
        case "rows":
            return [dict(zip(question.columns, row, strict=False)) for row in value]
        case _:
            return value


def _set(facts: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        facts = facts.setdefault(name, {})
    facts[last] = value


def _asked(name: str, given: Mapping[str, Any], channels: tuple[str, ...]) -> Asked:
    choices = tuple((value, label) for value, label in given.get("choices", ()))
    if name == "channel":
        choices = tuple((channel, CHANNELS[channel]) for channel in channels)
    return Asked(
        name,
        given["path"],
        given["label"],
        given["kind"],
        given.get("hint", ""),
        choices,
        tuple(given.get("columns", ())),
    )


@cache
def _plan() -> Mapping[str, Any]:
    return MappingProxyType(tomllib.loads(_DATA.read_text("utf-8")))
