"""Migrations go up and down, with rows present, on both databases; the models and the schema agree."""

from __future__ import annotations

from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from casefile import audit, matters
from casefile.cipher import Keyring
from casefile.database import Database, has_reached
from casefile.models import Base
from casefile.models.ledger import AuditEntry, ClauseVersion, Dispatch, Letter, LetterVersion
from casefile.models.people import Absence, Person, Role


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, data_dir):
    url = f"sqlite:///{data_dir}/m.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def keyed(empty):
    """Open the same database with keys: confidences are shut."""
    database = Database(empty.url, Keyring(("0123456789abcdef" * 2,)))
    yield database
    database.close()


def add_rows(database):
    with database.transaction() as session:
        person = Person(email="a@b.fr", full_name="Anne", role=Role.PARTNER)
        session.add(person)
        session.flush()
        audit.record(session, person, "test.made", person, {"n": 1})


def test_up_with_rows_then_down_then_up_again(empty):
    empty.migrate()
    add_rows(empty)
    empty.migrate_down("0001")
    empty.migrate()
    with empty.reader() as session:
        assert session.scalar(select(Person.full_name)) == "Anne"
        assert list(audit.verify(session)) == []
    empty.migrate_down("base")
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    empty.migrate()


def test_an_answer_already_received_becomes_the_first_of_its_dispatch(keyed):
    keyed.migrate()
    add_rows(keyed)
    with keyed.transaction() as session:
        person = session.scalar(select(Person))
        matter = matters.open_matter(session, person, title="A c/ X", territory="metropole")
        facts = {"letter_type": "notification_dsa", "title": "Notification", "dated_on": date(2026, 11, 6)}
        letter = Letter(matter_id=matter.id, written_by_id=person.id, **facts)
        session.add(letter)
        session.flush()
        common = {"letter_id": letter.id, "matter_id": matter.id, "sent_by_id": person.id, "channel": "form"}
        answered = {"answered_on": date(2026, 11, 20), "answer_kind": "refused", "answer_note": "ticket 12"}
        session.add_all(Dispatch(sent_on=date(2026, 11, 6), **common, **more) for more in ({}, answered))
    keyed.migrate_down("0012")
    keyed.migrate()
    with keyed.reader() as session:
        kept = sorted((row.answers for row in session.scalars(select(Dispatch))), key=len)
    assert kept == [[], [{"on": "2026-11-20", "kind": "refused", "note": "ticket 12"}]]


def ours(name, kind, _parents):
    """Leave out what a database keeps for itself beside `search_entry`: full-text tables, SQLite's narrow index."""
    return name != "ix_search_entry_place" and (kind != "table" or not name.startswith("search_text"))


def test_the_models_and_the_schema_agree(empty):
    empty.migrate()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_trail_cannot_be_rewritten(empty, verb):
    empty.migrate()
    add_rows(empty)
    with pytest.raises(DBAPIError, match="cannot change"), empty.transaction() as session:
        session.execute(text(verb))
    with empty.reader() as session:
        assert session.scalar(select(AuditEntry.action)) == "test.made"


def test_an_announced_absence_survives_both_ways(empty):
    empty.migrate()
    with empty.transaction() as session:
        person = Person(email="a@b.fr", full_name="Anne", role=Role.PARTNER)
        session.add(person)
        session.flush()
        session.add(Absence(person_id=person.id, begins_on=date(2026, 12, 1), ends_on=date(2026, 12, 9)))
    empty.migrate_down("0011")
    with empty.engine.connect() as connection:
        row = connection.execute(text("SELECT absent_from, absent_until FROM person")).one()
        assert [str(day) for day in row] == ["2026-12-01", "2026-12-09"]
    empty.migrate()
    with empty.reader() as session:
        kept = session.scalar(select(Absence))
        assert (kept.begins_on, kept.ends_on) == (date(2026, 12, 1), date(2026, 12, 9))


def test_a_letter_keeps_its_words_when_versions_come_go_and_come_again(keyed):
    """0021: what is written before stays readable after; going down loses the edits alone, as it must."""
    keyed.migrate()
    add_rows(keyed)
    facts = {"letter_type": "notification_dsa", "title": "Notification", "dated_on": date(2026, 11, 6)}
    edit = {"block": "clause-reserve", "was": "Avant.", "now": "Après 😡.", "added": False}
    with keyed.transaction() as session:
        person = session.scalar(select(Person))
        matter = matters.open_matter(session, person, title="A c/ X", territory="metropole")
        before = Letter(matter_id=matter.id, written_by_id=person.id, inputs={"why": "mots"}, **facts)
        after = Letter(matter_id=matter.id, written_by_id=person.id, edits=[edit], word_sha256="ab" * 32, **facts)
        session.add_all([before, after])
        session.flush()
        words = {"blocks": [{"id": "b", "kind": "paragraph", "text": "Après 😡."}], "edits": [edit]}
        session.add(LetterVersion(letter_id=after.id, number=1, author_id=person.id, origin="page", **words))
        kept = (before.id, after.id)
    keyed.migrate()
    with keyed.reader() as session:
        assert session.get_one(Letter, kept[1]).edits == [edit]
        assert session.scalars(select(LetterVersion)).one().blocks[0]["text"] == "Après 😡."
    keyed.migrate_down("0020")
    assert not inspect(keyed.engine).has_table("letter_version")
    with keyed.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM letter")) == 2
    keyed.migrate()
    with keyed.transaction() as session:
        rows = {ident: session.get_one(Letter, ident) for ident in kept}
        assert [row.edits or [] for row in rows.values()] == [[], []]
        assert rows[kept[0]].inputs == {"why": "mots"}
        rows[kept[0]].edits = [edit]
    with keyed.reader() as session:
        assert session.get_one(Letter, kept[0]).edits == [edit]


def test_the_wordings_of_the_firm_go_with_their_table_and_leave_the_letters(keyed):
    keyed.migrate()
    add_rows(keyed)
    with keyed.transaction() as session:
        author = session.scalar(select(Person)).id
        place = {"letter_type": "notification_dsa", "clause": "reserve", "author_id": author}
        session.add_all(ClauseVersion(number=number, words=words, **place) for number, words in ((1, "A."), (2, "")))
    keyed.migrate()
    with keyed.reader() as session:
        assert sorted(row.words for row in session.scalars(select(ClauseVersion))) == ["", "A."]
    keyed.migrate_down("0025")
    keyed.migrate()
    with keyed.reader() as session:
        assert list(session.scalars(select(ClauseVersion))) == []
        assert session.scalar(select(Person.full_name)) == "Anne"


def test_a_schema_holds_what_its_chain_brought_whatever_the_numbers_say():
    assert has_reached("0029", "0017")
    assert has_reached("0029", "0029")
    assert not has_reached("0016", "0017")
    assert not has_reached("", "0001")


def test_a_client_of_an_older_schema_keeps_an_account_that_opens_nothing(empty):
    empty.migrate()
    with empty.transaction() as session:
        session.add(Person(email="c@dehors.fr", full_name="Claire", role=Role.CLIENT))
    empty.migrate_down("0031")
    with empty.engine.connect() as connection:
        row = connection.execute(text("SELECT role, state FROM person")).one()
    assert tuple(row) == ("externe", "disabled")
    empty.migrate()
