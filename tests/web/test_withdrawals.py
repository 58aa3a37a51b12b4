"""A note, a message filed and a place in the team are taken back by who did it, within the day, while nothing moved."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from casefile import clock, matters
from casefile.evidence import erasure
from casefile.models.correspondence import FiledMail, MailPlace
from casefile.models.ledger import AuditEntry, Note
from casefile.models.matter import Matter, TeamFunction, TeamMember
from casefile.models.people import Person
from casefile.models.work import RecentChange

MESSAGE = b"From: client@dehors.example\r\nTo: cabinet@x.fr\r\nSubject: Suite\r\nMessage-ID: <1@x>\r\n\r\nBonjour.\r\n"


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


@pytest.fixture
def chronology(matter):
    return f"/dossiers/{matter.id}/chronologie"


def way_back(answer) -> str:
    return re.search(r'action="(/dossiers/[^"]+/annuler/[^"]+)"', answer.text)[1]


def write_note(browser, matter, chronology, body="Il accepte la citation."):
    return browser.post(f"/dossiers/{matter.id}/notes", {"body": body}, page=chronology, follow_redirects=True)


def rows(database, model):
    with database.reader() as session:
        return session.scalars(select(model)).all()


def actions(database, family):
    with database.reader() as session:
        query = select(AuditEntry.action).where(AuditEntry.action.startswith(family)).order_by(AuditEntry.seq)
        return session.scalars(query).all()


def test_a_note_is_taken_back_and_leaves_the_search_but_not_the_trail(lawyer, matter, chronology, database):
    told = write_note(lawyer, matter, chronology)
    assert "Note ajoutée" in told.text
    assert "Note\u00a0: Il accepte la citation." in told.text
    undone = lawyer.post(way_back(told), page=chronology, follow_redirects=True)
    assert "Note retirée" in undone.text
    assert rows(database, Note) == []
    assert "1 résultat" not in unescape(lawyer.get("/recherche?q=citation").text).replace("\u00a0", " ")
    assert actions(database, "note.") == ["note.added", "note.taken_back"]


def test_only_its_author_takes_a_note_back_once_and_within_the_day(
    lawyer, as_person, matter, chronology, database, people
):
    url = way_back(write_note(lawyer, matter, chronology))
    with database.transaction() as session:
        row, other = session.get(Matter, matter.id), session.get(Person, people["stranger"].id)
        matters.join_team(session, session.get(Person, people["lawyer"].id), row, other, TeamFunction.MEMBER)
    for name in ("stranger", "reader", "walled"):
        assert as_person(name).post(url, page="/compte").status_code == 404
    with database.transaction() as session:
        session.execute(RecentChange.__table__.update().values(created_at=clock.now() - timedelta(days=2)))
    assert "ne peut plus être annulée" in unescape(lawyer.post(url, page=chronology, follow_redirects=True).text)
    assert len(rows(database, Note)) == 1


def test_a_note_stays_while_the_dossier_is_under_a_hold(lawyer, matter, chronology, database, people):
    url = way_back(write_note(lawyer, matter, chronology))
    with database.transaction() as session:
        actor = session.get(Person, people["lawyer"].id)
        erasure.place_hold(session, actor, session.get(Matter, matter.id), "procès prévisible")
    assert url not in lawyer.get(chronology).text
    assert "sous conservation" in unescape(lawyer.post(url, page=chronology, follow_redirects=True).text)
    assert [note.body for note in rows(database, Note)] == ["Il accepte la citation."]
    with database.transaction() as session:
        erasure.lift_hold(session, session.get(Person, people["lawyer"].id), session.get(Matter, matter.id))
    assert "Note retirée" in lawyer.post(url, page=chronology, follow_redirects=True).text


def test_a_message_filed_in_the_wrong_dossier_goes_back_to_the_queue(lawyer, matter, database, chronology):
    home = f"/dossiers/{matter.id}/courriels"
    lawyer.post(home, {"files": (io.BytesIO(MESSAGE), "suite.eml")}, page=home, content_type="multipart/form-data")
    page = lawyer.get(chronology)
    assert "Courriel classé\u00a0: Suite" in page.text
    assert lawyer.post(way_back(page), page=chronology).headers["Location"] == "/courriels"
    mail = rows(database, FiledMail)[0]
    assert (mail.matter_id, mail.place) == (None, MailPlace.WAITING)
    assert "Suite" not in lawyer.get(home).text
    assert "Suite" in lawyer.get("/courriels").text
    with database.reader() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "mail.taken_out")).one()
    assert entry.matter_id == matter.id, "the dossier that it left remembers it"


def place_of(database, person):
    with database.reader() as session:
        return session.scalar(select(TeamMember.function).where(TeamMember.person_id == person.id))


def test_a_place_given_changed_and_taken_is_put_back(lawyer, matter, database, people):
    team, person = f"/dossiers/{matter.id}/equipe", people["stranger"]

    def put(function):
        data = {"person": str(person.id), "function": function}
        return lawyer.post(team, data, page=team, follow_redirects=True)

    given = put("member")
    changed = put("reader")
    with database.reader() as session:
        member = session.scalars(select(TeamMember).where(TeamMember.person_id == person.id)).one()
    taken = lawyer.post(f"{team}/{member.id}/retirer", page=team, follow_redirects=True)
    assert place_of(database, person) is None
    for answer, function in ((taken, TeamFunction.READER), (changed, TeamFunction.MEMBER), (given, None)):
        assert "Équipe rétablie" in lawyer.post(way_back(answer), page=team, follow_redirects=True).text
        assert place_of(database, person) is function


def test_a_place_that_moved_since_or_stands_behind_a_wall_is_left_alone(lawyer, matter, database, people):
    team, person = f"/dossiers/{matter.id}/equipe", people["stranger"]
    data = {"person": str(person.id), "function": "member"}
    url = way_back(lawyer.post(team, data, page=team, follow_redirects=True))
    with database.transaction() as session:
        row, actor = session.get(Matter, matter.id), session.get(Person, people["lawyer"].id)
        matters.hand_over(session, actor, row, session.get(Person, person.id))
    assert "a changé depuis" in unescape(lawyer.post(url, page=team, follow_redirects=True).text)
    assert place_of(database, person) is TeamFunction.LEAD


def test_an_assistant_may_not_take_a_change_of_team_back(as_person, matter, database, people):
    with database.transaction() as session:
        row, actor = session.get(Matter, matter.id), session.get(Person, people["lawyer"].id)
        assistant = session.get(Person, people["assistant"].id)
        matters.join_team(session, actor, row, assistant, TeamFunction.MEMBER)
        change = RecentChange(
            person_id=assistant.id, matter_id=row.id, kind="team_member", row_id=people["reader"].id, seen_version=0,
            before={"before": None, "after": {"function": "reader", "until": None}},
        )  # fmt: skip
        session.add(change)
        session.flush()
        change_id = change.id
    browser = as_person("assistant")
    assert "Place dans l’équipe" not in browser.get(f"/dossiers/{matter.id}/chronologie").text
    assert browser.post(f"/dossiers/{matter.id}/annuler/{change_id}", page="/compte").status_code == 404
    assert place_of(database, people["reader"]) is TeamFunction.READER
