"""The sheets of the journal in the browser, behind the walls; and a list of deadlines that leaves none out."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from casefile import clock, matters
from casefile.deadlines import journal
from casefile.documents import deadline_journal
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Person
from tests.deadlines.conftest import add_deadline

DAY = timedelta(days=1)


@pytest.fixture
def sheets(database, people, matter, settings):
    """Make the sheet of a day on which a date was entered."""
    from casefile.deadlines import work

    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        work.open_task(session, lawyer, row, "Rappeler le client", clock.today())
    with database.transaction() as session:
        journal.write_pages(session, clock.now() + DAY)
        assert deadline_journal.write_sheets(session, settings, clock.now() + DAY) == 1


def test_a_partner_lists_and_takes_the_sheets(as_person, sheets):
    browser = as_person("partner")
    page = browser.get("/delais/journal")
    assert "Feuille" in page.text
    assert browser.get("/delais/journal/1.pdf").data.startswith(b"%PDF")
    month = f"{clock.today():%Y-%m}"
    names = zipfile.ZipFile(io.BytesIO(browser.get(f"/delais/journal/{month}.zip").data)).namelist()
    assert "verifier.py" in names
    assert len(names) == 3
    assert browser.get("/delais/journal/2.pdf").status_code == 404
    assert browser.get(f"/delais/journal/{2**40}.pdf").status_code == 404, "no column holds such a number"
    assert browser.get("/delais/journal/2026-13.zip").status_code == 404


def test_a_wall_closes_the_sheets_that_tell_of_its_dossier(as_person, sheets, database, people, matter):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        partner = session.get(Person, people["partner"].id)
        matters.join_team(session, lawyer, row, partner, TeamFunction.MEMBER)
        matters.raise_wall(session, lawyer, row, partner, "ancien conseil")
    browser = as_person("partner")
    assert "mur" in browser.get("/delais/journal").text
    assert browser.get("/delais/journal/1.pdf").status_code == 404
    assert browser.get(f"/delais/journal/{clock.today():%Y-%m}.zip").status_code == 404


def test_the_list_of_deadlines_counts_and_reaches_every_one(as_person, database, people, matter):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for number in range(260):
            add_deadline(session, row, lawyer, clock.today() + (40 + number) * DAY, label=f"Échéance n{number}")
    browser = as_person("lawyer")
    assert "260" in browser.get("/delais").text
    assert "Échéance n259" in browser.get("/delais?page=6").text
    assert "Échéance n259" not in browser.get("/delais").text
    assert "Page 1 sur 6" in browser.get("/delais?etat=ensuite").text
    assert "Aucune échéance" in browser.get("/delais?etat=critique").text
