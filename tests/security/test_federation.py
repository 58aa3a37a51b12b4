"""The firm's identity provider, a real one in its own process: it replaces the password and opens nothing by itself."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import http.client
import json
import socket
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.common.errors import AuthlibBaseError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select

from casefile import accounts, administration, attempts, clock, federation
from casefile.app import create_app
from casefile.config import Settings
from casefile.errors import UnsafeConfiguration
from casefile.models.ledger import AuditEntry
from casefile.models.people import Firm, LoginSession, Person, PersonState
from tests.web.conftest import PASSWORD, Browser, code_for
from tests.web.page_checker import CheckedClient

USERS = (
    {"sub": "anne-1", "email": "lawyer@cabinet.example", "email_verified": True},
    {"sub": "imposteur", "email": "lawyer@cabinet.example", "email_verified": True},
    {"sub": "flou", "email": "partner@cabinet.example", "email_verified": False},
    {"sub": "dehors", "email": "inconnu@ailleurs.example", "email_verified": True},
    {"sub": "ferme", "email": "stranger@cabinet.example", "email_verified": True},
)


@pytest.fixture(scope="module")
def issuer():
    """Start the provider; failing to start it is a failure, never a skip."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    for user in USERS:
        command += ["--user-claims", json.dumps(user)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            assert process.poll() is None, "the provider died"
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def app(settings, database, issuer):
    wanted = {"oidc_issuer": issuer, "oidc_client_id": "casefile", "oidc_client_secret": "un secret du fournisseur"}
    app = create_app(dataclasses.replace(settings, base_url="http://localhost", **wanted), database)
    app.testing = True
    app.test_client_class = CheckedClient
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
    return app


def asked(browser, target="/dossiers"):
    """Start at Casefile and give the provider's address that the browser is sent to."""
    answer = browser.get(f"/connexion/federee?{urlencode({'next': target})}")
    assert answer.status_code == 302
    return answer.headers["Location"]


def consent(address, subject):
    """Choose an account at the provider, and give the address that it sends the browser back to."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{parts.path}?{parts.query}", urlencode({"sub": subject}), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("localhost", "/connexion/federee/retour")
    return f"{back.path}?{back.query}"


def come_back(browser, subject, target="/dossiers"):
    return browser.get(consent(asked(browser, target), subject))


def counts(database):
    with database.reader() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (Person, LoginSession))


def test_the_provider_replaces_the_password_and_the_code_is_still_asked(app, database, people):
    browser = Browser(app)
    assert "Continuer avec le compte du cabinet" in browser.get("/connexion").text
    answer = come_back(browser, "anne-1")
    assert answer.headers["Location"] == "/connexion/code?next=/dossiers"
    assert browser.get("/dossiers").status_code == 303  # half-way is not in
    done = browser.post("/connexion/code?next=/dossiers", {"code": code_for(people["lawyer"])})
    assert (done.status_code, done.headers["Location"]) == (303, "/dossiers")
    assert browser.get("/dossiers").status_code == 200
    with database.reader() as session:
        assert session.scalar(select(AuditEntry).where(AuditEntry.action == "factor.oidc_linked")).actor_id == (
            people["lawyer"].id
        )
        assert session.get(Person, people["lawyer"].id).role == people["lawyer"].role


def test_a_code_flow_with_pkce_state_and_nonce(app, people, monkeypatch):
    import requests  # noqa: TID251 - what Authlib sends is watched here, and still sent

    sent = []
    plain = requests.Session.request

    def recorded(self, method, url, **options):
        sent.append((method, url, options.get("data")))
        return plain(self, method, url, **options)

    monkeypatch.setattr(requests.Session, "request", recorded)
    browser = Browser(app)
    address = asked(browser)
    query = parse_qs(urlsplit(address).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["scope"] == ["openid email"]
    assert len(query["state"][0]) >= 16
    assert len(query["nonce"][0]) >= 16
    assert browser.get(consent(address, "anne-1")).status_code == 303
    (data,) = [data for method, _url, data in sent if method == "POST"]
    verifier = dict(parse_qs(data))["code_verifier"][0] if isinstance(data, str) else data["code_verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert query["code_challenge"] == [digest]


@pytest.mark.parametrize("subject", ["dehors", "flou", "ferme"])
def test_whom_the_firm_did_not_invite_or_the_provider_does_not_vouch_for_stays_out(app, database, people, subject):
    with database.transaction() as session:
        session.get(Person, people["stranger"].id).state = PersonState.DISABLED
    before, browser = counts(database), Browser(app)
    answer = come_back(browser, subject)
    assert answer.status_code == 403
    assert "n’ouvre pas Casefile" in answer.text
    assert counts(database) == before
    assert browser.client.get_cookie("casefile_session") is None


def test_an_address_given_to_somebody_else_opens_nothing(app, database, people):
    assert come_back(Browser(app), "anne-1").status_code == 303
    before = counts(database)
    assert come_back(Browser(app), "imposteur").status_code == 403
    assert counts(database) == before


@pytest.mark.parametrize("change", ["state", "code", "other_browser", "twice"])
def test_a_forged_or_replayed_return_is_refused(app, database, people, change):
    browser = Browser(app)
    path = consent(asked(browser), "anne-1")
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    if change == "twice":
        assert browser.get(path).status_code == 303
        browser = Browser(app)
    elif change == "other_browser":
        browser = Browser(app)
    else:
        query[change] = "x" * 24
    before = counts(database)
    answer = browser.get(f"/connexion/federee/retour?{urlencode(query)}")
    assert answer.status_code == 403
    assert "n’a pas abouti" in answer.text
    assert counts(database) == before


def test_the_provider_never_leads_outside(app, people):
    browser = Browser(app)
    assert come_back(browser, "anne-1", "//mal.example/").headers["Location"] == "/connexion/code?next=/"


def test_forged_returns_slow_their_address_down_and_lock_no_account(app, people):
    for _ in range(attempts.FREE_FAILURES):
        assert Browser(app).get("/connexion/federee/retour?code=x&state=y").status_code == 403
    assert Browser(app).get("/connexion/federee/retour?code=x&state=y").status_code == 429
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.44"}}
    data = {"email": people["lawyer"].email, "password": PASSWORD}
    assert Browser(app).post("/connexion", data, **elsewhere).status_code == 303


def test_a_provider_that_is_down_leaves_the_password(settings, database, people):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        wanted = {"oidc_issuer": f"http://127.0.0.1:{probe.getsockname()[1]}", "oidc_client_id": "c"}
    app = create_app(dataclasses.replace(settings, **wanted, oidc_client_secret="s"), database)
    app.test_client_class = CheckedClient
    answer = Browser(app).get("/connexion/federee")
    assert answer.status_code == 503
    assert "entrez votre mot de passe" in answer.text


def test_resetting_the_factors_forgets_the_provider_too(database, people):
    claims = {"sub": "x", "email": people["lawyer"].email, "email_verified": True}
    with database.transaction() as session:
        person = federation.recognise(session, "https://id.example", claims)
        with pytest.raises(accounts.LoginRefused):
            federation.recognise(session, "https://id.example", {**claims, "sub": "y"})
        administration.reset_factor(session, session.get(Person, people["administrator"].id), person)
        assert federation.recognise(session, "https://id.example", {**claims, "sub": "y"}).id == person.id


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"CASEFILE_OIDC_ISSUER": "http://id.example"}, "https"),
        ({"CASEFILE_OIDC_ISSUER": "https://id.example"}, "CASEFILE_OIDC_CLIENT_SECRET"),
    ],
)
def test_an_unsafe_provider_is_refused_at_the_start(data_dir, values, words):
    with pytest.raises(UnsafeConfiguration, match=words):
        Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir), **values})


def test_the_way_out_of_the_provider_is_its_own_and_comes_back_here(app, issuer):
    answer = Browser(app).get("/connexion/federee/sortie")
    found = urlsplit(answer.headers["Location"])
    assert f"{found.scheme}://{found.netloc}" == issuer
    assert parse_qs(found.query) == {
        "client_id": ["casefile"],
        "post_logout_redirect_uri": ["http://localhost/connexion"],
    }


def told_by(app, issuer, **papers):
    """Put into the application what a provider says of itself."""
    provider = app.extensions["casefile_oidc"]
    provider.server_metadata = {"issuer": issuer, "_loaded_at": clock.now().timestamp(), **papers}
    return provider


def test_papers_that_name_another_issuer_are_refused(app):
    """Found on 2026-11-28: the provider's papers were believed whatever issuer they named."""
    told_by(app, "https://mal.example", authorization_endpoint="https://mal.example/a")
    assert Browser(app).get("/connexion/federee").status_code == 503
    assert Browser(app).get("/connexion/federee/retour?code=x&state=y").status_code == 403
    assert Browser(app).get("/connexion/federee/sortie").status_code == 503


OURS = RSAKey.generate_key(2048, {"kid": "a"})
THEIRS = RSAKey.generate_key(2048, {"kid": "a"})


@pytest.mark.parametrize(
    ("changes", "key", "algorithm", "passes"),
    [
        ({}, OURS, "RS256", True),
        ({"aud": "another-application"}, OURS, "RS256", False),
        ({"iss": "https://mal.example"}, OURS, "RS256", False),
        ({"exp": 1}, OURS, "RS256", False),
        ({"nonce": "of another sign-in"}, OURS, "RS256", False),
        ({}, THEIRS, "RS256", False),
        ({}, OctKey.import_key("s" * 32), "HS256", False),  # a secret where a public key was promised
        ({}, OctKey.import_key("x" * 32), "none", False),
    ],
)
def test_an_identity_is_signed_by_the_provider_for_us_for_now_and_for_this_sign_in(
    app, changes, key, algorithm, passes
):
    now = int(clock.now().timestamp())
    claims = {"iss": "https://id.example", "sub": "x", "aud": "casefile", "exp": now + 60, "iat": now, "nonce": "n"}
    made = jwt.encode({"alg": algorithm, "kid": "a"}, claims | changes, key, algorithms=[algorithm])
    provider = told_by(
        app,
        "https://id.example",
        jwks={"keys": [OURS.as_dict(private=False)]},
        id_token_signing_alg_values_supported=["RS256"],
    )
    token = {"id_token": made, "access_token": "t"}
    with app.test_request_context():
        if passes:
            assert provider.parse_id_token(token, nonce="n")["sub"] == "x"
            return
        with pytest.raises((AuthlibBaseError, JoseError, ValueError)):
            provider.parse_id_token(token, nonce="n")


def test_no_token_of_the_provider_reaches_the_browser_or_the_database(app, database, people, monkeypatch):
    provider, given = app.extensions["casefile_oidc"], []
    plain = provider.authorize_access_token

    def recorded(**options):
        token = plain(**options)
        given.extend(str(token[name]) for name in ("access_token", "id_token") if token.get(name))
        return token

    monkeypatch.setattr(provider, "authorize_access_token", recorded)
    browser = Browser(app)
    answer = come_back(browser, "anne-1")
    assert len(given) == 2
    form = browser.client.get_cookie("casefile_form")
    kept = app.session_interface.get_signing_serializer(app).loads(form.value) if form else {}
    with database.engine.connect() as connection:
        rows = [
            str(row)
            for name in ("person", "login_session")
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
        ]
    for token in given:
        assert token not in str(answer.headers) + answer.text + str(kept)
        assert not any(token in row for row in rows)
