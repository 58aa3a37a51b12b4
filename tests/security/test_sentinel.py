"""A unique word of one dossier appears nowhere for those who may not know: pages, errors, logs."""

from __future__ import annotations

import logging

import pytest

from casefile import matters
from casefile.models.matter import PartyRole
from casefile.models.people import Person

from .test_forms import closed_values

SENTINEL = "Zébulonzygote"


@pytest.fixture
def secret(database, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        matter = matters.open_matter(session, lawyer, title=SENTINEL, territory="metropole", summary=SENTINEL)
        party = matters.add_party(session, lawyer, matter, PartyRole.CLIENT, name=SENTINEL)
        publication = matters.add_publication(
            session, lawyer, matter, title=SENTINEL, platform="x", url=f"https://x.example/{SENTINEL}"
        )
        matters.add_note(session, lawyer, matter, SENTINEL)
    return {"matter_id": matter.id, "party_id": party.id, "publication_id": publication.id}


def addresses(app, secret):
    from uuid import uuid4

    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in {"static", "authentication.join"}:
            continue
        values = {name: secret.get(name, uuid4()) for name in rule.arguments}
        values |= closed_values(rule)
        yield adapter.build(rule.endpoint, values)


@pytest.mark.parametrize("name", ["stranger", "partner", "assistant", "administrator", "guest", "client"])
def test_the_word_appears_on_no_page_of_an_outsider(app, passing, as_person, secret, name):
    browser = as_person(name)
    leaks = [path for path in addresses(app, secret) if SENTINEL.encode() in browser.get(path).get_data()]
    assert leaks == []


def test_the_word_appears_for_the_team(as_person, secret):
    assert SENTINEL in as_person("lawyer").get(f"/dossiers/{secret['matter_id']}").text


def test_the_word_enters_no_log_and_no_trail(app, as_person, secret, caplog, database, monkeypatch):
    from sqlalchemy import select

    from casefile.models.ledger import AuditEntry

    def explode(*_arguments, **_values):
        raise RuntimeError("inside")

    monkeypatch.setattr("casefile.web.matters.synthesis_of", explode)
    with caplog.at_level(logging.DEBUG):
        answer = as_person("lawyer").get(f"/dossiers/{secret['matter_id']}")
    assert answer.status_code == 500
    assert SENTINEL not in caplog.text
    assert "RuntimeError" not in answer.text
    with database.reader() as session:
        assert not [row for row in session.scalars(select(AuditEntry)) if SENTINEL in str(row.facts)]


def test_no_address_carries_a_name(app):
    # « key » is a platform's or a court's word of the address book; « kind », « fmt » and a clause are words of ours.
    for rule in app.url_map.iter_rules():
        assert all(
            argument.endswith(("_id", "token", "filename", "kind", "fmt", "key", "month"))
            for argument in rule.arguments - set(closed_values(rule))
            if (rule.endpoint.partition(".")[0], argument) != ("house_wording", "name")
        ), rule.rule
