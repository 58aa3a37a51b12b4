"""The operator lets back in who lost a password or a factor: in the open, by a short link, no password ever known."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casefile import accounts, clock, factors, readmission, tokens
from casefile.errors import InvalidInput, NotFound
from casefile.models.ledger import AuditEntry, OutgoingMail
from casefile.models.people import Passkey, PasswordReset, Person, PersonState, RecoveryCode
from casefile.readmission import Lost, readmit
from tests.web.conftest import PASSWORD, Browser, code_for

NEW = "une autre phrase assez longue"
REASON = "Appel au numéro connu, voix reconnue"
BASE = "http://localhost"


@pytest.fixture
def readmitted(database, people):
    def act(name, lost):
        with database.transaction() as session:
            return readmit(session, people[name].email, Lost(lost), REASON, base_url=BASE).url

    return act


def path_of(url):
    return url.removeprefix(BASE)


def chosen(app, url, **fields):
    return Browser(app).post(path_of(url), {"password": NEW, "repeated": NEW, **fields})


def enter(app, person, password):
    return Browser(app).post("/connexion", {"email": person.email, "password": password}).status_code


def test_a_lost_password_comes_back_by_a_link_that_still_asks_the_factor(app, people, readmitted, as_person):
    before, lawyer = as_person("lawyer"), people["lawyer"]
    url = readmitted("lawyer", "password")
    assert before.get("/").status_code == 303, "every session has ended"
    assert chosen(app, url, code="000000").status_code == 403
    assert chosen(app, url, code=code_for(lawyer)).status_code == 303
    assert Browser(app).get(path_of(url)).status_code == 404, "it serves once"
    assert (enter(app, lawyer, PASSWORD), enter(app, lawyer, NEW)) == (403, 303)


def test_no_token_made_before_opens_anything_after(database, people, readmitted):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        token = tokens.make(session, lawyer, "agenda", [tokens.Scope.READ.value], 30)
    with database.reader() as session:
        assert tokens.admit(session, f"Bearer {token}", tokens.Scope.READ)
    readmitted("lawyer", "factor")
    with database.reader() as session, pytest.raises(tokens.BadToken):
        tokens.admit(session, f"Bearer {token}", tokens.Scope.READ)


def test_a_lost_factor_is_erased_and_the_password_stays_asked(app, database, people, readmitted):
    assert readmitted("lawyer", "factor") is None
    assert enter(app, people["lawyer"], "pas le bon mot de passe") == 403
    browser = Browser(app)
    browser.post("/connexion", {"email": people["lawyer"].email, "password": PASSWORD})
    assert browser.get("/connexion/code").headers["Location"] == "/connexion/second-facteur"


def test_who_lost_both_chooses_by_the_link_then_sets_a_new_factor(app, database, people, readmitted):
    lawyer = people["lawyer"]
    with database.transaction() as session:
        factors.new_recovery_codes(session, session.get(Person, lawyer.id))
    url = readmitted("lawyer", "both")
    assert enter(app, lawyer, PASSWORD) == 403, "the former password is worth nothing, and no other is set"
    with database.reader() as session:
        row = session.get(Person, lawyer.id)
        assert (row.password_hash, row.totp_secret) == (None, None)
        assert not session.scalar(select(func.count()).select_from(RecoveryCode))
        assert not session.scalar(select(func.count()).select_from(Passkey))
    assert 'name="code"' not in Browser(app).get(path_of(url)).text
    assert chosen(app, url, password="court", repeated="court").status_code == 400
    assert chosen(app, url).status_code == 303
    browser = Browser(app)
    assert browser.post("/connexion", {"email": lawyer.email, "password": NEW}).status_code == 303
    assert browser.get("/").headers["Location"].startswith("/connexion"), "half a session opens nothing"
    assert browser.get("/connexion/code").headers["Location"] == "/connexion/second-facteur"


def test_the_link_dies_in_half_an_hour_and_by_the_next_one(app, database, people, readmitted):
    first, second = readmitted("lawyer", "both"), readmitted("lawyer", "both")
    assert Browser(app).get(path_of(first)).status_code == 404
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert Browser(app).get(path_of(second)).status_code == 404
    with database.reader() as session:
        kept = [row.token_digest for row in session.scalars(select(PasswordReset))]
    assert second.rpartition("/")[2] not in kept, "digests only"


def test_the_trail_the_person_the_partners_and_the_administrators_are_told(database, people, readmitted):
    url = readmitted("lawyer", "both")
    with database.reader() as session:
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "person.readmitted"))
        told = {row.recipient_address.partition("@")[0]: row for row in session.scalars(select(OutgoingMail))}
    assert (entry.actor_id, entry.subject_id, entry.facts["lost"]) == (None, str(people["lawyer"].id), "both")
    assert REASON not in json.dumps(entry.facts, ensure_ascii=False)
    assert set(told) == {"lawyer", "partner", "administrator"}
    assert REASON in told["partner"].text
    for row in told.values():
        assert "Personne" not in row.subject
        assert url.rpartition("/")[2] not in row.text + (row.html or ""), "the link is for the operator's hand alone"


@pytest.mark.parametrize(
    ("email", "lost", "reason", "says"),
    [
        ("inconnu@cabinet.example", "both", REASON, "Aucun compte"),
        ("stranger@cabinet.example", "both", REASON, "fermé"),
        ("lawyer@cabinet.example", "both", "perdu", "comment vous l'avez reconnu"),
        ("reader@cabinet.example", "password", REASON, "--lost both"),
        ("walled@cabinet.example", "factor", REASON, "--lost both"),
    ],
)
def test_a_refusal_changes_nothing(database, people, email, lost, reason, says):
    with database.transaction() as session:
        session.get(Person, people["stranger"].id).state = PersonState.DISABLED
        session.get(Person, people["reader"].id).totp_secret = None
        session.get(Person, people["walled"].id).password_hash = None
    with pytest.raises(InvalidInput, match=re.escape(says)), database.transaction() as session:
        readmit(session, email, Lost(lost), reason, base_url=BASE)
    with database.reader() as session:
        assert not session.scalar(select(func.count()).select_from(PasswordReset))
        assert not session.scalar(select(func.count()).select_from(OutgoingMail))


def test_a_failure_in_the_middle_leaves_the_account_as_it_was(database, people, monkeypatch):
    def broken(*_, **__):
        raise OSError("disk")

    monkeypatch.setattr(readmission.mail, "queue", broken)
    with pytest.raises(OSError), database.transaction() as session:
        readmit(session, people["lawyer"].email, Lost.BOTH, REASON, base_url=BASE)
    with database.reader() as session:
        row = session.get(Person, people["lawyer"].id)
        assert row.password_hash
        assert row.totp_secret


def test_a_mailed_link_never_opens_an_account_whose_factor_was_erased_since(database, people):
    from casefile import administration, resets

    with database.transaction() as session:
        lawyer, boss = (session.get(Person, people[name].id) for name in ("lawyer", "administrator"))
        _, url = resets.give_link(session, lawyer, BASE)
        administration.reset_factor(session, boss, lawyer)
        with pytest.raises(accounts.LoginRefused):
            resets.choose(session, url.rpartition("/")[2], "", NEW)
        readmit(session, lawyer.email, Lost.BOTH, REASON, base_url=BASE)
        with pytest.raises(NotFound):
            resets.choose(session, url.rpartition("/")[2], "", NEW)


def command(settings, *arguments, answer=""):
    environ = {"CASEFILE_DATA_DIR": str(settings.data_dir), "CASEFILE_DATABASE_URL": settings.database_url}
    return subprocess.run(
        [sys.executable, "-m", "casefile", "people", *arguments],
        env={**os.environ, **environ},
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_asks_first_then_prints_the_link_once(settings, database, people):
    asked = ("readmit", people["lawyer"].email, "--lost", "both", "--reason", REASON)
    refused = command(settings, *asked, answer="n\n")
    assert (refused.returncode, refused.stdout) == (1, "")
    done = command(settings, *asked, "--yes")
    shown = json.loads(done.stdout)
    assert (done.returncode, shown["minutes"]) == (0, 30)
    assert re.search(r"/connexion/oubli/[\w-]{43}$", shown["link"])
    assert set(shown["told"]) == {people[name].email for name in ("lawyer", "partner", "administrator")}
    listed = json.loads(command(settings, "list").stdout)["people"]
    row = next(one for one in listed if one["email"] == people["lawyer"].email)
    assert (row["factor"], row["state"]) == (False, "active")
    assert PASSWORD not in str(listed)
    assert "hash" not in str(listed)
