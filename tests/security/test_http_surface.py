"""What every answer carries, whatever the page, and what no request can obtain by its form alone."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from sqlalchemy import select

from casefile import attempts
from casefile.app import create_app
from casefile.cli.server import Server
from casefile.models.ledger import Note
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person
from tests.security.test_forms import address, rules
from tests.web.conftest import PASSWORD, Browser

TEXT = ("text/", "application/xml")
SITE = "https://dossiers.example"


def test_every_answer_says_its_type_and_stays_with_its_reader(app, as_person, matter):
    """Type and alphabet, no sniffing, no cache, no other origin, no frame; each page has its way out."""
    browser, seen = as_person("lawyer"), set()
    for rule in rules(app, "GET"):
        answer = browser.get(address(app, rule, matter, "GET"), headers={"Origin": "https://mal.example"})
        kind = answer.headers.get("Content-Type", "")
        said = (rule.rule, answer.status_code, kind)
        if answer.data:
            assert kind, said
            seen.add(kind.partition(";")[0])
        if kind.startswith(TEXT):
            assert "charset=utf-8" in kind.lower(), said
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")], said
        assert answer.headers["X-Content-Type-Options"] == "nosniff", said
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", said
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", said
        assert answer.headers["Cache-Control"] == "no-store", said
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], said
        assert not re.search(r"gunicorn|werkzeug|flask|python", str(answer.headers), re.IGNORECASE), said
        if kind.startswith("text/html") and answer.status_code == 200:
            assert 'action="/deconnexion"' in answer.text, said
    assert {"text/html", "application/json"} <= seen


def test_over_https_browsers_are_told_to_stay_there(settings, database):
    vault = "https://coffre.example"
    app = create_app(dataclasses.replace(settings, base_url=SITE, vault_url=vault), database)
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
    told = [(SITE, path) for path in ("/connexion", "/nulle-part", "/static/casefile.css")]
    answers = [app.test_client().get(path, base_url=site) for site, path in (*told, (vault, "/coffre/x"))]
    settings.maintenance_file.write_text("Travaux", "utf-8")
    answers.append(app.test_client().get("/connexion", base_url=SITE))
    assert [answer.status_code for answer in answers] == [200, 404, 200, 404, 503]
    for answer in answers:
        policy = answer.headers["Strict-Transport-Security"]
        assert int(re.search(r"max-age=(\d+)", policy)[1]) >= 365 * 24 * 3600
        assert "includeSubDomains" in policy


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE"])
def test_methods_that_no_page_asks_for_are_refused(as_person, matter, method):
    for path in ("/", "/connexion", f"/dossiers/{matter.id}"):
        assert as_person("lawyer").client.open(path, method=method).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/vendor/",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fconfig.py",
        "/.git/config",
        "/.env",
        "/casefile/config.py",
        "/requirements.lock",
        "/static//etc/passwd",
    ],
)
def test_no_folder_is_listed_and_no_source_is_served(app, path):
    assert Browser(app).get(path).status_code in {404, 308}
    assert b"import" not in app.test_client().get(path, follow_redirects=True).data


def test_nothing_of_a_debugger_runs(app):
    assert app.debug is False
    assert app.config["PROPAGATE_EXCEPTIONS"] is None
    assert "werkzeug.debug" not in str(type(app.wsgi_app))


def refused_from(app, count, forged):
    """Fail to sign in, each time under another forged address; give the last status."""
    for number in range(count):
        data = {"email": f"inconnu{number}@x.example", "password": "pas le bon mot de passe"}
        status = Browser(app).post("/connexion", data, headers={"X-Forwarded-For": forged(number)}).status_code
    return status


def test_a_forged_address_changes_nothing_without_a_proxy_and_only_the_last_counts_behind_one(settings, database, app):
    assert refused_from(app, attempts.FREE_FAILURES + 1, lambda number: f"203.0.113.{number}") == 429
    behind = create_app(dataclasses.replace(settings, trusted_proxies=1), database)
    assert refused_from(behind, attempts.FREE_FAILURES + 1, lambda number: f"203.0.113.{number}, 192.0.2.9") == 429
    assert refused_from(behind, 1, lambda _: "203.0.113.1, 192.0.2.10") == 403


def test_a_field_in_the_address_fills_no_form(app, people):
    browser = Browser(app)
    page = f"/connexion?email={people['lawyer'].email}&password={PASSWORD.replace(' ', '+')}"
    assert browser.post(page, {}).status_code == 400
    data = {"email": [people["lawyer"].email, people["partner"].email], "password": PASSWORD}
    assert browser.post("/connexion", data).status_code in {303, 400, 403}


def test_fields_that_no_form_offers_are_left_aside(as_person, database, people, matter):
    """A dossier's state, number or responsible, a person's role: sent beside an honest form, they change nothing."""
    lawyer = as_person("lawyer")
    extra = {"state": "erased", "reference": "1999/0001", "responsible_id": str(people["stranger"].id), "id": "x"}
    page = f"/dossiers/{matter.id}/chronologie"
    assert lawyer.post(f"/dossiers/{matter.id}/notes", {"body": "Appel", **extra}, page=page).status_code == 303
    theme = {"theme": "dark", "role": "associe", "administers": "y", "email": "autre@x.example", "totp_secret": ""}
    assert lawyer.post("/compte/apparence", theme, page="/compte").status_code == 303
    with database.reader() as session:
        row, person = session.get(Matter, matter.id), session.get(Person, people["lawyer"].id)
        assert (row.state, row.reference, row.responsible_id) == (matter.state, matter.reference, matter.responsible_id)
        assert (person.role, person.administers, person.email) == (people["lawyer"].role, False, people["lawyer"].email)
        assert person.totp_secret
        assert person.theme == "dark"


def test_what_is_encoded_twice_is_decoded_once(as_person, database, matter):
    typed = "100 %2520 &amp;lt;b&amp;gt; %3Cscript%3E \\u003c &#x3c;"
    as_person("lawyer").post(f"/dossiers/{matter.id}/notes", {"body": typed}, page=f"/dossiers/{matter.id}/chronologie")
    with database.reader() as session:
        assert typed in session.scalars(select(Note.body)).all()
    for path in ("/dossiers/%252e%252e", "/static/%252e%252e%252fapp.py"):
        assert as_person("lawyer").get(path).status_code == 404


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nContent-Length: 9\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length : 4\r\n",
        b"X-A: b\r\n folded\r\n",
        b"X_Forwarded_For: 1.2.3.4\r\n",
    ],
)
def test_a_message_with_two_ends_is_refused_by_our_server(settings, head):
    """Gunicorn as we set it: no laxity was switched on that would let a request hide inside another."""
    raw = b"POST /connexion HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    configuration = Server(settings).cfg
    try:
        request = next(RequestParser(configuration, io.BytesIO(raw).__iter__(), ("127.0.0.1", 1)))
    except ParseException:
        return
    assert head.startswith(b"X_"), request.headers
    assert all("_" not in name for name, _ in request.headers), "an underscore would pass for a dash"
