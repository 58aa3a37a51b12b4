"""A bailiff's report come back: kept as it is, held against our capture word for word."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from casefile.documents.blocks import paragraph
from casefile.documents.constat_comparison import Match, compare, dates_in
from casefile.documents.pdf import Meta, render
from casefile.models.evidence import Capture, CaptureState, Passage

DAY = date(2026, 11, 23)
URL = "https://avis.example/lieu/aubertin?tri=recent&avis=1234567890"
WORDS = "Ce médecin s'est trompé dans le diagnostic 😡"


def act(*texts):
    """Draw a report as a bailiff's office would: a PDF with text."""
    return render([paragraph(text) for text in texts], Meta("Procès-verbal", "Étude", "", DAY))


def judged(text, passage=WORDS):
    capture = Capture(requested_url=URL, state=CaptureState.SEALED, manifest_sha256="ab" * 32)
    capture.created_at = datetime(2026, 11, 23, 14, tzinfo=UTC)
    return compare(capture, [Passage(exact=passage)], Capture(text=text, text_from_ocr=False))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("Je relève : Ce médecin s'est trompé\ndans le diagnostic 😡 et rien d'autre.", Match.WORD_FOR_WORD),
        ("« Ce médecin s’est trompé dans le diag-\nnostic »", Match.BUT_SIGNS),
        ("« Ce médecin s'est lourdement trompé dans le diagnostic 😡 »", Match.CHANGED),
        ("Je n'ai rien constaté.", Match.NOT_FOUND),
    ],
)
def test_a_passage_is_found_as_it_stands_in_the_report(text, match):
    assert judged(text).passages[0].match is match


@pytest.mark.parametrize(
    ("printed", "whole", "shown"),
    [
        ("https://avis.example/lieu/aubertin?tri=rec\nent&avis=1234567890", True, URL),
        ("https://avis.example/lieu/aubertin?tri=rec…", False, "https://avis.example/lieu/aubertin?tri=rec"),
        ("https://autre.example/", False, ""),
    ],
)
def test_a_cut_address_is_said_to_be_cut(printed, whole, shown):
    found = judged(printed).address
    assert (found.whole, found.printed) == (whole, shown)


@pytest.mark.parametrize(
    "text",
    [
        "Fait le 23 novembre 2026",
        "le 23/11/2026 à 15 h",
        "L’AN DEUX MILLE VINGT-SIX ET LE VINGT-TROIS NOVEMBRE",
        "vingt-trois novembre deux mille vingt-six",
    ],
)
def test_the_day_is_read_in_figures_and_in_the_words_of_bailiffs(text):
    assert DAY in dates_in(text, near=DAY)
    assert judged(text).dated_on_the_day


def test_what_judges_look_for_is_listed_and_the_digest_recognised():
    sheet = judged("Adresse IP 192.0.2.7, sans proxy, cache vidé, à 15 h 42. " + " ".join(["abab"] * 16))
    found = dict(sheet.mentions)
    assert found["Adresse IP de la machine"]
    assert found["Absence de serveur mandataire (proxy)"]
    assert not found["Serveurs DNS"]
    assert sheet.cites_digest


def test_a_report_is_kept_as_it_is_and_compared(as_person, capture, database, matter, people):
    with database.transaction() as session:
        passage = Passage(
            matter_id=matter.id,
            publication_id=capture.publication_id,
            capture_id=capture.id,
            exact="vous m'avez perdu",
            start=0,
            end=17,
            source_sha256="0" * 64,
            marked_by_id=people["lawyer"].id,
        )
        session.add(passage)
    lawyer, page = as_person("lawyer"), f"/dossiers/{matter.id}/captures/{capture.id}/constat"
    content = act("Le 23 novembre 2026, étude Martin.", "J’ai lu : vous m'avez perdu.")
    answer = lawyer.post(page, {"file": (io.BytesIO(content), "PV.pdf")})
    assert answer.status_code == 303, answer.text
    shown = lawyer.get(answer.headers["Location"]).text
    assert "repris, aux signes près" in shown.lower()  # the act has curly apostrophes, the review straight ones
    assert "23 novembre 2026" in shown
    report_id = uuid.UUID(answer.headers["Location"].rsplit("/", 1)[1])
    with database.reader() as session:
        row = session.get_one(Capture, report_id)
        assert (row.provenance, row.state) == ("E", CaptureState.SEALED)
        assert len(session.scalars(select(Capture).where(Capture.provenance == "E")).all()) == 1
    assert "PV.pdf" in lawyer.get(page).text
    assert as_person("stranger").get(answer.headers["Location"]).status_code == 404
    refused = lawyer.post(page, {"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n"), "PV.png")})
    assert refused.status_code == 400
