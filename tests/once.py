"""What one run of the tests works out once: each test has an application and a database of its own.

Compiling the same templates, the same SQL and the same addresses for each of them took a third of the run.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Flask
from jinja2.bccache import BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

MOST_STATEMENTS = 5000


class CompiledTemplates(BytecodeCache):
    """Templates compiled once; what a template says is checked by its digest, as in production."""

    def __init__(self):
        self.codes = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket):
        self.codes[bucket.key] = bucket.bytecode_to_string()


def compile_templates_once() -> None:
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


def compile_statements_once() -> None:
    """Share compiled SQL between engines that hold the same keys: a statement opens columns with its dialect's keys."""
    made, compiled = Engine.__init__, defaultdict(lambda: LRUCache(MOST_STATEMENTS))

    def with_shared_statements(engine, pool, dialect, *arguments, **options):
        made(engine, pool, dialect, *arguments, **options)
        engine._compiled_cache = compiled[type(dialect)]

    def same(one, other):
        return type(one) is type(other) and vars(one).get("casefile_keys") == vars(other).get("casefile_keys")

    Engine.__init__ = with_shared_statements
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__, dialect.__hash__ = same, lambda one: hash(type(one))


def parse_addresses_once() -> None:
    """Remember what a route's pattern says; the route itself is made anew for each application."""
    parsed: dict[tuple[str, Any], tuple[list, list, dict, set]] = {}
    parse = Rule._parse_rule

    def remembered(route, pattern):
        key = (pattern, tuple(route.map.converters.items()))
        if key not in parsed:
            known = len(route._trace)
            parts = list(parse(route, pattern))
            parsed[key] = (parts, route._trace[known:], dict(route._converters), set(route.arguments))
            return parts
        parts, trace, converters, arguments = parsed[key]
        route._trace.extend(trace)
        route._converters.update(converters)
        route.arguments |= arguments
        return parts

    Rule._parse_rule = remembered


def wait_for_no_disk() -> None:
    """Leave SQLite's pages to the system's cache: only a power cut would tell, and no test cuts the power.

    The processes that tests start and kill wait for the disk, as in production.
    """

    @event.listens_for(Engine, "engine_connect")
    def spare(connection):
        if connection.dialect.name == "sqlite" and not connection.info.get("spared"):
            connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")
            connection.info["spared"] = True
