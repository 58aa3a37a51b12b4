"""Copies for third parties: what is masked is gone, pixel and text; the sealed original has not changed."""

from __future__ import annotations

import io
import subprocess
import uuid

import pikepdf
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from casefile import clock
from casefile.errors import InvalidInput
from casefile.evidence import erasure
from casefile.evidence.redact import Zone, holds, read_zones, zones_of_words
from casefile.models.evidence import Artifact, Capture, CustodyEvent
from casefile.models.people import Person

from .test_evidence import deposit

COLOURS = Image.effect_mandelbrot((400, 300), (-2, -1, 1, 1), 60).convert("RGB")
WISH = {"recipient": "Autorité de contrôle", "reason": "Données de tiers", "shows_address": "no"}


def address_of(row):
    return f"/dossiers/{row.matter_id}/captures/{row.id}/caviardage"


def copies(database, capture_id):
    query = select(Artifact).where(Artifact.capture_id == capture_id, Artifact.role == "redacted")
    with database.reader() as session:
        return list(session.scalars(query))


def pictures_in(pdf):
    """Take the pictures out of a PDF as they are stored in it."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            found += [
                pikepdf.PdfImage(image).as_pil_image().convert("RGB") for _, image in sorted(page.get_images().items())
            ]
    return found


def text_of(pdf, tmp_path):
    path = tmp_path / "copie.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout


@pytest.fixture
def picture(as_person, publication, database):
    """Deposit one colourful picture; give its capture."""
    stream = io.BytesIO()
    COLOURS.save(stream, "PNG")
    location = deposit(as_person("lawyer"), publication, content=stream.getvalue()).headers["Location"]
    with database.reader() as session:
        return session.get_one(Capture, uuid.UUID(location.rsplit("/", 1)[1]))


def test_the_pixels_of_a_zone_are_gone_and_the_others_untouched(picture, as_person, app, database):
    page = address_of(picture)
    lawyer = as_person("lawyer")
    with database.reader() as session:
        before = {(a.path, a.sha256) for a in session.scalars(select(Artifact))}
    assert lawyer.post(page, {**WISH, "zones": "1 25 10 75 50"}).status_code == 303
    (copy,) = copies(database, picture.id)
    with app.extensions["casefile"].storage.open(copy.sha256) as source:
        (shown,) = pictures_in(source.read())
    assert shown.size == COLOURS.size
    masked = shown.crop((100, 30, 302, 152))
    assert masked.getextrema() == ((0, 0), (0, 0), (0, 0))
    outside = ImageChops.difference(shown, COLOURS)
    outside.paste((0, 0, 0), (100, 30, 302, 152))
    assert outside.getbbox() is None
    with database.reader() as session:
        assert before < {(a.path, a.sha256) for a in session.scalars(select(Artifact))}
        event = session.scalars(select(CustodyEvent).where(CustodyEvent.action == "redacted")).one()
        assert event.facts == {"file": copy.path, "sha256": copy.sha256, "pictures": 1, "zones": 1}
    shown_page = f"/dossiers/{picture.matter_id}/captures/{picture.id}"
    lawyer.post(f"{shown_page}/verifier", page=shown_page)
    html = lawyer.get(shown_page).text
    assert "intacts" in html
    assert "Copie caviardée établie" in html
    assert copy.path.removeprefix("derive/") in lawyer.get(page).text


def test_each_block_that_holds_a_word_is_black_and_no_text_is_left(browsed, as_person, app, database, tmp_path):
    with database.reader() as session:
        text = session.get_one(Capture, browsed.id).text
        positions = session.scalars(select(Artifact).where(Artifact.role == "positions")).one()
        tiles = list(session.scalars(select(Artifact).where(Artifact.role == "tile").order_by(Artifact.path)))
    storage = app.extensions["casefile"].storage
    word = next(w for w in text.split() if len(w) > 6 and w.isalpha() and text.count(w) > 1)
    sizes = []
    for tile in tiles:
        with storage.open(tile.sha256) as source, Image.open(source) as image:
            sizes.append(image.size)
    with storage.open(positions.sha256) as source:
        import json

        zones = zones_of_words([word], json.loads(source.read()), sizes)
    assert len(zones) > 1
    assert as_person("lawyer").post(address_of(browsed), {**WISH, "words": word.upper()}).status_code == 303
    (copy,) = copies(database, browsed.id)
    with storage.open(copy.sha256) as source:
        content = source.read()
    printed = text_of(content, tmp_path)
    assert "Copie caviardée" in printed
    assert word.casefold() not in printed.casefold()
    assert not any(line in printed for line in text.splitlines() if len(line) > 20)
    # The pages cut each tile: put the pieces of the first one together again before reading pixels.
    pieces, whole = pictures_in(content), Image.new("RGB", sizes[0])
    height = 0
    for piece in pieces:
        if height < sizes[0][1]:
            whole.paste(piece, (0, height))
            height += piece.height
    for zone in (z for z in zones if z.picture == 1):
        box = [int(zone.left * sizes[0][0]) + 1, int(zone.top * sizes[0][1]) + 1]
        box += [min(int(zone.right * sizes[0][0]), sizes[0][0]), min(int(zone.bottom * sizes[0][1]), sizes[0][1])]
        assert whole.crop(tuple(box)).getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Rien n’est masqué"),
        ({"words": "Dupont"}, "Dupont"),
        ({"zones": "9 0 0 10 10"}, "ligne 1"),
        ({"zones": "1 50 0 10 10"}, "ligne 1"),
        ({"zones": "1 0 0 10 10", "reason": ""}, "pourquoi"),
    ],
)
def test_a_copy_that_would_hide_nothing_or_not_what_is_asked_is_refused(picture, as_person, database, changes, words):
    answer = as_person("lawyer").post(address_of(picture), {**WISH, **changes})
    assert answer.status_code == 400
    assert words in answer.text
    assert copies(database, picture.id) == []


@pytest.mark.parametrize("name", ["stranger", "walled", "reader"])
def test_copies_are_not_made_by_whoever_may_not_write(picture, as_person, name):
    assert as_person(name).get(address_of(picture)).status_code == 404
    assert as_person(name).get(f"{address_of(picture)}/1.png").status_code == 404


def test_a_destroyed_capture_takes_its_copies_with_it(picture, as_person, app, database, people, settings):
    as_person("lawyer").post(address_of(picture), {**WISH, "zones": "1 25 10 75 50"})
    (copy,) = copies(database, picture.id)
    with database.transaction() as session:
        capture = session.get_one(Capture, picture.id)
        erasure.ask(session, session.get_one(Person, people["lawyer"].id), capture, "remis par erreur")
        erasure.decide(session, session.get_one(Person, people["partner"].id), capture, granted=True)
    assert erasure.work(database, settings, clock.now())
    assert not app.extensions["casefile"].storage.exists(copy.sha256)


def test_a_word_is_found_across_blocks_and_however_it_is_written():
    positions = [
        {"text": "Le docteur Élise ", "x": 0, "y": 3990, "width": 100, "height": 20},
        {"text": "AUBERTIN se trompe", "x": 100, "y": 3990, "width": 100, "height": 20},
        {"text": "ailleurs", "x": 0, "y": 100, "width": 10, "height": 10},
    ]
    zones = zones_of_words(["elise aubertin"], positions, [(1000, 4000), (1000, 4000)])
    assert {zone.picture for zone in zones} == {1, 2}, "a block over two tiles is masked on both"
    assert len(zones) == 4
    with pytest.raises(InvalidInput, match="Dupont"):
        zones_of_words(["ailleurs", "Dupont"], positions, [(1000, 4000)])
    assert holds("Pour M. AUBERTÎN", ["aubertin"])


def test_zones_are_read_as_people_write_them():
    assert read_zones("1; 10 %; 20,5; 60; 25\n\n", 1) == [Zone(1, 0.1, 0.205, 0.6, 0.25)]
