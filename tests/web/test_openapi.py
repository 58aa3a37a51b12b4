"""The served description, tried by a program that knows nothing else: no 500, no answer that it does not announce."""

from __future__ import annotations

from datetime import timedelta

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import func, select

from casefile import tokens
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.pace import LIMITS, Limit, Pace

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def bearer(database, people, monkeypatch):
    monkeypatch.setitem(LIMITS, Pace.API, Limit(10**6, timedelta(minutes=1)))
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        return {"Authorization": f"Bearer {tokens.make(session, person, 'Essai', list(tokens.Scope), 30)}"}


def operations(app):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


def attack(app, matter, headers, mode, examples):
    """Send what an operation may receive, on a dossier that exists as often as not; give the statuses met."""
    met = set()
    # The same attack each time, and seconds of it: the shapes are few.
    bounded = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for operation in operations(app):

        @bounded
        @given(operation.as_strategy(generation_mode=mode), st.booleans())
        def send(case, there):
            if there and "matter_id" in case.path_parameters:
                case.path_parameters["matter_id"] = str(matter.id)
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            met.add((case.method, answer.status_code))
            if answer.status_code == 201:
                body = case.operation.body[0].raw_schema
                jsonschema.validate(case.body, body)  # what was taken is what the description allows

        send()
    return met


def test_what_the_description_allows_breaks_nothing(app, matter, bearer, database):
    met = attack(app, matter, bearer, GenerationMode.POSITIVE, 12)
    assert {("GET", 200), ("GET", 404), ("POST", 201)} <= met  # it went through the doors, and was not turned away
    with database.reader() as session:
        assert session.scalar(select(func.count(Matter.id))) > 1


def test_what_it_forbids_is_refused_as_described(app, matter, bearer):
    met = attack(app, matter, bearer, GenerationMode.NEGATIVE, 12)
    assert {("GET", 400), ("POST", 400)} <= met


def test_without_a_token_each_address_answers_as_described(app, matter):
    assert {status for _, status in attack(app, matter, {}, GenerationMode.POSITIVE, 2)} == {401}
