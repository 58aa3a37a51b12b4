"""Help for everybody, and the demonstration button of a firm without dossiers."""

from __future__ import annotations

from sqlalchemy import func, select

from casefile.models.matter import Matter
from casefile.models.people import Firm
from casefile.web.filters import french_date, typography
from casefile.web.guide import read, told


def test_help_explains_the_first_dossier(as_person):
    page = as_person("assistant").get("/aide").text
    assert "Sceller une capture" in page
    assert "Date prudente" in page


def test_the_help_leads_to_what_is_new_the_newest_day_first(as_person):
    browser = as_person("assistant")
    assert 'href="/aide/nouveautes"' in browser.get("/aide").text
    page, days = browser.get("/aide/nouveautes").text, [one["on"] for one in told()]
    assert days == sorted(set(days), reverse=True)
    places = [page.index(french_date(day)) for day in days]
    assert places == sorted(places)
    assert page.count("<dt><strong>") == sum(len(one["news"]) for one in told())


def test_the_prevention_sheet_shows_each_source_and_says_what_is_unverified(as_person):
    browser = as_person("lawyer")
    assert 'href="/aide/prevention"' in browser.get("/aide").text
    page = browser.get("/aide/prevention").text
    lines = [line for part in read("prevention")["part"] for line in part["line"]]
    assert all(typography(line["source"]) in page for line in lines)
    assert {line["status"] for line in lines} == {"verified", "unverified"}
    assert page.count("non vérifié, à relire") == sum(line["status"] == "unverified" for line in lines)


def test_the_button_of_an_empty_firm_loads_invented_dossiers(as_person, database):
    browser = as_person("lawyer")
    assert "Charger des dossiers de démonstration" in browser.get("/").text
    assert browser.post("/demonstration", page="/").status_code == 303
    assert "Démonstration" in browser.get("/").text
    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Matter)) == 10
        assert session.get(Firm, 1).is_demo


def test_the_demonstration_never_mixes_with_a_real_dossier(as_person, matter, database):
    browser = as_person("lawyer")
    browser.post("/demonstration", page="/dossiers")
    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Matter)) == 1
        assert not session.get(Firm, 1).is_demo
