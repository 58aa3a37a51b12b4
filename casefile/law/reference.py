"""Read the undated tables of `data/reference/`: questions, defences, guards, steps, recipients.

What has a date of entry into force is a rule and goes through `rules`; what is here is method and contact details.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from casefile.law.rule_model import BrokenRule

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = TypeVar("Row")
Conditions = dict[str, list[str]]


@cache
def table(name: str) -> Mapping[str, Any]:
    """Give the content of one reference file, read once."""
    file = resources.files("casefile.law") / "data" / "reference" / f"{name}.toml"
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenRule(f"Table défectueuse : {name}.toml est illisible ({error}).", field=name) from error
    return MappingProxyType(content)


@cache
def rows(name: str, row: type[Row]) -> tuple[Row, ...]:
    """Give each entry of a file as a frozen dataclass; its key is the row's `id`.

    Raises BrokenRule naming the file and the key when one is missing or unknown. Lists become tuples.
    """
    return tuple(_row(name, row, key, entry) for key, entry in table(name).items())


def _row(name: str, row: type[Row], key: str, entry: Any) -> Row:
    known = {field.name for field in fields(row)}  # type: ignore[arg-type]  # the caller gives a dataclass
    needed = {
        field.name
        for field in fields(row)  # type: ignore[arg-type]  # the same
        if field.default is MISSING and field.default_factory is MISSING
    }
    if not isinstance(entry, dict):
        raise BrokenRule(f"Table défectueuse : {name}.toml, « {key} » doit être une table.", field=key)
    given = {"id": key, **entry}
    for wrong in sorted((set(given) - known) | (needed - set(given))):
        raise BrokenRule(f"Table défectueuse : {name}.toml, clé « {key}.{wrong} » inconnue ou absente.", field=wrong)
    return row(**{field: tuple(value) if isinstance(value, list) else value for field, value in given.items()})
