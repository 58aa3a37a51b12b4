"""The note handed to the client: a real PDF with the exact words, the law, the strength, the dates."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from .test_qualification import WORDS, answers, passage_page

__all__ = ["passage_page"]
pytestmark = pytest.mark.usefixtures("frozen_clock")


def words_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_note_says_what_each_passage_is_and_how_solid(passage_page, matter):
    browser, page = passage_page
    browser.post(page, {"act": "answer", **answers(), "vrai_selon_client": "oui"})
    browser.post(page, {"act": "keep", "acknowledged": "y"})
    text = words_of(browser.get(f"/dossiers/{matter.id}/qualification/note.pdf"))
    for expected in (
        "Note de qualification",
        "Lemaire",
        "dosages du médicament",
        "Diffamation publique",
        "Date prudente",
        "seuil pénal",
        "seuil civil",
        "Solidité",
        "fragile",
        "Exception de vérité",
        "Personne Lawyer",
    ):
        assert expected in text


def test_an_abandoned_passage_is_told_as_admissible_criticism(passage_page, matter):
    browser, page = passage_page
    browser.post(page, {"act": "other", "chosen": "aucune", "reason": "simple opinion"})
    text = words_of(browser.get(f"/dossiers/{matter.id}/qualification/note.pdf?passage={page.rsplit('/', 1)[1]}"))
    assert "critique admissible" in text
    assert "simple opinion" in text
    assert WORDS[:20] in text


def test_nothing_kept_gives_no_note(passage_page, matter):
    browser, _ = passage_page
    assert browser.get(f"/dossiers/{matter.id}/qualification/note.pdf").status_code == 404


@pytest.mark.parametrize("wanted", ["", "x", "../../etc", "00000000-0000-4000-8000-000000000001"])
def test_an_unknown_passage_gives_no_note(passage_page, matter, wanted):
    browser, _ = passage_page
    assert browser.get(f"/dossiers/{matter.id}/qualification/note.pdf?passage={wanted}").status_code == 404


@pytest.mark.parametrize("name", ["stranger", "walled"])
def test_the_note_does_not_exist_outside_the_team(passage_page, matter, as_person, name):
    browser, page = passage_page
    browser.post(page, {"act": "other", "chosen": "aucune", "reason": "simple opinion"})
    assert as_person(name).get(f"/dossiers/{matter.id}/qualification/note.pdf").status_code == 404
