"""What happens to an account is told to its owner; a forgotten password comes back by a link and the second factor."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import accounts, administration, attempts, clock, factors, resets
from casefile.app import create_app
from casefile.errors import NotFound
from casefile.models.ledger import AuditEntry, OutgoingMail
from casefile.models.people import Firm, LoginSession, Person
from tests.web.conftest import PASSWORD, Browser, code_for
from tests.web.page_checker import CheckedClient

NEW = "une autre phrase assez longue"
FORGOTTEN = "/connexion/oubli"


@pytest.fixture
def app(settings, database):
    app = create_app(dataclasses.replace(settings, smtp_url="smtp://127.0.0.1:1"), database)
    app.testing = True
    app.test_client_class = CheckedClient
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
    return app


def told(database):
    with database.reader() as session:
        rows = session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at))
        return [(row.recipient_address.partition("@")[0], row.subject, row.text) for row in rows]


def come(session, person, *, agent="Firefox", address="192.0.2.1"):
    return accounts.start_session(session, person, complete=True, user_agent=agent, address=address)


def test_a_new_device_is_told_once_and_a_known_one_is_not(database, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        for place in ({}, {}, {"agent": "Chrome", "address": "198.51.100.7"}, {"agent": "Chrome"} | {}, {}):
            come(session, lawyer, **place)
    found = told(database)
    assert [who for who, _, _ in found] == ["lawyer", "lawyer"]
    assert "198.51.100.7" in found[0][2]
    assert not any("Personne" in subject for _, subject, _ in found)


def test_a_change_of_password_factor_or_role_is_told(database, people):
    with database.transaction() as session:
        lawyer, boss = (session.get(Person, people[name].id) for name in ("lawyer", "administrator"))
        come(session, lawyer)
        login = session.scalars(select(LoginSession)).one()
        accounts.change_password(session, lawyer, PASSWORD, NEW, keep=login.id)
        factors.new_recovery_codes(session, lawyer)
        administration.change_role(session, boss, lawyer, lawyer.role, administers=False)
        administration.reset_factor(session, boss, lawyer)
    text = "".join(body for _, _, body in told(database))
    for words in ("mot de passe vient d'être changé", "codes de secours", "rôle", "effacer votre second facteur"):
        assert words in text
    assert {who for who, _, _ in told(database)} == {"lawyer"}


def test_failed_sign_ins_enter_the_trail_and_the_fifth_is_told(app, database, people):
    for _ in range(attempts.FREE_FAILURES):
        Browser(app).post("/connexion", {"email": people["lawyer"].email, "password": "pas le bon mot de passe"})
    Browser(app).post("/connexion", {"email": "inconnu@x.fr", "password": "pas le bon mot de passe"})
    with database.reader() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "session.refused")).all()
        assert [row.subject_id for row in rows[:5]] == [str(people["lawyer"].id)] * 5
        assert "inconnu" not in str([row.facts for row in rows])
    assert [words for _, _, words in told(database) if "essais de connexion" in words]


def linked(app, database, people, name="lawyer"):
    answer = Browser(app).post(FORGOTTEN, {"email": people[name].email})
    assert answer.status_code == 303
    return re.search(rf"{FORGOTTEN}/[\w-]+", told(database)[-1][2])[0]


def chosen(app, link, code, password=NEW):
    return Browser(app).post(link, {"code": code, "password": password, "repeated": password})


def test_a_forgotten_password_takes_the_mailed_link_and_the_second_factor(app, database, people, as_person):
    before = as_person("lawyer")
    link = linked(app, database, people)
    assert chosen(app, link, "000000").status_code == 403
    assert chosen(app, link, code_for(people["lawyer"]), "court").status_code == 400
    assert chosen(app, link, code_for(people["lawyer"])).status_code == 303
    assert before.get("/").status_code == 303, "every session has ended"
    assert Browser(app).get(link).status_code == 404, "the link served"
    for password, status in ((PASSWORD, 403), (NEW, 303)):
        answer = Browser(app).post("/connexion", {"email": people["lawyer"].email, "password": password})
        assert answer.status_code == status
    assert "choisi de nouveau" in told(database)[-1][2]


def test_the_answer_tells_nobody_which_accounts_exist_and_no_mailbox_is_flooded(app, database, people):
    unknown = Browser(app).post(FORGOTTEN, {"email": "inconnu@x.fr"})
    known = Browser(app).post(FORGOTTEN, {"email": people["lawyer"].email})
    assert (unknown.status_code, unknown.headers["Location"]) == (known.status_code, known.headers["Location"])
    with database.transaction() as session:
        for _ in range(resets.MOST + 2):
            resets.ask(session, people["lawyer"].email, "http://x")
    assert len(told(database)) == resets.MOST
    for _ in range(attempts.FREE_FAILURES):
        Browser(app).post(FORGOTTEN, {"email": "inconnu@x.fr"})
    assert Browser(app).post(FORGOTTEN, {"email": "inconnu@x.fr"}).status_code == 429


def test_a_link_dies_by_time_by_the_next_one_and_serves_nobody_without_a_factor(app, database, people):
    first = linked(app, database, people).rpartition("/")[2]
    second = linked(app, database, people).rpartition("/")[2]
    with database.transaction() as session:
        with pytest.raises(NotFound):
            resets.person_of(session, first)
        with clock.frozen(clock.now() + timedelta(minutes=31)), pytest.raises(NotFound):
            resets.person_of(session, second)
        session.get(Person, people["partner"].id).totp_secret = None
        count = len(told(database))
        resets.ask(session, people["partner"].email, "http://x")
    assert len(told(database)) == count


def test_an_administrator_ends_the_sessions_of_somebody_who_is_told(database, people, as_person):
    lawyer = as_person("lawyer")
    page = f"/cabinet/personnes/{people['lawyer'].id}"
    assert as_person("administrator").post(f"{page}/sessions/fermer", page=page).status_code == 303
    assert lawyer.get("/").status_code == 303
    assert "fermer toutes vos sessions" in told(database)[-1][2]


def test_without_a_mail_server_the_page_says_whom_to_ask(settings, database, people):
    bare = create_app(settings, database)
    bare.testing, bare.test_client_class = True, CheckedClient
    assert "exploitant" in Browser(bare).get(FORGOTTEN).text
