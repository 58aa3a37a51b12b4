"""The agenda in the browser: spans, filters, moving, the feed, the sheet, the evening, the silence, the pulse."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import icalendar
import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casefile import clock
from casefile.deadlines import heartbeat, settlement, work
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState
from tests.deadlines.conftest import add_deadline

ADDRESS = re.compile(r"<code[^>]*>([^<]+\.ics)</code>")


@pytest.fixture
def dated(database, people, matter):
    """Put a limitation and a task on today; give their ids."""
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        legal = add_deadline(session, row, lawyer, clock.today())
        task = work.open_task(session, lawyer, row, "Rappeler le client", clock.today())
        return {"legal": legal.id, "task": task.id}


@pytest.mark.parametrize("view", ["jour", "semaine", "mois", "liste", "inconnue"])
def test_every_view_shows_the_day_s_entries(as_person, dated, view):
    page = as_person("lawyer").get(f"/agenda?vue={view}")
    assert page.status_code == 200
    assert "Rappeler le client" in page.text
    assert "Prescription de trois mois" in page.text


def test_filters_keep_what_is_asked(as_person, dated, people):
    browser = as_person("lawyer")
    assert "Rappeler le client" not in browser.get("/agenda?vue=jour&critiques=1").text
    assert "Prescription de trois mois" not in browser.get("/agenda?vue=jour&nature=task").text
    nobody = browser.get(f"/agenda?vue=jour&personne={people['stranger'].id}").text
    assert "Rappeler le client" not in nobody
    for absurd in ("personne=x", "nature=x", "jour=31/02/2026", "jour=%00", "jour=" + "9" * 400):
        assert browser.get(f"/agenda?{absurd}").status_code == 200


def test_a_typed_day_leads_there_and_nonsense_is_said(as_person, dated):
    browser = as_person("lawyer")
    assert "Rappeler le client" not in browser.get("/agenda?vue=jour&jour=demain").text
    assert "Jour non compris" in browser.get("/agenda?vue=jour&jour=bientot").text


@pytest.mark.parametrize("name", ["stranger", "walled", "partner", "assistant"])
@pytest.mark.parametrize(
    "path", ["/agenda?vue=mois", "/agenda/export.csv", "/agenda/soir", "/agenda/dossiers-sans-delai"]
)
def test_nobody_outside_the_team_sees_any_of_it(as_person, dated, name, path):
    page = as_person(name).get(path).text
    assert "Rappeler" not in page
    assert "2026/" not in page


def test_a_task_moves_and_a_legal_date_does_not(as_person, dated, matter, database):
    browser = as_person("lawyer")
    page = f"/dossiers/{matter.id}/delais/{dated['task']}/deplacer"
    assert browser.post(page, {"on": "+3j"}).status_code == 303
    with database.reader() as session:
        moved = session.scalar(select(Deadline).where(Deadline.supersedes_id == dated["task"]))
        assert moved.prudent_on == clock.today() + timedelta(days=3)
        assert session.get(Deadline, dated["task"]).state is DeadlineState.SUPERSEDED
    refused = browser.post(f"/dossiers/{matter.id}/delais/{dated['legal']}/deplacer", {"on": "+3j"})
    assert refused.status_code == 400
    assert "ne se déplace pas" in refused.text


def test_a_reader_cannot_move_anything(as_person, dated, matter):
    assert as_person("reader").get(f"/dossiers/{matter.id}/delais/{dated['task']}/deplacer").status_code == 404


def test_the_secret_address_is_shown_once_and_serves_a_program_that_cannot_sign_in(as_person, dated, app):
    browser = as_person("lawyer")
    made = browser.post("/agenda/calendrier", {"act": "make"})
    address = html.unescape(ADDRESS.search(made.text)[1])
    path = "/calendrier/" + address.rpartition("/")[2]
    assert path not in browser.get("/agenda/calendrier").text
    served = app.test_client().get(path)
    assert served.mimetype == "text/calendar"
    feed = icalendar.Calendar.from_ical(served.data)
    assert len(feed.walk("VEVENT")) == 2
    assert "Lemaire" not in served.text
    assert "Rappeler" not in served.text
    assert browser.post("/agenda/calendrier", {"act": "close"}).status_code == 303
    assert app.test_client().get(path).status_code == 404


def test_the_sheet_has_the_entries_of_the_span(as_person, dated):
    sheet = as_person("lawyer").get("/agenda/export.csv?vue=jour")
    assert sheet.mimetype == "text/csv"
    assert "Rappeler le client" in sheet.data.decode("utf-8-sig")
    assert "attachment" in sheet.headers["Content-Disposition"]


def test_the_evening_shows_what_is_done_with_its_proof_and_is_signed(as_person, dated, database, people):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        settlement.mark_done(session, lawyer, session.get(Deadline, dated["task"]), "Appel passé à 17 h")
    browser = as_person("lawyer")
    page = browser.get("/agenda/soir").text
    assert "Appel passé à 17 h" in page
    assert "À traiter" in page
    assert browser.post("/agenda/soir").status_code == 303
    with database.reader() as session:
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "evening.checked"))
        assert set(entry.facts["deadlines"]) == {str(one) for one in dated.values()}


def test_a_silent_dossier_is_listed_until_a_lawyer_signs_why(as_person, matter):
    browser = as_person("lawyer")
    assert matter.reference in browser.get("/agenda/dossiers-sans-delai").text
    page = f"/dossiers/{matter.id}/sans-delai"
    assert browser.post(page, {"reason": " "}).status_code == 400
    assert browser.post(page, {"reason": "En attente du client"}).status_code == 303
    assert matter.reference not in browser.get("/agenda/dossiers-sans-delai").text


def test_the_pulse_is_503_until_the_worker_beats_and_says_nothing_else(app, database):
    client = app.test_client()
    silent = client.get("/sante")
    assert (silent.status_code, silent.json["trouble"]) == (503, ["worker_silent"])
    with database.transaction() as session:
        heartbeat.beat(session, clock.now())
    alive = client.get("/sante")
    assert (alive.status_code, alive.json) == (200, {"status": "ok", "trouble": []})


def test_every_page_turns_red_when_the_worker_falls_silent(as_person, database):
    with database.transaction() as session:
        heartbeat.beat(session, clock.now())
    browser = as_person("lawyer")
    assert "Les rappels ne partent plus" not in browser.get("/agenda").text
    with database.transaction() as session:
        heartbeat.beat(session, clock.now() - timedelta(minutes=6))
    assert "Les rappels ne partent plus" in browser.get("/agenda").text


def test_a_hearing_shows_its_hour(as_person, matter, database, people):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        work.open_work(session, lawyer, row, DeadlineKind.HEARING, "Audience", on=clock.today(), at="14:00")
    assert "14:00" in as_person("lawyer").get("/agenda?vue=jour").text


def test_a_lawyer_of_the_dossier_takes_its_proof_archive_and_a_reader_does_not(as_person, dated, matter, database):
    page = f"/dossiers/{matter.id}/delais"
    given = as_person("lawyer").post(f"{page}/preuve", page=page)
    assert given.mimetype == "application/zip"
    assert given.data.startswith(b"PK")
    assert as_person("reader").post(f"{page}/preuve", page=page).status_code == 404
    with database.reader() as session:
        actions = list(session.scalars(select(AuditEntry.action)))
    assert actions.count("deadlines.proof_exported") == 1


def test_every_picture_of_the_agenda_exists(as_person, dated, matter):
    from pathlib import Path

    import casefile

    drawn = (Path(casefile.__file__).parent / "static" / "icons.svg").read_text("utf-8")
    browser = as_person("lawyer")
    for path in ("/agenda", "/agenda/calendrier", "/agenda/soir", f"/dossiers/{matter.id}/delais"):
        for name in re.findall(r"icons\.svg[^#]*#([a-z-]+)", browser.get(path).text):
            assert f'id="{name}"' in drawn, f"{path}: {name}"


def test_the_workbook_and_the_paper_hold_what_the_screen_shows(as_person, dated):
    browser = as_person("lawyer")
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/agenda/export.xlsx?vue=jour").data))
    assert {row[2].value for row in book.active.iter_rows(min_row=2)} == {
        "Rappeler le client",
        "Prescription de trois mois",
    }
    paper = browser.get("/agenda/imprimer.pdf?vue=semaine")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages).split())
    assert "Rappeler le client" in text
    assert browser.get("/agenda/imprimer.pdf?vue=liste&nature=hearing").data.startswith(b"%PDF")


def test_a_date_is_added_from_the_agenda_with_the_dossier_s_number(as_person, matter, database):
    browser, page = as_person("lawyer"), "/agenda/ajouter"
    sent = {
        "kind": "appointment",
        "on": "demain",
        "at": "14:30",
        "label": "Client au cabinet",
        "matter": matter.reference,
    }
    refused = browser.post(page, {**sent, "matter": "2026/9999"})
    assert refused.status_code == 400
    assert "Client au cabinet" in refused.text, "nothing typed is lost"
    assert browser.post(page, {**sent, "on": "bientôt"}).status_code == 400
    done = browser.post(page, sent)
    assert done.status_code == 303
    assert "14:30" in browser.get(done.headers["Location"]).text
    assert as_person("stranger").post(page, sent).status_code == 400, "their page cannot tell that the dossier exists"


def test_the_filter_by_dossier_shows_nothing_of_one_that_is_not_seen(as_person, matter, dated):
    browser = as_person("lawyer")
    assert "Rappeler le client" in browser.get(f"/agenda?dossier={matter.reference}").text
    assert "Rappeler le client" not in browser.get("/agenda?dossier=2026/9999").text


def test_a_move_comes_back_to_the_week_it_started_from_and_nowhere_else(as_person, dated, matter):
    browser = as_person("lawyer")
    page = f"/dossiers/{matter.id}/delais/{dated['task']}/deplacer"
    assert 'value="2026-12-04"' in browser.get(f"{page}?jour=2026-12-04").text
    moved = browser.post(page, {"on": "+2j", "back": "/agenda?vue=semaine"})
    assert moved.headers["Location"] == "/agenda?vue=semaine"
    legal = f"/dossiers/{matter.id}/delais/{dated['legal']}/deplacer"
    assert browser.post(legal, {"on": "+2j", "back": "https://ailleurs.example"}).status_code == 400


def test_only_what_may_move_can_be_taken(as_person, dated, matter):
    page = as_person("lawyer").get("/agenda?vue=jour").text
    assert page.count('draggable="true"') == 1
    assert f"/delais/{dated['task']}/deplacer" in page
    assert f"/delais/{dated['legal']}/deplacer" not in page


def test_an_absence_shows_on_its_days(as_person, people, database, matter):
    from casefile.deadlines import absences

    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        absences.plan(session, lawyer, lawyer, clock.today(), clock.today())
    assert "Absence\u00a0: <span data-typed>Personne Lawyer" in as_person("stranger").get("/agenda?vue=jour").text


def test_the_evening_keeps_showing_what_earlier_days_left_open(as_person, matter, database, people):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        add_deadline(session, row, lawyer, clock.today() - timedelta(days=3), label="Appel oublié")
    browser = as_person("lawyer")
    page = browser.get("/agenda/soir").text
    assert "Restées ouvertes" in page
    assert "Appel oublié" in page
    assert "Vous avez signé" not in page
    browser.post("/agenda/soir")
    assert "Vous avez signé" in browser.get("/agenda/soir").text
    assert "Appel oublié" not in as_person("stranger").get("/agenda/soir").text


MANY = 70  # dates, over two pages of fifty


@pytest.fixture
def crowded(database, people, matter):
    """Put many dates on four days, some with a last useful day before them; give the day of the first."""
    first = clock.today() + timedelta(days=3)
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for number in range(MANY):
            day = first + timedelta(days=number // 20)
            useful = {"last_useful_day": day - timedelta(days=2)} if number % 20 == 0 else {}
            add_deadline(session, row, lawyer, day, label=f"Date {number}.", **useful)
    return first


LABEL = re.compile(r">(Date \d+\.)<")


def test_the_list_is_cut_into_pages_of_fifty_lines_and_loses_none(as_person, crowded):
    browser = as_person("lawyer")
    pages = [browser.get(f"/agenda?vue=liste&page={number}").text for number in (1, 2)]
    shown = [LABEL.findall(page) for page in pages]
    assert [len(labels) for labels in shown] == [50, MANY + 4 - 50]
    assert {label for labels in shown for label in labels} == {f"Date {number}." for number in range(MANY)}
    assert "Page 1 sur 2" in pages[0]
    assert "La suite de ce jour est à la page suivante." in pages[0]
    assert "Suite de la page précédente." in pages[1]
    assert "Suite de la page précédente." not in pages[0]


def test_a_page_that_ends_with_its_day_does_not_say_that_the_day_goes_on(as_person, database, people, matter):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for number in range(MANY):
            add_deadline(
                session, row, lawyer, clock.today() + timedelta(days=1 + number // 50), label=f"Date {number}."
            )
    browser = as_person("lawyer")
    for number in (1, 2):
        page = browser.get(f"/agenda?vue=liste&page={number}").text
        assert "page suivante." not in page
        assert "page précédente." not in page


def test_what_leaves_the_list_holds_every_page_of_it(as_person, crowded):
    sheet = as_person("lawyer").get("/agenda/export.csv?vue=liste&page=2").text
    assert sum(sheet.count(f"Date {number}.") for number in range(MANY)) == MANY


def test_what_is_past_is_counted_whole_and_shown_whole_when_asked(as_person, database, people, matter):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for number in range(MANY):
            add_deadline(session, row, lawyer, clock.today() - timedelta(days=number + 1), label=f"Date {number}.")
    browser = as_person("lawyer")
    page = browser.get("/agenda?vue=liste").text
    assert len(LABEL.findall(page)) == 50
    assert f"Date {MANY - 1}." in page, "the oldest first"
    assert f"Voir les {MANY} échéances dépassées ou sans date" in page
    link = html.unescape(re.search(r'href="([^"#]+depassees=toutes)', page).group(1))
    assert len(LABEL.findall(browser.get(link).text)) == MANY


def test_dossiers_are_offered_by_number_or_title_to_their_team_only(as_person, database, people, matter):
    with database.transaction() as session:
        session.get(Matter, matter.id).title = "Élodie Éluard c/ X"
    offered = lambda name, typed: as_person(name).get("/agenda/dossiers", query_string={"q": typed}).json  # noqa: E731
    mine = [{"reference": matter.reference, "title": "Élodie Éluard c/ X"}]
    for typed in ("eluard", "ÉLOD", matter.reference, matter.reference[:6], ""):
        assert offered("lawyer", typed) == mine, typed
        assert offered("stranger", typed) == []
    assert offered("lawyer", "inconnu") == []
    assert offered("lawyer", "\x00%_'\"" + "9" * 500) == []
