"""A draft rewritten block by block in Chromium: kept while typing, offered after a crash, the same without script."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casefile import accounts, demo
from casefile.app import create_app
from casefile.models.ledger import Letter
from casefile.models.matter import Matter
from casefile.models.people import Person

from .harness import PHONE, axe_faults, opened, overflow, serving

NEXT = "Cette phrase n’a jamais été envoyée 😡."


@pytest.fixture
def writing(settings, database, storage):
    """Give the demonstration's formal notice, its application and a session of its responsible lawyer."""
    demo.load(database, storage, settings)
    with database.transaction() as session:
        letter = session.scalars(
            select(Letter)
            .join(Matter, Matter.id == Letter.matter_id)
            .where(Letter.letter_type == "mise_en_demeure")
            .order_by(Matter.number.desc())
        ).first()
        lawyer = session.get_one(Person, session.get_one(Matter, letter.matter_id).responsible_id)
        token = accounts.start_session(session, lawyer, complete=True, user_agent="", address="")
        path = f"/dossiers/{letter.matter_id}/documents/{letter.id}/texte"
    return create_app(settings, database), token, path


@pytest.mark.browser
@pytest.mark.slow
def test_a_passage_typed_in_the_browser_survives_its_death_and_is_saved_without_script(browser, writing, database):
    app, token, path = writing
    with serving(app) as base:
        cookie = [{"name": "casefile_session", "value": token, "url": base}]
        with opened(browser) as page:
            page.context.add_cookies(cookie)
            page.goto(base + path)
            box = page.locator("textarea[name=b-clause-amicable]")
            box.fill(NEXT)
            page.get_by_text("Brouillon enregistré à").wait_for()  # and the tab dies here, nothing sent
        with opened(browser, width=PHONE, script=False) as page:
            page.context.add_cookies(cookie)
            page.goto(base + path)
            assert page.locator("textarea[name=b-clause-amicable]").input_value() != NEXT
            page.get_by_role("link", name="Reprendre cette saisie").click()
            assert page.locator("textarea[name=b-clause-amicable]").input_value() == NEXT
            page.get_by_role("button", name="Enregistrer le texte").click()
            assert NEXT in page.locator("article.letter").inner_text()
        with opened(browser, width=PHONE) as page:
            page.context.add_cookies(cookie)
            page.goto(base + path)
            assert overflow(page) == []
            assert axe_faults(page) == []
    with database.reader() as session:
        (letter,) = [row for row in session.scalars(select(Letter)) if row.edits]
        assert [edit["now"] for edit in letter.edits] == [NEXT]
