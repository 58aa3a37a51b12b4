"""The work log: read from the trail, one line an act, an object and a day; nothing in it runs in a spreadsheet."""

from __future__ import annotations

from datetime import date

from casefile import diligences, matters
from casefile.models.matter import Matter
from casefile.models.people import Person


def test_what_was_done_is_listed_with_its_object_and_consultations_are_not(as_person, matter, publication, database):
    lawyer = as_person("lawyer")
    lawyer.get(f"/dossiers/{matter.id}")  # a consultation, noted elsewhere
    page = lawyer.get(f"/dossiers/{matter.id}/diligences").text
    assert "Avis à une étoile" in page
    assert "Ouvert le dossier" in page
    assert "onsulté le dossier" not in page


def test_the_same_act_on_one_object_counts_once_a_day(matter, database, people, frozen_clock):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for title in ("Un", "Deux", "Trois"):
            matters.edit(session, lawyer, row, row.version, title=title)
        lines = [line for line in diligences.of_matter(session, row) if line.act == "Modifié le dossier"]
        assert len(lines) == 1
        assert diligences.of_matter(session, row, since=date(2099, 1, 1)) == []


def test_the_spreadsheet_says_the_same_and_runs_nothing(as_person, matter, database, people):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        matters.add_publication(session, lawyer, row, title='=HYPERLINK("x")', platform="site")
    answer = as_person("lawyer").get(f"/dossiers/{matter.id}/diligences/export.csv")
    assert answer.mimetype == "text/csv"
    assert "2026/0001;" in answer.text
    assert ";=" not in answer.text
    assert ';"=' not in answer.text


def test_a_reader_and_a_stranger_have_no_bill_to_make(as_person, matter):
    for name in ("reader", "stranger", "walled"):
        assert as_person(name).get(f"/dossiers/{matter.id}/diligences").status_code == 404
