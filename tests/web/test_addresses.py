"""Addresses are those that werkzeug itself would write, each builder compiled at its first use only."""

from __future__ import annotations

import uuid

from werkzeug.routing import Rule
from werkzeug.routing.converters import IntegerConverter, UnicodeConverter, UUIDConverter

from casefile.app import create_app

SAMPLES = {UUIDConverter: uuid.UUID(int=7), IntegerConverter: 7, UnicodeConverter: "été & co"}


def test_every_address_is_written_as_werkzeug_writes_it(app):
    compared = 0
    for rule in app.url_map.iter_rules():
        values = {
            name: next((value for kind, value in SAMPLES.items() if isinstance(converter, kind)), None)
            for name, converter in rule._converters.items()
        }
        if None not in values.values():
            expected = Rule._compile_builder(rule, False)(rule, **values)
            assert rule._build(**values) == rule._build(**values) == expected
            compared += 1
    assert compared > 200


def test_no_builder_is_compiled_before_an_address_is_asked_for(monkeypatch, settings, database):
    compiled, plain = set(), Rule._compile_builder

    def noted(rule, *given):
        compiled.add(rule.endpoint)
        return plain(rule, *given)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    made = create_app(settings, database)
    assert compiled == {"static"}, "Flask declares this one before anybody else"
    made.url_map.bind("localhost").build("law.index")
    assert compiled == {"static", "law.index"}
