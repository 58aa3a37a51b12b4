"""Every type of the catalogue, drawn from the demonstration's dossier as a lawyer left it: PDF and Word."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from casefile import clock, demo
from casefile.documents import catalogue, letters
from casefile.models.ledger import Letter
from casefile.models.matter import Matter
from casefile.storage import from_url
from tests.documents.letters import docx_text, read_pdf

WITHOUT_CAPTURE = {"rapport_capture"}  # it describes a capture by the browser; the demonstration deposits its file


@pytest.fixture
def drafts(database, settings):
    demo.load(database, from_url(settings.storage_url, settings.keyring, settings.data_dir), settings)
    with database.reader() as session:
        matter = session.scalars(select(Matter).where(Matter.reference.like("%/0010"))).one()
        rows = session.scalars(select(Letter).where(Letter.matter_id == matter.id))
        yield {row.letter_type: letters.current_facts(session, matter, row) for row in rows}


def test_every_type_is_drawn_from_the_demonstration(drafts):
    on = clock.today()
    assert set(drafts) == set(catalogue.types())
    for kind, facts in drafts.items():
        if kind in WITHOUT_CAPTURE:
            continue
        assert [found.message for found in catalogue.check(kind, facts, on).refusals] == [], kind
        text = read_pdf(letters.render(kind, facts, on, "pdf", is_draft=True))
        word = docx_text(letters.render(kind, facts, on, "docx", is_draft=True))
        for content in facts["contents"] if kind in {"mise_en_demeure", "notification_dsa", "citation_directe"} else []:
            assert content["url"] in text
            assert all(passage["verbatim"] in text for passage in content["passages"])
            assert all(passage["verbatim"] in word for passage in content["passages"])
        assert "PROJET" in text, kind
        assert not re.search(r"à compléter|\[\]|None|\{\{|ou née|chargé ou", text), kind
        assert not re.search(r"^(?:OJ|ET|PR)$", text, re.MULTILINE), "the watermark comes back among the words"
