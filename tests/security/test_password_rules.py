"""Passwords, codes, links and sessions at the edges: exact, long, unguessable, kept as digests, ended in time."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from casefile import accounts, clock, factors
from casefile.errors import InvalidInput, NotFound
from casefile.models.people import Firm, Invitation, LoginSession, Person, RecoveryCode, Role
from casefile.passwords import MAXIMUM, refuse_weak
from tests.web.conftest import PASSWORD, Browser, code_for


def enters(app, person, password):
    return Browser(app).post("/connexion", {"email": person.email, "password": password}).status_code == 303


@pytest.fixture
def given(database, people):
    """Give a function that lets the lawyer choose a password."""

    def choose(password):
        with database.transaction() as session:
            accounts.set_password(session, session.get(Person, people["lawyer"].id), password)

    return choose


def test_a_password_is_taken_exactly_as_typed(app, people, given):
    exact = "  Été à Nîmes, 3 péniches !  "
    given(exact)
    for wrong in (exact.strip(), exact.lower(), exact[:-1], exact.replace("é", "e")):
        assert not enters(app, people["lawyer"], wrong), wrong
    assert enters(app, people["lawyer"], exact)


def test_long_passwords_of_any_composition_are_welcome_and_compared_to_the_last_character(app, people, given):
    long = ("trois péniches mangent du foin 😀 " * 7)[:MAXIMUM]
    for password in ("tout en minuscules et rien d'autre", "1029 3847 5665 7748 39", long[:64], long):
        refuse_weak(password)
    given(long)
    assert not enters(app, people["lawyer"], long[:-1] + "x")
    assert enters(app, people["lawyer"], long)


def test_a_password_stays_good_until_its_owner_changes_it(app, people):
    with clock.frozen(clock.now() + timedelta(days=800)):
        assert enters(app, people["lawyer"], PASSWORD)


def test_the_name_of_the_firm_is_no_password(app, database, people, given):
    with database.transaction() as session:
        session.get_one(Firm, 1).name = "Cabinet Aubrytheil et associés"
    with pytest.raises(InvalidInput, match="nom du cabinet"):
        given("aubrytheil associés !")
    given("aubrytheil dessine trois péniches")


def test_password_fields_hide_what_is_typed_and_let_managers_fill_them(app, as_person, database):
    with database.transaction() as session:
        link = accounts.invite(session, None, Role.LAWYER, "claire@cabinet.example")
    pages = (
        Browser(app).get("/connexion"),
        Browser(app).get(f"/invitation/{link}"),
        as_person("lawyer").get("/compte"),
    )
    for page in (*pages, as_person("lawyer").get("/compte/confirmation")):
        fields = re.findall(r"<input[^>]*name=\"(?:password|current|repeated)\"[^>]*>", page.text)
        assert fields
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(?:current|new)-password"', field), field
            assert "onpaste" not in field


def test_a_code_of_another_minute_is_worth_nothing(app, database, people):
    person = people["lawyer"]
    now = clock.now()
    with database.transaction() as session, clock.frozen(now):
        lawyer = session.get(Person, person.id)
        for minutes in (-5, -1, 1, 5):
            code = pyotp.TOTP(person.totp_secret).at(int((now + timedelta(minutes=minutes)).timestamp()))
            with pytest.raises(accounts.LoginRefused):
                factors.check_second_factor(session, lawyer, code)
        factors.check_second_factor(session, lawyer, code_for(person))


def test_what_replaces_a_secret_cannot_be_guessed_and_is_kept_as_a_digest(database, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        codes = factors.new_recovery_codes(session, lawyer)
        tokens = [accounts.invite(session, None, Role.LAWYER, f"{n}@x.example") for n in range(3)]
        tokens += [
            accounts.start_session(session, lawyer, complete=True, user_agent="", address="192.0.2.1") for _ in range(3)
        ]
        kept = {
            *session.scalars(select(RecoveryCode.code_digest)),
            *session.scalars(select(Invitation.token_digest)),
            *session.scalars(select(LoginSession.token_digest)),
        }
    assert all(len(re.sub("-", "", code)) == 28 for code in codes), "112 bits in sixteens"
    assert all(len(token) >= 43 for token in tokens), "256 bits in base 64"
    assert len({*codes, *tokens}) == 16
    assert kept == {accounts.digest(secret) for secret in (*codes, *tokens)}


def test_an_invitation_dies_after_its_seven_days(app, database):
    with database.transaction() as session:
        link = accounts.invite(session, None, Role.LAWYER, "claire@cabinet.example")
    with clock.frozen(clock.now() + accounts.INVITATION_LIFE + timedelta(seconds=1)):
        assert Browser(app).get(f"/invitation/{link}").status_code == 404
        with database.reader() as session, pytest.raises(NotFound):
            accounts.invitation_for(session, link)
    assert Browser(app).get(f"/invitation/{link}").status_code == 200


def test_a_session_in_constant_use_ends_all_the_same(as_person):
    browser, began = as_person("lawyer"), clock.now()
    step = accounts.IDLE_LIMIT / 2
    for number in range(1, int(accounts.ABSOLUTE_LIMIT / step)):
        with clock.frozen(began + number * step):
            assert browser.get("/compte").status_code == 200
    with clock.frozen(began + accounts.ABSOLUTE_LIMIT + timedelta(seconds=1)):
        assert browser.get("/compte").status_code == 303


def test_proving_again_who_one_is_gives_a_new_token(app, as_person):
    browser, thief = as_person("lawyer"), Browser(app)
    copied = browser.client.get_cookie("casefile_session").value
    thief.client.set_cookie("casefile_session", copied)
    assert thief.get("/compte").status_code == 200
    assert browser.post("/compte/confirmation", {"password": PASSWORD}).status_code == 303
    assert browser.get("/compte").status_code == 200
    assert thief.get("/compte").status_code == 303


def test_a_new_place_has_no_account_at_all(database):
    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_half_a_session_opens_no_page(app, people):
    browser = Browser(app)
    browser.post("/connexion", {"email": people["lawyer"].email, "password": PASSWORD})
    for path in ("/", "/dossiers", "/compte", "/recherche"):
        assert browser.get(path).headers["Location"].startswith("/connexion")


def test_people_see_their_sessions_and_end_them_once_asked_again(as_person, database):
    here, elsewhere = as_person("lawyer"), as_person("lawyer")
    page = here.get("/compte").text
    ends = set(re.findall(r'action="(/compte/sessions/[^"]+/fermer)"', page))
    with database.reader() as session:
        own = {f"/compte/sessions/{row.id}/fermer" for row in session.scalars(select(LoginSession))}
    assert ends
    assert ends <= own
    with clock.frozen(clock.now() + accounts.FRESH_LIMIT + timedelta(minutes=1)):
        for path in ends:
            assert "/compte/confirmation" in here.post(path, page="/compte").headers["Location"]
        assert elsewhere.get("/compte").status_code == 200
        here.post("/compte/confirmation", {"password": PASSWORD})
        for path in own:
            if here.get("/compte").status_code == 200:
                here.post(path, page="/compte")
        assert 303 in {here.get("/compte").status_code, elsewhere.get("/compte").status_code}
    assert as_person("stranger").post(ends.pop(), page="/compte").status_code == 404
