"""The facts of one document: a checked view of JSON, independent of the database and of the web."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from casefile.errors import InvalidInput

_LISTS = (
    "contents",
    "exhibits",
    "requests",
    "paragraphs",
    "queries",
    "measures",
    "files",
    "steps",
    "events",
    "options",
)
_OBJECTS = ("firm", "lawyer", "client", "recipient", "matter", "limitation", "court", "hearing")


class Facts:
    """Read-only access by dotted path: `facts.get("client.last_name")`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Refuse at once what has not the shape of facts."""
        if not isinstance(values, Mapping):
            raise InvalidInput("Les faits doivent être un objet JSON, entre accolades.", field="facts")
        for name in _LISTS:
            if name in values and not isinstance(values[name], list):
                raise InvalidInput(f"Le champ « {name} » doit être une liste.", field=name)
        for name in _OBJECTS:
            if name in values and not isinstance(values[name], Mapping):
                raise InvalidInput(f"Le champ « {name} » doit être un objet.", field=name)
        for name in ("contents", "exhibits"):
            if not all(isinstance(item, Mapping) for item in values.get(name) or []):
                raise InvalidInput(f"Chaque élément de « {name} » doit être un objet.", field=name)
        self.values = values
        self._check_passages()

    def _check_passages(self) -> None:
        for rank, content in enumerate(self.contents):
            passages = content.get("passages", [])
            if not isinstance(passages, list) or not all(isinstance(one, Mapping) for one in passages):
                raise InvalidInput("Les propos d’un contenu doivent être une liste d’objets.", field=f"contents.{rank}")
            if not all(isinstance(one.get("verbatim", ""), str) for one in passages):
                raise InvalidInput("Le texte exact d’un propos doit être un texte.", field=f"contents.{rank}.passages")

    def get(self, path: str, default: Any = None) -> Any:
        """Give the value at a path, or the default when a part of the path is absent or empty."""
        value: Any = self.values
        for part in path.split("."):
            if not isinstance(value, Mapping):
                return default
            value = value.get(part)
        return default if value is None or value in ("", [], {}) else value

    def text(self, path: str, default: str = "") -> str:
        """Give the text at a path."""
        value = self.get(path, default)
        if isinstance(value, Mapping | list):
            raise InvalidInput(f"Le champ « {path} » doit être un texte.", field=path)
        return str(value).strip()

    def texts(self, path: str) -> list[str]:
        """Give the list of texts at a path; one text counts as a list of one."""
        value = self.get(path, [])
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int | float) for item in items):
            raise InvalidInput(f"Le champ « {path} » doit être une liste de textes.", field=path)
        return [str(item) for item in items]

    def rows(self, path: str) -> list[Mapping[str, Any]]:
        """Give the list of objects at a path."""
        value = self.get(path, [])
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise InvalidInput(f"Le champ « {path} » doit être une liste d’objets.", field=path)
        return value

    def part(self, path: str) -> Mapping[str, Any]:
        """Give the object at a path, empty when absent."""
        value = self.get(path, {})
        if not isinstance(value, Mapping):
            raise InvalidInput(f"Le champ « {path} » doit être un objet.", field=path)
        return value

    def flag(self, path: str) -> bool:
        """Say whether the fact is stated true; anything else is not."""
        return self.get(path) is True

    def day(self, path: str) -> date | None:
        """Give the day at a path, None when absent."""
        return as_day(self.get(path), path)

    @property
    def contents(self) -> list[Mapping[str, Any]]:
        """Give the disputed contents."""
        return list(self.values.get("contents") or [])

    @property
    def exhibits(self) -> list[Mapping[str, Any]]:
        """Give the exhibits."""
        return list(self.values.get("exhibits") or [])

    def passages(self) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
        """Give each passage with the path of its field and the content that it is taken from."""
        for rank, content in enumerate(self.contents):
            for number, passage in enumerate(content.get("passages") or []):
                yield f"contents.{rank}.passages.{number}", content, passage


def as_day(value: Any, field: str = "") -> date | None:
    """Read an ISO day, refusing with a French sentence what is not one."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise InvalidInput(f"La date « {value} » doit s’écrire AAAA-MM-JJ.", field=field) from error


def as_instant(value: Any, field: str = "") -> datetime:
    """Read an ISO instant with its zone."""
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidInput(
            f"L’instant « {value} » doit s’écrire au format ISO, avec son fuseau.", field=field
        ) from error
    if instant.tzinfo is None:
        raise InvalidInput(f"L’instant « {value} » n’a pas de fuseau horaire.", field=field)
    return instant
