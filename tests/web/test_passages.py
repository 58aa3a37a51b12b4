"""Passages on record: words read from an image, withdrawal taken back, the W3C anchor that leaves the house."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from casefile import clock
from casefile.models.evidence import Capture, CaptureState, Passage

from .conftest import REVIEW
from .test_qualification import WORDS, mark, passage_page

__all__ = ["passage_page"]
MISREAD = "Ce rnédecin est un esc roc, fuyez\n"


def passages_in(database):
    with database.reader() as session:
        return session.scalars(select(Passage).order_by(Passage.created_at)).all()


@pytest.fixture
def image(database, capture):
    """Seal a second capture whose text a machine read from an image."""
    with database.transaction() as session:
        read = Capture(
            matter_id=capture.matter_id,
            publication_id=capture.publication_id,
            requested_by_id=capture.requested_by_id,
            state=CaptureState.SEALED,
            origin="upload",
            provenance="C",
            text=MISREAD,
            text_from_ocr=True,
            text_sha256="2" * 64,
            manifest_sha256="3" * 64,
            sealed_at=clock.now(),
        )
        session.add(read)
    return read


def mark_image(browser, matter, image, **fields):
    page = f"/dossiers/{matter.id}/captures/{image.id}/passages/nouveau"
    return browser.post(page, {"exact": "Ce rnédecin est un esc roc", "start": "0", **fields})


def test_both_readings_of_an_image_are_kept_and_said(as_person, matter, image, database):
    browser = as_person("lawyer")
    assert "Mots relus sur l’image" in browser.get(f"/dossiers/{matter.id}/captures/{image.id}/passages/nouveau").text
    page = mark_image(browser, matter, image, read_as="Ce médecin est un escroc").headers["Location"]
    passage = passages_in(database)[0]
    assert (passage.exact, passage.ocr_proposal) == ("Ce médecin est un escroc", "Ce rnédecin est un esc roc")
    text = browser.get(page).text
    assert "Ce rnédecin est un esc roc" in text
    assert "Lecture de l’avocat, la seule citée" in text


def test_a_reading_is_corrected_later_and_the_machine_s_stays(as_person, matter, image, database):
    browser = as_person("lawyer")
    page = mark_image(browser, matter, image).headers["Location"]
    assert "Non corrigée" in browser.get(page).text
    correction = f"/dossiers/{matter.id}/passages/{passages_in(database)[0].id}/corriger"
    assert browser.post(correction, {"words": "  "}).status_code == 400
    assert browser.post(correction, {"words": "Ce médecin est un escroc"}).status_code == 303
    passage = passages_in(database)[0]
    assert (passage.exact, passage.ocr_proposal) == ("Ce médecin est un escroc", "Ce rnédecin est un esc roc")


def test_words_of_a_sealed_text_are_never_corrected(passage_page, matter, capture, database):
    browser, _ = passage_page
    correction = f"/dossiers/{matter.id}/passages/{passages_in(database)[0].id}/corriger"
    assert browser.post(correction, {"words": "autre chose"}).status_code == 400
    other = "Il faut prendre votre retraite"
    assert mark(browser, matter, capture, other, read_as="autre chose").status_code == 400
    assert [passage.exact for passage in passages_in(database)] == [WORDS]


def test_a_withdrawal_is_taken_back(passage_page, matter, capture, database):
    browser, page = passage_page
    passage = passages_in(database)[0]
    base = f"/dossiers/{matter.id}/passages/{passage.id}"
    browser.post(f"{base}/retirer", page=page)
    content = browser.get(f"/dossiers/{matter.id}/contenus/{capture.publication_id}").text
    assert "passage retiré" in content
    assert "Passage retiré le" in browser.get(page).text
    assert browser.post(page, {"act": "other", "chosen": "aucune", "reason": "x"}).status_code == 400
    assert browser.post(f"{base}/retablir", page=page).status_code == 303
    assert passages_in(database)[0].withdrawn_at is None


def test_a_withdrawn_passage_does_not_come_back_over_another(passage_page, matter, capture, database):
    browser, page = passage_page
    passage = passages_in(database)[0]
    base = f"/dossiers/{matter.id}/passages/{passage.id}"
    browser.post(f"{base}/retirer", page=page)
    mark(browser, matter, capture, "trompé dans les dosages")
    assert browser.post(f"{base}/retablir", page=page).status_code == 409
    assert passages_in(database)[0].withdrawn_at is not None


def test_the_anchor_leaves_as_a_w3c_annotation(passage_page, matter, database):
    browser, _ = passage_page
    passage = passages_in(database)[0]
    answer = browser.get(f"/dossiers/{matter.id}/passages/{passage.id}.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    quote, position = json.loads(answer.text)["target"]["selector"]
    assert quote["exact"] == WORDS
    assert REVIEW[position["start"] : position["end"]] == WORDS
    assert REVIEW[: position["start"]].endswith(quote["prefix"])


@pytest.mark.parametrize("name", ["stranger", "walled"])
def test_the_passages_of_others_neither_leave_nor_change(passage_page, as_person, matter, name, database):
    browser = as_person(name)
    base = f"/dossiers/{matter.id}/passages/{passages_in(database)[0].id}"
    assert browser.get(f"{base}.json").status_code == 404
    assert browser.post(f"{base}/corriger", {"words": "x"}, page="/").status_code == 404
    assert browser.post(f"{base}/retablir", page="/").status_code == 404
    assert passages_in(database)[0].exact == WORDS
