"""Search in the browser: words of one's own dossiers, the number that leads straight there, the wall."""

from __future__ import annotations

import re
from html import unescape

import pytest

from casefile import matters
from casefile.models.correspondence import FiledMail
from casefile.models.matter import Matter
from casefile.models.people import Person


def test_words_of_the_capture_and_of_the_parties_are_found(as_person, matter, capture):
    browser = as_person("lawyer")
    for words in ("dosages", "lemaire", '"refuse ma carte"', "médicament"):
        page = browser.get(f"/recherche?q={words}").text
        assert (matter.reference in page) == (words != '"refuse ma carte"'), words


def test_a_number_leads_straight_to_its_dossier(as_person, matter):
    answer = as_person("lawyer").get(f"/recherche?q={matter.reference}")
    assert answer.headers["Location"] == f"/dossiers/{matter.id}"


@pytest.mark.parametrize("name", ["stranger", "walled", "assistant"])
def test_the_wall_is_inside_the_search(as_person, matter, capture, name):
    browser = as_person(name)
    assert matter.reference not in browser.get("/recherche?q=dosages").text
    assert browser.get(f"/recherche?q={matter.reference}").status_code == 200


@pytest.mark.parametrize("words", ["", '"', "'; --", "NEAR/2 OR *", "\x00", "x" * 5000, "<b>", "((("])
def test_any_typing_gets_a_page(as_person, matter, words):
    assert as_person("lawyer").get("/recherche", query_string={"q": words}).status_code == 200


def test_the_words_found_are_marked_and_the_filters_narrow(as_person, matter, capture):
    browser = as_person("lawyer")
    assert "<mark>dosages</mark>" in browser.get("/recherche?q=dosage").text
    for filters, found in (
        ("genre=capture", True),
        ("genre=party", False),
        (f"dossier={matter.reference}", True),
        ("dossier=2026/0999", False),
        ("du=01/01/2020&au=aujourd'hui", True),
        ("au=01/01/2020", False),
        ("genre=inconnu", True),
    ):
        page = browser.get(f"/recherche?q=dosages&{filters}").text
        assert ("1\u00a0résultat" in page) == found, filters
    page = browser.get("/recherche?q=dosages&du=n'importe quoi").text
    assert "Date non comprise" in page
    assert "1\u00a0résultat" in page


def test_older_results_follow_and_the_filters_with_them(app, as_person, matter, people, database):
    with database.transaction() as session:
        lawyer, dossier = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for number in range(60):
            matters.add_note(session, lawyer, dossier, f"relance numéro{number:02d}")
    browser = as_person("lawyer")
    first = browser.get("/recherche?q=relance&genre=note").text
    assert "Plus de 50\u00a0résultats, les plus récents d’abord." in first
    assert "numéro59" in first.replace("<mark>", "").replace("</mark>", "")
    older = unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])
    assert "genre=note" in older
    second = browser.get(older).text
    assert second.count("data-result") == 10
    assert "numéro00" in second
    assert 'rel="next"' not in second
    assert "Les plus récents" in second
    assert "Résultats plus anciens." in second


def test_received_mail_is_found_once_it_has_its_dossier(as_person, matter, database, people):
    with database.transaction() as session:
        row = FiledMail(brought_by_id=people["lawyer"].id, sha256="0" * 64, subject="Xylophones", text="Bonjour")
        session.add(row)
        session.flush()
        kept = row.id
    browser = as_person("lawyer")
    assert "Rien ne correspond" in browser.get("/recherche?q=xylophone").text
    with database.transaction() as session:
        session.get(FiledMail, kept).matter_id = matter.id
    assert f"/courriels/{kept}" in browser.get("/recherche?q=xylophone").text
