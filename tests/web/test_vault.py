"""Captured markup opens on the second origin only, for one minute, where it runs nothing and asks for nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer
from werkzeug.test import Client

from casefile import clock, matters
from casefile.config import Settings
from casefile.errors import UnsafeConfiguration
from casefile.evidence import erasure
from casefile.evidence.markup import disarmed, markup_of
from casefile.models.evidence import Artifact, Capture
from casefile.models.matter import Matter
from casefile.models.people import Person
from tests.web.conftest import sign_in

PAGE = b"<!doctype html><title>Avis</title><p>Il faut prendre votre retraite monsieur et vite.</p>"


@pytest.fixture
def artifact(app, as_person, publication, database):
    """Deposit one saved page; give its original."""
    path = f"/dossiers/{publication.matter_id}/contenus/{publication.id}/deposer"
    answer = as_person("lawyer").post(path, {"file": (io.BytesIO(PAGE), "page.html")})
    assert answer.status_code == 303
    with database.reader() as session:
        return session.query(Artifact).filter_by(sha256=hashlib.sha256(PAGE).hexdigest()).one()


@pytest.fixture
def opening(artifact, matter):
    return f"/dossiers/{matter.id}/captures/{artifact.capture_id}/pages/{artifact.id}"


def on(app, location):
    """Open an address of the vault as a browser without any cookie does."""
    origin, path = re.fullmatch(r"(http://[^/]+)(/.*)", location).groups()
    return Client(app).open(path, base_url=origin)


def test_the_page_offers_the_markup_and_leads_to_the_second_origin(app, as_person, opening, artifact, matter):
    lawyer = as_person("lawyer")
    assert opening in lawyer.get(f"/dossiers/{matter.id}/captures/{artifact.capture_id}").text
    location = lawyer.get(opening).headers["Location"]
    assert location.startswith("http://coffre.localhost:8000/coffre/")
    answer = on(app, location)
    assert answer.data == PAGE
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Set-Cookie" not in answer.headers


def test_the_link_lives_one_minute_and_is_signed(app, as_person, opening):
    with clock.frozen(clock.now()):
        location = as_person("lawyer").get(opening).headers["Location"]
    with clock.frozen(clock.now() + timedelta(seconds=63)):
        late = on(app, location)
    assert (late.status_code, "une minute" in late.text) == (410, True)
    assert on(app, location[:-3] + "abc").status_code == 404
    assert on(app, "http://coffre.localhost:8000/coffre/").status_code == 404


def test_the_link_opens_nothing_once_the_wall_has_risen(app, as_person, opening, database, people, matter):
    location = as_person("reader").get(opening).headers["Location"]
    assert on(app, location).status_code == 200
    with database.transaction() as session:
        lawyer, reader = (session.get(Person, people[name].id) for name in ("lawyer", "reader"))
        matters.raise_wall(session, lawyer, session.get(Matter, matter.id), reader, "ancien conseil de l'adversaire")
    assert on(app, location).status_code == 404


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_no_link_is_made_for_whoever_may_not_read_the_dossier(as_person, opening, name):
    assert as_person(name).get(opening).status_code == 404


def test_the_application_does_not_exist_on_the_vault_nor_the_vault_on_the_application(app, database, people, opening):
    lawyer = sign_in(app, database, people["lawyer"])
    location = lawyer.get(opening).headers["Location"]
    client = app.test_client()
    for path in ("/", "/connexion", "/static/casefile.css", opening):
        assert client.get(path, base_url="http://coffre.localhost:8000").status_code == 404
    assert client.post("/connexion", base_url="http://coffre.localhost:8000").status_code == 405
    assert lawyer.get(location.removeprefix("http://coffre.localhost:8000")).status_code == 404


def test_a_public_installation_without_a_second_origin_only_downloads(app, as_person, opening, artifact, matter):
    extension = app.extensions["casefile"]
    public = dataclasses.replace(extension.settings, base_url="https://dossiers.example.fr")
    app.extensions["casefile"] = dataclasses.replace(extension, settings=public)
    lawyer = as_person("lawyer")
    lawyer.client.set_cookie("__Host-casefile_session", lawyer.client.get_cookie("casefile_session").value)
    assert lawyer.get(opening).status_code == 404
    assert opening not in lawyer.get(f"/dossiers/{matter.id}/captures/{artifact.capture_id}").text


def test_a_destroyed_capture_opens_no_more(app, as_person, opening, artifact, database, people):
    location = as_person("lawyer").get(opening).headers["Location"]
    with database.transaction() as session:
        capture = session.get_one(Capture, artifact.capture_id)
        erasure.ask(session, session.get_one(Person, people["lawyer"].id), capture, "remis par erreur")
        erasure.decide(session, session.get_one(Person, people["partner"].id), capture, granted=True)
    assert on(app, location).status_code == 404


@pytest.mark.parametrize(
    ("vault", "base"),
    [
        ("https://dossiers.example.fr", "https://dossiers.example.fr"),
        ("https://dossiers.example.fr:8443", "https://dossiers.example.fr"),
        ("http://coffre.example.fr", "https://dossiers.example.fr"),
        ("https://coffre.example.fr/chemin", "https://dossiers.example.fr"),
        ("coffre.example.fr", "https://dossiers.example.fr"),
    ],
)
def test_a_vault_that_would_share_cookies_or_leave_tls_does_not_start(data_dir, vault, base):
    with pytest.raises(UnsafeConfiguration, match="CASEFILE_VAULT_URL"):
        Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir), "CASEFILE_BASE_URL": base, "CASEFILE_VAULT_URL": vault})


def test_hints_that_escape_a_policy_are_disarmed_in_the_copy():
    hints = b"<LINK rel=preconnect href=//x><base href=//x><meta content='0;url=//x'><abbr><links></A><IFRAME>"
    assert disarmed(hints).count(b"x-") == 5
    assert b"<x-link" in disarmed("\ufeff<link rel=dns-prefetch href=//x>".encode("utf-16"))


def test_a_saved_page_and_a_message_give_their_rich_form():
    message = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; "
        b"charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>80 =A4</p>\r\n--b--\r\n"
    )
    for kind in ("multipart/related", "message/rfc822"):
        found = markup_of(kind, message)
        assert found.content.strip() == b"<p>80 \xa4</p>"
        assert found.content_type == "text/html; charset=iso-8859-15"
    assert markup_of("image/png", message) is None
    assert markup_of("text/html", b"<meta charset='x\\0y'>").content_type == "text/html; charset=utf-8"


def test_what_was_signed_for_something_else_opens_nothing(app, as_person, opening, settings):
    """The same words under the same key, signed for another use: a form's cookie never becomes a link."""
    location = as_person("lawyer").get(opening).headers["Location"]
    origin, _, token = location.rpartition("/")
    words = URLSafeSerializer(settings.secret_key, salt="casefile.vault").loads(token)
    for salt in ("cookie-session", "itsdangerous"):
        assert on(app, f"{origin}/{URLSafeSerializer(settings.secret_key, salt=salt).dumps(words)}").status_code == 404
    assert on(app, location).status_code == 200
