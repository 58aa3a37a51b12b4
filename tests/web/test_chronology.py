"""The chronology narrowed by kind, person, days and words; the filters are in the address and hide nothing unsaid."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from casefile import chronology, chronology_rows, clock, matters
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Person
from casefile.web.chronology_filters import FAMILIES, Filters, kept


@pytest.fixture
def home(matter):
    return f"/dossiers/{matter.id}/chronologie"


@pytest.fixture
def two_notes(database, matter, people):
    with database.transaction() as session:
        row = session.get(Matter, matter.id)
        lawyer, other = (session.get(Person, people[name].id) for name in ("lawyer", "stranger"))
        matters.join_team(session, lawyer, row, other, TeamFunction.MEMBER)
        matters.add_note(session, lawyer, row, "Appel du client : il accepte la citation.")
        matters.add_note(session, other, row, "Relu la pièce n° 2, élevé le ton.")


def events(database, matter):
    with database.reader() as session:
        return chronology.events_of(session, session.get(Matter, matter.id))


def test_a_sealed_capture_is_reached_from_its_line(as_person, capture, home):
    assert f'href="{home.removesuffix("/chronologie")}/captures/{capture.id}"' in as_person("lawyer").get(home).text


def test_a_line_is_lost_to_no_order_of_the_rows(database, matter, capture, two_notes, monkeypatch):
    told = events(database, matter)
    by_table = chronology_rows._by_table

    def interleaved(rows):
        rows = [rows[-1], *rows[:-1]]  # as PostgreSQL may give them: one part among the other
        tables = [row.table for row in rows]
        assert tables[0] == tables[-1] != tables[1]
        return by_table(rows)

    monkeypatch.setattr(chronology_rows, "_by_table", interleaved)
    assert set(events(database, matter)) == set(told)


def test_every_line_belongs_to_one_kind(database, matter, capture, two_notes):
    found = events(database, matter)
    by_kind = [kept(found, Filters(family=name)) for name in FAMILIES]
    assert sum(len(lines) for lines in by_kind) == len(found)
    assert sum(bool(lines) for lines in by_kind) >= 4


def test_the_filters_are_read_from_the_address_and_shown_in_the_form(
    as_person, matter, capture, two_notes, home, people
):
    browser = as_person("lawyer")
    page = browser.get(f"{home}?nature=notes&qui={people['stranger'].id}").text
    assert "Relu la pièce" in page
    assert "Appel du client" not in page
    assert "Capture scellée" not in page
    assert '<option value="notes" selected>' in page
    assert f'<option value="{people["stranger"].id}" selected>' in page


@pytest.mark.parametrize("asked", ["eleve", "ÉLEVÉ ton", "piece relu"])
def test_words_are_found_without_accents_in_any_order(as_person, two_notes, home, asked):
    page = as_person("lawyer").get(f"{home}?mots={quote(asked)}").text
    assert "Relu la pièce" in page
    assert "Appel du client" not in page


def test_days_bound_the_list_on_both_sides(database, matter, two_notes):
    found, today = events(database, matter), clock.today()
    day = timedelta(days=1)
    assert kept(found, Filters(since=today, until=today)) == [one for one in found if one.on == today]
    assert kept(found, Filters(since=today + day)) == []
    assert kept(found, Filters(until=today - day)) == [one for one in found if one.on < today]


def test_what_cannot_be_read_is_told_and_narrows_nothing(as_person, two_notes, home):
    browser = as_person("lawyer")
    page = browser.get(f"{home}?du=demain%20peut-%C3%AAtre&nature=rien&qui=x").text
    assert "demain peut-être" in page
    assert "Date non comprise" in page
    assert "Appel du client" in page
    empty = browser.get(f"{home}?mots=%3Cscript%3Ezzz").text
    assert "Aucune ligne ici" in empty
    assert "<script>zzz" not in empty


def test_a_refused_note_keeps_its_page_and_a_stranger_learns_nothing(as_person, matter, home):
    lawyer = as_person("lawyer")
    assert lawyer.post(f"/dossiers/{matter.id}/notes", {"body": ""}, page=home).status_code == 400
    assert as_person("stranger").get(f"{home}?mots=Lemaire").status_code == 404
