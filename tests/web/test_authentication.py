"""Signing in: password and second factor, invitations, sessions that end."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from casefile import accounts, attempts, clock, factors
from casefile.models.people import LoginFailure, Person, Role

from .conftest import PASSWORD, TOKEN, Browser, code_for


def enter(browser, email, password=PASSWORD):
    return browser.post("/connexion", {"email": email, "password": password})


def test_password_then_code_opens_the_home_page(app, people):
    browser = Browser(app)
    assert enter(browser, people["lawyer"].email).headers["Location"].startswith("/connexion/code")
    assert browser.get("/dossiers").status_code == 303  # half-way is not in
    answer = browser.post("/connexion/code", {"code": code_for(people["lawyer"])})
    assert answer.headers["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_a_code_is_never_accepted_twice(app, people):
    code = code_for(people["lawyer"])
    for expected in (303, 403):
        browser = Browser(app)
        enter(browser, people["lawyer"].email)
        assert browser.post("/connexion/code", {"code": code}).status_code == expected


def test_unknown_address_and_wrong_password_give_the_same_page(app, people):
    wrong = enter(Browser(app), people["lawyer"].email, "pas le bon mot de passe")
    unknown = enter(Browser(app), "personne@nulle.part", "pas le bon mot de passe")
    strip = re.compile(r'(name="csrf_token" value|name="email"[^>]*value)="[^"]*"')
    assert wrong.status_code == unknown.status_code == 403
    assert strip.sub("", wrong.text) == strip.sub("", unknown.text)


def test_failures_slow_the_account_down_and_time_opens_it_again(app, people):
    for _ in range(attempts.FREE_FAILURES):
        enter(Browser(app), people["lawyer"].email, "pas le bon mot de passe")
    assert enter(Browser(app), people["lawyer"].email).status_code == 429
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert enter(Browser(app), people["lawyer"].email).status_code == 303


def test_a_failure_counts_although_the_request_is_refused(app, database, people):
    enter(Browser(app), people["lawyer"].email, "pas le bon mot de passe")
    with database.reader() as session:
        assert len(session.scalars(select(LoginFailure)).all()) == 2


def test_a_disabled_person_is_out_at_the_next_request(as_person, people):
    browser, administrator = as_person("lawyer"), as_person("administrator")
    assert browser.get("/").status_code == 200
    administrator.post(f"/cabinet/personnes/{people['lawyer'].id}/etat", page="/cabinet/personnes")
    assert browser.get("/").headers["Location"].startswith("/connexion")


def test_a_session_ends_when_idle(as_person):
    browser = as_person("lawyer")
    with clock.frozen(clock.now() + accounts.IDLE_LIMIT + timedelta(seconds=1)):
        assert browser.get("/").status_code == 303


def test_signing_out_kills_the_token_not_only_the_cookie(app, as_person):
    browser = as_person("lawyer")
    token = browser.client.get_cookie("casefile_session").value
    browser.post("/deconnexion", page="/")
    other = Browser(app)
    other.client.set_cookie("casefile_session", token)
    assert other.get("/").status_code == 303


@pytest.mark.parametrize("target", ["//mal.example", "https://mal.example", "/\\mal.example", "javascript:alert(1)"])
def test_signing_in_never_leads_outside(app, people, target):
    browser = Browser(app)
    browser.post("/connexion?next=" + target, {"email": people["lawyer"].email, "password": PASSWORD})
    answer = browser.post(f"/connexion/code?next={target}", {"code": code_for(people["lawyer"])})
    assert answer.headers["Location"] == "/"


def test_an_invitation_creates_one_account_with_its_factor(app, database):
    with database.transaction() as session:
        token = accounts.invite(session, None, Role.ADMINISTRATOR)
    browser, page = Browser(app), f"/invitation/{token}"
    data = {
        "full_name": "Claire Aubry",
        "title": "Me",
        "email": "claire@cabinet.example",
        "password": PASSWORD,
        "repeated": PASSWORD,
        "practises": "y",
    }
    assert browser.post(page, data).status_code == 303
    secret = re.search(r'id="cle">([A-Z2-7]+)<', browser.get("/connexion/second-facteur").text)[1]
    done = browser.post("/connexion/second-facteur", {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>", done.text)) == factors.RECOVERY_CODES
    assert browser.get("/dossiers").status_code == 200
    assert Browser(app).get(page).status_code == 404
    with database.reader() as session:
        person = session.scalars(select(Person)).one()
        assert (person.role, person.administers) == (Role.PARTNER, True)


@pytest.mark.parametrize("password", ["court", "azertyazertyazerty", "aaaaaaaaaaaaaaaaaaaa", "claire@cabinet.example1"])
def test_a_weak_password_is_refused_with_the_repair(app, database, password):
    with database.transaction() as session:
        token = accounts.invite(session, None, Role.LAWYER, "claire@cabinet.example")
    answer = Browser(app).post(
        f"/invitation/{token}", {"full_name": "Claire Aubry", "password": password, "repeated": password}
    )
    assert answer.status_code == 400
    assert "mot de passe" in answer.text
    with database.reader() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_recovery_code_works_once(app, database, people):
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        secret = pyotp.random_base32()
        codes = factors.set_totp(session, person, secret, pyotp.TOTP(secret).now())
    for expected in (303, 403):
        browser = Browser(app)
        enter(browser, people["lawyer"].email)
        assert browser.post("/connexion/code", {"code": codes[0]}).status_code == expected


def test_passwords_are_hashed_with_argon2id_at_full_cost(monkeypatch):
    monkeypatch.undo()
    assert accounts._hasher.hash(PASSWORD).startswith("$argon2id$")
    assert accounts._hasher.memory_cost >= PasswordHasher().memory_cost


def test_changing_the_password_ends_the_other_sessions(as_person):
    here, elsewhere = as_person("lawyer"), as_person("lawyer")
    new = "une autre phrase bien longue"
    answer = here.post("/compte/mot-de-passe", {"current": PASSWORD, "password": new, "repeated": new}, page="/compte")
    assert answer.status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303


def test_a_form_sent_long_after_its_page_was_opened_is_kept(as_person, matter, frozen_clock):
    """Found on 2026-11-28: noting the sign of life waited for the very lock that the request held."""
    browser = as_person("lawyer")
    token = TOKEN.search(browser.get(f"/dossiers/{matter.id}/chronologie").text)[1]
    with clock.frozen(frozen_clock + timedelta(minutes=5)):
        answer = browser.client.post(f"/dossiers/{matter.id}/notes", data={"body": "Appel", "csrf_token": token})
    assert answer.status_code == 303


@pytest.mark.parametrize("code", ["١٢٣٤٥٦", "²³¹²³¹", "12345\u0000"])
def test_figures_of_another_script_are_a_wrong_code_and_no_breakdown(app, people, code):
    """Found on 2026-11-28: str.isdigit says yes to them, the comparison in constant time raises."""
    browser = Browser(app)
    enter(browser, people["lawyer"].email)
    assert browser.post("/connexion/code", {"code": code}).status_code in {400, 403}
