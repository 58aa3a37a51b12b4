"""The opponent's checklist, the sheet for the hearing, and the witness that a signed message is."""

from __future__ import annotations

import io

import dkim
import pytest
from pypdf import PdfReader

from casefile import clock, passages
from casefile.evidence import witness
from casefile.evidence.network_sheet import declared_network
from casefile.models.evidence import Capture
from casefile.models.people import Person
from tests.evidence import test_time
from tests.evidence.test_intake import MAIL
from tests.evidence.test_time import WORDS, signed

from .test_evidence import deposit

signer = test_time.signer


def page_of(row, word=""):
    return f"/dossiers/{row.matter_id}/captures/{row.id}{word}"


@pytest.mark.browser
def test_the_opponents_arguments_come_with_their_decision_and_an_answer(as_person, browsed):
    html = as_person("lawyer").get(page_of(browsed, "/contradiction")).text
    assert "l’horodatage n’est pas qualifié" in html
    assert "TGI Paris" in html
    assert "Réponse" in html
    assert "non établi" in html
    assert "n’est pas un acte de commissaire de justice" in html


@pytest.mark.browser
def test_the_sheet_holds_on_one_page_what_a_clerk_types(as_person, browsed, page_taken):
    answer = as_person("lawyer").get(page_of(browsed, "/feuille-audience.pdf"))
    (page,) = PdfReader(io.BytesIO(answer.data)).pages
    text = " ".join(page.extract_text().split())
    assert page_taken.url in text.replace(" ", "")
    assert "deux mille vingt-six" in text
    assert page_taken.manifest_sha256[:8] in text
    assert "openssl ts -verify" in text


@pytest.mark.browser
@pytest.mark.parametrize("word", ["/contradiction", "/feuille-audience.pdf"])
@pytest.mark.parametrize("name", ["stranger", "walled"])
def test_neither_exists_outside_the_team(as_person, browsed, word, name):
    assert as_person(name).get(page_of(browsed, word)).status_code == 404


@pytest.mark.parametrize("word", ["contradiction", "feuille-audience.pdf"])
def test_neither_exists_for_a_deposited_file(as_person, publication, word):
    browser = as_person("lawyer")
    page = deposit(browser, publication).headers["Location"]
    assert browser.get(f"{page}/{word}").status_code == 404


@pytest.fixture
def published_keys(monkeypatch, signer):
    monkeypatch.setattr(witness, "_ask_dns", lambda _name: signer[1])


def mark(database, people, page, words):
    import uuid

    with database.transaction() as session:
        capture = session.get_one(Capture, uuid.UUID(page.rsplit("/", 1)[1]))
        start = capture.text.index(words)
        passages.mark(session, session.get_one(Person, people["lawyer"].id), capture, start, start + len(words))


def test_a_signed_message_is_a_witness_of_the_words_it_carries(
    as_person,
    publication,
    signer,
    published_keys,
    database,
    people,
):
    browser = as_person("lawyer")
    page = deposit(browser, publication, "avis.eml", signed(signer)).headers["Location"]
    html = browser.get(page).text
    assert "Provenance D" in html
    assert "cles-dkim.json" in html
    mark(database, people, page, WORDS)
    html = browser.get(page).text
    assert ">attesté" in html
    assert "plateforme.example a signé" in html


def test_a_message_altered_after_its_signature_is_an_ordinary_upload(
    as_person,
    publication,
    signer,
    published_keys,
    database,
    people,
):
    forged = signed(signer).replace("à fuir".encode(), "à voir".encode())
    assert dkim.verify(forged, dnsfunc=lambda *_a, **_k: signer[1].encode()) is False
    browser = as_person("lawyer")
    page = deposit(browser, publication, "avis.eml", forged).headers["Location"]
    html = browser.get(page).text
    assert "Provenance C" in html
    assert "non attesté" in html


def test_a_message_without_signature_says_so(as_person, publication):
    browser = as_person("lawyer")
    page = deposit(browser, publication, "avis.eml", MAIL).headers["Location"]
    assert "ne porte aucune signature DKIM" in browser.get(page).text


def test_the_network_sheet_is_sealed_into_captures_as_declared(as_person, database):
    browser = as_person("partner")
    sent = {"public_address": "203.0.112.7", "network": "fibre, pare-feu intégré"}
    assert browser.post("/cabinet/reseau", sent).status_code == 303
    assert "203.0.112.7" in browser.get("/cabinet/reseau").text
    with database.reader() as session:
        assert declared_network(session) == sent | {"declared_on": clock.today().isoformat()}


@pytest.mark.parametrize("address", ["10.0.0.4", "pas une adresse", "127.0.0.1"])
def test_an_address_that_is_not_public_is_refused(as_person, database, address):
    assert as_person("partner").post("/cabinet/reseau", {"public_address": address}).status_code == 400
    with database.reader() as session:
        assert declared_network(session) == {}


def test_only_those_who_hold_the_settings_see_the_network_sheet(as_person):
    assert as_person("lawyer").get("/cabinet/reseau").status_code in {403, 404}
