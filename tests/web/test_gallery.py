"""A capture read closely: the passage framed on the right picture, the sealed one untouched."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from casefile import passages
from casefile.evidence.highlight import boxes_of
from casefile.models.evidence import Capture
from casefile.models.people import Person

WORDS = "il a confondu une phlébite avec une simple courbature"
LINES = [
    {"text": "Avis de « M NP »", "x": 10, "y": 5, "width": 90, "height": 20},
    {"text": "Ce médecin est un escroc.", "x": 10, "y": 30, "width": 80, "height": 20},
    {"text": "À fuir", "x": 10, "y": 60, "width": 30, "height": 20},
]


@pytest.mark.parametrize(
    ("words", "tops"),
    [
        ("un escroc", [30]),
        ("est un escroc. À fuir", [30, 60]),
        ("M NP", [5]),
        ("un voleur", []),
        ("", []),
        ("À fuir absolument", []),
    ],
)
def test_a_passage_is_framed_where_its_words_are_and_nowhere_else(words, tops):
    assert [box.top for box in boxes_of(LINES, words)] == tops


MEASURED = [
    {
        "text": "Ce médecin est un escroc et un menteur",
        "x": 10,
        "y": 30,
        "width": 90,
        "height": 50,
        "words": [
            *([10, 30, 10, 20], [22, 30, 40, 20], [64, 30, 14, 20], [80, 30, 10, 20]),
            *([10, 55, 30, 20], [42, 55, 8, 20], [52, 55, 8, 20], [62, 55, 30, 20]),
        ],
    }
]


def test_the_frame_follows_the_exact_words_from_line_to_line():
    frames = boxes_of(MEASURED, "est un escroc")
    assert [(box.left, box.top, box.right, box.bottom) for box in frames] == [(64, 30, 90, 50), (10, 55, 40, 75)]
    assert [(box.left, box.right) for box in boxes_of(MEASURED, "menteur")] == [(62, 92)]


def test_among_words_said_twice_the_passage_s_own_are_framed():
    text = "À fuir\nBien\nÀ fuir"
    twice = [LINES[2], {**LINES[1], "text": "Bien"}, {**LINES[2], "y": 90}]
    assert [boxes_of(twice, "À fuir", text, start)[0].top for start in (0, 12)] == [60, 90]


def test_when_page_and_text_disagree_on_how_often_nothing_is_framed():
    twice = [LINES[2], {**LINES[2], "y": 90}]
    assert boxes_of(twice, "À fuir", "À fuir", 0) == []
    assert boxes_of([LINES[2]], "À fuir", "À fuir\nÀ fuir", 7) == []


@pytest.fixture
def marked(browsed, database, people):
    with database.transaction() as session:
        capture = session.get_one(Capture, browsed.id)
        start = capture.text.index(WORDS)
        passages.mark(session, session.get_one(Person, people["lawyer"].id), capture, start, start + len(WORDS))
    return f"/dossiers/{browsed.matter_id}/captures/{browsed.id}/galerie"


@pytest.mark.browser
def test_the_passage_is_framed_on_the_first_picture_only(marked, as_person, page_taken):
    browser = as_person("lawyer")
    html = browser.get(marked).text
    assert f"<mark>{WORDS}" in html
    assert "image 1" in html
    changed = []
    for number in (1, 2, 3):
        sealed = page_taken.directory / "data" / "vues" / f"page-{number:03d}.png"
        shown = Image.open(io.BytesIO(browser.get(f"{marked}/{number}.png").data))
        drawn = ImageChops.difference(shown, Image.open(sealed).convert("RGB"))
        changed.append(drawn.getbbox())
        if number == 1:
            left, top, right, bottom = changed[0]
            words_before = drawn.crop((left, top, left + (right - left) // 2, top + 8))
    assert changed[1:] == [None, None]
    assert 880 < top < bottom < 990
    assert words_before.getbbox() is None
    assert browser.get(f"{marked}/4.png").status_code == 404


@pytest.fixture
def marked_id(marked, browsed, database):
    with database.reader() as session:
        return passages.kept_in(session, session.get_one(Capture, browsed.id))[0].id


@pytest.mark.browser
def test_the_page_of_a_passage_shows_its_lines_of_the_screenshot(marked, marked_id, browsed, as_person, page_taken):
    browser = as_person("lawyer")
    picture = f"{marked}/{marked_id}/extrait.png"
    page = browser.get(f"/dossiers/{browsed.matter_id}/qualification/{marked_id}").text
    assert picture in page
    assert f"{marked}#image-1" in page
    shown = Image.open(io.BytesIO(browser.get(picture).data)).convert("RGB")
    sealed = Image.open(page_taken.directory / "data" / "vues" / "page-001.png").convert("RGB")
    assert shown.width == sealed.width
    assert 150 < shown.height < 450
    assert (176, 42, 55) in {shown.getpixel((x, y)) for x in range(0, shown.width, 5) for y in range(shown.height)}
    assert as_person("stranger").get(picture).status_code == 404
    assert browser.get(f"{marked}/{browsed.id}/extrait.png").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("name", ["stranger", "walled"])
def test_the_pictures_do_not_exist_outside_the_team(marked, as_person, name):
    assert as_person(name).get(marked).status_code == 404
    assert as_person(name).get(f"{marked}/1.png").status_code == 404


def test_a_deposited_text_has_no_gallery(as_person, capture):
    page = f"/dossiers/{capture.matter_id}/captures/{capture.id}/galerie"
    assert as_person("lawyer").get(page).status_code == 404
