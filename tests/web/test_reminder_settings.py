"""Ladders and absences in the browser: kept, refused beside their field, closed to whom they are not for."""

from __future__ import annotations

import re

from casefile import clock
from casefile.deadlines import ladder
from casefile.deadlines.escalation import Patience
from casefile.models.people import Firm
from casefile.models.procedure import DeadlineKind
from tests.deadlines.conftest import add_deadline

PAGE = "/cabinet/rappels"


def filled(browser, **changes):
    page = browser.get(PAGE).text
    fields = dict(re.findall(r'name="(\w+)" type="text"[^>]*value="([^"]*)"', page))
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    return {**fields, "version": version, **changes}


def test_a_partner_changes_the_ladder_and_the_times(as_person, database):
    browser = as_person("partner")
    sent = browser.post(PAGE, filled(browser, task="3 1 0", deputy_hours="10", partner_hours="20"))
    assert sent.status_code == 303
    with database.reader() as session:
        firm = session.get(Firm, 1)
        assert ladder.steps_for(firm, DeadlineKind.TASK) == (3, 1, 0)
        assert Patience.of(firm).hours(10) == (10, 20)


def test_what_is_refused_is_kept_and_said(as_person, database):
    browser = as_person("partner")
    refused = browser.post(PAGE, filled(browser, limitation="90, 30", task="jamais"))
    assert refused.status_code == 400
    assert "jamais" in refused.text
    silent = browser.post(PAGE, filled(browser, limitation="90, 30"))
    assert "J-7, J-1 et le jour même" in silent.text
    assert browser.post(PAGE, filled(browser, partner_hours="1")).status_code == 400
    with database.reader() as session:
        assert ladder.steps_for(session.get(Firm, 1), DeadlineKind.LIMITATION) == ladder.LONG


def test_two_partners_do_not_overwrite_each_other(as_person):
    browser = as_person("partner")
    stale = filled(browser, task="2 0")
    assert browser.post(PAGE, filled(browser, task="4 0")).status_code == 303
    assert "Version enregistrée" in browser.post(PAGE, stale).text


def test_an_absence_is_announced_shows_what_falls_and_is_cancelled(as_person, matter, database, people):
    from casefile.models.matter import Matter
    from casefile.models.people import Person

    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        add_deadline(session, row, lawyer, clock.today())
    browser = as_person("lawyer")
    page = "/agenda/absences"
    wrong = browser.post(page, {"person": str(people["lawyer"].id), "begins": "bientôt"})
    assert wrong.status_code == 400
    assert "bientôt" in wrong.text
    other = browser.post(page, {"person": str(people["stranger"].id), "begins": "demain"})
    assert other.status_code == 400
    made = browser.post(page, {"person": str(people["lawyer"].id), "begins": "aujourd'hui", "ends": "+3j"})
    assert made.status_code == 303
    address = made.headers["Location"]
    assert matter.reference in browser.get(address).text
    assert matter.reference not in as_person("stranger").get(address).text
    assert "En cours" in browser.get(page).text
    assert browser.post(f"{address}/annuler", page=address).status_code == 303
    assert browser.get(address).status_code == 404
    assert browser.post(f"{page}/suppleant", {"deputy": str(people["stranger"].id)}, page=page).status_code == 303
