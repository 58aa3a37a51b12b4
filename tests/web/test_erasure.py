"""The end of captures: two people, a reason, no hold, a tombstone; and many addresses captured at once."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from casefile import clock, integrity, matters
from casefile.evidence import batch, erasure
from casefile.models.evidence import Artifact, Capture, CaptureState, Erasure, Publication
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Person

from .test_evidence import deposit


@pytest.fixture
def colleague(database, people, matter, as_person):
    """Put the partner into the team: the second pair of eyes."""
    with database.transaction() as session:
        lawyer = session.get_one(Person, people["lawyer"].id)
        partner = session.get_one(Person, people["partner"].id)
        matters.join_team(session, lawyer, session.get_one(Matter, matter.id), partner, TeamFunction.MEMBER)
    return as_person("partner")


@pytest.fixture
def deposited(as_person, publication):
    browser = as_person("lawyer")
    return browser, deposit(browser, publication).headers["Location"]


def asked(browser, page, reason="Pièce remise par erreur"):
    return browser.post(f"{page}/destruction", {"reason": reason})


def decide(browser, page, word="accorder"):
    browser.post(f"{page}/destruction/{word}", page=f"{page}/destruction")
    return browser.get(f"{page}/destruction").text


def state_of(database, page):
    with database.reader() as session:
        return session.get_one(Capture, uuid.UUID(page.rsplit("/", 1)[1])).state


def test_two_people_destroy_a_capture_and_a_tombstone_stays(deposited, colleague, app, database, settings):
    browser, page = deposited
    with database.reader() as session:
        digests = list(session.scalars(select(Artifact.sha256)))
    assert asked(browser, page).status_code == 303
    html = decide(colleague, page)
    assert "Capture détruite" in html
    assert state_of(database, page) is CaptureState.DESTROYED
    assert erasure.work(database, settings, clock.now())
    assert not erasure.work(database, settings, clock.now())
    storage = app.extensions["casefile"].storage
    assert not any(storage.exists(sha256) for sha256 in digests)
    with database.reader() as session:
        stone = session.scalars(select(Erasure)).one().tombstone
        assert len(stone["manifest_sha256"]) == 64
        assert stone["tokens"]
        assert "capture.png" not in str(stone)
        assert session.scalars(select(Artifact)).all() == []
        assert integrity.verify(session, storage).checked["captures"] == 1, "the fixture's own"
    assert "preuve de destruction" in browser.get(page).text


def test_nobody_decides_alone(deposited, database):
    browser, page = deposited
    asked(browser, page)
    assert "Une autre personne" in decide(browser, page)
    assert state_of(database, page) is CaptureState.SEALED


def test_a_hold_forbids_destruction_even_once_asked(deposited, colleague, database, matter):
    browser, page = deposited
    asked(browser, page)
    place = f"/dossiers/{matter.id}/conservation"
    browser.post(place, {"reason": "Procès prévisible"})
    colleague.post(f"{page}/destruction/accorder", page=place)
    assert state_of(database, page) is CaptureState.SEALED
    assert "sous conservation" in colleague.get(f"{page}/destruction").text
    browser.post(f"{place}/lever", page=place)
    decide(colleague, page)
    assert state_of(database, page) is CaptureState.DESTROYED


def test_a_destruction_needs_a_reason_and_can_be_refused(deposited, colleague, database):
    browser, page = deposited
    assert asked(browser, page, "").status_code == 400
    asked(browser, page)
    decide(colleague, page, "refuser")
    assert state_of(database, page) is CaptureState.SEALED
    with database.reader() as session:
        assert not session.scalars(select(Erasure)).one().granted


def test_bytes_that_another_capture_shares_are_not_destroyed(
    deposited, colleague, as_person, publication, app, database, settings
):
    browser, page = deposited
    deposit(as_person("lawyer"), publication)
    asked(browser, page)
    decide(colleague, page)
    erasure.work(database, settings, clock.now())
    with database.reader() as session:
        original = session.scalars(select(Artifact.sha256).where(Artifact.role == "original")).one()
    assert app.extensions["casefile"].storage.exists(original)


@pytest.mark.parametrize("name", ["stranger", "walled"])
def test_destruction_does_not_exist_outside_the_team(deposited, as_person, name):
    _, page = deposited
    assert as_person(name).get(f"{page}/destruction").status_code == 404


PASTED = "https://a.example/1\n\nhttps://b.example/2\nhttps://a.example/1\nftp://c.example/\n"


@pytest.fixture
def series(as_person, matter):
    browser = as_person("lawyer")
    answer = browser.post(f"/dossiers/{matter.id}/series/nouvelle", {"addresses": PASTED})
    assert answer.status_code == 303, answer.text
    return browser, answer.headers["Location"]


def test_each_good_address_is_queued_once_and_each_bad_one_told(series, database):
    browser, page = series
    html = browser.get(page).text
    assert "Ligne 5" in html
    assert "0 sur 2" in html
    with database.reader() as session:
        queued = session.scalars(select(Capture).where(Capture.batch_id.is_not(None))).all()
        assert {row.requested_url for row in queued} == {"https://a.example/1", "https://b.example/2"}
        assert {session.get_one(Publication, row.publication_id).title for row in queued} == {"a.example", "b.example"}


def test_a_series_stops_and_goes_on(series, database):
    browser, page = series
    browser.post(f"{page}/arreter", page=page)
    html = browser.get(page).text
    assert "Annulée avant de commencer" in html
    assert "2 sur 2" in html
    browser.post(f"{page}/reprendre", page=page)
    assert "0 sur 2" in browser.get(page).text


@pytest.mark.parametrize(
    "pasted", ["", "pas une adresse", "https://a.example/\n" + "https://b.example/\n" * batch.MOST]
)
def test_a_list_that_cannot_be_captured_stores_nothing(as_person, matter, database, pasted):
    answer = as_person("lawyer").post(f"/dossiers/{matter.id}/series/nouvelle", {"addresses": pasted})
    assert answer.status_code == 400
    with database.reader() as session:
        assert session.scalars(select(Capture)).all() == []


@pytest.mark.parametrize("name", ["stranger", "walled"])
def test_a_series_does_not_exist_outside_the_team(series, as_person, name):
    assert as_person(name).get(series[1]).status_code == 404
