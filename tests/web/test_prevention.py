"""The sheet of prevention of a client: who saw what with them and when, taken back without a trace lost, printed."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from casefile import matters, prevention
from casefile.errors import NotFound
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person
from casefile.models.prevention import PreventionTick

LINE = "profils-separes"


@pytest.fixture
def client(database, matter):
    with database.reader() as session:
        return session.scalars(select(Party).where(Party.matter_id == matter.id)).one()


@pytest.fixture
def home(matter):
    return f"/dossiers/{matter.id}/prevention"


def ticks(database):
    with database.reader() as session:
        return session.scalars(select(PreventionTick).order_by(PreventionTick.created_at)).all()


def test_the_identifiers_that_ticks_keep_are_never_given_twice():
    lines = [line.id for part in prevention.sheet() for line in part.lines]
    assert len(set(lines)) == len(lines)
    assert {"fiche-revendiquer", "profils-separes", "site-propre", "qui-repond"} <= set(lines)


def test_a_line_is_ticked_with_its_note_by_a_named_person(as_person, client, home, database, people):
    lawyer = as_person("lawyer")
    assert lawyer.post(f"{home}/{client.id}/{LINE}", {"note": "Compte Facebook à fermer"}, page=home).status_code == 303
    page = lawyer.get(home).text
    assert "Compte Facebook à fermer" in page
    assert "par Personne Lawyer" in page
    with database.engine.connect() as connection:
        assert "Facebook" not in str(connection.execute(text("SELECT * FROM prevention_tick")).all())
        assert "Facebook" not in str(connection.execute(text("SELECT * FROM audit_entry")).all())


def test_a_tick_taken_back_stays_on_record_and_may_be_put_again(as_person, client, home, database, people):
    lawyer = as_person("lawyer")
    lawyer.post(f"{home}/{client.id}/{LINE}", page=home)
    first = ticks(database)[0]
    lawyer.post(f"{home}/{first.id}/annuler", page=home)
    assert "Vu le" not in lawyer.get(home).text
    lawyer.post(f"{home}/{first.id}/annuler", page=home)  # twice changes nothing
    lawyer.post(f"{home}/{client.id}/{LINE}", page=home)
    old, new = ticks(database)
    assert (old.taken_back_by_id, new.taken_back_at) == (people["lawyer"].id, None)
    with database.reader() as session:
        acts = session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.startswith("prevention.")).order_by(AuditEntry.seq)
        ).all()
    assert acts == ["prevention.ticked", "prevention.taken_back", "prevention.ticked"]


def test_the_second_of_two_hands_is_told_and_keeps_the_note(as_person, client, home, database):
    lawyer = as_person("lawyer")
    lawyer.post(f"{home}/{client.id}/{LINE}", page=home)
    answer = lawyer.post(f"{home}/{client.id}/{LINE}", {"note": "la mienne"}, page=home)
    assert answer.status_code == 400
    assert "déjà cochée" in answer.text
    assert len(ticks(database)) == 1


def test_a_note_too_long_is_refused_beside_its_line_and_kept(as_person, client, home, database):
    answer = as_person("lawyer").post(f"{home}/{client.id}/{LINE}", {"note": "é" * 1001}, page=home)
    assert answer.status_code == 400
    assert f'id="note-{LINE}-erreur"' in answer.text
    assert "é" * 1001 in answer.text
    assert ticks(database) == []


def test_each_client_has_a_sheet_of_their_own_and_only_clients_have_one(
    as_person, matter, client, home, database, people
):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        other = matters.add_party(session, lawyer, row, PartyRole.CLIENT, name="Cabinet médical des Lilas")
        author = matters.add_party(session, lawyer, row, PartyRole.AUTHOR, name="M NP")
    browser = as_person("lawyer")
    browser.post(f"{home}/{client.id}/{LINE}", page=home)
    assert "Vu le" not in browser.get(f"{home}?client={other.id}").text
    assert browser.get(f"{home}?client={author.id}").status_code == 404
    assert browser.get(f"{home}?client=x").status_code == 404
    assert browser.post(f"{home}/{author.id}/{LINE}", page=home).status_code == 400
    assert browser.post(f"{home}/{client.id}/inconnue", page=home).status_code == 404


def test_a_reader_reads_and_a_stranger_learns_nothing(as_person, client, home):
    as_person("lawyer").post(f"{home}/{client.id}/{LINE}", page=home)
    reader = as_person("reader")
    page = reader.get(home).text
    assert "Vu le" in page
    assert "Décocher" not in page
    assert reader.post(f"{home}/{client.id}/{LINE}", page=home).status_code == 404
    for name in ("stranger", "walled"):
        assert as_person(name).get(home).status_code == 404
        assert as_person(name).get(f"{home}/{client.id}.pdf").status_code == 404


def test_the_paper_says_what_was_seen_and_what_remains(as_person, client, home):
    browser = as_person("lawyer")
    browser.post(f"{home}/{client.id}/{LINE}", {"note": "Compte à fermer"}, page=home)
    answer = browser.get(f"{home}/{client.id}.pdf")
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "Personne Lawyer" in words
    assert "Compte à fermer" in " ".join(words.split())
    assert "À voir" in words
    assert "Lemaire" not in answer.headers["Content-Disposition"]


def test_a_dossier_without_client_says_so(as_person, database, people):
    with database.transaction() as session:
        bare = matters.open_matter(
            session, session.get(Person, people["lawyer"].id), title="Sans client", territory="metropole"
        )
    assert "Aucun client" in as_person("lawyer").get(f"/dossiers/{bare.id}/prevention").text


def test_an_unknown_line_is_no_line():
    with pytest.raises(NotFound):
        prevention.line_of("x")
