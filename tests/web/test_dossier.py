"""The dossier at a glance: its limitation drawn and explained from the facts recorded, never from the page."""

from datetime import date

import pytest

from casefile.deadlines.limitation import recompute_limitation, record_act
from casefile.models.evidence import DateKind, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person

QUALIFICATION = "diffamation_publique_particulier"


@pytest.fixture(autouse=True)
def _on_that_monday(frozen_clock):
    assert frozen_clock.date() == date(2026, 11, 23)


@pytest.fixture
def published(database, matter, people):
    """Put a review online and qualify it, so that its limitation runs."""

    def put(**facts):
        with database.transaction() as session:
            lawyer, dossier = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
            content = Publication(matter_id=matter.id, title="Avis à une étoile", platform="google_maps", **facts)
            session.add(content)
            session.flush()
            recompute_limitation(session, lawyer, dossier, content, QUALIFICATION, reason="qualification")
        return content

    return put


def page_of(browser, matter):
    return browser.get(f"/dossiers/{matter.id}").text


def test_an_exact_date_is_drawn_with_its_three_dates(as_person, matter, published):
    published(date_kind=DateKind.EXACT, published_on=date(2026, 9, 3), date_proof="charge utile")
    page = page_of(as_person("lawyer"), matter)
    assert "Délai courant du 3 septembre 2026" in page
    assert "mercredi 2 décembre 2026" in page
    assert "jeudi 3 décembre 2026, minuit" in page
    assert "Pourquoi cette date" in page


def test_a_relative_date_shows_the_interval_and_the_alert(as_person, matter, published):
    published(date_kind=DateKind.RELATIVE, relative_text="il y a 3 mois", relative_seen_on=date(2026, 11, 6))
    page = page_of(as_person("lawyer"), matter)
    assert "Mise en ligne, au plus tôt" in page
    assert "au plus tard" in page
    assert 'class="doubt"' in page


def test_an_unknown_date_asks_for_one_and_draws_nothing(as_person, matter, published):
    published(date_kind=DateKind.UNKNOWN)
    page = page_of(as_person("lawyer"), matter)
    assert "reste à établir" in page
    assert '<svg class="ruler' not in page


def test_a_plain_complaint_is_drawn_as_without_effect(as_person, matter, published, database, people):
    published(date_kind=DateKind.EXACT, published_on=date(2026, 9, 3), date_proof="charge utile")
    with database.transaction() as session:
        lawyer, dossier = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        record_act(session, lawyer, dossier, "plainte_simple", date(2026, 11, 10), is_proved=True)
    page = page_of(as_person("lawyer"), matter)
    assert "Plainte simple\u00a0: sans effet" in page
    assert '<circle class="hollow"' in page


def test_another_dossier_s_limitation_is_nowhere(as_person, matter, published):
    published(date_kind=DateKind.EXACT, published_on=date(2026, 9, 3))
    assert as_person("stranger").get(f"/dossiers/{matter.id}").status_code == 404


def test_the_header_says_the_same_on_the_first_page_as_on_the_others(as_person, matter, published):
    lawyer = as_person("lawyer")
    for facts in ({"date_kind": DateKind.EXACT, "published_on": date(2026, 10, 5)}, {"date_kind": DateKind.UNKNOWN}):
        published(**facts)
        first, other = page_of(lawyer, matter), lawyer.get(f"/dossiers/{matter.id}/chronologie").text
        header = first[first.index("<h1") : first.index("<nav", first.index("<h1"))]
        assert "rescription" in header
        assert header == other[other.index("<h1") : other.index("<nav", other.index("<h1"))]


def test_who_only_reads_is_offered_nothing_to_change(as_person, matter):
    change = f"/dossiers/{matter.id}/modifier"
    assert change in page_of(as_person("lawyer"), matter)
    assert change not in page_of(as_person("reader"), matter)
