"""The head of the trail leaves the machine once a day: stamped, mailed, and whoever rewrites the trail is found."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casefile import anchoring, audit, clock, integrity
from casefile.errors import InvalidInput
from casefile.models.ledger import AuditAnchor, AuditEntry, ChainHead, OutgoingMail
from casefile.models.matter import Matter, Party

from .test_verify import attack


@pytest.fixture
def anchored(database, settings, partner):
    assert anchoring.work(database, settings, clock.now())
    with database.reader() as session:
        return session.scalar(select(AuditAnchor))


def rewrite(database, session):
    """Rewrite the trail as root does, with the key: every hash and the head are right again."""
    previous, last = audit.GENESIS, None
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
        entry.previous_hash = previous
        previous = entry.hash = audit.digest_of(entry)
        last = entry.seq
    session.flush()
    session.get(ChainHead, audit.HEAD)
    audit.mark_head(session, audit.HEAD, last, previous)


def test_the_head_is_stamped_once_a_day_and_mailed_to_the_partner_alone(database, settings, anchored):
    assert not anchoring.work(database, settings, clock.now())
    with database.reader() as session:
        (message,) = session.scalars(select(OutgoingMail)).all()
        assert message.recipient_address == "anne@cabinet.fr"
        assert f"{anchored.seq}:{anchored.hash}" in message.text
        names = [*session.scalars(select(Party.name)), *session.scalars(select(Matter.title))]
        assert [name for name in names if name in message.text + message.subject + message.html] == []
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert anchoring.work(database, settings, clock.now())
    with database.reader() as session:
        assert len(session.scalars(select(AuditAnchor)).all()) == 2


def test_an_untouched_trail_agrees_with_its_anchors(database, storage, anchored):
    with database.reader() as session:
        report = integrity.verify(session, storage)
        assert (report.faults, report.checked["anchors"]) == ([], 1)
        assert anchoring.confirms(session, f" {anchored.seq}:{anchored.hash.upper()} ")
        assert not anchoring.confirms(session, f"{anchored.seq}:{'0' * 64}")
        assert not anchoring.confirms(session, f"999999:{anchored.hash}")
        with pytest.raises(InvalidInput):
            anchoring.confirms(session, "n'importe quoi")


def test_a_trail_rewritten_with_the_key_itself_is_found(database, storage, anchored):
    with database.transaction() as session:
        attack_in(session, database)
        session.execute(text("UPDATE audit_entry SET action = 'innocent' WHERE seq = 2"))
        rewrite(database, session)
    with database.reader() as session:
        assert list(audit.verify(session)) == []  # the chain alone sees nothing
        (fault,) = integrity.verify(session, storage).faults
        assert (fault.kind, "a été réécrit" in fault.message) == ("anchor", True)
        assert not anchoring.confirms(session, f"{anchored.seq}:{anchored.hash}")


def attack_in(session, database):
    if database.is_sqlite:
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))


@pytest.mark.parametrize("column", ["hash = repeat_('0', 64)", "seq = 1", "stamped_at = created_at"])
def test_a_forged_anchor_is_found(database, storage, anchored, column):
    column = column.replace("repeat_('0', 64)", f"'{'0' * 64}'")
    attack(database, f"UPDATE audit_anchor SET {column}")
    with database.reader() as session:
        assert {fault.kind for fault in integrity.verify(session, storage).faults} == {"anchor"}


@pytest.mark.parametrize("verb", ["UPDATE audit_anchor SET seq = 1", "DELETE FROM audit_anchor"])
def test_anchors_cannot_be_rewritten(database, anchored, verb):
    with pytest.raises(DBAPIError, match="cannot change"), database.transaction() as session:
        session.execute(text(verb))


def test_an_authority_that_is_silent_is_asked_again_and_holds_nobody_up(database, settings, partner):
    silent = dataclasses.replace(settings, tsa=("muette,http://127.0.0.1:9/tsa",), capture_allow=("127.0.0.1:9",))
    now = clock.now()
    assert anchoring.work(database, silent, now)
    assert not anchoring.work(database, silent, now + timedelta(minutes=2))
    with clock.frozen(now + timedelta(minutes=61)):
        if clock.day_of(now) == clock.day_of(clock.now()):
            assert anchoring.work(database, silent, clock.now())
    with database.reader() as session:
        assert session.scalars(select(AuditAnchor.authority)).all() == ["interne"]
        assert len(session.scalars(select(OutgoingMail)).all()) == 1


def test_the_command_answers_for_one_anchor(settings, database, anchored):
    environ = {"CASEFILE_DATA_DIR": str(settings.data_dir), "CASEFILE_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "casefile", "verify", "--anchor", f"{anchored.seq}:{anchored.hash}"]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["holds"]) == (0, True)
