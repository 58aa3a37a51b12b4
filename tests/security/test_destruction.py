"""A whole dossier destroyed: two people, the number typed again, no hold, its time come; only a proof is left."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy import func, select

from casefile import audit, clock, destruction, emptying, glass, integrity, mail, matters, storage
from casefile.errors import InvalidInput, NotFound, Refused
from casefile.evidence import custody_ledger, erasure
from casefile.models import Base
from casefile.models.base import Instant, SecretFacts, SecretList
from casefile.models.belonging import naming_columns, of_matter
from casefile.models.erasure import ErasureGround, MatterErasure
from casefile.models.evidence import Erasure
from casefile.models.ledger import Note, OutgoingMail
from casefile.models.matter import Matter, MatterState, PartyRole, TeamFunction
from casefile.models.people import Person, PersonState, Role
from casefile.models.search import SearchEntry

WORD = "Xylographe"
SOME_DAY = date(2020, 1, 6)


@pytest.fixture
def closed(database, people, passing, capture, matter, settings):
    """Fill every table of the dossier, close it so long ago that its time has come, and seat a partner in its team."""
    store = storage.from_settings(settings)
    with database.transaction() as session:
        lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        row = session.get(Matter, matter.id)
        matters.join_team(session, lawyer, row, partner, TeamFunction.MEMBER)
        row.title, row.opened_on = f"{WORD} c/ X", SOME_DAY
        matters.close(session, lawyer, row, SOME_DAY)
        filled = fill(session, store, matter.id, lawyer.id)
        stone = {"reason": WORD, "manifest_sha256": "0" * 64}
        made = {"matter_id": matter.id, "capture_id": capture.id, "asked_by_id": lawyer.id, "granted": True}
        session.add(Erasure(**made, reason=WORD, tombstone=stone, files=filled[:1]))
        session.execute(sa.text("UPDATE deadline SET state = 'done'"))
    assert WORD.lower() in everything(database)
    return filled


def fill(session, store, matter_id, person_id):
    """Put one row that says WORD into each table of the dossier that has none; give the files put in the store."""
    files = []
    for table in Base.metadata.sorted_tables:
        mine = of_matter(table, matter_id)
        if mine is None or table.name in emptying.KEPT | {"matter", "hold", "erasure"}:
            continue
        if session.scalar(select(func.count()).select_from(table).where(mine)):
            continue
        values = row_for(session, store, table, matter_id, person_id)
        files += [values[column.name] for column in table.columns if column in naming_columns()]
        session.execute(sa.insert(table).values(values))
    return files


def row_for(session, store, table, matter_id, person_id):
    values = {}
    for column in table.columns:
        keys = {key.column.table.name for key in column.foreign_keys}
        if keys:
            values[column.name] = pointed(session, store, table, keys.pop(), matter_id, person_id)
        elif column in naming_columns():
            values[column.name] = store.put(io.BytesIO(f"{WORD} {column}".encode()))[0]
        elif not (column.primary_key and isinstance(column.type, sa.Integer)):
            values[column.name] = filler(column)
    return values


def pointed(session, store, table, target, matter_id, person_id):
    """Give a row of the dossier that a key may name; what belongs to no dossier, and says nothing of it, is made."""
    if target == "person":
        return person_id
    if target == table.name:
        return None
    other = Base.metadata.tables[target]
    mine = of_matter(other, matter_id)
    if mine is not None:
        return session.scalar(select(other.c.id).where(mine).limit(1))
    made = row_for(session, store, other, matter_id, person_id)
    session.execute(sa.insert(other).values({name: plain(value) for name, value in made.items()}))
    return made["id"]


def plain(value):
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.replace(WORD, "neutre") if isinstance(value, str) else value


def filler(column):
    kind = column.type
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class))
    if isinstance(kind, SecretList):
        return [WORD]
    if isinstance(kind, SecretFacts):
        return {"x": WORD}
    if isinstance(kind, Instant):
        return datetime(2020, 1, 6, tzinfo=clock.PARIS)
    if isinstance(kind, sa.JSON):
        return [WORD] if isinstance(column.default.arg(None), list) else {"x": WORD}
    values = {sa.Uuid: uuid4(), sa.Date: SOME_DAY, sa.Boolean: False, sa.Integer: 1, sa.LargeBinary: WORD.encode()}
    word = f"{WORD} {uuid4()}"[: getattr(kind, "length", None) or 99]
    return next((value for family, value in values.items() if isinstance(kind, family)), word)


def everything(database):
    """Read every value of every row, deciphered, as one text."""
    with database.reader() as session:
        found = [str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    return "\n".join(found).lower()


def ended(database, people, matter):
    """Ask by the lawyer, destroy by the partner."""
    with database.transaction() as session:
        lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        row = session.get(Matter, matter.id)
        destruction.ask(session, lawyer, row, ErasureGround.TERM, row.reference)
        destruction.destroy(session, partner, row, row.reference)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_nothing_of_a_destroyed_dossier_is_left_but_its_proof(database, people, closed, matter, settings):
    store = storage.from_settings(settings)
    (settings.data_dir / "outbox").mkdir()
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        mail.queue(session, lawyer, "<abc@x>", "glass", GLASS, matter_id=matter.id)
        message = session.scalars(select(OutgoingMail).where(OutgoingMail.message_id == "<abc@x>")).one()
        mail._write(settings.data_dir / "outbox", message.message_id, b"kept")
        other = matters.open_matter(session, lawyer, title="Autre", territory="metropole")
        matters.add_party(session, lawyer, other, PartyRole.CLIENT, name="Autre")
    ended(database, people, matter)
    assert destruction.work(database, settings, clock.now())
    assert not destruction.work(database, settings, clock.now())
    left = everything(database)
    assert WORD.lower() not in left
    assert "lemaire" not in left
    assert "il faut prendre votre retraite" not in left
    assert not any(store.exists(sha256) for sha256 in closed)
    assert list((settings.data_dir / "outbox").iterdir()) == []
    with database.reader() as session:
        assert emptying.left_of(session, matter.id) == {}
        assert session.get(Matter, matter.id).state is MatterState.ERASED
        assert {row.matter_id for row in session.scalars(select(SearchEntry))} == {other.id}
        assert integrity.verify(session, store).faults == []
        proof = session.scalars(select(MatterErasure)).one()
        assert (proof.files, proof.messages) == ([], [])
        assert proof.certificate["files"] >= len(closed)
        assert proof.certificate["rows"]["note"] == 1


def test_nor_in_the_bytes_of_the_database_file(database, people, closed, matter, settings):
    if not settings.is_sqlite:
        pytest.skip("PostgreSQL gives the space back to be written over, at its own pace")
    file = settings.data_dir / "casefile.sqlite3"
    ended(database, people, matter)
    destruction.work(database, settings, clock.now())
    database.close()
    assert all(WORD.encode() not in found.read_bytes() for found in file.parent.glob(f"{file.name}*"))


def test_what_forbids_it(database, people, closed, matter):
    with database.transaction() as session:
        lawyer, row = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        erasure.place_hold(session, lawyer, row, "Procès")
        with pytest.raises(Refused, match="sous conservation"):
            destruction.ask(session, lawyer, row, ErasureGround.REQUEST, row.reference)
        erasure.lift_hold(session, lawyer, row)
        row.closed_on = clock.today() - timedelta(days=30)
        with pytest.raises(Refused, match="durée de conservation court jusqu'au"):
            destruction.ask(session, lawyer, row, ErasureGround.REQUEST, row.reference)
        matters.reopen(session, lawyer, row)
        session.execute(sa.text("UPDATE deadline SET state = 'open'"))
        assert len(destruction.obstacles(session, row)) == 2


def test_two_people_and_the_number_typed_again(database, people, closed, matter):
    with database.transaction() as session:
        lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        row = session.get(Matter, matter.id)
        with pytest.raises(InvalidInput, match="Recopiez"):
            destruction.ask(session, partner, row, ErasureGround.TERM, "2026/9999")
        destruction.ask(session, partner, row, ErasureGround.TERM, row.reference)
        with pytest.raises(Refused, match="déjà demandée"):
            destruction.ask(session, lawyer, row, ErasureGround.TERM, row.reference)
        with pytest.raises(NotFound):
            destruction.destroy(session, lawyer, row, row.reference)
        second = Person(email="p2@x.fr", full_name="Deux", role=Role.PARTNER)
        session.add(second)
        session.flush()
        with clock.frozen(clock.now() + timedelta(days=8)), pytest.raises(Refused, match="7 jours"):
            destruction.destroy(session, partner, row, row.reference)
        second.state = PersonState.DISABLED
        with pytest.raises(Refused, match="7 jours"):
            destruction.destroy(session, partner, row, row.reference)
        with clock.frozen(clock.now() + timedelta(days=8)):
            assert destruction.destroy(session, partner, row, row.reference).granted


def test_a_capture_destroyed_in_the_trail_cannot_come_back(database, people, closed, matter):
    ended(database, people, matter)
    with database.transaction() as session:
        partner = session.get(Person, people["partner"].id)
        assert list(audit.verify(session)) == []
        assert list(custody_ledger.verify(session)) == []
        with pytest.raises(InvalidInput, match="Aucun dossier"):
            glass.break_glass(session, partner, "2026/0001", "Un motif assez long pour entrer", base_url="http://x")
    with pytest.raises(sa.exc.DBAPIError, match="cannot change"), database.transaction() as session:
        session.execute(sa.text("UPDATE matter SET state = 'closed'"))


def test_an_altered_proof_or_a_row_left_is_found(database, people, closed, matter, settings):
    ended(database, people, matter)
    with database.transaction() as session:
        row = session.scalars(select(MatterErasure)).one()
        row.certificate = {**row.certificate, "files": 0}
        session.add(Note(matter_id=matter.id, author_id=people["lawyer"].id, body="revenue"))
        session.flush()
        faults = [one.message for one in integrity.verify(session, storage.from_settings(settings)).faults]
    assert any("preuve de destruction du dossier 2026/0001" in one for one in faults)
    assert any("Il reste des lignes" in one and "note" in one for one in faults)


def test_from_the_page_to_the_proof(app, database, people, closed, matter, as_person, settings):
    lawyer, partner = as_person("lawyer"), as_person("partner")
    page = f"/dossiers/{matter.id}/destruction"
    assert "Détruire le dossier" in lawyer.get(f"/dossiers/{matter.id}/equipe").text
    assert lawyer.post(page, {"ground": "term", "reference": "faux"}).status_code == 400
    assert lawyer.post(page, {"ground": "term", "reference": "2026/0001"}).status_code == 303
    assert lawyer.post(f"{page}/accorder", {"reference": "2026/0001"}, page=page).status_code == 404
    assert partner.post(f"{page}/accorder", {"reference": "faux"}, page=page).status_code == 400
    answer = partner.post(f"{page}/accorder", {"reference": "2026/0001"}, page=page)
    assert answer.headers["Location"] == "/cabinet/destructions"
    listed = partner.get("/cabinet/destructions").text
    assert "En cours" in listed
    assert partner.get(f"/dossiers/{matter.id}").status_code == 404
    destruction.work(database, settings, clock.now())
    with database.reader() as session:
        proof = session.scalars(select(MatterErasure)).one()
    content = partner.get(f"/cabinet/destructions/{proof.id}.pdf").data
    text = "".join(part.extract_text() for part in PdfReader(io.BytesIO(content)).pages)
    assert "2026/0001" in text
    assert proof.digest[:20] in text.replace("\n", "")
    assert WORD not in text
    assert lawyer.get("/cabinet/destructions").status_code == 404


def test_a_refusal_keeps_the_dossier_and_a_stale_session_destroys_nothing(people, closed, matter, as_person, database):
    lawyer, partner = as_person("lawyer"), as_person("partner")
    page = f"/dossiers/{matter.id}/destruction"
    lawyer.post(page, {"ground": "request", "reference": "2026/0001"})
    with clock.frozen(clock.now() + timedelta(minutes=30)):
        again = partner.post(f"{page}/accorder", {"reference": "2026/0001"}, page=page)
        assert again.headers["Location"].startswith("/compte/confirmation")
    partner.post(f"{page}/refuser", page=page)
    assert "Demander la destruction" in lawyer.get(page).text


def test_a_partner_behind_the_wall_never_learns_of_it(people, closed, matter, as_person, database):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        second = Person(email="p2@x.fr", full_name="Deux", role=Role.PARTNER)
        session.add(second)
        session.flush()
        matters.raise_wall(session, lawyer, session.get(Matter, matter.id), second, WORD)
    ended(database, people, matter)
    with database.reader() as session:
        proof = session.scalars(select(MatterErasure)).one()
        walled = session.scalars(select(Person).where(Person.email == "p2@x.fr")).one()
        assert destruction.certificates(session, walled) == []
        with pytest.raises(NotFound):
            destruction.certificate_for(session, walled, proof.id)


def test_the_guest_of_that_dossier_alone_loses_name_and_account(database, people, closed, matter):
    ended(database, people, matter)
    with database.reader() as session:
        guest = session.get(Person, people["guest"].id)
        assert (guest.full_name, guest.state, guest.password_hash) == ("Externe effacé", PersonState.DISABLED, None)
        assert session.get(Person, people["lapsed_lawyer"].id).full_name == "Personne lapsed_lawyer"


def test_each_table_that_hangs_on_a_dossier_is_reached():
    tree = {"matter"}
    while True:
        more = {
            table.name
            for table in Base.metadata.sorted_tables
            if {key.column.table.name for key in table.foreign_keys} & tree
        }
        if more <= tree:
            break
        tree |= more
    assert all(of_matter(Base.metadata.tables[name], uuid4()) is not None for name in tree)


def test_what_a_person_typed_enters_the_trail_as_a_digest_only(database, people):
    with database.transaction() as session:
        entry = audit.record(session, None, "x.y", facts={"reason": f"{WORD} a menti", "kind": "k"})
        assert WORD not in str(entry.facts)
        assert entry.facts["kind"] == "k"


GLASS = {"reference": "2026/0001", "partner": "X", "until": "demain", "url": "http://x"}
