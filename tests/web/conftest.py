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


REVIEW = (
    "M NP\nil y a 3 mois\nIl faut prendre votre retraite monsieur et vite. Il y a un âge pour tout.\n"
    "Ce médecin s'est trompé dans les dosages du médicament. Ce médecin s'est trompé dans le diagnostic et "
    "n'a pas voulu prendre ma carte vital, il m'a la réclamé x mois plus tard =80 € 😡🤬\n"
)


@pytest.fixture
def capture(database, matter, people):
    """Put one publication with a sealed capture of the review into the dossier."""
    import hashlib
    from datetime import date

    from casefile.models.evidence import Capture, CaptureState, DateKind

    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        publication = matters.add_publication(
            session,
            lawyer,
            matter,
            title="Avis à une étoile",
            platform="google_maps",
            url="https://maps.google.com/?cid=1",
            shown_author="M NP",
            date_kind=DateKind.RELATIVE,
            relative_text="il y a 3 mois",
            relative_seen_on=date(2026, 11, 6),
        )
        capture = Capture(
            matter_id=matter.id,
            publication_id=publication.id,
            requested_by_id=lawyer.id,
            state=CaptureState.SEALED,
            origin="upload",
            provenance="C",
            text=REVIEW,
            text_sha256=hashlib.sha256(REVIEW.encode()).hexdigest(),
            manifest_sha256="0" * 64,
            sealed_at=clock.now(),
        )
        session.add(capture)
    return capture


@pytest.fixture
def publication(capture, database):
    """Give the publication of that capture."""
    from casefile.models.evidence import Publication

    with database.reader() as session:
        return session.get(Publication, capture.publication_id)


@pytest.fixture(scope="session")
def page_taken(tmp_path_factory):
    """Capture one local page with the real browser, once for all the tests that read a capture."""
    from casefile.evidence.address import Allowed
    from casefile.evidence.capture import Budget, capture_page
    from tests.evidence.sites import review_site

    root = tmp_path_factory.mktemp("prise")
    with review_site() as port:
        return capture_page(
            f"http://127.0.0.1:{port}/avis.html?lieu=aubertin&tri=recent",
            into=root / "captures",
            authority=root / "autorite",
            operator="Personne Lawyer",
            reference="2026/0001",
            request_id="prise",
            allow=Allowed.parse(f"127.0.0.1:{port}"),
            budget=Budget(ntp_servers=()),
        )


@pytest.fixture
def take_again(app, database, publication, people, page_taken):
    """Give a function that files that capture as if it had been taken at another time, or had seen something else."""
    from dataclasses import replace

    from casefile.evidence import docket
    from casefile.models.evidence import Capture, Publication

    def file(**changes):
        with database.transaction() as session:
            lawyer = session.get(Person, people["lawyer"].id)
            row = docket.request(session, lawyer, session.get(Publication, publication.id), page_taken.url)
            docket.take(row, clock.now())
        with database.transaction() as session:
            row = session.get(Capture, row.id)
            docket.file_sealed(session, app.extensions["casefile"].storage, row, replace(page_taken, **changes))
        return row

    return file


@pytest.fixture
def browsed(take_again):
    """File that capture in the dossier, as the worker does; give its row."""
    return take_again()
