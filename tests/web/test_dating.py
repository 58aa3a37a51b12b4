"""Dating a content in the browser: dates proposed, one retained by a lawyer, sightings crossed, deadlines moved."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from casefile.deadlines import limitation
from casefile.models.evidence import Capture, DateKind, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineState, TriggerEvent

DEFAMATION = "diffamation_publique_particulier"
# 3 September 2026, 10:00 UTC, written in a status number of X: (milliseconds - epoch of X) << 22.
STATUS = (1_788_429_600_000 - 1_288_834_974_657) << 22
KEY = re.compile(r'name="candidate" value="([^"]+)"')


@pytest.fixture
def dated(database, matter, capture, people, frozen_clock):
    """Turn the content into a message on X whose relative date opened a limitation."""
    with database.transaction() as session:
        publication = session.get(Publication, capture.publication_id)
        publication.platform, publication.url = "x", f"https://x.com/mnp/status/{STATUS}"
        publication.relative_text, publication.relative_seen_on = "il y a 2 mois", date(2026, 11, 6)
        limitation.recompute_limitation(
            session,
            session.get(Person, people["lawyer"].id),
            session.get(Matter, matter.id),
            publication,
            DEFAMATION,
            reason="essai",
        )
    return f"/dossiers/{matter.id}/contenus/{capture.publication_id}/datation"


def stored(database, capture):
    with database.reader() as session:
        return session.get(Publication, capture.publication_id)


def version_in(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page)[1]


def retain(browser, page, **fields):
    html = browser.get(page).text
    data = {"candidate": KEY.search(html)[1], "version": version_in(html), "reason": "Instant natif.", **fields}
    return browser.post(f"{page}/retenir", data, page=page)


def test_the_instant_hidden_in_the_address_is_proposed_with_its_method(as_person, dated):
    page = as_person("reader").get(dated).text
    assert "3 septembre 2026 à 12:00" in page
    assert "Élevée" in page
    assert KEY.search(page) is None, "a reader retains nothing"


def test_a_retained_date_becomes_the_proof_and_moves_every_deadline(as_person, dated, database, capture):
    assert retain(as_person("lawyer"), dated).status_code == 303
    publication = stored(database, capture)
    assert (publication.date_kind, publication.published_on) == (DateKind.EXACT, date(2026, 9, 3))
    assert "méthode" in publication.date_proof
    assert "Personne Lawyer" in publication.date_proof
    assert "Instant natif." in publication.date_proof
    with database.reader() as session:
        old, new = session.scalars(select(Deadline).order_by(Deadline.created_at)).all()
        triggers = session.scalars(select(TriggerEvent).order_by(TriggerEvent.created_at)).all()
    assert (old.state, new.state) == (DeadlineState.SUPERSEDED, DeadlineState.OPEN)
    assert "Instant natif." in old.superseded_reason
    assert (new.prudent_on, new.admitted_on) == (date(2026, 12, 2), date(2026, 12, 3))
    assert not new.is_provisional
    assert triggers[1].supersedes_id == triggers[0].id


def test_a_date_retained_without_a_reason_is_refused_and_stores_nothing(as_person, dated, database, capture):
    answer = retain(as_person("lawyer"), dated, reason="  ")
    assert answer.status_code == 400
    assert "pourquoi cette date" in answer.text
    assert stored(database, capture).published_on is None


@pytest.mark.parametrize("candidate", ["0" * 32, "<script>alert(1)</script>", "", "intervalle"])
def test_a_date_that_was_not_proposed_is_refused(as_person, dated, database, capture, candidate):
    answer = retain(as_person("lawyer"), dated, candidate=candidate)
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert stored(database, capture).published_on is None


def test_a_content_changed_meanwhile_is_not_overwritten(as_person, dated, database, capture):
    told = retain(as_person("lawyer"), dated, version="0", reason="Le code source la donne.")
    assert told.status_code == 409
    assert "Votre choix" in told.text
    assert "Personne Lawyer a enregistré ce contenu" in told.text
    assert "Le code source la donne." in told.text
    assert stored(database, capture).published_on is None
    version = re.search(r'name="version" value="(\d+)"', told.text)[1]
    assert retain(as_person("lawyer"), dated, version=version).status_code == 303


def test_the_date_written_in_a_sealed_page_names_its_capture(as_person, dated, database, capture):
    html = (
        "<html><head><title>Avis</title><script type='application/ld+json'>"
        '{"@type": "Review", "datePublished": "2026-08-20T09:00:00+02:00"}</script></head><body>Avis</body></html>'
    )
    browser = as_person("lawyer")
    upload = dated.replace("/datation", "/deposer")
    sent = browser.post(upload, {"file": (io.BytesIO(html.encode()), "avis.html")}, content_type="multipart/form-data")
    assert sent.status_code == 303
    with database.reader() as session:
        sealed = session.scalars(select(Capture).where(Capture.file_name == "avis.html")).one()
    page = browser.get(dated).text
    assert "20 août 2026 à 09:00" in page
    assert "notice crit" in page, "two dates disagree"
    keys = KEY.findall(page)
    assert keys[-1] == "intervalle"
    assert retain(browser, dated, candidate=keys[1]).status_code == 303
    publication = stored(database, capture)
    assert publication.published_on == date(2026, 8, 20)
    assert sealed.manifest_sha256 in publication.date_proof


def test_dates_that_disagree_can_be_kept_together_as_an_interval(as_person, dated, database, capture):
    html = '<html><head><title>A</title><meta property="article:published_time" content="2026-08-20T09:00:00+02:00">'
    browser = as_person("lawyer")
    upload = dated.replace("/datation", "/deposer")
    file = (io.BytesIO((html + "</head><body>A</body></html>").encode()), "page.html")
    assert browser.post(upload, {"file": file}, content_type="multipart/form-data").status_code == 303
    assert retain(browser, dated, candidate="intervalle").status_code == 303
    publication = stored(database, capture)
    assert publication.date_kind is DateKind.INTERVAL
    assert (publication.published_from, publication.published_to) == (date(2026, 8, 20), date(2026, 9, 3))


def test_a_second_sighting_narrows_the_interval_and_the_deadline_follows(as_person, dated, database, capture):
    browser = as_person("lawyer")
    with database.reader() as session:
        before = session.scalars(select(Deadline)).one().prudent_on
    seen = {"text": "il y a 2 mois", "seen_on-jour": "20", "seen_on-mois": "11", "seen_on-annee": "2026"}
    assert browser.post(f"{dated}/releves", seen, page=dated).status_code == 303
    assert stored(database, capture).sightings == [{"text": "il y a 2 mois", "seen_on": "2026-11-20"}]
    with database.reader() as session:
        standing = session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).one()
        assert session.scalars(select(Deadline.state).order_by(Deadline.created_at)).first() == DeadlineState.SUPERSEDED
    assert standing.prudent_on > before
    assert standing.facts["question"]["publication"]["sightings"][1]["seen_on"] == "2026-11-20"
    assert "Ensemble" in browser.get(dated).text


@pytest.mark.parametrize(
    ("text", "year"), [("bientôt", "2026"), ("<b>il y a</b>", "2026"), ("il y a 2 mois", "2027"), ("", "2026")]
)
def test_a_sighting_that_says_nothing_is_refused(as_person, dated, database, capture, text, year):
    seen = {"text": text, "seen_on-jour": "20", "seen_on-mois": "11", "seen_on-annee": year}
    answer = as_person("lawyer").post(f"{dated}/releves", seen, page=dated)
    assert answer.status_code == 400
    assert "<b>il" not in answer.text
    assert stored(database, capture).sightings == []


def test_the_first_sighting_dates_a_content_of_unknown_date(as_person, dated, database, capture):
    with database.transaction() as session:
        publication = session.get(Publication, capture.publication_id)
        publication.date_kind, publication.relative_text, publication.relative_seen_on = DateKind.UNKNOWN, "", None
    seen = {"text": "hier", "seen_on-jour": "20", "seen_on-mois": "11", "seen_on-annee": "2026"}
    assert as_person("lawyer").post(f"{dated}/releves", seen, page=dated).status_code == 303
    publication = stored(database, capture)
    assert (publication.date_kind, publication.relative_text) == (DateKind.RELATIVE, "hier")


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_the_dates_do_not_exist_outside_the_team(as_person, dated, name):
    browser = as_person(name)
    assert browser.get(dated).status_code == 404
    assert browser.post(f"{dated}/retenir", {"reason": "x"}, page="/compte").status_code == 404
    assert browser.post(f"{dated}/releves", {"text": "hier"}, page="/compte").status_code == 404


def test_a_reader_neither_retains_nor_adds(as_person, dated):
    browser = as_person("reader")
    assert browser.post(f"{dated}/retenir", {"reason": "x"}, page="/compte").status_code == 404
    assert browser.post(f"{dated}/releves", {"text": "hier"}, page="/compte").status_code == 404
