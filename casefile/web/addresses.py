"""What addresses are made of: numbers that a column can hold, and builders compiled when they are first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, Rule


class Ordinal(IntegerConverter):
    """A number of an address, as large as a database column holds: beyond, the page does not exist."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        """Bound what the address may hold."""
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


class Route(Rule):
    """A route that writes its builders when an address is first asked of it: compiling all took half of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(super(Route, self)._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build


def install(app: Flask) -> None:
    """Use them for every route declared afterwards."""
    app.url_map.converters["int"] = Ordinal
    app.url_rule_class = Route
