"""Received mail: filed once, attachments kept once, dates proposed and never set, doubt left to a person."""

from __future__ import annotations

import io
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from casefile import messages
from casefile.errors import InvalidInput
from casefile.evidence import antivirus
from casefile.models.correspondence import FiledMail, MailPart, MailPlace
from casefile.models.matter import Party
from casefile.models.procedure import Deadline, TriggerEvent

TEXT = (
    "Maître, l'assignation m'a été signifiée le 12 novembre 2026 ; le vendeur est venu le 3 mars 2026 pour la cuisine."
)


def eml(subject="Bonjour", *, sender="Mme Petit <petit@exemple.fr>", text=TEXT, parts=(), identifier="<1@x>"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "cabinet@exemple.fr", subject
    message["Date"], message["Message-ID"] = "Thu, 13 Nov 2026 10:00:00 +0100", identifier
    message.set_content(text)
    for name, content in parts:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


def drop(browser, address, *files):
    data = {"files": [(io.BytesIO(raw), name) for name, raw in files]}
    return browser.post(address, data, content_type="multipart/form-data")


def count(database, model):
    with database.reader() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def place(matter):
    return f"/dossiers/{matter.id}/courriels"


def test_a_message_dropped_twice_is_filed_once_and_its_attachment_kept_once(as_person, database, place, storage):
    lawyer = as_person("lawyer")
    raw = eml(parts=[("acte.pdf", b"%PDF-1.4 acte")])
    other = eml("Re", parts=[("copie.pdf", b"%PDF-1.4 acte")], identifier="<2@x>")
    assert drop(lawyer, place, ("a.eml", raw), ("b.eml", other)).status_code == 303
    before = len(list(storage.digests()))
    drop(lawyer, place, ("encore.eml", raw))
    assert "déjà classé" in lawyer.get(place).text
    assert (count(database, FiledMail), count(database, MailPart)) == (2, 2)
    assert len(list(storage.digests())) == before == 3
    with database.reader() as session:
        row = next(one for one in session.scalars(select(FiledMail)) if one.subject == "Re")
    assert "Déjà au dossier" in lawyer.get(f"{place}/{row.id}").text


def test_a_date_is_proposed_with_its_words_and_opens_nothing(as_person, database, place):
    lawyer = as_person("lawyer")
    drop(lawyer, place, ("a.eml", eml()))
    with database.reader() as session:
        row = session.scalars(select(FiledMail)).one()
    assert [one["on"] for one in row.proposals] == ["2026-11-12"]  # not the kitchen's
    assert "12 novembre 2026" in lawyer.get(f"{place}/{row.id}").text
    assert count(database, Deadline) == count(database, TriggerEvent) == 0


def test_a_number_in_the_subject_finds_the_dossier_and_a_known_address_only_suggests_it(as_person, database, matter):
    with database.transaction() as session:
        session.scalars(select(Party)).one().email = "petit@exemple.fr"
    lawyer = as_person("lawyer")
    drop(lawyer, "/courriels", ("n.eml", eml("Dossier 2026/0001", identifier="<3@x>")), ("a.eml", eml()))
    page = lawyer.get("/courriels").text
    assert "peut-être 2026/0001" in page
    with database.reader() as session:
        places = dict(session.execute(select(FiledMail.subject, FiledMail.place)).all())
    assert places == {"Dossier 2026/0001": MailPlace.FILED, "Bonjour": MailPlace.WAITING}


def test_the_queue_is_each_persons_own_and_suggests_no_unseen_dossier(as_person, database, matter):
    stranger, lawyer = as_person("stranger"), as_person("lawyer")
    drop(stranger, "/courriels", ("n.eml", eml("Dossier 2026/0001")))
    assert "peut-être" not in stranger.get("/courriels").text
    assert "Dossier 2026/0001" not in lawyer.get("/courriels").text
    with database.reader() as session:
        row = session.scalars(select(FiledMail)).one()
    assert row.place is MailPlace.WAITING
    refused = lawyer.post(f"/courriels/{row.id}/ecarter", page="/courriels")
    assert refused.status_code == 404


def test_a_waiting_message_is_placed_by_hand(as_person, database, matter, place):
    lawyer = as_person("lawyer")
    drop(lawyer, "/courriels", ("a.eml", eml()))
    with database.reader() as session:
        row = session.scalars(select(FiledMail)).one()
    lawyer.post(f"/courriels/{row.id}/classer", {f"c{row.id.hex[:8]}-dossier": str(matter.id)}, page="/courriels")
    assert "Bonjour" in lawyer.get(place).text
    assert "Courriel reçu" in lawyer.get(f"/dossiers/{matter.id}/chronologie").text


def test_a_stranger_reads_neither_the_message_nor_its_attachment(as_person, database, place):
    drop(as_person("lawyer"), place, ("a.eml", eml(parts=[("acte.pdf", b"%PDF-1.4 acte")])))
    with database.reader() as session:
        row, part = session.scalars(select(FiledMail)).one(), session.scalars(select(MailPart)).one()
    for address in (place, f"{place}/{row.id}", f"{place}/{row.id}/original", f"{place}/{row.id}/pieces/{part.id}"):
        assert as_person("stranger").get(address).status_code == 404
        assert as_person("reader").get(address).status_code == 200


def test_what_is_no_message_is_refused_by_name_and_the_others_are_filed(as_person, database, place):
    lawyer = as_person("lawyer")
    drop(lawyer, place, ("faux.eml", b"\0\1\2"), ("faux.msg", b"\xd0\xcf\x11\xe0" + bytes(600)), ("a.eml", eml()))
    page = lawyer.get(place).text
    assert "faux.eml" in page
    assert "faux.msg" in page
    assert count(database, FiledMail) == 1


HOSTILE = [
    b"From: x\nSubject: =?utf-8?b?////?=\n\ny",
    b"From: a@b\nContent-Type: text/plain; charset=nimporte\n\n\xff\xfe",
    b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b",
    b"From: a@b\nDate: not a date\nContent-Type: text/html\n\n<script>x</script><p>bonjour<p>",
    b"Subject: " + b"a" * 100_000 + b"\nFrom: \x80\x81\n\n\0",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_message_is_read_or_refused_and_never_breaks(number):
    try:
        found = messages.read(HOSTILE[number])
    except InvalidInput:
        return
    assert "\0" not in found.text + found.subject
    assert "<script>" not in found.text


def test_an_attachment_that_the_antivirus_condemns_keeps_the_whole_message_out(
    as_person, database, place, storage, monkeypatch
):
    def examine(_settings, source):
        if source.read() == b"%PDF-1.4 nuisible":
            raise antivirus.Infected("L'antivirus reconnaît dans ce fichier « Eicar » : il n'est pas gardé.")

    monkeypatch.setattr(antivirus, "check", examine)
    lawyer = as_person("lawyer")
    drop(lawyer, place, ("a.eml", eml(parts=[("acte.pdf", b"%PDF-1.4 nuisible")])), ("b.eml", eml(identifier="<2@x>")))
    assert "Eicar" in lawyer.get(place).text
    assert (count(database, FiledMail), count(database, MailPart)) == (1, 0)
    assert len(list(storage.digests())) == 1
