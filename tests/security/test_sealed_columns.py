"""Who takes the database reads no confidence in it: sensitive columns are shut, the words of the search are blinded."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import select, text

from casefile import accounts, clock, glass, indexing, mail, matters, rotation, search
from casefile import storage as storages
from casefile.cipher import Altered, Keyring
from casefile.database import Database
from casefile.models import Base
from casefile.models.base import Secret
from casefile.models.evidence import Hold
from casefile.models.ledger import Letter, Note
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person
from casefile.models.search import SearchEntry

WORD = "zygomatiquement"


@pytest.fixture
def confided(database, people, matter):
    with database.transaction() as session:
        lawyer, dossier = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        matters.edit(session, lawyer, dossier, dossier.version, summary=WORD)
        facts = dict.fromkeys(("address", "email", "phone", "notes", "born_at", "nationality", "rpps"), WORD)
        party = matters.add_party(session, lawyer, dossier, PartyRole.CLIENT, name="Martin", **facts)
        note = matters.add_note(session, lawyer, dossier, f"Elle a dit : {WORD}, deux fois.")
        session.add(Hold(matter_id=dossier.id, reason=WORD, placed_by_id=lawyer.id))
        walled = session.get(Person, people["assistant"].id)
        matters.raise_wall(session, lawyer, dossier, walled, WORD)
        letter = Letter(
            matter_id=dossier.id,
            letter_type="x",
            title="Lettre",
            dated_on=date(2026, 11, 23),
            written_by_id=lawyer.id,
            inputs={"a": {"b": WORD}},
            facts={"c": [WORD]},
        )
        session.add(letter)
    return {"matter": matter.id, "party": party.id, "note": note.id, "letter": letter.id}


def every_value(database):
    """Read the database as a thief does: without the application, each value of each table."""
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")).mappings():
                for column, value in row.items():
                    yield f"{table.name}.{column}", str(value)


def test_a_thief_of_the_database_reads_no_confidence(database, confided):
    assert [name for name, value in every_value(database) if WORD in value.casefold()] == []
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            file = connection.exec_driver_sql("PRAGMA database_list").first()[2]
        content = open(file, "rb").read()  # noqa: PTH123, SIM115 - the pages of the file themselves, index included
        assert WORD.encode() not in content
        assert b"SQLite format" in content


def test_the_application_reads_and_finds_it_all(database, people, confided):
    with database.reader() as session:
        assert session.get(Party, confided["party"]).email == WORD
        letter = session.get(Letter, confided["letter"])
        assert (letter.inputs, letter.facts) == ({"a": {"b": WORD}}, {"c": [WORD]})
        lawyer, stranger = (session.get(Person, people[name].id) for name in ("lawyer", "stranger"))
        for question in (WORD, f"« dit {WORD} »", WORD.upper()):
            kinds = {hit.kind for hit in search.find(session, lawyer, question, limit=50).hits}
            assert "note" in kinds
            assert search.find(session, stranger, question).hits == []
        assert {hit.kind for hit in search.find(session, lawyer, WORD, limit=50).hits} >= {"party", "letter", "matter"}
        (hit,) = search.find(session, lawyer, f"« elle a dit {WORD} »").hits
        assert (WORD, True) in hit.snippet


def test_a_changed_fact_in_a_letter_is_kept(database, confided):
    with database.transaction() as session:
        letter = session.get(Letter, confided["letter"])
        letter.facts["d"] = "ajouté"
    with database.reader() as session:
        assert session.get(Letter, confided["letter"]).facts == {"c": [WORD], "d": "ajouté"}


def test_a_value_moved_to_another_column_does_not_open(database, confided):
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE party SET phone = email"))
    with database.reader() as session, pytest.raises(Altered):
        session.get(Party, confided["party"])


def test_comparing_an_encrypted_column_in_sql_is_a_mistake_that_says_so(database):
    with database.reader() as session:
        assert session.scalars(select(Note.id).where(Note.body.is_not(None))).all() == []
        with pytest.raises(TypeError, match="encrypted"):
            select(Party).where(Party.email == "a@b.fr")
        with pytest.raises(TypeError, match="encrypted"):
            select(Party).order_by(Party.phone.desc())


def test_messages_are_kept_shut_and_leave_readable(database, settings, people, confided):
    with database.transaction() as session:
        partner = session.get(Person, people["partner"].id)
        reference = session.get(Matter, confided["matter"]).reference
        glass.break_glass(session, partner, reference, "Le responsable est injoignable ce soir.", base_url="http://x")
    assert not [name for name, value in every_value(database) if name == "outgoing_mail.text" and reference in value]
    mail.deliver(database, settings, clock.now())
    (file,) = (settings.data_dir / "outbox").glob("*.eml")
    assert reference in file.read_text("utf-8")


def test_a_change_of_key_covers_columns_and_index_and_the_search_never_stops(database, settings, people, confided):
    after = rotation.draw(settings)
    between = Database.of(after)
    with between.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        matters.add_note(session, lawyer, session.get(Matter, confided["matter"]), f"Encore {WORD}.")
    with between.reader() as session:  # some rows are under the former key, one under the new
        lawyer = session.get(Person, people["lawyer"].id)
        assert len([hit for hit in search.find(session, lawyer, WORD, limit=50).hits if hit.kind == "note"]) == 2
    with between.transaction() as session:
        done = rotation.apply(session, after, storages.from_settings(after))
    assert done["values"] > 10
    assert done["indexed"] > 0
    between.close()
    alone = Database(settings.database_url, Keyring((after.secret_key,)))
    with alone.reader() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        assert len([hit for hit in search.find(session, lawyer, WORD, limit=50).hits if hit.kind == "note"]) == 2
        assert session.get(Party, confided["party"]).phone == WORD
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Secret):
                    session.execute(select(column)).all()  # opens with the new key alone, or raises
    with alone.transaction() as session:
        again = rotation.apply(session, after, storages.from_settings(after))
    assert (again["values"], "indexed" in again) == (0, False)
    alone.close()


def test_equal_words_are_blinded_differently_by_each_firm():
    ours, theirs = Keyring(("a" * 32,)), Keyring(("b" * 32,))
    assert ours.blind("medecin medecin") == " ".join([ours.blind("medecin")] * 2)
    assert ours.blind("medecin") != theirs.blind("medecin")
    assert ours.blind("") == ""


def row(table, **values):
    """Write an INSERT that both databases read, at a schema that the models have left."""
    said = [
        str(v).lower() if isinstance(v, bool) else f"'{v}'" if isinstance(v, str) else str(v) for v in values.values()
    ]
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(said)})"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_migration_shuts_rows_that_exist_and_opens_them_again(kind, request, data_dir):
    url = f"sqlite:///{data_dir}/m.sqlite3" if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    old = Database(url, Keyring(("0123456789abcdef" * 2,)))
    old.migrate("0016")
    identity = lambda: uuid.uuid4().hex  # noqa: E731 - both databases read this form
    person, matter, party, letter = (identity() for _ in range(4))
    now = "2026-11-23 09:00:00+00:00" if kind == "postgresql" else "2026-11-23 09:00:00"
    made = {"created_at": now, "version": 1}
    blank = dict.fromkeys(
        ["civility", "first_names", "birth_name", "profession", "legal_form", "siren", "registry_city"], ""
    )
    blank |= dict.fromkeys(["nationality", "representative", "rpps", "phone", "notes"], "")
    rows = [
        row("person", id=person, email="a@b.fr", full_name="Anne", title="", role="associe", administers=False,
            state="active", totp_last_step=0, theme="system", **made),
        row("matter", id=matter, year=2026, number=1, reference="2026/0001", title="T", summary=WORD, state="open",
            territory="metropole", opened_on="2026-11-01", responsible_id=person, **made),
        row("party", id=party, matter_id=matter, role="client", is_company=False, is_identified=True, name="Martin",
            born_at=WORD, address=WORD, email="m@x.fr", **blank, **made),
        row("letter", id=letter, matter_id=matter, letter_type="x", title="L", state="draft", facts="{}",
            inputs=f'{{"a": "{WORD}"}}', dated_on="2026-11-01", written_by_id=person, **made),
        row("search_entry", matter_id=matter, kind="party", object_id=party, part=0, happened_at=now,
            body=f"Martin {WORD}", stems=f"martin {WORD}", words=f"martin {WORD}"),
    ]  # fmt: skip
    with old.engine.begin() as connection:
        for statement in rows:
            connection.exec_driver_sql(statement)
    old.migrate()
    with old.reader() as session:
        found = session.get(Party, uuid.UUID(party))
        assert (found.born_at, found.address, found.email, found.phone) == (WORD, WORD, "m@x.fr", "")
        assert session.get(Letter, uuid.UUID(letter)).inputs == {"a": WORD}
        assert session.get(Letter, uuid.UUID(letter)).facts == {}
        entry = session.scalar(select(SearchEntry))
        assert entry.body == f"Martin {WORD}"
        assert WORD not in entry.words
    assert [name for name, value in every_value(old) if WORD in value] == []
    old.migrate_down("0016")
    with old.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT address, email, phone FROM party").first() == (WORD, "m@x.fr", "")
        inputs = connection.exec_driver_sql("SELECT inputs FROM letter").scalar()
        assert inputs in ({"a": WORD}, f'{{"a": "{WORD}"}}')
    old.migrate()
    with old.transaction() as session:
        assert indexing.rebuild(session) == 3
    assert accounts.digest(WORD) not in dict(every_value(old)).values()
    old.close()
