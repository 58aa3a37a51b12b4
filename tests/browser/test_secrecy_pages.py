"""The pages of secrecy in Chromium: guests, access journal, broken glass, roles, asking again; wide and narrow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casefile import accounts, clock, matters
from casefile.app import create_app
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Firm, Person, Role
from tests.web.conftest import cheap_hashing, matter, people

from .harness import PHONE, WIDE, check, opened, serving

__all__ = ["cheap_hashing", "matter", "people"]

pytestmark = pytest.mark.browser


@pytest.fixture
def tokens(database, matter, people):
    """Sign everybody in, and let one guest read the dossier."""
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
        lawyer = session.get(Person, people["lawyer"].id)
        guest = Person(email="cliente@dehors.example", full_name="Claire Martin", role=Role.GUEST)
        session.add(guest)
        session.flush()
        until = clock.now() + timedelta(days=30)
        dossier = session.get(Matter, matter.id)
        matters.join_team(session, lawyer, dossier, guest, TeamFunction.READER, until=until)
        everybody = {**people, "guest": guest}
        return {
            name: accounts.start_session(
                session, session.get(Person, person.id), complete=True, user_agent="test", address="127.0.0.1"
            )
            for name, person in everybody.items()
        }


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_pages_of_secrecy_are_accessible_and_fit(browser, settings, database, tokens, matter, people, width):
    dossier = f"/dossiers/{matter.id}"
    pages = {
        "externes": ("lawyer", f"{dossier}/externes"),
        "journal": ("lawyer", f"{dossier}/journal"),
        "equipe": ("lawyer", f"{dossier}/equipe"),
        "compte": ("lawyer", "/compte"),
        "confirmation": ("lawyer", "/compte/confirmation"),
        "bris-de-glace": ("partner", "/acces-exceptionnel"),
        "personne": ("administrator", f"/cabinet/personnes/{people['lawyer'].id}"),
        "vue-externe": ("guest", dossier),
    }
    with serving(create_app(settings, database)) as address, opened(browser, width=width) as page:
        for name, (who, path) in pages.items():
            page.context.add_cookies([{"name": "casefile_session", "value": tokens[who], "url": address}])
            page.goto(address + path)
            check(page, f"{name}-{width}")
