"""Attacks that only a real browser can judge: a page framed, a session planted, the way back after signing out."""

from __future__ import annotations

import pytest

from casefile import accounts
from casefile.app import create_app
from casefile.models.people import Firm, Person
from tests.web.conftest import PASSWORD, cheap_hashing, code_for, matter, people

from .harness import serving

__all__ = ["cheap_hashing", "matter", "people"]

pytestmark = pytest.mark.browser


@pytest.fixture
def site(settings, database):
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
    with serving(create_app(settings, database)) as address:
        yield address


def trap(address, paths):
    """Serve a stranger's page that lays our pages, invisible, under a button."""
    frames = "".join(
        f'<iframe src="{address}{path}" style="opacity:.01;width:900px;height:600px"></iframe>' for path in paths
    )
    objects = f'<object data="{address}/connexion"></object><embed src="{address}/connexion">'

    def page(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [f"<!doctype html><title>Gagnez un voyage</title>{frames}{objects}<button>Gagner</button>".encode()]

    return page


def test_no_page_of_ours_is_drawn_inside_the_page_of_another(browser, site, database, matter, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, lawyer, complete=True, user_agent="", address="127.0.0.1")
    paths = ["/", "/connexion", "/compte", f"/dossiers/{matter.id}", f"/dossiers/{matter.id}/externes", "/introuvable"]
    # One site for the browser (127.0.0.1), another origin: the cookie would be sent, so that only framing is judged.
    with serving(trap(site, paths)) as stranger:
        context = browser.new_context()
        context.add_cookies([{"name": "casefile_session", "value": token, "url": site}])
        page = context.new_page()
        refused = []
        page.on("console", lambda message: refused.append(message.text) if "frame-ancestors" in message.text else None)
        page.goto(stranger)
        page.wait_for_timeout(300)
        inside = [frame for frame in page.frames if frame is not page.main_frame]
        assert len(inside) >= len(paths)
        for frame in inside:
            assert not frame.url.startswith(site), frame.url
            assert frame.evaluate("document.forms.length") == 0
        assert len(refused) >= len(paths)
        direct = context.new_page()  # the same pages open where they belong
        direct.goto(f"{site}/dossiers/{matter.id}")
        assert "Lemaire" in direct.content()
        context.close()


def test_a_session_planted_before_signing_in_is_worth_nothing_after(browser, site, people):
    def visit(cookie=None):
        context = browser.new_context()
        if cookie:
            context.add_cookies([{"name": "casefile_session", "value": cookie, "url": site}])
        return context, context.new_page()

    def session_of(context):
        return next((c["value"] for c in context.cookies(site) if c["name"] == "casefile_session"), None)

    planted = "jeton-que-le-voleur-connait"
    victim, page = visit(planted)
    page.goto(f"{site}/connexion")
    page.get_by_label("Adresse électronique").fill(people["lawyer"].email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Code à six chiffres").wait_for()
    half = session_of(victim)
    page.get_by_label("Code à six chiffres").fill(code_for(people["lawyer"]))
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("navigation", name="Navigation principale").wait_for()
    whole = session_of(victim)
    assert len({planted, half, whole}) == 3
    cookie = next(c for c in victim.cookies(site) if c["name"] == "casefile_session")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert page.evaluate("document.cookie").find(whole) == -1
    for stolen in (planted, half):
        thief, other = visit(stolen)
        other.goto(f"{site}/dossiers")
        assert "/connexion" in other.url
        thief.close()
    victim.close()


def test_after_signing_out_the_way_back_shows_nothing_of_the_dossier(browser, site, database, matter, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        token = accounts.start_session(session, lawyer, complete=True, user_agent="", address="127.0.0.1")
    context = browser.new_context()
    context.add_cookies([{"name": "casefile_session", "value": token, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/dossiers/{matter.id}")
    assert "Lemaire" in page.content()
    page.locator('form[action="/deconnexion"]').first.evaluate("form => form.requestSubmit()")
    page.get_by_label("Mot de passe").wait_for()
    page.go_back()
    page.get_by_label("Mot de passe").wait_for()
    assert "/connexion?next=" in page.url
    assert "Lemaire" not in page.content()
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    context.close()
