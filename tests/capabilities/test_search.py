"""The search finds French words however they are written, newest first, inside the wall, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from casefile import clock, indexing, search
from casefile.cipher import Keyring
from casefile.database import Database
from casefile.models.desk import DeskMatter
from casefile.models.ledger import Note
from casefile.models.matter import Matter, Party, PartyRole, TeamFunction, TeamMember, WallEntry
from casefile.models.people import Person, Role
from casefile.models.search import SearchEntry
from casefile.words import UNUSUAL, WORD, fold, places_of, words_of

KEYS = Keyring(("0123456789abcdef" * 2,))


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request, data_dir):
    if request.param == "sqlite":
        file = data_dir / "casefile.sqlite3"
        file.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        database = Database(f"sqlite:///{file}", KEYS)
    else:
        database = Database(request.getfixturevalue("postgresql_url"), KEYS)
        database.migrate()
    yield database
    database.close()


@pytest.fixture
def session(base):
    with base.writer() as session:
        yield session


@pytest.fixture
def anne(session):
    person = Person(email="a@b.fr", full_name="Anne", role=Role.LAWYER)
    session.add(person)
    session.flush()
    return person


@pytest.fixture
def matter(session, anne):
    return new_matter(session, anne, 1)


def new_matter(session, person, number, title="Docteur contre inconnu"):
    matter = Matter(
        year=2026,
        number=number,
        reference=f"2026/{number:04d}",
        title=title,
        opened_on=date(2026, 1, 1),
        responsible_id=person.id,
    )
    session.add(matter)
    session.flush()
    session.add(TeamMember(matter_id=matter.id, person_id=person.id, function=TeamFunction.LEAD))
    session.flush()
    return matter


def note(session, matter, person, body):
    added = Note(matter_id=matter.id, author_id=person.id, body=body)
    session.add(added)
    session.flush()
    return added


def bodies(session, person, question, **options):
    return [
        "".join(piece for piece, _ in hit.snippet) for hit in search.find(session, person, question, **options).hits
    ]


FOUND = [
    ("Il a été DIFFAMÉ par M. Œuvrard", ["diffamer", "diffamation", "diffamé", "oeuvrard", "Œuvrard", "DIFFAME"]),
    ("L’avis d’Éric est mensonger", ["avis eric", "l'avis d'Éric", "mensongère", "“avis d'Eric”"]),
    ("honoraires de 80 € refusés", ["80", "honoraire", "refus", "de honoraires"]),
    ("写真 ПРИВЕТ مرحبا", ["写真", "привет", "مرحبا"]),
    ("décomposé : e\u0301te\u0301", ["été", "ete"]),
]


@pytest.mark.parametrize(("body", "questions"), FOUND, ids=[body[:12] for body, _ in FOUND])
def test_a_word_is_found_without_case_accents_or_ending(session, anne, matter, body, questions):
    note(session, matter, anne, body)
    for question in questions:
        assert bodies(session, anne, question) == [body], question


@pytest.mark.parametrize("question", ["chat", "diffamation chat", '"par diffamé"', "", "   ", "'", '""', "% _ * NEAR("])
def test_what_is_not_there_is_not_found(session, anne, matter, question):
    note(session, matter, anne, "Il a été diffamé par le voisin")
    assert bodies(session, anne, question) == []
    assert len(search.find(session, anne, question).hits) == 0


def test_a_phrase_is_found_word_for_word_only(session, anne, matter):
    note(session, matter, anne, "un médecin charlatan")
    note(session, matter, anne, "un charlatan et un médecin")
    note(session, matter, anne, "des médecins charlatans")
    assert bodies(session, anne, "« médecin charlatan »") == ["un médecin charlatan"]
    assert len(bodies(session, anne, "médecin charlatan")) == 3
    assert bodies(session, anne, '"medecin charlatan" un') == ["un médecin charlatan"]


def test_the_newest_comes_first_and_pages_follow_each_other(session, anne, matter):
    for number in range(7):
        note(session, matter, anne, f"avis numéro {number}")
    page = search.find(session, anne, "avis", limit=3)
    seen = [hit.object_id for hit in page.hits]
    assert "".join(piece for piece, _ in page.hits[0].snippet) == "avis numéro 6"
    while page.older:
        page = search.find(session, anne, "avis", limit=3, before=page.older)
        seen += [hit.object_id for hit in page.hits]
    assert len(seen) == len(set(seen)) == 7


def test_a_correction_is_found_at_its_old_place_and_a_removal_is_forgotten(session, anne, matter):
    first = note(session, matter, anne, "alpha commun")
    note(session, matter, anne, "beta commun")
    first.body = "gamma commun"
    session.flush()
    assert bodies(session, anne, "alpha") == []
    assert bodies(session, anne, "commun") == ["beta commun", "gamma commun"]
    session.delete(first)
    session.flush()
    assert bodies(session, anne, "commun") == ["beta commun"]


def test_what_is_rolled_back_is_not_in_the_index(base, session, anne, matter):
    session.commit()
    session.begin()
    note(session, matter, anne, "éphémère")
    assert bodies(session, anne, "éphémère") == ["éphémère"]
    session.rollback()
    with base.reader() as other:
        assert bodies(other, anne, "éphémère") == []
        assert len(search.find(other, anne, "docteur").hits) == 1


def test_the_wall_hides_the_text_the_count_and_the_snippet(session, anne, matter):
    marc = Person(email="m@b.fr", full_name="Marc", role=Role.PARTNER)
    boss = Person(email="x@b.fr", full_name="Boss", role=Role.ADMINISTRATOR)
    session.add_all([marc, boss])
    session.flush()
    note(session, matter, anne, "zanzibar")
    assert bodies(session, marc, "zanzibar") == []
    for person in (marc, boss):
        session.add(TeamMember(matter_id=matter.id, person_id=person.id))
    session.flush()
    assert bodies(session, marc, "zanzibar") == ["zanzibar"]
    assert bodies(session, boss, "zanzibar") == []
    session.add(WallEntry(matter_id=matter.id, person_id=marc.id, reason="conflit", raised_by_id=anne.id))
    session.flush()
    assert bodies(session, marc, "zanzibar") == []
    assert len(search.find(session, marc, "zanzibar").hits) == 0
    assert len(search.find(session, anne, "zanzibar").hits) == 1


def test_a_copy_left_over_in_the_lists_opens_no_text(session, anne, matter):
    marc = Person(email="m@b.fr", full_name="Marc", role=Role.PARTNER)
    session.add(marc)
    session.flush()
    note(session, matter, anne, "zanzibar")
    copied = session.execute(select(DeskMatter.__table__)).mappings().one()
    session.execute(insert(DeskMatter).values({**copied, "person_id": marc.id}))
    assert bodies(session, marc, "zanzibar") == []
    assert bodies(session, anne, "zanzibar") == ["zanzibar"]


def test_filters_narrow_by_kind_dossier_and_day(session, anne, matter):
    other = new_matter(session, anne, 2)
    with clock.frozen(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        note(session, matter, anne, "commun")
    with clock.frozen(datetime(2026, 5, 31, 21, 59, tzinfo=UTC)):
        session.add(Party(matter_id=other.id, role=PartyRole.CLIENT, name="Commun"))
        session.flush()

    def kinds(**filters):
        return [hit.kind for hit in search.find(session, anne, "commun", search.Filters(**filters)).hits]

    assert kinds() == ["party", "note"]
    assert kinds(kinds=["note"]) == ["note"]
    assert kinds(matter_id=other.id) == ["party"]
    assert kinds(since=date(2026, 3, 2)) == ["party"]
    assert kinds(until=date(2026, 5, 30)) == ["note"]
    assert kinds(until=date(2026, 5, 31)) == ["party", "note"]


def test_a_long_text_is_found_everywhere_even_across_its_parts(session, anne, matter):
    words = [f"mot{number}" for number in range(5000)]
    note(session, matter, anne, " ".join(words))
    for place in (0, 1498, 1500, 2999, 4999):
        assert f"mot{place}" in bodies(session, anne, f"mot{place}")[0]
    assert len(bodies(session, anne, '"mot1499 mot1500 mot1501"')) == 1
    assert search.find(session, anne, "mot2000").hits[0].snippet[0] == ("… ", False)


def test_the_snippet_marks_the_words_and_keeps_the_text(session, anne, matter):
    note(session, matter, anne, "Ce « CHARLATAN » 😡 a menti ; menteur.")
    (hit,) = search.find(session, anne, "charlatans").hits
    assert hit.snippet == (("Ce « ", False), ("CHARLATAN", True), (" » 😡 a menti ; menteur.", False))
    assert (hit.reference, hit.kind) == (matter.reference, "note")


def test_a_rebuilt_index_gives_the_same_answers(base, session, anne, matter):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(20):
        with clock.frozen(start + timedelta(hours=number)):
            note(session, matter, anne, f"commun {number}")
            session.add(Party(matter_id=matter.id, role=PartyRole.OTHER, name=f"Commun {number}"))
            session.flush()
    before = bodies(session, anne, "commun", limit=100)
    session.execute(text("DELETE FROM search_entry"))
    assert bodies(session, anne, "commun") == []
    session.commit()
    with base.transaction() as again:
        assert indexing.rebuild(again) == 41
    with base.reader() as reader:
        assert sorted(bodies(reader, anne, "commun", limit=100)) == sorted(before)
        assert bodies(reader, anne, "commun", limit=1)[0] in before[:2]


def test_the_index_goes_with_its_dossier(session, anne):
    matter = new_matter(session, anne, 9, "Éphémère")
    assert bodies(session, anne, "éphémère")
    session.execute(text("DELETE FROM team_member"))
    session.execute(text("DELETE FROM matter"))
    assert session.scalars(select(SearchEntry.kind).where(SearchEntry.matter_id == matter.id)).all() == []


def test_every_text_column_of_a_dossier_is_indexed_or_left_out_on_purpose():
    left_out = {
        *("publication.date_proof", "publication.relative_text", "capture.failure", "passage.prefix"),
        *("passage.suffix", "passage.ocr_proposal", "matter.quiet_reason", "wall_entry.reason"),
        *("deadline.superseded_reason", "trigger_event.proof", "trigger_event.reason", "acknowledgement.note"),
        *("outgoing_mail.text", "outgoing_mail.html", "outgoing_mail.last_error", "reminder.last_error"),
        *("audit_anchor.chain_pem", "dispatch.answers"),
        # A letter is found by its title and its facts; its rewritten blocks are shut and read with it.
        *("letter.edits", "letter_version.blocks", "letter_version.edits"),
        *("seal.chain_pem", "search_entry.body", "search_entry.stems", "search_entry.words"),
        *("firm.address", "person.password_hash", "person.totp_secret", "passkey.public_key"),
        # Reasons of guards and destructions stay in the trail; the directory is the firm's, not a dossier's.
        # One person's unsent form and tables to confirm, the value that a change replaced, the firm's own clauses,
        # what was told to a client.
        *("form_draft.fields", "recent_change.before", "clause_version.words"),
        "client_word.body",  # written to the client, and read on their page
        "prevention_tick.note",  # beside its line, on the sheet of its client
        *("webhook.url", "webhook.secret", "webhook_delivery.last_error"),
        *("matter_import.file_name", "matter_import.unread", "import_line.cells"),
        *("client_delivery.told", "client_delivery.addresses"),
        *("filed_mail.message_id", "filed_mail.file_name", "filed_mail.proposals"),
        *("hold.reason", "conflict_match.reason", "erasure.reason", "token_retry.reason"),
        *("token_renewal.reason", "public_reply.read_note"),
        *(f"recipient.{name}" for name in ("postal_address", "channel", "notice_url", "review_policy_url", "source")),
        *("recipient.identification_contact", "recipient.notes"),
        # Where somebody was born is not how one looks for them; an answer's facts are found through its result.
        *("party.born_at", "party.nationality", "identification_step.answer"),
    }
    indexed = {f"{model.__tablename__}.{name}" for model, names in indexing.SOURCES.items() for name in names}
    texts = {
        f"{table.name}.{column.name}"
        for table in Matter.metadata.tables.values()
        for column in table.columns
        if type(column.type).__name__ in {"Text", "Secret", "SecretFacts", "SecretList", "Blind"}
    }
    assert texts - indexed - left_out == set()


def test_folding_gives_letters_and_digits_only():
    assert fold("Œuvré") == "oeuvre"
    assert [word.folded for word in words_of("a_b l’été « x2 » ½")] == ["a", "b", "l", "ete", "x2", "12"]


def test_the_command_rebuilds_the_index(settings, database):
    environ = {
        **os.environ,
        "CASEFILE_DATA_DIR": str(settings.data_dir),
        "CASEFILE_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-m", "casefile", "search", "rebuild"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"indexed": 0}


def test_no_usual_letter_folds_to_nothing():
    """`places_of` spares the folding of texts that hold none but these."""
    usual = (chr(code) for code in range(0x3000) if not UNUSUAL.search(chr(code)))
    assert [letter for letter in usual if WORD.fullmatch(letter) and not fold(letter)] == []


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("aé_’' -\u0301ﾞœ€\u00ad"), max_size=60), st.integers(0, 5))
def test_the_places_are_those_of_the_words_however_written(written, first):
    places = [(word.start, word.end) for word in words_of(written)]
    assert places_of(written, first, first + 4) == places[first : first + 4]


def test_a_mark_alone_is_no_word_and_shifts_no_other(session, anne, matter):
    note(session, matter, anne, "avis \u0301 du voisin ﾞ charlatan notoire")
    (hit,) = search.find(session, anne, "charlatan").hits
    assert [piece for piece, marked in hit.snippet if marked] == ["charlatan"]


def test_a_phrase_is_marked_each_time_and_whole(session, anne, matter):
    note(session, matter, anne, "faux avis, vrai avis ; faux avis encore")
    (hit,) = search.find(session, anne, "« faux avis »").hits
    assert [piece for piece, marked in hit.snippet if marked] == ["faux", "avis", "faux", "avis"]
