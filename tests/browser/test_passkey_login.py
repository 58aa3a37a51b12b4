"""A passkey in a real browser: made and used with Chromium's virtual authenticator; no script, codes remain."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from casefile import accounts
from casefile.app import create_app
from casefile.models.people import Firm, Person
from tests.web.conftest import PASSWORD, cheap_hashing, people

from .harness import WIDE, check, opened

__all__ = ["cheap_hashing", "people"]

pytestmark = pytest.mark.browser


@pytest.fixture
def site(settings, database):
    """Serve the application under the name « localhost »: a passkey needs a name."""
    import threading

    from werkzeug.serving import make_server

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
    server = make_server("127.0.0.1", port, create_app(replace(settings, base_url=address), database), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join(5)


def plug_in_device(page):
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    client.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})


def test_a_key_is_made_then_opens_the_account(browser, site, database, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, lawyer, complete=True, user_agent="test", address="127.0.0.1")
    with opened(browser) as page:
        plug_in_device(page)
        page.context.add_cookies([{"name": "casefile_session", "value": token, "url": site}])
        page.goto(f"{site}/compte/cles")
        page.get_by_label("Nom de la clé").fill("Téléphone")
        page.get_by_role("button", name="Ajouter une clé").click()
        page.get_by_text("Clé ajoutée").wait_for()
        check(page, f"cles-{WIDE}")
        page.context.clear_cookies()

        page.goto(f"{site}/connexion")
        page.get_by_label("Adresse électronique").fill(people["lawyer"].email)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Continuer").click()
        page.get_by_role("button", name="Utiliser une clé d’accès").wait_for()
        check(page, f"connexion-cle-{WIDE}")
        page.get_by_role("button", name="Utiliser une clé d’accès").click()
        page.get_by_role("navigation", name="Navigation principale").wait_for()


def test_without_script_the_code_remains(browser, site, database, people):
    with opened(browser, script=False) as page:
        page.goto(f"{site}/connexion")
        page.get_by_label("Adresse électronique").fill(people["lawyer"].email)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Continuer").click()
        assert page.get_by_label("Code à six chiffres").is_visible()
        assert page.get_by_role("button", name="Utiliser une clé d’accès").count() == 0
