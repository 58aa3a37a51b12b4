"""Time stamps renewed in time: by the job, by hand, and every generation verifies with openssl alone."""

from __future__ import annotations

import subprocess
import uuid
import zipfile
from datetime import timedelta

from sqlalchemy import select

from casefile import clock
from casefile.evidence import filing, renewal
from casefile.evidence.authority import EmbeddedAuthority
from casefile.evidence.verify import verify
from casefile.models.evidence import Artifact, Capture, CustodyEvent, Seal, TokenRenewal

from .test_evidence import deposit


def deposited(as_person, publication):
    page = deposit(as_person("lawyer"), publication).headers["Location"]
    return page, uuid.UUID(page.rsplit("/", 1)[1])


def test_the_page_says_until_when_and_the_job_renews_before(app, as_person, publication, database, settings, tmp_path):
    page, identity = deposited(as_person, publication)
    assert renewal.work(database, settings, clock.now())
    assert not renewal.work(database, settings, clock.now())
    with database.reader() as session:
        before = session.get_one(TokenRenewal, identity).before
    lawyer = as_person("lawyer")
    assert f"À renouveler avant le <strong>{clock.day_of(before).day}" in lawyer.get(page).text
    storage = app.extensions["casefile"].storage
    with clock.frozen(before - timedelta(days=179)):
        assert renewal.work(database, settings, clock.now())
        assert not renewal.work(database, settings, clock.now())
    package = tmp_path / "preuve.zip"
    with database.transaction() as session:
        capture = session.get_one(Capture, identity)
        assert session.get_one(TokenRenewal, identity).before > before + timedelta(days=365)
        seals = session.scalars(select(Seal).where(Seal.capture_id == identity)).all()
        assert len(seals) == 2
        assert session.scalars(select(CustodyEvent).where(CustodyEvent.action == "renewed")).one()
        assert any("renouvellement-" in row.path for row in session.scalars(select(Artifact)))
        filing.export(session, storage, capture, None, package)
    report = verify(package)
    assert report.intact, report.problems
    assert len(report.tokens) == 2
    assert shown_intact(package, tmp_path / "paquet")


def shown_intact(package, place):
    """Run the script of the package: sha256sum and openssl only."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(place)
    done = subprocess.run(["sh", place / "verifier.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Time stamp") == 2
    return "INTACT" in done.stdout


def test_a_person_renews_by_hand_twice_in_a_year(as_person, publication, database):
    page, identity = deposited(as_person, publication)
    lawyer = as_person("lawyer")
    for _ in range(2):
        assert lawyer.post(f"{page}/renouveler", page=page).status_code == 303
    assert "Horodatage renouvelé" in lawyer.get(page).text
    with database.reader() as session:
        actors = session.scalars(select(CustodyEvent.actor_id).where(CustodyEvent.action == "renewed")).all()
        assert len(actors) == 2
        assert None not in actors
        assert len(session.scalars(select(Seal).where(Seal.capture_id == identity)).all()) == 3
    lawyer.post(f"{page}/verifier", page=page)
    assert "intacts" in lawyer.get(page).text


def test_a_silent_authority_is_waited_for_while_there_is_time(as_person, publication, database, settings, monkeypatch):
    _, identity = deposited(as_person, publication)
    monkeypatch.setattr(renewal, "authorities", lambda _: filing.parse_authorities("muette,http://127.0.0.1:1/"))
    renewal.work(database, settings, clock.now())
    with database.reader() as session:
        before = session.get_one(TokenRenewal, identity).before
    with clock.frozen(before - timedelta(days=100)):
        assert renewal.work(database, settings, clock.now())
        assert not renewal.work(database, settings, clock.now()), "it is tried again the day after"
    with database.reader() as session:
        assert "muette" in session.get_one(TokenRenewal, identity).reason
        assert len(session.scalars(select(Seal).where(Seal.capture_id == identity)).all()) == 1
    with clock.frozen(before - timedelta(days=20)):
        assert renewal.work(database, settings, clock.now())
    with database.reader() as session:
        assert len(session.scalars(select(Seal).where(Seal.capture_id == identity)).all()) == 2


def test_the_units_successor_outlives_it_under_the_same_root(tmp_path):
    first = EmbeddedAuthority.at(tmp_path)
    with clock.frozen(first.unit.not_valid_after_utc - timedelta(days=2 * 365)):
        second, third = EmbeddedAuthority.at(tmp_path), EmbeddedAuthority.at(tmp_path)
    assert second.root == first.root
    assert second.unit.not_valid_after_utc > first.unit.not_valid_after_utc
    assert third.unit == second.unit
