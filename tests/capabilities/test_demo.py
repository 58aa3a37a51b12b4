"""The demonstration firm is loaded through the real verbs, once, into an empty installation."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casefile import audit, chronology, clock, demo, integrity
from casefile.errors import Refused
from casefile.law import forensics
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter, LetterState
from casefile.models.matter import Matter
from casefile.models.people import Firm, Person, Role
from casefile.models.procedure import Deadline, DeadlineControl, DeadlineState

pytestmark = pytest.mark.slow


def test_it_is_believable_and_whole(database, settings, storage):
    done = demo.load(database, storage, settings)
    assert [reference[-4:] for reference in done.matters] == [f"{number:04}" for number in range(1, 11)]
    with database.reader() as session:
        assert session.get(Firm, 1).is_demo
        assert len(session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).all()) >= 4
        states = set(session.scalars(select(Letter.state)))
        assert states == {LetterState.DRAFT, LetterState.VALIDATED, LetterState.SENT}
        assert session.scalars(select(DeadlineControl.matches)).all() == [True] * 6
        assert list(audit.verify(session)) == []
        assert integrity.verify(session, storage).faults == []
        posts = session.scalars(select(Publication).where(Publication.platform == "x")).all()
    assert len(posts) == 8
    for (
        row
    ) in posts:  # the number of a message on X tells its instant: it must be the one that the demonstration claims
        found = forensics.date_of(url=row.url, item_id="", platform="x", seen_at=clock.now())
        assert {clock.day_of(one.instant) for one in found.candidates} == {row.published_on}
    the_newest_lines_of_each_dossier_are_those_of_its_chronology(database)
    the_schema_goes_down_and_up_under_it(database)


def the_newest_lines_of_each_dossier_are_those_of_its_chronology(database):
    long = 0
    with database.reader() as session:
        for matter in session.scalars(select(Matter)):
            held, whole = chronology.holdings_of(session, matter), chronology.events_of(session, matter)
            long += len(whole) > 8
            for limit in (1, 3, 8):
                assert chronology.newest(session, matter, held, limit) == whole[:limit]
    assert long >= 5


def the_schema_goes_down_and_up_under_it(database):
    """Rebuild every table with a whole firm in it: each of its rows has parents and children."""
    tables = ("person", "matter", "publication", "capture", "passage", "deadline", "letter", "audit_entry")
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)
    with database.engine.connect() as connection:
        before = connection.execute(text(counts)).all()
    database.migrate_down("0001")
    database.migrate()
    with database.engine.connect() as connection:
        assert connection.execute(text(counts)).all() == before
    with database.transaction() as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE capture SET manifest_sha256 = 'x'"))


def test_it_never_mixes_with_real_work(database, settings, storage):
    with database.transaction() as session:
        session.add(Person(email="anne@cabinet.fr", full_name="Anne", role=Role.PARTNER))
    with pytest.raises(Refused):
        demo.load(database, storage, settings)


def test_the_command_prints_the_contract(data_dir):
    done = subprocess.run(
        [sys.executable, "-m", "casefile", "demo", "--json"],
        env={"PATH": "/usr/bin:/bin", "CASEFILE_DATA_DIR": str(data_dir), "HOME": str(data_dir)},
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert answer.keys() == {"url", "accounts", "matters"}
    assert all(row.keys() == {"email", "role", "password", "totp_secret"} for row in answer["accounts"])
