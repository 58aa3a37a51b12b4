"""The sealed sheets of the journal: made once, chained, readable, and any altered byte found by Python alone."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casefile import clock, storage
from casefile.deadlines import journal, proof_check, settlement
from casefile.deadlines.schedule import put_on
from casefile.documents import deadline_journal
from casefile.integrity import verify
from casefile.models.ledger import JournalSheet
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind
from tests.deadlines.conftest import MORNING

DAY = timedelta(days=1)


@pytest.fixture
def lived(database, office, settings):
    """Live three days: a deadline entered, nothing, then done with a proof that names somebody."""
    with clock.frozen(MORNING), database.transaction() as session:
        anne = session.get(Person, office.anne.id)
        deadline = Deadline(
            matter_id=office.matter.id,
            kind=DeadlineKind.PROCEDURAL,
            rule_id="x",
            label="Appel",
            prudent_on=MORNING.date() + 20 * DAY,
            admitted_on=MORNING.date() + 20 * DAY,
            is_critical=True,
            responsible_id=anne.id,
        )
        put_on(session, anne, deadline)
    with clock.frozen(MORNING + 2 * DAY), database.transaction() as session:
        anne, row = session.get(Person, office.anne.id), session.get(Deadline, deadline.id)
        settlement.mark_done(session, anne, row, "Récépissé remis à Madame Sentinelle")
    with clock.frozen(MORNING + 3 * DAY), database.transaction() as session:
        journal.write_pages(session, clock.now())
        assert deadline_journal.write_sheets(session, settings, clock.now()) == 3
        assert deadline_journal.write_sheets(session, settings, clock.now()) == 0
        return deadline_journal.bundle(session, settings, MORNING.date(), MORNING.date() + 9 * DAY)


@pytest.fixture
def folder(lived, tmp_path):
    zipfile.ZipFile(io.BytesIO(lived)).extractall(tmp_path / "journal")
    return tmp_path / "journal"


def verified(folder):
    files = sorted(file.name for file in folder.glob("*.pdf"))
    program = [sys.executable, "-I", "verifier.py", *files]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def text_of(file):
    return " ".join(page.extract_text() for page in PdfReader(file).pages)


def test_each_sheet_says_who_did_what_and_no_word_that_a_person_typed(folder):
    first, empty, last = sorted(folder.glob("*.pdf"))
    assert [file.name for file in (first, empty, last)] == [
        "journal-00001-2026-11-23.pdf",
        "journal-00002-2026-11-24.pdf",
        "journal-00003-2026-11-25.pdf",
    ]
    for words in ("Anne", "2026/0001", "Échéance inscrite", "délai de procédure", "date prudente 13 décembre 2026"):
        assert words in text_of(first).replace("\n", " ").replace("\u00a0", " "), words
    assert "Aucune écriture" in text_of(empty)
    assert "Échéance faite" in text_of(last)
    assert "Sentinelle" not in text_of(last)
    assert proof_check.seal_of(first.read_bytes()) in text_of(empty).replace("\n", "").replace(" ", "")


def test_the_chain_holds_and_verifies_alone(folder):
    assert verified(folder) == (0, "Tout est intact.\n")


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_one_altered_byte_of_a_sheet_is_found(folder, position):
    file = folder / "journal-00002-2026-11-24.pdf"
    content = bytearray(file.read_bytes())
    content[int(len(content) * position)] ^= 1
    file.write_bytes(content)
    code, said = verified(folder)
    assert code == 1
    assert "journal-00002-2026-11-24.pdf" in said


def test_a_sheet_altered_and_sealed_again_breaks_the_next_one(folder):
    file = folder / "journal-00002-2026-11-24.pdf"
    body, _, told = file.read_bytes().rpartition(proof_check.SEAL)[0].rpartition(proof_check.SHEET)
    place = __import__("json").loads(told)
    file.write_bytes(proof_check.sealed(body.replace(b"\n", b"\n%\n", 1), place))
    code, said = verified(folder)
    assert code == 1
    assert "journal-00003-2026-11-25.pdf ne suit pas" in said


def test_a_missing_sheet_and_a_stranger_are_found(folder):
    (folder / "journal-00002-2026-11-24.pdf").unlink()
    (folder / "autre.pdf").write_bytes(b"%PDF-1.4 rien")
    code, said = verified(folder)
    assert code == 1
    assert "avant la feuille 3" in said
    assert "autre.pdf n'est pas une feuille" in said


def test_bytes_added_after_the_seal_are_found(folder):
    file = folder / "journal-00003-2026-11-25.pdf"
    file.write_bytes(file.read_bytes() + b"1 0 obj\n")
    assert verified(folder)[0] == 1


def test_the_installation_s_own_check_reads_the_journal(lived, database, settings):
    store = storage.from_settings(settings)
    with database.reader() as session:
        report = verify(session, store)
        assert report.faults == []
        assert report.checked["journal"] == 3
        sheets = list(session.scalars(select(JournalSheet)))
    store.delete(sheets[1].pdf_sha256)
    with database.reader() as session:
        assert "Il manque une ou plusieurs feuilles avant la feuille 3." in {
            fault.message for fault in verify(session, store).faults
        }


@pytest.mark.parametrize("verb", ["UPDATE journal_sheet SET seal = 'x'", "DELETE FROM journal_sheet"])
def test_a_sheet_s_row_cannot_be_rewritten(both, verb):
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from casefile.models.ledger import JournalPage

    _, database = both
    with database.transaction() as session:
        session.add(JournalPage(number=1, day=MORNING.date(), lines=[], previous_hash="0" * 64, hash="a" * 64))
        session.flush()
        session.add(JournalSheet(number=1, seal="b" * 64, pdf_sha256="c" * 64, made_at=MORNING))
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text(verb))
