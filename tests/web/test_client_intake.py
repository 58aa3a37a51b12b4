"""A client hands in facts and files by a secret link and reads nothing back; a person of the team takes them in."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select, text

from casefile import client_intake, clock, matters
from casefile.models.client import ClientDelivery, DeliveredFile
from casefile.models.evidence import Capture, CaptureState, Publication
from casefile.models.ledger import AuditEntry, Note, OutgoingMail
from casefile.models.matter import Matter
from casefile.models.people import Person
from tests.disk import Disk

from .conftest import Browser
from .test_intake import PNG

TOLD = "Il m'a traité de charlatan devant toute la ville."


def queue(matter):
    return f"/dossiers/{matter.id}/remises"


@pytest.fixture
def address(as_person, matter):
    shown = as_person("lawyer").post(queue(matter), {"days": "7"})
    return re.search(r'id="lien">[^<]*(/remettre/[^<]+)<', shown.text)[1]


def hand_in(app, address, **fields):
    data = {"told": TOLD, "addresses": "https://www.google.fr/maps/place/x", **fields}
    return Browser(app).post(address, data, content_type="multipart/form-data")


def test_what_a_client_hands_in_waits_and_then_enters_the_dossier_sealed(app, address, as_person, matter, database):
    answer = hand_in(app, address, files=(io.BytesIO(PNG), "avis.png"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/remettre")
    with database.reader() as session:
        assert session.scalar(select(func.count(Capture.id))) == 0
        message = session.scalars(select(OutgoingMail)).one()
        digest = session.scalars(select(DeliveredFile.sha256)).one()
        assert digest in str(session.scalar(select(AuditEntry.facts).where(AuditEntry.action == "delivery.received")))
    assert not any(word in message.subject + message.text for word in ("charlatan", "Lemaire", "avis.png"))
    with database.engine.connect() as connection:
        assert "charlatan" not in str(connection.execute(text("SELECT * FROM client_delivery")).all())
    lawyer = as_person("lawyer")
    shown = lawyer.get(queue(matter))
    assert TOLD in unescape(shown.text)
    taken = lawyer.post(re.search(r'action="([^"]+/verser)"', shown.text)[1], page=queue(matter))
    assert taken.status_code == 303
    with database.reader() as session:
        capture = session.scalars(select(Capture)).one()
        titles = set(session.scalars(select(Publication.platform)))
        assert TOLD in session.scalars(select(Note)).one().body
        assert session.scalars(select(ClientDelivery)).one().was_taken
    assert (capture.state, capture.file_name, capture.provenance) == (CaptureState.SEALED, "avis.png", "C")
    assert titles == {"google_maps", "site"}
    assert "Rien à verser" in lawyer.get(queue(matter)).text


def test_words_taken_in_once_are_not_written_again_when_a_file_finds_no_room(
    app, address, as_person, matter, database, settings, monkeypatch
):
    hand_in(app, address, files=(io.BytesIO(PNG), "avis.png"))
    lawyer = as_person("lawyer")
    form = re.search(r'action="([^"]+/verser)"', lawyer.get(queue(matter)).text)[1]
    disk = Disk(settings.data_dir / "captures")
    with monkeypatch.context() as patched:
        disk.under_files(patched)
        with disk.filling(0):
            assert lawyer.post(form, page=queue(matter)).status_code == 303
    assert "avis.png : Le disque est plein" in unescape(lawyer.get(queue(matter)).text).replace("\u202f", " ").replace(
        "\xa0", " "
    )
    assert lawyer.post(form, page=queue(matter)).status_code == 303
    with database.reader() as session:
        assert session.scalar(select(func.count(Note.id))) == 1
        assert session.scalar(select(func.count(Publication.id))) == 2
        assert session.scalars(select(Capture.state)).all() == [CaptureState.SEALED]


def test_the_page_tells_nothing_of_the_dossier(app, address, matter):
    hand_in(app, address)
    for page in (Browser(app).get(address), Browser(app).get("/remettre")):
        assert page.status_code == 200
        for word in (matter.reference, matter.title, "Lemaire", TOLD):
            assert word not in unescape(page.text)


def test_a_wrong_an_expired_a_revoked_link_and_a_closed_dossier_look_the_same(
    app, address, as_person, matter, database, people
):
    seen = {Browser(app).get("/remettre/inconnu").text}
    with clock.frozen(clock.now() + timedelta(days=8)):
        seen.add(Browser(app).get(address).text)
    with database.transaction() as session:
        matters.close(session, session.get(Person, people["lawyer"].id), session.get(Matter, matter.id), clock.today())
    closed = Browser(app).get(address)
    seen.add(closed.text)
    with database.transaction() as session:
        matters.reopen(session, session.get(Person, people["lawyer"].id), session.get(Matter, matter.id))
    assert Browser(app).get(address).status_code == 200
    lawyer = as_person("lawyer")
    lawyer.post(re.search(r'action="([^"]+/fermer)"', lawyer.get(queue(matter)).text)[1], page=queue(matter))
    revoked = Browser(app).get(address)
    seen.add(revoked.text)
    assert (closed.status_code, revoked.status_code) == (404, 404)
    assert len(seen) == 1


def test_hostile_files_and_floods_are_refused_and_the_words_are_kept_on_the_page(app, address, database, monkeypatch):
    program = hand_in(app, address, files=(io.BytesIO(b"MZ" + b"\0" * 500), "facture.exe"))
    assert program.status_code == 400
    assert TOLD in unescape(program.text)
    assert hand_in(app, address, told=" ", addresses="").status_code == 400
    many = [(io.BytesIO(PNG), f"{number}.png") for number in range(21)]
    assert "20 fichiers au plus" in hand_in(app, address, files=many).text
    monkeypatch.setattr(client_intake, "MOST_BY_LINK", 0)
    full = hand_in(app, address, files=(io.BytesIO(PNG), "a.png"))
    assert "tout ce qu’il peut porter" in unescape(full.text)
    statuses = [hand_in(app, address).status_code for _ in range(20)]
    assert statuses[-1] in {400, 429}
    with database.reader() as session:
        assert 0 < session.scalar(select(func.count(ClientDelivery.id))) < 20


def test_a_body_beyond_the_limit_is_not_read(app, address, monkeypatch):
    monkeypatch.setattr("casefile.web.client_intake.LARGEST_BODY", 1000)
    assert hand_in(app, address, told="é" * 2000).status_code == 413


def test_only_writers_of_the_dossier_see_its_queue_and_what_is_set_aside_stays_out(
    app, address, as_person, matter, database
):
    hand_in(app, address)
    for name in ("reader", "walled", "stranger", "partner", "administrator"):
        assert as_person(name).get(queue(matter)).status_code == 404
    lawyer = as_person("lawyer")
    lawyer.post(re.search(r'action="([^"]+/ecarter)"', lawyer.get(queue(matter)).text)[1], page=queue(matter))
    with database.reader() as session:
        assert session.scalar(select(func.count(Note.id))) == 0
        assert session.scalar(select(func.count(Publication.id))) == 0
