"""The client's page: plain words on where the dossier stands, and nothing else of it, until a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from casefile import accounts, clock, guests, matters
from casefile.errors import InvalidInput
from casefile.models.client import ClientWord, StatusPlace
from casefile.models.evidence import OnlineState, Publication
from casefile.models.ledger import AuditEntry, Dispatch, Letter, LetterState
from casefile.models.matter import Matter, MatterState, TeamMember
from casefile.models.people import Person, PersonState, Role
from casefile.models.procedure import Deadline, DeadlineKind
from tests.web.conftest import sign_in

from .test_secrecy import day_fields

INNER = "Zébulonzygote"


@pytest.fixture
def page(matter):
    return f"/dossiers/{matter.id}/etat"


def deadline(matter, people, kind, on, **facts):
    return Deadline(
        matter_id=matter.id, kind=kind, label=f"{INNER} avec le client", prudent_on=on, admitted_on=on,
        responsible_id=people["lawyer"].id, **facts,
    )  # fmt: skip


def test_the_page_tells_what_is_done_what_comes_and_what_is_awaited(
    as_person, passing, database, matter, capture, page
):
    today = clock.today()
    with database.transaction() as session:
        letter = Letter(
            matter_id=matter.id, letter_type="mise_en_demeure", title=f"Lettre {INNER}", state=LetterState.SENT,
            dated_on=today, written_by_id=passing["lawyer"].id,
        )  # fmt: skip
        session.add(letter)
        session.flush()
        session.add(
            Dispatch(
                letter_id=letter.id, matter_id=matter.id, channel="lrar", sent_on=today, recipient=INNER,
                sent_by_id=passing["lawyer"].id,
            )
        )  # fmt: skip
        session.add(deadline(matter, passing, DeadlineKind.HEARING, today + timedelta(days=9), facts={"at": "13:30"}))
        session.add(deadline(matter, passing, DeadlineKind.TASK, today + timedelta(days=2)))
        session.add(deadline(matter, passing, DeadlineKind.LIMITATION, None))
        content = session.get(Publication, capture.publication_id)
        content.title, content.online_state, content.removed_on = INNER, OnlineState.REMOVED, today
        matters.add_note(session, session.get(Person, passing["lawyer"].id), session.get(Matter, matter.id), INNER)
    told = as_person("client").get(page).text
    for words in (
        "1\u00a0preuve est conservée",
        "mise en demeure",
        "Audience",
        "13:30",
        "reste à établir",
        "a disparu",
    ):
        assert words in told, words
    assert "Une réponse à un écrit" in told
    assert INNER not in told, "labels, notes, recipients and titles are the firm's own words"


def test_a_client_s_reading_is_noted_once_an_hour(as_person, passing, database, page):
    browser = as_person("client")
    for _ in range(3):
        assert browser.get(page).status_code == 200
    noted = select(AuditEntry.actor_id).where(AuditEntry.action == "matter.viewed")
    with database.reader() as session:
        assert session.scalars(noted).all() == [passing["client"].id]
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        browser.get(page)
    with database.reader() as session:
        assert session.scalars(noted).all() == [passing["client"].id] * 2


def test_a_client_reads_nothing_but_that_page(app, as_person, passing, matter, page):
    browser = as_person("client")
    assert browser.get("/").headers["Location"] == "/mon-dossier"
    assert browser.get("/mon-dossier").headers["Location"] == page
    for path in ("", "/chronologie", "/delais", "/prevention", "/contenus", "/externes"):
        assert browser.get(f"/dossiers/{matter.id}{path}").status_code == 404, path
    for path in ("/dossiers", "/recherche?q=Lemaire", "/delais", "/agenda", "/annuaire", "/statistiques"):
        assert browser.get(path).status_code == 404, path
    read = browser.get(page).text
    assert "Écrire au client" not in read
    assert "Revenir au dossier" not in read
    assert 'type="search"' not in read
    assert browser.post(page, {"body": "x"}).status_code == 404


def test_a_client_is_invited_by_a_link_and_leaves_on_the_day(app, as_person, database, matter, page, people):
    lawyer = as_person("lawyer")
    data = {"role": "client", "email": "cliente@dehors.example", **day_fields(clock.today() + timedelta(days=30))}
    link = re.search(r'id="lien">[^<]*(/invitation/[^<]+)<', lawyer.post(f"/dossiers/{matter.id}/externes", data).text)
    with database.transaction() as session:
        invitation = accounts.invitation_for(session, link[1].rsplit("/", 1)[1])
        client = accounts.accept(session, invitation, "", "Claire Martin", "une phrase bien à moi, longue")
        guests.welcome(session, invitation, client)
        assert session.scalars(select(TeamMember).where(TeamMember.person_id == client.id)).all() == []
    browser = sign_in(app, database, client)
    assert browser.get(page).status_code == 200
    assert "Claire Martin" in lawyer.get(f"/dossiers/{matter.id}/externes").text
    with clock.frozen(clock.now() + timedelta(days=32)):
        late = sign_in(app, database, client)
        assert late.get(page).status_code == 404
        assert "Aucun dossier" in late.get("/mon-dossier").text


def test_an_access_is_closed_at_once_and_no_account_changes_its_nature(as_person, passing, database, matter, page):
    lawyer, client = as_person("lawyer"), as_person("client")
    with database.transaction() as session:
        actor, row = session.get(Person, passing["lawyer"].id), session.get(Matter, matter.id)
        until = clock.today() + timedelta(days=9)
        for name, role in (("client", Role.GUEST), ("guest", Role.CLIENT), ("stranger", Role.CLIENT)):
            with pytest.raises(InvalidInput):
                guests.invite(session, actor, row, passing[name].email, until, role=role)
        place = session.scalars(select(StatusPlace)).one()
    home = f"/dossiers/{matter.id}/externes"
    assert lawyer.post(f"{home}/{place.id}/retirer", page=home).status_code == 303
    assert client.get(page).status_code == 404
    with database.reader() as session:
        acts = session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.startswith("status.")).order_by(AuditEntry.seq)
        ).all()
    assert acts == ["status.opened", "status.ended"]


def test_the_lawyer_writes_to_the_client_and_takes_it_back(as_person, passing, database, page):
    lawyer, client = as_person("lawyer"), as_person("client")
    assert lawyer.post(page, {"body": "Envoyez-moi la carte postale."}).status_code == 303
    assert "carte postale" in client.get(page).text
    with database.engine.connect() as connection:
        assert "carte postale" not in str(connection.execute(text("SELECT * FROM client_word")).all())
    stale = lawyer.post(page, {"body": "Un autre message", "seen": ""})
    assert stale.status_code == 400
    assert "Un autre message" in stale.text, "what was typed stays"
    assert "carte postale" in client.get(page).text
    with database.reader() as session:
        standing = session.scalars(select(ClientWord)).one()
    assert lawyer.post(page, {"body": "", "seen": str(standing.id)}).status_code == 303
    assert "carte postale" not in client.get(page).text
    assert lawyer.post(page, {"body": "é" * 4001}).status_code == 400


def test_the_team_sees_what_the_client_sees_and_others_do_not(as_person, passing, page):
    assert "Voici la page que lit le client" in as_person("lawyer").get(page).text
    assert "Écrire au client" not in as_person("reader").get(page).text
    for name in ("stranger", "walled", "lapsed_guest"):
        assert as_person(name).get(page).status_code == 404
    assert as_person("lawyer").get("/mon-dossier").status_code == 404


def test_an_erased_dossier_and_a_closed_account_show_nothing(app, passing, database, matter, page):
    client = sign_in(app, database, passing["client"])
    for state, answer in ((PersonState.DISABLED, 303), (PersonState.ACTIVE, 200)):
        with database.transaction() as session:
            session.get(Person, passing["client"].id).state = state
        assert client.get(page).status_code == answer
    with database.transaction() as session:
        session.get(Matter, matter.id).state = MatterState.ERASED
    assert client.get(page).status_code == 404
