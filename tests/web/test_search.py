"""Search in the browser: words of one's own dossiers, the number that leads straight there, the wall."""

from __future__ import annotations

import pytest


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
