"""Exhibits in the browser: added, ordered, communicated, stamped; adverse ones apart."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess

import pytest
from PIL import Image
from sqlalchemy import select

from casefile import matters
from casefile.models.ledger import Exhibit
from casefile.models.people import Person


def picture(colour="white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "PNG")
    return out.getvalue()


def deposit(browser, matter, title, content=None, **fields):
    data = {"title": title, "is_adverse": "no", "between_lawyers": "no", **fields}
    data["file"] = (io.BytesIO(picture() if content is None else content), "piece.png")
    return browser.post(f"/dossiers/{matter.id}/pieces/deposer", data, content_type="multipart/form-data")


def rows(database) -> list[tuple[int, str]]:
    with database.reader() as session:
        return [(row.number, row.title) for row in session.scalars(select(Exhibit).order_by(Exhibit.number))]


@pytest.fixture
def three(as_person, matter, database):
    """Give three exhibits and their ids."""
    browser = as_person("lawyer")
    for title in ("Attestation", "Tarifs", "Courriel"):
        assert deposit(browser, matter, title).status_code == 303
    with database.reader() as session:
        ids = list(session.scalars(select(Exhibit.id).order_by(Exhibit.number)))
    return browser, f"/dossiers/{matter.id}/pieces", ids


def test_files_are_numbered_in_the_order_they_come(three, database):
    assert rows(database) == [(1, "Attestation"), (2, "Tarifs"), (3, "Courriel")]


def test_an_exhibit_moves_up_and_down(three, database):
    browser, page, ids = three
    browser.post(f"{page}/{ids[2]}/deplacer", {"direction": "up"}, page=page)
    assert rows(database) == [(1, "Attestation"), (2, "Courriel"), (3, "Tarifs")]
    browser.post(f"{page}/{ids[0]}/deplacer", {"direction": "up"}, page=page)
    assert rows(database)[0] == (1, "Attestation")


def test_an_exhibit_is_dropped_at_another_place_and_those_between_follow(three, database):
    browser, page, ids = three
    browser.post(f"{page}/{ids[2]}/deplacer", {"number": "1"}, page=page)
    assert rows(database) == [(1, "Courriel"), (2, "Attestation"), (3, "Tarifs")]
    browser.post(f"{page}/{ids[2]}/deplacer", {"number": "3"}, page=page)
    assert rows(database) == [(1, "Attestation"), (2, "Tarifs"), (3, "Courriel")]
    browser.post(f"{page}/{ids[0]}/deplacer", {"number": "9"}, page=page)
    assert "Cette place n’existe pas" in browser.get(page).text
    browser.post(f"{page}/communiquer", page=page)
    browser.post(f"{page}/{ids[2]}/deplacer", {"number": "1"}, page=page)
    assert rows(database) == [(1, "Attestation"), (2, "Tarifs"), (3, "Courriel")]


def test_removing_one_leaves_no_gap(three, database):
    browser, page, ids = three
    browser.post(f"{page}/{ids[0]}/retirer", page=page)
    assert rows(database) == [(1, "Tarifs"), (2, "Courriel")]


def test_numbers_are_frozen_once_communicated_and_later_ones_go_on(three, database, matter):
    browser, page, ids = three
    assert browser.post(f"{page}/communiquer", page=page).status_code == 303
    browser.post(f"{page}/{ids[0]}/deplacer", {"direction": "down"}, page=page)
    browser.post(f"{page}/{ids[0]}/retirer", page=page)
    deposit(browser, matter, "Nouvelle")
    assert rows(database) == [(1, "Attestation"), (2, "Tarifs"), (3, "Courriel"), (4, "Nouvelle")]
    with database.reader() as session:
        new = session.scalars(select(Exhibit.id).where(Exhibit.number == 4)).one()
    browser.post(f"{page}/{new}/deplacer", {"direction": "up"}, page=page)
    assert rows(database)[3] == (4, "Nouvelle")
    version = {"title": "Autre", "version": "2"}
    assert browser.post(f"{page}/{ids[0]}", version, page=page).status_code == 400
    assert rows(database)[0] == (1, "Attestation")


def test_the_copy_is_stamped_and_the_original_untouched(three, database, storage):
    browser, page, ids = three
    copy = browser.get(f"{page}/{ids[1]}/copie").data
    text = subprocess.run(["pdftotext", "-", "-"], input=copy, capture_output=True, check=True).stdout.decode()
    assert "Pièce n° 2" in text.replace("\u00a0", " ").replace("\u202f", " ")
    with database.reader() as session:
        digest = session.get(Exhibit, ids[1]).sha256
    assert digest == hashlib.sha256(picture()).hexdigest()


def test_the_list_and_the_copies_come_in_one_file_with_digests(three):
    browser, page, _ids = three
    content = browser.get(f"{page}/liasse").data
    text = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    flat = "".join(text.split())
    for title in ("Attestation", "Tarifs", "Courriel"):
        assert title in text
    assert "fichieroriginalconservé" in flat  # in one file there is no copy apart: the originals are what is kept
    assert flat.count(hashlib.sha256(picture()).hexdigest()) == 3


def test_the_second_of_two_hands_reads_both_titles_and_loses_none(three, database, as_person):
    browser, page, ids = three
    one = f"{page}/{ids[0]}"
    day = {"dated_on-jour": "12", "dated_on-mois": "3", "dated_on-annee": "2026"}
    assert browser.post(one, {"title": "Attestation A", "version": "1", **day}, page=one).status_code == 303
    told = browser.post(one, {"title": "Attestation B", "version": "1", **day}, page=one)
    assert told.status_code == 409
    assert "Attestation A" in told.text
    assert "Attestation B" in told.text
    assert 'type="hidden" name="dated_on" value="12/03/2026"' in told.text, "the same day is no difference"
    version = re.search(r'name="version" value="(\d+)"', told.text)[1]
    kept = {"title": "Attestation B", "version": version, "dated_on": "12/03/2026"}
    assert browser.post(one, kept, page=one).status_code == 303
    assert rows(database)[0][1] == "Attestation B"


def test_an_exhibit_is_renamed_until_then(three, database):
    browser, page, ids = three
    given = {"title": "Attestation de la caisse", "version": "1"}
    assert browser.post(f"{page}/{ids[0]}", given).status_code == 303
    assert rows(database)[0] == (1, "Attestation de la caisse")


def test_adverse_exhibits_are_kept_apart(three, database, matter):
    browser, page, _ = three
    deposit(browser, matter, "Leur constat", is_adverse="yes")
    assert rows(database)[0] == (-1, "Leur constat")
    assert "Pièces adverses" in browser.get(page).text


WRONG = {
    "a letter between lawyers": ({"between_lawyers": "yes"}, None, "confidentielle"),
    "an empty file": ({}, b"", ""),
    "not a document": ({}, b"MZ\x90\x00" * 40, "ni un PDF"),
    "without a title": ({"title": ""}, None, ""),
    "a day to come": ({"dated_on": "1/1/2040"}, None, "à venir"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_an_exhibit_is_refused(as_person, matter, database, case):
    fields, content, words = WRONG[case]
    answer = deposit(as_person("lawyer"), matter, **{"title": "Pièce", **fields, "content": content})
    assert answer.status_code == 400
    assert words in answer.text
    assert rows(database) == []


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_exhibits_do_not_exist_outside_the_team(three, as_person, name):
    _, page, ids = three
    browser = as_person(name)
    for path in (page, f"{page}/{ids[0]}", f"{page}/{ids[0]}/copie", f"{page}/liasse"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "Attestation" not in answer.text


def test_an_exhibit_of_another_dossier_is_unknown_here(three, database, people):
    browser, _, ids = three
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        other = matters.open_matter(session, lawyer, title="Autre", territory="metropole")
    assert browser.get(f"/dossiers/{other.id}/pieces/{ids[0]}/copie").status_code == 404


def test_a_reader_downloads_and_does_not_rename(three, as_person, database):
    _, page, ids = three
    browser = as_person("reader")
    assert browser.get(f"{page}/{ids[0]}/copie").status_code == 200
    given = {"title": "Autre", "version": "1"}
    assert browser.post(f"{page}/{ids[0]}", given).status_code == 404
    assert rows(database)[0] == (1, "Attestation")


def test_a_deposited_capture_becomes_an_exhibit_once(as_person, matter, capture, database):
    browser = as_person("lawyer")
    content = (io.BytesIO(picture("red")), "ecran.png")
    path = f"/dossiers/{matter.id}/contenus/{capture.publication_id}/deposer"
    sealed = browser.post(path, {"file": content}, content_type="multipart/form-data")
    identifier = sealed.headers["Location"].rsplit("/", 1)[1]
    page = f"/dossiers/{matter.id}/pieces"
    browser.post(f"{page}/verser", {"capture_id": identifier}, page=page)
    browser.post(f"{page}/verser", {"capture_id": identifier}, page=page)
    browser.post(f"{page}/verser", {"capture_id": "pas un numéro"}, page=page)
    with database.reader() as session:
        exhibit = session.scalars(select(Exhibit)).one()
    assert str(exhibit.capture_id) == identifier
    assert exhibit.sha256 == hashlib.sha256(picture("red")).hexdigest()
