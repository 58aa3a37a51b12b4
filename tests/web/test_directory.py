"""The firm's directory in the browser: the seed, corrections, checks, the sheet in and out, hostile cells."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from casefile import clock, directory
from casefile.law import recipients
from casefile.models.directory import RecipientEntry
from casefile.models.ledger import AuditEntry
from casefile.models.people import Person

pytestmark = pytest.mark.usefixtures("frozen_clock")
COURT = {
    "name": "Tribunal judiciaire de Lyon",
    "legal_entity": "Tribunal judiciaire de Lyon",
    "roles": "juridiction",
    "postal_address": "67 rue Servient, 69003 Lyon",
    "country": "fr",
}


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


def rows(database):
    with database.reader() as session:
        return {row.key: row for row in session.scalars(select(RecipientEntry))}


def sheet(**changes):
    known = recipients.recipient("google_maps")
    text = recipients.to_csv([known])
    line = next(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=recipients.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerow({**line, **changes})
    return out.getvalue()


def send(browser, text, act="preview"):
    raw = text if isinstance(text, bytes) else text.encode()
    files = {"file": (io.BytesIO(raw), "annuaire.csv")}
    data = {**files, "act": act} if act == "preview" else {"content": text, "act": act}
    return browser.post("/annuaire/importer", data, content_type="multipart/form-data")


def test_the_seed_is_listed_before_anybody_wrote_anything(lawyer, database):
    page = lawyer.get("/annuaire").text
    assert "Google Ireland Limited" in page
    assert "à contrôler" in page
    assert rows(database) == {}


@pytest.mark.parametrize(
    ("query", "seen", "hidden"),
    [("q=trustpilot", "Trustpilot A/S", "Orange SA"), ("qualite=fai", "Orange SA", "Trustpilot A/S")],
)
def test_the_filters_are_in_the_address(lawyer, query, seen, hidden):
    page = lawyer.get(f"/annuaire?{query}").text
    assert seen in page
    assert hidden not in page


def test_a_court_is_added_then_checked_and_goes_stale_after_ninety_days(lawyer, database):
    made = lawyer.post("/annuaire/nouveau", COURT)
    assert made.status_code == 303
    key = made.headers["Location"].rpartition("/")[2]
    assert "Jamais contrôlée" in lawyer.get(f"/annuaire/{key}").text
    page = f"/annuaire/{key}"
    assert lawyer.post(f"{page}/controler", {"source": "annuaire du ministère"}, page=page).status_code == 303
    row = rows(database)[key]
    assert (row.checked_on, row.country, row.roles) == (date(2026, 11, 23), "FR", ["juridiction"])
    assert "Fiche non contrôlée" not in lawyer.get(page).text
    with clock.frozen(datetime(2027, 2, 22, 9, tzinfo=UTC)), database.reader() as session:
        assert directory.get(session, key).is_stale(clock.today())


def test_a_correction_prevails_over_the_seed_and_loses_its_verification(lawyer, database):
    path = "/annuaire/google_maps/modifier"
    form = {"name": "Google", "legal_entity": "Google Ireland Ltd", "version": "0"}
    assert lawyer.post(path, form).status_code == 303
    row = rows(database)["google_maps"]
    assert row.legal_entity == "Google Ireland Ltd"
    assert "legal_entity" not in row.verified_fields
    assert "Google Ireland Ltd" in lawyer.get("/annuaire/google_maps").text


def test_the_second_of_two_editors_is_told(lawyer, database):
    path = "/annuaire/google_maps/modifier"
    form = {"name": "Google", "legal_entity": "Google Ireland Ltd", "version": "0"}
    lawyer.post(path, form)
    told = lawyer.post(path, {**form, "legal_entity": "Google LLC", "roles": ["hebergeur"]})
    assert told.status_code == 409
    for words in ("Google Ireland Ltd", "Google LLC", "a enregistré cette fiche"):
        assert words in told.text
    assert '<input type="checkbox" name="roles" value="hebergeur" checked>' in told.text
    assert rows(database)["google_maps"].legal_entity == "Google Ireland Ltd"
    version = re.search(r'name="version" value="(\d+)"', told.text)[1]
    merged = {**form, "legal_entity": "Google LLC", "roles": ["hebergeur"], "version": version}
    assert lawyer.post(path, merged).status_code == 303
    assert rows(database)["google_maps"].legal_entity == "Google LLC"


def test_the_french_subsidiary_is_named_as_the_wrong_entity(lawyer):
    page = lawyer.get("/annuaire/google_maps?entite=Google France").text
    assert "mise hors de cause" in page


def test_a_check_demands_its_source(lawyer, database):
    page = "/annuaire/google_maps"
    assert lawyer.post(f"{page}/controler", {"source": "  "}, page=page).status_code == 400
    assert rows(database) == {}


def test_an_unknown_recipient_is_not_found(lawyer):
    assert lawyer.get("/annuaire/personne").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"legal_entity": ""},
        {"country": "FRA"},
        {"notice_url": "javascript:alert(1)"},
        {"roles": "roi"},
        {"name": "a" * 5000},
        {"name": "Evil\x00Corp"},
    ],
)
def test_a_bad_entry_is_refused_and_nothing_is_stored(lawyer, database, changes):
    assert lawyer.post("/annuaire/nouveau", {**COURT, **changes}).status_code == 400
    assert rows(database) == {}


def test_typed_markup_stays_text(lawyer):
    made = lawyer.post("/annuaire/nouveau", {**COURT, "name": "<script>alert(1)</script>"})
    page = lawyer.get(made.headers["Location"]).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_exported_cell_runs_in_a_spreadsheet(lawyer, start):
    lawyer.post("/annuaire/nouveau", {**COURT, "name": f'{start}HYPERLINK("http://x")', "service": "greffe"})
    text = lawyer.get("/annuaire/export.csv").get_data(as_text=True)
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(start)]
    assert f'\'{start}HYPERLINK("http://x")' in cells


def test_an_export_comes_back_without_any_change(lawyer, database):
    lawyer.post("/annuaire/nouveau", {**COURT, "name": "=1+1", "notes": "ligne 1\nligne 2"})
    text = lawyer.get("/annuaire/export.csv").get_data(as_text=True)
    page = send(lawyer, text)
    assert page.status_code == 200, page.text.partition("errsum")[2][:300]
    assert "Modifiée" not in page.text
    assert "Ajoutée" not in page.text


def test_an_import_is_previewed_then_written(lawyer, database):
    text = sheet(id="tj_lille", name="TJ Lille", legal_entity="Tribunal judiciaire de Lille", country="FR")
    preview = send(lawyer, text)
    assert "Ajoutée" in preview.text
    assert rows(database) == {}
    assert send(lawyer, text, act="import").status_code == 303
    assert set(rows(database)) == {"tj_lille"}
    with database.reader() as session:
        assert "recipient.imported" in set(session.scalars(select(AuditEntry.action)))


def test_a_sheet_saved_with_semicolons_is_read(lawyer):
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(csv.reader(io.StringIO(sheet(id="essai"))))
    assert "Ajoutée" in send(lawyer, out.getvalue()).text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id,name\na,b\n", "manque dans le fichier"),
        (sheet(is_vlop="peut-être"), "écrivez oui ou non"),
        (sheet(checked_on="hier"), "AAAA-MM-JJ"),
        (sheet(checked_on="2030-01-01"), "à venir"),
        (sheet(id="../etc"), "minuscules"),
        (sheet(notice_url="javascript:1"), "https"),
        (sheet() + sheet().partition("\n")[2], "deux fois"),
        ("\xff\xfe".encode("latin-1"), "UTF-8"),
        ("", "vide"),
    ],
)
def test_a_bad_sheet_is_refused_with_its_line(lawyer, database, text, sentence):
    answer = send(lawyer, text)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert rows(database) == {}


def test_the_administrator_does_not_see_the_directory(as_person):
    assert as_person("administrator").get("/annuaire").status_code == 404


def test_an_assistant_corrects_it_too(as_person, database):
    assert as_person("assistant").post("/annuaire/nouveau", COURT).status_code == 303


def test_every_seeded_entry_may_be_checked(lawyer, database, people):
    with database.transaction() as session:
        person = session.get(Person, people["lawyer"].id)
        for known in recipients.recipients():
            assert directory.mark_checked(session, person, known.id, "registre").is_verified
    assert "à contrôler</a>" not in lawyer.get("/annuaire").text
