"""« Et si ? » in the browser: each route with the dates that it would give, and nothing stored."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from casefile.deadlines import limitation
from casefile.models.evidence import DateKind, Publication
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline

DEFAMATION = "diffamation_publique_particulier"


@pytest.fixture
def limited(database, matter, capture, people, frozen_clock):
    """Open the limitation of the review, put online on 3 September 2026."""
    with database.transaction() as session:
        publication = session.get(Publication, capture.publication_id)
        publication.date_kind, publication.published_on = DateKind.EXACT, date(2026, 9, 3)
        limitation.recompute_limitation(
            session,
            session.get(Person, people["lawyer"].id),
            session.get(Matter, matter.id),
            publication,
            DEFAMATION,
            reason="essai",
        )
    return matter


def row_of(page: str, label: str) -> str:
    found = next(part for part in page.split("<tr>") if label in part)
    return found.partition("</tr>")[0]


def test_only_an_interrupting_route_moves_the_dates(as_person, limited):
    page = as_person("lawyer").get(f"/dossiers/{limited.id}/et-si").text
    waiting, complaint, pcpc = (row_of(page, name) for name in ("Attendre", "Plainte simple", "Plainte avec consti"))
    assert 'datetime="2026-12-02"' in waiting
    assert 'datetime="2026-12-02"' in complaint
    assert "N’interrompt pas" in complaint
    assert "22-82.838" in complaint
    assert 'datetime="2027-02-22"' in pcpc
    assert "Interrompt" in pcpc
    assert page.count("Pourquoi cette date") == 8


def test_the_day_of_the_act_is_in_the_address(as_person, limited):
    page = as_person("lawyer").get(f"/dossiers/{limited.id}/et-si?le-jour=1&le-mois=12&le-annee=2026").text
    assert 'datetime="2027-02-28"' in row_of(page, "Plainte avec consti")


def test_after_the_term_no_route_gives_a_new_period(as_person, limited):
    page = as_person("lawyer").get(f"/dossiers/{limited.id}/et-si?le=2026-12-20").text
    assert 'datetime="2026-12-02"' in row_of(page, "Plainte avec consti")
    assert "dépassée" in row_of(page, "Plainte avec consti")


def test_comparing_stores_nothing(as_person, limited, database):
    def counted():
        with database.reader() as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in (Deadline, AuditEntry)]

    browser = as_person("lawyer")
    browser.get(f"/dossiers/{limited.id}")  # the journal of access notes that the dossier was seen, once an hour
    before = counted()
    browser.get(f"/dossiers/{limited.id}/et-si")
    assert counted() == before


def test_a_dossier_without_limitation_says_what_is_missing(as_person, matter):
    assert "une qualification retenue" in as_person("reader").get(f"/dossiers/{matter.id}/et-si").text


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_the_routes_do_not_exist_outside_the_team(as_person, limited, name):
    answer = as_person(name).get(f"/dossiers/{limited.id}/et-si")
    assert answer.status_code == 404
    assert "2026-12-02" not in answer.text


@pytest.mark.parametrize("day", ["31/02/2027", "<script>", "2026-01-01", "9999-12-31", "\x00"])
def test_a_day_that_is_none_is_refused_in_french(as_person, limited, day):
    answer = as_person("lawyer").get(f"/dossiers/{limited.id}/et-si", query_string={"le": day})
    assert answer.status_code == 400
    assert "<script>" not in answer.text.partition("<main")[2]
    assert 'role="alert"' in answer.text
