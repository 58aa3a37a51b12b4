"""What is typed and not sent is kept for its author; what was changed by mistake is taken back, deadlines included."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from casefile import clock, matters, unfinished
from casefile.models.matter import Matter, Party
from casefile.models.people import Person
from casefile.models.work import FormDraft, RecentChange

FACTS = "Deux avis, dont un retiré depuis."


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


def page_of(matter):
    return f"/dossiers/{matter.id}/modifier"


def keep(browser, page, **fields):
    return browser.post(f"/brouillons?page={page}", {"version": "1", **fields}, page=page)


def version_on(answer) -> str:
    return re.search(r'name="version" value="(\d+)"', answer.text)[1]


def test_what_is_typed_is_offered_again_and_forgotten_once_sent(lawyer, matter, database):
    page = page_of(matter)
    kept = keep(lawyer, page, title="Lemaire c/ NP", territory="metropole", summary=FACTS)
    assert re.fullmatch(r"\d\d:\d\d", kept.json["saved_at"])
    plain = lawyer.get(page)
    assert FACTS not in plain.text
    assert "Reprendre cette saisie" in plain.text
    again = lawyer.get(f"{page}?brouillon=reprendre")
    assert FACTS in again.text
    assert "Brouillon repris" in unescape(again.text)
    fields = {"version": version_on(again), "title": "Lemaire c/ NP", "territory": "metropole", "summary": FACTS}
    assert lawyer.post(page, fields).status_code == 303
    with database.reader() as session:
        assert session.scalar(select(FormDraft)) is None
        assert session.get(Matter, matter.id).summary == FACTS


def test_a_draft_begun_before_somebody_else_saved_is_merged_and_never_overwrites(lawyer, matter, database, people):
    page = page_of(matter)
    keep(lawyer, page, title="Mon intitulé", territory="metropole", summary="")
    with database.transaction() as session:
        colleague, row = session.get(Person, people["partner"].id), session.get(Matter, matter.id)
        matters.edit(session, colleague, row, row.version, title="Intitulé du confrère")
    again = lawyer.get(f"{page}?brouillon=reprendre")
    fields = {"version": version_on(again), "title": "Mon intitulé", "territory": "metropole", "summary": ""}
    told = lawyer.post(page, fields)
    assert told.status_code == 409
    assert "Intitulé du confrère" in told.text
    assert "Mon intitulé" in told.text
    assert "Personne Partner" in told.text


def test_a_refused_form_keeps_the_draft_and_throwing_it_away_removes_it(lawyer, matter):
    page = page_of(matter)
    keep(lawyer, page, title="", territory="metropole", summary=FACTS)
    assert lawyer.post(page, {"version": "1", "title": "", "territory": "metropole"}).status_code == 400
    assert "Reprendre cette saisie" in lawyer.get(page).text
    lawyer.post(f"/brouillons/jeter?page={page}", page=page)
    assert "Reprendre cette saisie" not in lawyer.get(page).text


def test_a_draft_is_its_authors_alone_shut_in_the_database_and_kept_for_known_pages_only(
    lawyer, as_person, matter, database, engine_text
):
    page = page_of(matter)
    keep(lawyer, page, title="x", summary=FACTS)
    assert FACTS not in engine_text("form_draft")
    walled = as_person("walled")
    assert walled.post(f"/brouillons?page={page}", {"summary": "y"}, page="/compte").status_code == 404
    for wrong in ("/compte", "/nulle-part", "https://ailleurs.example/", ""):
        assert keep(lawyer, page, summary="z").status_code == 200
        assert lawyer.post(f"/brouillons?page={wrong}", {"a": "b"}, page=page).status_code == 404
    too_long = lawyer.post(f"/brouillons?page={page}", {"summary": "é" * 200_001}, page=page)
    assert too_long.status_code == 400
    with clock.frozen(clock.now() + unfinished.LIFE + timedelta(hours=1)), database.transaction() as session:
        assert unfinished.sweep(session) == 1


@pytest.fixture
def engine_text(database):
    from sqlalchemy import text

    def read(table):
        with database.engine.connect() as connection:
            return str(connection.execute(text(f"SELECT * FROM {table}")).all())

    return read


def rename(browser, matter, title):
    page = page_of(matter)
    fields = {"version": version_on(browser.get(page)), "title": title, "territory": "metropole", "summary": ""}
    return browser.post(page, fields, follow_redirects=True)


def way_back(answer) -> str:
    return re.search(r'action="(/dossiers/[^"]+/annuler/[^"]+)"', answer.text)[1]


def test_a_change_is_taken_back_and_back_again(lawyer, matter, database, engine_text):
    told = rename(lawyer, matter, "Faute de frappe")
    assert matter.title not in engine_text("recent_change")
    undone = lawyer.post(way_back(told), page="/compte", follow_redirects=True)
    assert "Modification annulée" in undone.text
    with database.reader() as session:
        assert session.get(Matter, matter.id).title == matter.title
    lawyer.post(way_back(undone), page="/compte")
    with database.reader() as session:
        assert session.get(Matter, matter.id).title == "Faute de frappe"
    assert "Vos modifications du jour" in lawyer.get(f"/dossiers/{matter.id}/chronologie").text


def test_nothing_is_taken_back_once_somebody_else_came_or_a_day_went_by(lawyer, matter, database, people, as_person):
    url = way_back(rename(lawyer, matter, "Premier"))
    assert as_person("walled").post(url, page="/compte").status_code == 404
    with database.transaction() as session:
        session.execute(RecentChange.__table__.update().values(created_at=clock.now() - timedelta(days=2)))
    assert "ne peut plus être annulée" in unescape(lawyer.post(url, page="/compte", follow_redirects=True).text)
    url = way_back(rename(lawyer, matter, "Second"))
    with database.transaction() as session:
        row = session.get(Matter, matter.id)
        matters.edit(session, session.get(Person, people["partner"].id), row, row.version, summary="Plus tard")
    assert "La fiche a changé depuis" in lawyer.post(url, page="/compte", follow_redirects=True).text
    with database.reader() as session:
        assert session.get(Matter, matter.id).title == "Second"


def test_a_party_gets_its_dates_and_role_back(lawyer, matter, database):
    with database.reader() as session:
        party = session.scalars(select(Party)).one()
    page = f"/dossiers/{matter.id}/parties/{party.id}"
    fields = {"version": "1", "role": "author", "nature": "person", "name": "Lemaire", "is_identified": "y"}
    day = {"born_on-jour": "3", "born_on-mois": "4", "born_on-annee": "1970"}
    told = lawyer.post(page, fields | day, page=page, follow_redirects=True)
    lawyer.post(way_back(told), page="/compte")
    with database.reader() as session:
        again = session.scalars(select(Party)).one()
    assert (again.role, again.born_on, again.civility) == (party.role, None, "Docteur")


def test_taking_back_a_date_recomputes_what_hangs_on_it(lawyer, matter, publication, database):
    page = f"/dossiers/{matter.id}/contenus/{publication.id}/modifier"
    form = lawyer.get(page)
    day = {"relative_seen_on-jour": "6", "relative_seen_on-mois": "11", "relative_seen_on-annee": "2026"}
    fields = {
        "version": version_on(form), "title": "Avis à une étoile", "platform": "google_maps", "publicity": "yes",
        "url": "https://maps.google.com/?cid=1", "shown_author": "M NP", "date_kind": "relative",
        "relative_text": "il y a 4 mois", **day,
    }  # fmt: skip
    told = lawyer.post(page, fields, page=page, follow_redirects=True)
    lawyer.post(way_back(told), page="/compte")
    with database.reader() as session:
        from casefile.models.evidence import Publication
        from casefile.models.procedure import TriggerEvent

        assert session.get(Publication, publication.id).relative_text == "il y a 3 mois"
        reasons = [row.reason for row in session.scalars(select(TriggerEvent).order_by(TriggerEvent.created_at))]
    assert reasons == ["", "Correction de la date de mise en ligne annulée"]
