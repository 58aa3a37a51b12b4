"""Forms: CSRF is on, GET changes nothing, a refusal stores nothing, absurd sizes get a sentence."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, IntegerConverter

from casefile.models import Base
from casefile.models.ledger import AuditEntry
from casefile.models.people import LoginSession

pytestmark = pytest.mark.slow

HOSTILE = ["x" * 10_000, "\u202egnp.exe", "\x00\x01", "<img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:x}", "'; --"]


def counts(database):
    with database.reader() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name != LoginSession.__tablename__
        }


def rules(app, method):
    return [rule for rule in app.url_map.iter_rules() if method in rule.methods and rule.endpoint != "static"]


def closed_values(rule):
    """Give a value for each argument of an address that is a figure or one of our own words: neither carries a name."""
    words = {name: min(one.items) for name, one in rule._converters.items() if isinstance(one, AnyConverter)}
    return words | {name: 1 for name, one in rule._converters.items() if isinstance(one, IntegerConverter)}


def address(app, rule, matter, method):
    values = {name: matter.id if name == "matter_id" else uuid4() for name in rule.arguments}
    values |= closed_values(rule)
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=method)


def test_a_post_without_its_token_is_refused(app, as_person, matter, database):
    browser, before = as_person("lawyer"), counts(database)
    for rule in rules(app, "POST"):
        answer = browser.client.post(address(app, rule, matter, "POST"), data={"title": "x"})
        # Tools have no form token: their door wants a bearer token and looks at no session.
        assert answer.status_code == (401 if rule.endpoint.startswith("api.") else 400), rule.rule
    assert counts(database) == before


def test_getting_every_page_changes_no_row(app, as_person, matter, database):
    browser, before = as_person("lawyer"), counts(database)
    for rule in rules(app, "GET"):
        browser.get(address(app, rule, matter, "GET"))
    after = counts(database)
    # What reading writes: that this person read this dossier, once an hour, under the trail's head; and the pace of
    # those who try secret addresses.
    trail = {"audit_entry", "chain_head", "rate_window"}
    assert {name for name in after if after[name] != before[name]} <= trail
    with database.reader() as session:
        new = session.scalars(select(AuditEntry).where(AuditEntry.seq > before["audit_entry"])).all()
        assert [entry.action for entry in new].count("matter.viewed") == 1
        assert {entry.action for entry in new} <= {"matter.viewed", "matter.exported"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_fields_never_break_a_page(app, as_person, matter, text):
    app.config["WTF_CSRF_ENABLED"] = False
    browser = as_person("lawyer")
    names = ("title", "name", "summary", "territory", "platform", "url", "body", "version", "act", "person", "reason")
    for rule in rules(app, "POST"):
        if rule.endpoint.startswith("authentication"):
            continue
        answer = browser.client.post(address(app, rule, matter, "POST"), data=dict.fromkeys(names, text))
        assert answer.status_code < 500, rule.rule


@pytest.mark.parametrize("day", [("1", "1", "1881"), ("1", "1", "3026"), ("31", "2", "2026"), ("x", "", "-1")])
def test_absurd_dates_are_refused_with_a_sentence(as_person, matter, day):
    answer = as_person("lawyer").post(
        f"/dossiers/{matter.id}/contenus/nouveau",
        {
            "title": "Avis",
            "platform": "x",
            "publicity": "yes",
            "date_kind": "exact",
            **{f"published_on-{part}": value for part, value in zip(("jour", "mois", "annee"), day, strict=True)},
        },
    )
    assert answer.status_code == 400
    assert 'id="published_on-erreur"' in answer.text


@pytest.mark.parametrize("url", ["https://u:p@x.fr/", "https://x.fr/a b", "javascript:alert(1)", "ftp://x.fr", "x"])
def test_bad_addresses_are_refused_and_kept_for_correction(as_person, matter, url):
    answer = as_person("lawyer").post(
        f"/dossiers/{matter.id}/contenus/nouveau",
        {"title": "Avis", "platform": "x", "publicity": "yes", "date_kind": "unknown", "url": url},
    )
    assert answer.status_code == 400
    assert 'id="url-erreur"' in answer.text
