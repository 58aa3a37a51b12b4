"""Searches, exports, captures and guesses are counted; nobody's limit can be spent by somebody else."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import url_for

from casefile import accounts, clock
from casefile.models.people import Person, RateWindow, Role
from casefile.pace import LIMITS, Limit, Pace, TooFast, spend
from casefile.web import paces
from tests.web.conftest import Browser


@pytest.fixture
def strict(monkeypatch):
    """Let three acts of each kind pass, so that a fourth shows the limit."""
    for pace in Pace:
        monkeypatch.setitem(LIMITS, pace, Limit(3, timedelta(minutes=10)))


def test_every_page_of_the_table_exists(app):
    known = {(method, rule.endpoint) for rule in app.url_map.iter_rules() for method in rule.methods}
    assert set(paces.BEFORE) - known == set()
    assert {("GET", endpoint) for endpoint in paces.GUESSED} - known == set()


def test_searching_like_a_script_is_slowed_down_and_says_when_to_go_on(app, as_person, strict):
    fast, colleague = as_person("lawyer"), as_person("stranger")
    with clock.frozen(clock.now()) as now:
        assert [fast.get("/recherche?q=avis").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = fast.get("/recherche?q=avis")
        assert 0 < int(refused.headers["Retry-After"]) <= 600
        assert "attendez 10 minutes" in refused.text
        assert colleague.get("/recherche?q=avis").status_code == 200
        assert fast.get("/dossiers").status_code == 200
        assert Browser(app).get("/connexion").status_code == 200
    with clock.frozen((now or clock.now()) + timedelta(minutes=11)):
        assert fast.get("/recherche?q=avis").status_code == 200


def test_files_leave_at_a_measured_pace_even_from_a_page_that_nobody_named(as_person, strict, monkeypatch):
    named, forgotten = as_person("lawyer"), as_person("stranger")
    path = "/agenda/export.csv"
    assert "attachment" in named.get(path).headers["Content-Disposition"]
    assert [named.get(path).status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(paces, "BEFORE", {})
    assert [forgotten.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_refused_capture_counts_too(as_person, matter, publication, strict, app):
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context():
        path = url_for("evidence.capture", matter_id=matter.id, publication_id=uuid.uuid4())
    browser = as_person("lawyer")
    assert [browser.client.post(path).status_code for _ in range(4)] == [404, 404, 404, 429]


def test_wrong_secret_addresses_are_counted_and_the_right_one_always_opens(app, database, people, strict):
    with database.transaction() as session:
        token = accounts.invite(session, session.get(Person, people["administrator"].id), Role.LAWYER, "a@b.fr")
    browser = Browser(app)
    assert [browser.get(f"/invitation/faux{n}").status_code for n in range(5)] == [404, 404, 404, 429, 429]
    assert browser.get(f"/invitation/{token}").status_code == 200


def test_a_clock_set_back_holds_nobody(session, monkeypatch):
    monkeypatch.setitem(LIMITS, Pace.SEARCH, Limit(1, timedelta(minutes=1)))
    now = clock.now()
    with clock.frozen(now):
        spend(session, Pace.SEARCH, "x")
        with pytest.raises(TooFast):
            spend(session, Pace.SEARCH, "x")
    with clock.frozen(now - timedelta(days=1)):
        spend(session, Pace.SEARCH, "x")


def test_old_windows_are_forgotten(session):
    now = clock.now()
    with clock.frozen(now):
        for number in range(3):
            spend(session, Pace.GUESS, f"192.0.2.{number}")
    with clock.frozen(now + timedelta(hours=2)):
        spend(session, Pace.GUESS, "192.0.2.0")
    assert session.query(RateWindow).count() == 1
