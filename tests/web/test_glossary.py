"""The glossary: found by any of its words, each word of law with its source, and every link to it leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casefile.web.glossary import WORDS, page_words, search, terms

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_a_word_of_law_has_its_source_and_says_whether_it_was_read():
    assert len(terms()) >= 55
    for one in terms():
        assert (one.status in {"verified", "unverified"}) == bool(one.source), one.id
        assert not one.status or one.source, one.id
        assert re.fullmatch(r"[a-z0-9-]+", one.id), one.id


def test_no_anchor_is_given_twice():
    assert len({one.id for one in terms()}) == len(terms())


def test_every_link_to_the_glossary_leads_to_a_word():
    known = {one.id for one in terms()}
    linked = {word for words in WORDS.values() for word in words}
    for page in TEMPLATES.rglob("*.html"):
        linked |= set(re.findall(r'ui\.term\("([^"]+)"', page.read_text()))
    assert linked - known == set()
    assert len(linked) > 20


def test_every_capability_named_for_its_words_exists(app):
    assert WORDS.keys() <= app.blueprints.keys()


@pytest.mark.parametrize("asked", ["hebergeur", "HÉBERGEUR", "hébergeurs", "plateforme"])
def test_a_word_is_found_without_accents_by_its_endings_and_by_its_other_names(asked):
    assert "hebergeur" in {one.id for one in search(asked)}


def test_every_word_asked_must_be_there():
    assert {one.id for one in search("imputation fait")} >= {"diffamation", "injure"}
    assert "injure" not in {one.id for one in search("imputation honneur")}
    assert len(search("de la")) < len(search(""))


def test_the_page_shows_the_sources_and_what_is_not_verified(as_person):
    browser = as_person("assistant")
    page = browser.get("/aide/glossaire").text
    assert 'id="date-prudente"' in page
    assert page.count("non vérifié, à relire") == sum(one.status == "unverified" for one in terms())
    found = browser.get("/aide/glossaire?q=prescription").text
    assert 'id="prescription"' in found
    assert 'id="cachet"' not in found


def test_what_is_asked_comes_back_as_typed_and_finds_nothing(as_person):
    page = as_person("assistant").get("/aide/glossaire?q=%3Cscript%3Ezzz").text
    assert "Aucun mot ne correspond" in page
    assert "<script>zzz" not in page


def test_the_pages_of_a_dossier_lead_to_their_words(as_person, matter, app):
    page = as_person("lawyer").get(f"/dossiers/{matter.id}/delais").text
    assert 'href="/aide/glossaire#date-prudente"' in page
    with app.test_request_context("/connexion"):
        assert page_words() == []
