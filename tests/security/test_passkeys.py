"""Passkeys: a key opens its own account, on our site, over our challenge, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import accounts, clock, passkeys
from casefile.app import create_app
from casefile.models.ledger import AuditEntry
from casefile.models.people import LoginFailure, Passkey
from tests.web.conftest import PASSWORD, TOKEN, Browser, sign_in

from .authenticator import Device


@pytest.fixture
def named(app, settings, database):
    """Serve the application under a name: browsers allow no passkey on a bare IP address."""
    served = create_app(replace(settings, base_url="http://localhost:8000"), database)
    served.testing, served.test_client_class = True, app.test_client_class
    return served


def challenge(browser, path, page):
    token = TOKEN.search(browser.get(page).text)[1]
    answer = browser.client.post(path, headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    return answer.get_json()


def add(browser, device, name="Téléphone"):
    options = challenge(browser, "/compte/cles/defi", "/compte/cles")
    return browser.post("/compte/cles", {"name": name, "credential": device.create(options)})


@pytest.fixture
def device(named, database, people):
    device = Device()
    assert add(sign_in(named, database, people["lawyer"]), device).status_code == 303
    return device


def half_way(app, person):
    browser = Browser(app)
    browser.post("/connexion", {"email": person.email, "password": PASSWORD})
    return browser


def sign(browser, make):
    options = challenge(browser, "/connexion/cle/defi", "/connexion/code")
    return browser.post("/connexion/cle", {"credential": make(options)}, page="/connexion/code")


def test_a_key_replaces_the_code(named, people, device):
    browser = half_way(named, people["lawyer"])
    assert "Utiliser une clé d’accès" in browser.get("/connexion/code").text
    assert sign(browser, device.sign).headers["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_the_answer_to_another_challenge_is_refused_and_counted(named, database, people, device):
    browser = half_way(named, people["lawyer"])
    answer = sign(browser, lambda options: device.sign(options, challenge="QUJD" * 10))
    assert answer.status_code == 403
    assert browser.get("/").status_code == 303
    with database.reader() as session:
        assert session.scalars(select(LoginFailure)).all()


def test_an_answer_serves_once(named, people, device):
    kept = []

    def make(options):
        kept.append(device.sign(options))
        return kept[0]

    assert sign(half_way(named, people["lawyer"]), make).status_code == 303
    again = half_way(named, people["lawyer"])
    assert again.post("/connexion/cle", {"credential": kept[0]}, page="/connexion/code").status_code == 403


def test_a_false_site_gets_nothing(named, people, device):
    device.origin = "https://casefile.mal.example"
    assert sign(half_way(named, people["lawyer"]), device.sign).status_code == 403
    device.origin = "http://localhost:8000"
    wrong_host = sign(half_way(named, people["lawyer"]), lambda options: device.sign(options, host="mal.example"))
    assert wrong_host.status_code == 403


def test_the_key_of_one_person_does_not_open_the_account_of_another(named, people, device):
    assert sign(half_way(named, people["stranger"]), device.sign).status_code == 403


def test_a_cloned_key_whose_counter_goes_back_is_refused(named, people, device):
    device.count = 41
    assert sign(half_way(named, people["lawyer"]), device.sign).status_code == 303
    device.count = 3
    assert sign(half_way(named, people["lawyer"]), device.sign).status_code == 403


@pytest.mark.parametrize(
    "junk", ["", "{}", "[]", "null", "\x00", '{"id":"x"}', "x" * 30_000, '{"id":"QQ","rawId":"QQ","type":"public-key"}']
)
def test_junk_is_refused_and_stores_nothing(named, database, people, junk):
    browser = sign_in(named, database, people["lawyer"])
    challenge(browser, "/compte/cles/defi", "/compte/cles")
    assert browser.post("/compte/cles", {"name": "x", "credential": junk}).status_code == 400
    half = half_way(named, people["lawyer"])
    assert sign(half, lambda _: junk).status_code == 403
    with database.reader() as session:
        assert session.scalars(select(Passkey)).all() == []


def test_without_a_challenge_no_key_is_kept(named, database, people):
    browser = sign_in(named, database, people["lawyer"])
    made = Device().create({"rp": {"id": "localhost"}, "challenge": "QUJD"})
    assert browser.post("/compte/cles", {"name": "x", "credential": made}).status_code == 400


def test_nobody_removes_the_key_of_another(named, database, people, device):
    with database.reader() as session:
        key = session.scalars(select(Passkey)).one()
    path = f"/compte/cles/{key.id}/retirer"
    assert sign_in(named, database, people["stranger"]).post(path, page="/compte/cles").status_code == 404
    owner, elsewhere = (sign_in(named, database, people["lawyer"]) for _ in range(2))
    assert owner.post(path, page="/compte/cles").status_code == 303
    assert elsewhere.get("/").status_code == 303  # a change of factor ends the other sessions
    with database.reader() as session:
        assert session.scalars(select(Passkey)).all() == []
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"factor.passkey_added", "factor.passkey_removed"} <= actions


def test_a_stale_session_adds_no_key(named, database, people):
    browser = sign_in(named, database, people["lawyer"])
    with clock.frozen(clock.now() + accounts.FRESH_LIMIT + timedelta(minutes=1)):
        token = TOKEN.search(browser.get("/compte/cles").text)[1]
        answer = browser.client.post("/compte/cles/defi", headers={"X-CSRFToken": token})
        assert answer.headers["Location"].startswith("/compte/confirmation")


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://casefile.cabinet.fr", True),
        ("http://localhost:8000", True),
        ("http://casefile.cabinet.fr", False),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]", False),
    ],
)
def test_keys_are_offered_only_where_browsers_allow_them(address, possible):
    assert (passkeys.site_at(address) is not None) is possible
