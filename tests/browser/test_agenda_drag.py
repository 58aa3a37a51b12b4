"""Dragging in the agenda with a real mouse: a task moves, a hearing asks why, a legal date stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from casefile import accounts, clock, matters
from casefile.app import create_app
from casefile.deadlines import work
from casefile.models.people import Firm, Person, Role
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState
from tests.deadlines.conftest import add_deadline

from .harness import opened, serving


@pytest.fixture
def week(settings, database):
    """Put a task, a hearing and a limitation on this week's Monday; give the application and a session."""
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry"))
        anne = Person(email="anne@cabinet.example", full_name="Anne", role=Role.PARTNER)
        session.add(anne)
        session.flush()
        matter = matters.open_matter(session, anne, title="Dr Lemaire c/ M NP", territory="metropole")
        monday = clock.today() - clock.today().weekday() * timedelta(days=1)
        work.open_task(session, anne, matter, "Relire la citation", monday)
        work.open_work(session, anne, matter, DeadlineKind.HEARING, "Audience", on=monday)
        add_deadline(session, matter, anne, monday)
        token = accounts.start_session(session, anne, complete=True, user_agent="", address="")
    return create_app(settings, database), token, monday


@pytest.mark.browser
@pytest.mark.slow
def test_what_people_set_is_dragged_and_a_legal_date_is_not(browser, week, database):
    app, token, monday = week
    thursday = (monday + timedelta(days=3)).isoformat()
    with serving(app) as base, opened(browser) as page:
        page.context.add_cookies([{"name": "casefile_session", "value": token, "url": base}])
        page.goto(f"{base}/agenda")
        target = page.locator(f'[data-day="{thursday}"]')
        legal = page.locator(".week .entry", has_text="Prescription")
        assert legal.get_attribute("draggable") is None
        page.locator(".week .entry", has_text="Relire la citation").drag_to(target)
        page.wait_for_load_state()
        assert "Relire la citation" in page.locator(f'[data-day="{thursday}"]').inner_text()
        page.locator(".week .entry", has_text="Audience").drag_to(page.locator(f'[data-day="{thursday}"]'))
        page.wait_for_url("**/deplacer?*")
        assert page.locator("[name=on]").input_value() == thursday
        page.locator("[name=reason]").fill("Renvoi")
        page.get_by_role("button", name="Déplacer").click()
        page.wait_for_url("**/agenda*")
    with database.reader() as session:
        moved = select(Deadline.kind, Deadline.prudent_on).where(Deadline.state == DeadlineState.OPEN)
        days = {row.kind: row.prudent_on.isoformat() for row in session.execute(moved)}
    assert days == {"task": thursday, "hearing": thursday, "limitation": monday.isoformat()}


@pytest.mark.browser
@pytest.mark.slow
def test_typing_a_dossier_offers_those_that_hold_the_words(browser, week):
    app, token, _ = week
    with serving(app) as base, opened(browser) as page:
        page.context.add_cookies([{"name": "casefile_session", "value": token, "url": base}])
        for path in ("/agenda", "/agenda/ajouter"):
            page.goto(f"{base}{path}")
            offers = page.locator("#dossiers option")
            assert offers.count() == 1
            field = page.locator("input[list=dossiers]")
            with page.expect_response("**/agenda/dossiers?q=rien"):
                field.fill("rien")
            expect(offers).to_have_count(0)
            with page.expect_response("**/agenda/dossiers?q=lemaire"):
                field.fill("lemaire")
            expect(offers).to_have_count(1)
