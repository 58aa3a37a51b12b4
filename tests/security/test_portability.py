"""The data of a dossier leave whole, for its team's lawyers only, and hold nothing of another dossier."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from casefile import accounts, clock, matters, portability
from casefile.models import Base
from casefile.models.ledger import AuditEntry, Exhibit
from casefile.models.people import Person


def export(browser, matter):
    return browser.post(f"/dossiers/{matter.id}/donnees", page=f"/dossiers/{matter.id}/journal")


def test_every_row_and_file_of_the_dossier_leaves_and_none_of_another(
    as_person, capture, matter, database, people, storage
):
    sha256, _ = storage.put(io.BytesIO(b"octets de la piece"))
    with database.transaction() as session:
        session.add(Exhibit(matter_id=matter.id, number=1, title="Avis", sha256=sha256, media_type="text/plain"))
        lawyer = session.get(Person, people["lawyer"].id)
        matters.open_matter(session, lawyer, title="Zébulonzygote", territory="metropole")
    answer = export(as_person("lawyer"), matter)
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    tables = json.loads(archive.read("donnees.json"))["tables"]
    assert [row["title"] for row in tables["matter"]] == ["Dr Lemaire c/ M NP"]
    assert {"party", "publication", "capture"} <= set(tables)
    assert "Zébulonzygote" not in archive.read("donnees.json").decode()
    assert "wall_entry" not in tables
    kept = archive.read(f"fichiers/{sha256}")
    assert hashlib.sha256(kept).hexdigest() == sha256
    with database.reader() as session:
        assert session.scalar(select(AuditEntry).where(AuditEntry.action == "matter.data_exported"))


def test_nobody_else_takes_the_data(as_person, matter):
    for name in ("reader", "stranger", "walled", "partner", "administrator"):
        browser = as_person(name)
        assert browser.post(f"/dossiers/{matter.id}/donnees", page="/compte").status_code == 404


def test_a_stale_session_takes_nothing(as_person, matter):
    browser = as_person("lawyer")
    with clock.frozen(clock.now() + accounts.FRESH_LIMIT + timedelta(minutes=1)):
        assert export(browser, matter).headers["Location"].startswith("/compte/confirmation")


def test_every_table_of_a_dossier_is_exported_or_left_out_on_purpose():
    own = {table.name for table in Base.metadata.sorted_tables if "matter_id" in table.c}
    children = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if "matter_id" in key.column.table.c and "matter_id" not in table.c
    }
    exported = {table.name for table, _ in portability._queries(uuid4())}
    assert (own | children) - exported == portability.LEFT_OUT & (own | children)


# Read with the standard library alone, as a program that knows nothing of this one would.
def test_another_program_reads_the_whole_dossier_again(as_person, capture, matter, database, people, storage):
    sha256, _ = storage.put(io.BytesIO(b"octets de la piece"))
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        session.add(Exhibit(matter_id=matter.id, number=1, title="=Avis", sha256=sha256, media_type="text/plain"))
        matters.add_note(session, lawyer, matter, "+33 6 ; « note »\nsur deux lignes")
    archive = zipfile.ZipFile(io.BytesIO(export(as_person("lawyer"), matter).data))
    content, schema = (json.loads(archive.read(name)) for name in ("donnees.json", "schema.json"))
    assert (content["format"], content["version"]) == ("casefile-dossier", 1)
    tables = content["tables"]
    with database.reader() as session:
        for table, query in portability._queries(matter.id):
            there = session.execute(query).mappings().all()
            assert len(there) == len(tables.get(table.name, ())), table.name
            if "id" in table.c:
                assert {str(row["id"]) for row in there} == {row["id"] for row in tables.get(table.name, ())}
    assert {"matter", "party", "publication", "capture", "exhibit", "note"} <= tables.keys() == schema.keys()
    known = {f"{name}.id": {row["id"] for row in rows} for name, rows in tables.items() if "id" in rows[0]}
    for name, rows in tables.items():
        sheet = csv.DictReader(
            io.StringIO(archive.read(f"csv/{name}.csv").decode("utf-8-sig"), newline=""), delimiter=";"
        )
        for row, line in zip(rows, sheet, strict=True):
            assert row.keys() == line.keys() == schema[name].keys()
            for column, value in row.items():
                told = (
                    value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
                )
                assert line[column] in {told, f"'{told}", str(value)}, (name, column)
                target = schema[name][column]["designe"]
                if value is not None and target in known:
                    assert value in known[target], (name, column)
                if value and column.endswith("sha256") and f"fichiers/{value}" in archive.namelist():
                    assert hashlib.sha256(archive.read(f"fichiers/{value}")).hexdigest() == value
    assert archive.read(f"fichiers/{sha256}") == b"octets de la piece"
    assert "schema.json" in archive.read("LISEZ-MOI.txt").decode()
