"""Sensitive acts ask again who is there; roles and factors change for others only, and sessions end."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import accounts, attempts, clock, factors
from casefile.app import create_app
from casefile.models.ledger import AuditEntry
from casefile.models.people import Firm, Person, PersonState, RecoveryCode, Role
from casefile.passwords import LISTS, is_common
from tests.web.conftest import PASSWORD, TOKEN, Browser, code_for

LATER = accounts.FRESH_LIMIT + timedelta(minutes=1)


def role_of(database, person):
    with database.reader() as session:
        found = session.get(Person, person.id)
        return found.role, found.administers


def test_a_session_left_open_changes_no_role(as_person, database, people):
    browser = as_person("administrator")
    page = f"/cabinet/personnes/{people['lawyer'].id}"
    with clock.frozen(clock.now() + LATER):
        answer = browser.post(page, {"role": "associe"}, headers={"Referer": f"http://localhost{page}"})
        assert answer.headers["Location"] == f"/compte/confirmation?next={page}"
        assert role_of(database, people["lawyer"]) == (Role.LAWYER, False)
        wrong = browser.post("/compte/confirmation", {"password": "pas le bon mot de passe"})
        assert wrong.status_code == 403
        again = browser.post(f"/compte/confirmation?next={page}", {"password": PASSWORD})
        assert again.headers["Location"] == page
        assert browser.post(page, {"role": "associe"}).status_code == 303
    assert role_of(database, people["lawyer"]) == (Role.PARTNER, False)


def test_asking_again_never_leads_outside(as_person):
    browser = as_person("lawyer")
    answer = browser.post("/compte/confirmation?next=//mal.example", {"password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_guessing_at_the_confirmation_is_slowed_down(as_person):
    browser = as_person("lawyer")
    for _ in range(attempts.FREE_FAILURES):
        browser.post("/compte/confirmation", {"password": "pas le bon mot de passe"})
    assert browser.post("/compte/confirmation", {"password": PASSWORD}).status_code == 429


def test_a_change_of_role_ends_the_sessions(as_person, people):
    lawyer, administrator = as_person("lawyer"), as_person("administrator")
    assert lawyer.get("/").status_code == 200
    assert administrator.post(f"/cabinet/personnes/{people['lawyer'].id}", {"role": "assistant"}).status_code == 303
    assert lawyer.get("/").status_code == 303


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("administrator", {"role": "associe"}),  # oneself
        ("lawyer", {"role": "assistant", "administers": "y"}),  # only a partner may manage people besides
        ("lawyer", {"role": "externe"}),
        ("lawyer", {"role": "' OR 1=1"}),
    ],
)
def test_refused_roles_change_nothing(as_person, database, people, name, data):
    before = role_of(database, people[name])
    answer = as_person("administrator").post(f"/cabinet/personnes/{people[name].id}", data)
    assert answer.status_code == 400
    assert role_of(database, people[name]) == before


def test_a_lost_telephone_is_replaced_by_an_administrator_and_the_trail_says_so(app, as_person, database, people):
    lawyer, administrator = as_person("lawyer"), as_person("administrator")
    path = f"/cabinet/personnes/{people['lawyer'].id}"
    assert administrator.post(f"{path}/second-facteur", page=path).status_code == 303
    assert lawyer.get("/").status_code == 303
    with database.reader() as session:
        assert session.get(Person, people["lawyer"].id).totp_secret is None
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "factor.reset"))
        assert (entry.actor_id, entry.subject_id) == (people["administrator"].id, str(people["lawyer"].id))
    browser = Browser(app)
    browser.post("/connexion", {"email": people["lawyer"].email, "password": PASSWORD})
    assert browser.get("/connexion/code").headers["Location"] == "/connexion/second-facteur"


def test_an_administrator_resets_not_their_own_factor(as_person, database, people):
    path = f"/cabinet/personnes/{people['administrator'].id}"
    as_person("administrator").post(f"{path}/second-facteur", page=path)
    with database.reader() as session:
        assert session.get(Person, people["administrator"].id).totp_secret


def test_new_recovery_codes_annul_the_former_ones(app, as_person, database, people):
    with database.transaction() as session:
        former = factors.new_recovery_codes(session, session.get(Person, people["lawyer"].id))
    page = as_person("lawyer").post("/compte/codes-de-secours", page="/compte")
    assert page.status_code == 200
    assert former[0] not in page.text
    with database.reader() as session:
        assert len(session.scalars(select(RecoveryCode)).all()) == factors.RECOVERY_CODES
    browser = Browser(app)
    browser.post("/connexion", {"email": people["lawyer"].email, "password": PASSWORD})
    assert browser.post("/connexion/code", {"code": former[0]}).status_code == 403


@pytest.mark.parametrize(
    "password", ["Mot de passe 2026 !!!", "sunshineprincess12", "azertyuiop-azertyuiop", "Cabinet Avocats 2026"]
)
def test_common_words_repeated_joined_or_decorated_stay_common(password):
    assert is_common(password)


@pytest.mark.parametrize("password", [PASSWORD, "trois péniches mangent du foin", "xk4-pl0-zzt-8qh-aa"])
def test_sentences_of_ones_own_are_not_common(password):
    assert not is_common(password)


def test_the_list_of_common_passwords_is_long_and_not_served(app):
    assert sum(len(file.read_text("utf-8").splitlines()) for file in LISTS) > 30_000
    for file in LISTS:
        for path in (f"/static/{file.name}", f"/static/../data/{file.name}", f"/data/{file.name}"):
            assert Browser(app).get(path).status_code == 404


def elsewhere(address):
    return {"environ_overrides": {"REMOTE_ADDR": address}}


def test_strangers_do_not_lock_a_person_out_of_their_own_address(app, database, people):
    person = people["lawyer"]
    with database.transaction() as session:
        lawyer = session.get(Person, person.id)
        accounts.start_session(session, lawyer, complete=True, user_agent="", address="192.0.2.7")
    for number in range(attempts.FREE_FAILURES + 3):
        data = {"email": person.email, "password": "pas le bon mot de passe"}
        Browser(app).post("/connexion", data, **elsewhere(f"203.0.113.{number}"))
    right = {"email": person.email, "password": PASSWORD}
    assert Browser(app).post("/connexion", right, **elsewhere("203.0.113.99")).status_code == 429
    assert Browser(app).post("/connexion", right, **elsewhere("192.0.2.7")).status_code == 303


def test_a_known_address_that_guesses_is_slowed_down_too(app, database, people):
    person = people["lawyer"]
    with database.transaction() as session:
        lawyer = session.get(Person, person.id)
        accounts.start_session(session, lawyer, complete=True, user_agent="", address="192.0.2.7")
    for _ in range(attempts.FREE_FAILURES):
        data = {"email": person.email, "password": "pas le bon mot de passe"}
        Browser(app).post("/connexion", data, **elsewhere("192.0.2.7"))
    right = {"email": person.email, "password": PASSWORD}
    assert Browser(app).post("/connexion", right, **elsewhere("192.0.2.7")).status_code == 429


def test_a_planted_session_is_worth_nothing_after_signing_in(app, people):
    victim, thief = Browser(app), Browser(app)
    victim.client.set_cookie("casefile_session", "jeton-plante-par-un-tiers")
    victim.post("/connexion", {"email": people["lawyer"].email, "password": PASSWORD})
    half = victim.client.get_cookie("casefile_session").value
    victim.post("/connexion/code", {"code": code_for(people["lawyer"])})
    whole = victim.client.get_cookie("casefile_session").value
    assert len({"jeton-plante-par-un-tiers", half, whole}) == 3
    for token in ("jeton-plante-par-un-tiers", half):
        thief.client.set_cookie("casefile_session", token)
        assert thief.get("/").status_code == 303
    assert victim.get("/").status_code == 200


def test_a_password_changes_only_with_the_present_one(as_person, database, people):
    new = "une autre phrase bien longue"
    data = {"current": "pas le bon mot de passe", "password": new, "repeated": new}
    before = people["lawyer"].password_hash
    assert as_person("lawyer").post("/compte/mot-de-passe", data, page="/compte").status_code == 400
    with database.reader() as session:
        assert session.get(Person, people["lawyer"].id).password_hash == before


def test_over_https_the_cookies_belong_to_this_host_alone(settings, database, people):
    app = create_app(dataclasses.replace(settings, base_url="https://dossiers.example"), database)
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
        lawyer = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, lawyer, complete=True, user_agent="", address="127.0.0.1")
    client, secure = app.test_client(), {"base_url": "https://dossiers.example"}
    page = client.get("/connexion", **secure)
    data = {"email": people["lawyer"].email, "password": PASSWORD, "csrf_token": TOKEN.search(page.text)[1]}
    answer = client.post("/connexion", data=data, headers={"Referer": "https://dossiers.example/connexion"}, **secure)
    names = [
        line.partition("=")[0] for line in (*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie"))
    ]
    assert set(names) == {"__Host-casefile_form", "__Host-casefile_session"}
    for line in answer.headers.getlist("Set-Cookie"):
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in line.split(";")}
        assert "Domain" not in line
    planted = app.test_client()
    planted.set_cookie("casefile_session", token, domain="dossiers.example")  # what plain http or a neighbour can plant
    assert planted.get("/dossiers", **secure).status_code == 303
    planted.set_cookie("__Host-casefile_session", token, domain="dossiers.example", secure=True)
    assert planted.get("/dossiers", **secure).status_code == 200


@pytest.mark.parametrize("who", ["unknown", "disabled", "without_password", "known"])
def test_a_refusal_costs_the_same_hashing_whoever_is_asked_for(app, database, people, monkeypatch, who):
    with database.transaction() as session:
        session.get(Person, people["stranger"].id).state = PersonState.DISABLED
        session.get(Person, people["walled"].id).password_hash = None
    emails = {
        "unknown": "personne@ailleurs.example",
        "disabled": people["stranger"].email,
        "without_password": people["walled"].email,
        "known": people["lawyer"].email,
    }
    spent, plain = [], accounts._hasher

    class Counting:
        def verify(self, *both):
            spent.append(1)
            return plain.verify(*both)

    monkeypatch.setattr(accounts, "_hasher", Counting())
    answer = Browser(app).post("/connexion", {"email": emails[who], "password": "pas le bon mot de passe"})
    assert (answer.status_code, len(spent)) == (403, 1)
    assert "Adresse ou mot de passe incorrect" in answer.text
