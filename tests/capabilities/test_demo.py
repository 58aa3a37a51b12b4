"""The demonstration firm is loaded through the real verbs, once, into an empty installation."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from sqlalchemy import select

from casefile import audit, clock, demo, integrity
from casefile.errors import Refused
from casefile.law import forensics
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter, LetterState
from casefile.models.people import Firm
from casefile.models.procedure import Deadline, DeadlineControl, DeadlineState
from casefile.storage import from_url


@pytest.fixture
def loaded(database, settings):
    storage = from_url(settings.storage_url, settings.keyring, settings.data_dir)
    return demo.load(database, storage, settings), storage


def test_it_is_believable_and_whole(loaded, database):
    done, storage = loaded
    assert [reference[-4:] for reference in done.matters] == [f"{number:04}" for number in range(1, 11)]
    with database.reader() as session:
        assert session.get(Firm, 1).is_demo
        assert len(session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).all()) >= 4
        states = set(session.scalars(select(Letter.state)))
        assert states == {LetterState.DRAFT, LetterState.VALIDATED, LetterState.SENT}
        assert session.scalars(select(DeadlineControl.matches)).all() == [True] * 6
        assert list(audit.verify(session)) == []
        assert integrity.verify(session, storage).faults == []


def test_it_never_mixes_with_real_work(loaded, database, settings):
    _, storage = loaded
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


def test_the_numbers_of_its_messages_tell_the_days_that_it_claims(loaded, database):
    with database.reader() as session:
        posts = session.scalars(select(Publication).where(Publication.platform == "x")).all()
    assert len(posts) == 8
    for row in posts:
        found = forensics.date_of(url=row.url, item_id="", platform="x", seen_at=clock.now())
        assert {clock.day_of(one.instant) for one in found.candidates} == {row.published_on}
