"""A running application, people of each role, and browsers that fill real forms with real CSRF tokens."""

from __future__ import annotations

import re
from html import unescape

import pyotp
import pytest

from casefile import accounts, clock, matters
from casefile.app import create_app
from casefile.models.people import Firm, Person, Role

from .page_checker import CheckedClient

PASSWORD = "phrase assez longue pour entrer"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch):
    """Argon2 at its real cost would spend minutes on sign-ins; its own cost is tested in test_authentication."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(settings, database):
    app = create_app(settings, database)
    app.testing = True
    app.test_client_class = CheckedClient
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
    return app


@pytest.fixture
def people(database):
    """Make one person of each role, and two lawyers more; ids only, sessions come and go."""
    made = {
        "lawyer": Role.LAWYER,
        "partner": Role.PARTNER,
        "assistant": Role.ASSISTANT,
        "administrator": Role.ADMINISTRATOR,
        "stranger": Role.LAWYER,
        "walled": Role.LAWYER,
        "reader": Role.LAWYER,
    }
    with database.transaction() as session:
        rows = {
            name: Person(
                email=f"{name}@cabinet.example",
                full_name=f"Personne {name.capitalize()}",
                role=role,
                password_hash=accounts._hasher.hash(PASSWORD),
                totp_secret=pyotp.random_base32(),
            )
            for name, role in made.items()
        }
        session.add_all(rows.values())
    return rows


class Browser:
    """A person at their browser: GETs pages, posts their forms with the token the page carried."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, path, **options):
        return self.client.get(path, **options)

    def post(self, path, data=None, *, page=None, **options):
        """Post a form found on `page` (the same address by default)."""
        html = self.client.get(page or path).get_data(as_text=True)
        token = TOKEN.search(html)
        return self.client.post(
            path, data={**(data or {}), "csrf_token": unescape(token[1]) if token else ""}, **options
        )


def sign_in(app, database, person) -> Browser:
    """Put a complete session into a fresh browser, the way the last step of signing in does."""
    browser = Browser(app)
    with database.transaction() as session:
        token = accounts.start_session(
            session, session.get(Person, person.id), complete=True, user_agent="test", address="127.0.0.1"
        )
    browser.client.set_cookie("casefile_session", token)
    return browser


@pytest.fixture
def as_person(app, database, people):
    return lambda name: sign_in(app, database, people[name])


@pytest.fixture
def matter(database, people):
    """Open one dossier of the lawyer, with a reader and a walled member."""
    from casefile.models.matter import PartyRole, TeamFunction

    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        matter = matters.open_matter(session, lawyer, title="Dr Lemaire c/ M NP", territory="metropole")
        matters.add_party(session, lawyer, matter, PartyRole.CLIENT, civility="Docteur", name="Lemaire")
        matters.join_team(session, lawyer, matter, session.get(Person, people["reader"].id), TeamFunction.READER)
        walled = session.get(Person, people["walled"].id)
        matters.join_team(session, lawyer, matter, walled, TeamFunction.MEMBER)
        matters.raise_wall(session, lawyer, matter, walled, "ancien conseil de l'adversaire")
    return matter


def code_for(person) -> str:
    return pyotp.TOTP(person.totp_secret).at(int(clock.now().timestamp()))
