"""Dossiers come in from a spreadsheet: shown before they are opened, opened once each, refused with what to mend."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select, text

from casefile import clock, conflicts, matter_imports, matters, tables
from casefile.errors import InvalidInput
from casefile.models.evidence import DateKind, Publication
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Person
from casefile.models.work import ImportLine, MatterImport
from casefile.web import imports
from casefile.web.import_columns import COLUMNS, HEADINGS, MENDING, lines_of

from .conftest import TOKEN

PAGE = "/dossiers/importer"
DOCTOR = {
    "nature": "professionnel de santé",
    "civility": "Docteur",
    "name": "Lemaire",
    "first_names": "Anne",
    "number": "10003001234",
    "urls": "https://www.google.fr/maps/place/x?q=%C3%A9;a=1\nhttps://fr.trustpilot.com/reviews/1",
    "shown_author": "M NP  😡",
    "published": "il y a 2 mois",
    "seen_on": "20/11/2026",
}
COMPANY = {
    "nature": "société",
    "name": "Boulangerie Zola",
    "number": "732 829 320",
    "author_name": "Durand",
    "published": "03/11/2026",
    "platform": "Facebook",
    "territory": "La Réunion",
    "court": "Tribunal judiciaire de Saint-Denis",
}
WRONG = {"nature": "robot", "name": "Petit", "email": "petit", "published": "31/02/2026", "urls": "exemple"}


def as_csv(*lines, delimiter=";", encoding="utf-8-sig", columns=HEADINGS):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(HEADINGS.get(name, name) for name in columns)
    writer.writerows([line.get(name, "") for name in columns] for line in lines)
    return out.getvalue().encode(encoding)


def as_xlsx(*lines, columns=HEADINGS):
    book = Workbook()
    book.active.append([HEADINGS[name] for name in columns])
    for line in lines:
        book.active.append([line.get(name) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(browser, content, name="dossiers.csv"):
    """Send a table; give the answer, and its preview when it was read."""
    answer = browser.post(PAGE, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    return answer.headers["Location"] if answer.status_code == 303 else answer


def confirm(browser, place, *ticked):
    return browser.post(f"{place}/ouvrir", {"line": list(ticked)}, page=place)


def count(database, model):
    with database.reader() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def lawyer(as_person, frozen_clock):
    return as_person("lawyer")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.csv", as_csv(DOCTOR, COMPANY, WRONG)),
        ("d.csv", as_csv(DOCTOR, COMPANY, WRONG, delimiter=",", encoding="utf-8")),
        ("d.csv", as_csv({**DOCTOR, "shown_author": "M NP"}, COMPANY, WRONG, encoding="cp1252")),
        ("d.xlsx", as_xlsx(DOCTOR, {**COMPANY, "number": 732829320, "published": date(2026, 11, 3)}, WRONG)),
    ],
)
def test_a_table_is_shown_then_opened_and_its_refused_lines_come_back(lawyer, database, name, content):
    place = bring(lawyer, content, name)
    page = lawyer.get(place)
    assert "Docteur Lemaire c/ M NP" in page.text
    assert "20/02" in page.text or "20 févr" in page.text or "Inconnue" not in page.text  # a first date for each
    assert "Écrivez « personne »".replace(" ", " ") in page.text.replace("\u00a0", " ")
    assert count(database, Matter) == 0
    assert confirm(lawyer, place).status_code == 303
    with database.reader() as session:
        found = {row.title: row for row in session.scalars(select(Matter))}
        parties = session.scalars(select(Party).order_by(Party.created_at)).all()
        contents = session.scalars(select(Publication).order_by(Publication.created_at)).all()
    assert len(found) == 2
    assert found["Boulangerie Zola c/ Durand"].territory == "la_reunion"
    assert [row.url for row in contents[:2]] == DOCTOR["urls"].split("\n")  # letter for letter
    assert [row.platform for row in contents] == ["google_maps", "trustpilot", "facebook"]
    assert contents[0].shown_author in {"M NP  😡", "M NP"}
    assert (contents[0].date_kind, contents[0].relative_seen_on) == (DateKind.RELATIVE, date(2026, 11, 20))
    assert (contents[2].date_kind, contents[2].published_on) == (DateKind.EXACT, date(2026, 11, 3))
    assert {(row.role, row.name) for row in parties} >= {(PartyRole.COURT, "Tribunal judiciaire de Saint-Denis")}
    assert {row.siren for row in parties if row.is_company and row.role is PartyRole.CLIENT} == {"732 829 320"}


def test_the_error_file_says_what_to_mend_and_is_brought_in_again(lawyer, database):
    hostile = {**WRONG, "summary": '=HYPERLINK("https://mal.example/")', "phone": "+33 6 12 34 56 78"}
    place = bring(lawyer, as_csv(hostile))
    sheet = lawyer.get(f"{place}/a-corriger.csv").data.decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(sheet), delimiter=";")
    assert head == [*(column.heading for column in COLUMNS), MENDING]
    told = line[-1]
    for heading in ("Nature du client", "Courriel", "Date de publication", "Adresses des contenus"):
        assert f"{heading} : " in told
    assert line[head.index("Notes")].startswith("'=")
    book = load_workbook(io.BytesIO(lawyer.get(f"{place}/a-corriger.xlsx").data))
    assert "f" not in [cell.data_type for row in book["Dossiers"].iter_rows() for cell in row]
    mended = dict(zip(head, line, strict=True)) | {"Nature du client": "personne", "Courriel": "petit@x.fr"}
    mended |= {"Date de publication": "28/02/2026", "Adresses des contenus": "https://exemple.fr/avis"}
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([list(mended), list(mended.values())])
    again = bring(lawyer, out.getvalue().encode())
    assert "Colonnes non reprises" not in lawyer.get(again).text
    confirm(lawyer, again)
    with database.reader() as session:
        client = session.scalars(select(Party).where(Party.role == PartyRole.CLIENT)).one()
        assert client.phone == "+33 6 12 34 56 78"  # the apostrophe was ours
        assert session.scalars(select(Matter.summary)).one().startswith("=HYPERLINK")


def test_confirming_twice_or_bringing_the_same_table_again_doubles_nothing(lawyer, database):
    place = bring(lawyer, as_csv(DOCTOR, COMPANY))
    confirm(lawyer, place)
    confirm(lawyer, place)
    again = bring(lawyer, as_csv(COMPANY, DOCTOR))
    page = lawyer.get(again).text
    assert "Prêtes à ouvrir" not in page
    assert "2026/0001" in page
    confirm(lawyer, again)
    assert count(database, Matter) == 2


def test_two_confirmations_at_once_open_each_line_once(as_person, database):
    browsers = [as_person("lawyer"), as_person("lawyer")]
    place = bring(browsers[0], as_csv(DOCTOR, COMPANY))
    forms = [{"csrf_token": TOKEN.search(browser.get(place).text)[1]} for browser in browsers]
    with ThreadPoolExecutor() as pool:
        answers = pool.map(
            lambda one: one[0].client.post(f"{place}/ouvrir", data=one[1]), zip(browsers, forms, strict=True)
        )
        assert [answer.status_code for answer in answers] == [303, 303]
    assert count(database, Matter) == 2


def test_a_line_that_fails_half_way_leaves_nothing_and_loses_no_other(lawyer, database, monkeypatch):
    real = conflicts.check

    def fail_once(session, actor, matter, **options):
        if "Lemaire" in matter.title:
            raise InvalidInput("Panne.")
        return real(session, actor, matter, **options)

    place = bring(lawyer, as_csv(DOCTOR, COMPANY))
    monkeypatch.setattr(conflicts, "check", fail_once)
    page = lawyer.get(confirm(lawyer, place).headers["Location"]).text
    assert "Panne" in page
    assert "Prêtes à ouvrir" in page
    assert (count(database, Matter), count(database, Publication)) == (1, 1)
    monkeypatch.setattr(conflicts, "check", real)
    confirm(lawyer, place)
    assert count(database, Matter) == 2


def test_a_long_table_is_opened_in_several_clicks(lawyer, database, monkeypatch):
    monkeypatch.setattr(imports, "PATIENCE", -1)  # one line a click
    place = bring(lawyer, as_csv(DOCTOR, COMPANY))
    answer = confirm(lawyer, place)
    assert "1 ligne reste à ouvrir" in lawyer.get(answer.headers["Location"]).text.replace("\u00a0", " ")
    assert count(database, Matter) == 1
    confirm(lawyer, place)
    assert count(database, Matter) == 2


def test_a_conflict_is_opened_only_when_it_is_ticked(lawyer, database, people):
    with database.transaction() as session:
        mine = session.get(Person, people["lawyer"].id)
        other = matters.open_matter(session, mine, title="Autre", territory="metropole")
        matters.add_party(session, mine, other, PartyRole.AUTHOR, name="LEMAIRE", first_names="anne")
    place = bring(lawyer, as_csv(DOCTOR, COMPANY, {"name": "Durand", "author_name": "Martin"}))
    page = lawyer.get(place).text
    assert "Parties opposées" in page
    assert "Dans ce tableau" in page  # Durand, client of one line and adverse in another
    assert "Prêtes à ouvrir" not in page
    confirm(lawyer, place)
    assert count(database, Matter) == 1
    confirm(lawyer, place, re.search(r'name="line" value="([^"]+)"', page)[1])
    assert count(database, Matter) == 2


def test_a_dossier_one_may_not_see_changes_nothing_in_the_preview(lawyer, database, people):
    place = bring(lawyer, as_csv(DOCTOR))
    before = lawyer.get(place).text
    with database.transaction() as session:
        stranger = session.get(Person, people["stranger"].id)
        hidden = matters.open_matter(session, stranger, title="Secret", territory="metropole")
        matters.add_party(session, stranger, hidden, PartyRole.AUTHOR, name="Lemaire", first_names="Anne")
    strip = lambda page: re.sub(r'csrf_token" value="[^"]+"', "", page)  # noqa: E731 - two uses
    assert strip(lawyer.get(place).text) == strip(before)
    confirm(lawyer, place)
    with database.reader() as session:
        assert len(conflicts.awaiting(session, session.get(Person, people["stranger"].id))) == 1


def test_what_is_read_is_shut_for_one_person_and_a_week(lawyer, as_person, database):
    place = bring(lawyer, as_csv(DOCTOR))
    stranger = as_person("stranger")
    for path in (place, f"{place}/a-corriger.csv"):
        assert stranger.get(path).status_code == 404
    for path in (f"{place}/ouvrir", f"{place}/jeter"):
        assert stranger.post(path, page=PAGE).status_code == 404
    assert "dossiers.csv" not in stranger.get(PAGE).text
    with database.engine.connect() as connection:
        rows = str(
            [connection.execute(text(f"SELECT * FROM {name}")).all() for name in ("import_line", "matter_import")]
        )
    assert "Lemaire" not in rows
    assert "dossiers.csv" not in rows
    with database.reader() as session:
        assert not [row for row in session.scalars(select(AuditEntry)) if "Lemaire" in str(row.facts)]
    with clock.frozen(clock.now() + timedelta(days=8)), database.transaction() as session:
        assert matter_imports.sweep(session) == 1
    assert (count(database, MatterImport), count(database, ImportLine)) == (0, 0)


def test_an_opened_line_forgets_its_cells_and_an_import_is_thrown_away(lawyer, database):
    place = bring(lawyer, as_csv(DOCTOR, WRONG))
    confirm(lawyer, place)
    with database.reader() as session:
        rows = session.scalars(select(ImportLine).order_by(ImportLine.number)).all()
    assert rows[0].cells == {}
    assert rows[1].cells["name"] == "Petit"
    lawyer.post(f"{place}/jeter", page=place)
    assert (count(database, MatterImport), count(database, Matter)) == (0, 1)


WRONG_CELLS = [
    ({"name": "x" * 10_000}, "Nom ou dénomination"),
    ({"name": "\u202egnp"}, "Nom ou dénomination"),
    ({"name": ""}, "Nom ou dénomination"),
    ({"published": "01/01/1881"}, "Date de publication"),
    ({"published": "01/01/3026"}, "Date de publication"),
    ({"published": "12/03"}, "Date de publication"),
    ({"seen_on": ""}, "Mention vue le"),
    ({"seen_on": "hier"}, "Mention vue le"),
    ({"urls": "https://u:p@x.fr/"}, "Adresses des contenus"),
    ({"urls": "javascript:alert(1)"}, "Adresses des contenus"),
    ({"number": "12"}, "RPPS ou SIREN"),
    ({"nature": "société", "number": "732829321"}, "RPPS ou SIREN"),
    ({"platform": "Minitel"}, "Plateforme"),
    ({"territory": "Mars"}, "Territoire"),
    ({"shown_author": "x" * 25_000}, "Auteur affiché"),
    ({"email": "x"}, "Courriel"),
]


def test_a_wrong_cell_is_named_by_its_column_and_nothing_opens(lawyer, database):
    place = bring(lawyer, as_csv(*({**DOCTOR, **change} for change, _ in WRONG_CELLS)))
    rows = re.findall(r"<tr><td>(\d+)</td>(.*?)</tr>", lawyer.get(place).text, re.DOTALL)
    told = {int(number): re.findall(r"<strong>([^<]+)</strong>", row) for number, row in rows}
    assert told == {line: [column] for line, (_, column) in enumerate(WRONG_CELLS, start=2)}
    confirm(lawyer, place)
    assert count(database, Matter) == 0


def test_two_long_names_make_a_title_that_fits_its_column(lawyer, database):
    confirm(lawyer, bring(lawyer, as_csv({"name": "x" * 200, "author_name": "y" * 200})))
    with database.reader() as session:
        assert len(session.scalars(select(Matter.title)).one()) == 200


def test_words_that_look_like_an_attack_are_kept_letter_for_letter(lawyer, database):
    words = "<img src=x onerror=alert(1)> \u202e 'x' {{7*7}} ｆｉ ﬁ"
    place = bring(lawyer, as_csv({**DOCTOR, "shown_author": words, "summary": "<b>gras</b>"}))
    assert lawyer.get(place).status_code == 200
    confirm(lawyer, place)
    with database.reader() as session:
        assert session.scalars(select(Publication.shown_author)).first() == words
        assert session.scalars(select(Party).where(Party.role == PartyRole.AUTHOR)).one().name == ""


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    return out.getvalue()


def entities():
    source, out = io.BytesIO(as_xlsx(DOCTOR)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' if name.endswith("sheet1.xml") else b""
            new.writestr(
                name,
                evil + old.read(name).removeprefix(b"<?xml version='1.0' encoding='UTF-8'?>")
                if evil
                else old.read(name),
            )
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b" ", "vide"),
        (bomb(), "illisible"),
        (entities(), "illisible"),
        (as_xlsx(DOCTOR)[:900], "illisible"),
        (b"PK\x03\x04" + b"x" * 400, "illisible"),
        (b"\xff\xfe" + "Nom;".encode("utf-16-le"), "CSV UTF-8"),
        (as_csv(), "en-têtes"),
        (as_csv(DOCTOR, columns=["urls"]), "Nom ou dénomination"),
        (b"Nom;Client\r\nx;y", "deux fois"),
        (as_csv(*[{"name": "x"}] * 301), "300"),
        (b'Nom\r\n"ouvert', "guillemet"),
        (b"Nom\r\n" + b"x" * 40_000, "démesurée"),
        (b"Nom" + b";" * 80 + b"x\r\nx", "colonnes"),
        (b"Nom\r\n" + b"\r\n" * 5_001 + b"x", "lignes"),
        (b"Nom\r\n" + b"x" * 2_000_001, "2"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_how_to_save_it(content, told):
    with pytest.raises(InvalidInput, match=told):
        lines_of(tables.read(content))


def test_a_refused_file_stores_nothing(lawyer, database):
    answer = bring(lawyer, bomb(), "d.xlsx")
    assert answer.status_code == 400
    assert "illisible" in answer.text
    assert count(database, MatterImport) == 0


def test_a_formula_is_never_computed_nor_taken_for_its_text(lawyer, database):
    place = bring(lawyer, as_xlsx({**DOCTOR, "name": '=CONCATENATE("a","b")'}), "d.xlsx")
    assert "porte une formule" in lawyer.get(place).text
    confirm(lawyer, place)
    assert count(database, Matter) == 0
    assert [row.formulas for row in tables.read(as_xlsx({"name": "=1+1"}, columns=["name"]))] == [set(), {0}]


def test_the_model_is_given_empty_and_is_understood(lawyer):
    head = lawyer.get(f"{PAGE}/modele.csv").data.decode("utf-8-sig").strip().split(";")
    book = load_workbook(io.BytesIO(lawyer.get(f"{PAGE}/modele.xlsx").data))
    assert [cell.value for cell in book["Dossiers"][1]] == head == list(HEADINGS.values())
    for path in ("/dossiers", "/dossiers/nouveau"):
        assert f'href="{PAGE}"' in lawyer.get(path).text


def test_unknown_headings_are_told_and_ignored(lawyer):
    place = bring(lawyer, as_csv({**DOCTOR, "Honoraires": "3"}, columns=[*HEADINGS, "Honoraires"]))
    assert "Honoraires" in lawyer.get(place).text
