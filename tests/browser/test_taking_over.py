"""Forty dossiers change hands in a real browser, with a mouse, with the keys alone, and from a telephone."""

from __future__ import annotations

import pytest

from casefile import accounts
from casefile.app import create_app
from casefile.models.people import Firm, Person
from tests.deadlines.test_takeover import REASON, open_forty
from tests.web.conftest import cheap_hashing, people

from .harness import opened, serving
from .journey import Journey, Keys, Scriptless, Thumb

__all__ = ["cheap_hashing", "people"]

# Measured on 2026-11-29: 9 for the partner (the list, the page, whose, shown, two boxes, whom, why, handed over and
# confirmed), whatever the number of dossiers. The taker opens the first page and the most urgent dossier.
MOST_GESTURES = 12


def signed_in(page, base, database, person_id):
    with database.transaction() as session:
        person = session.get_one(Person, person_id)
        token = accounts.start_session(session, person, complete=True, user_agent="", address="")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "casefile_session", "value": token, "url": base}])


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("hand", [Journey, Keys, Thumb, Scriptless])
def test_forty_dossiers_change_hands(browser, settings, database, people, hand):
    forty = open_forty(database, people)
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
    with (
        serving(create_app(settings, database)) as base,
        opened(browser, width=hand.width, **hand.options) as page,
    ):
        journey = hand(page, base)
        signed_in(page, base, database, people["partner"].id)
        journey.go("/dossiers")
        journey.follow("Transmettre")
        journey.choose("de", str(people["lawyer"].id))
        journey.press("Afficher")
        assert page.locator('[name="dossiers"]:checked').count() == len(forty)
        assert "Dossier 7" not in page.inner_text("main")  # the partner hands over what they may not read
        journey.choose("taker", str(people["stranger"].id))
        journey.fill(reason=REASON)
        journey.tick("leaves_team")
        journey.press("Transmettre")
        journey.confirm()
        assert "40\u00a0dossiers transmis" in page.inner_text(".flashes")
        done = journey.gestures()
        assert done <= MOST_GESTURES, f"{done} gestures"
        signed_in(page, base, database, people["stranger"].id)
        journey.go("/")
        assert "2026/0001" in page.inner_text("main")
        journey.follow("2026/0001")
        assert "Dossier 0" in page.inner_text("main")
        journey.follow("Chronologie")
        assert REASON in page.inner_text("main")
        assert journey.faults == []
