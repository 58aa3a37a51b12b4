"""A dossier whose every text holds one word: what leaves by pages, files, messages, calendars and errors, and to whom.

The formulas below are seen by whoever opens an exported sheet: no cell of any sheet may act.
"""

from __future__ import annotations

import csv
import io
import logging
import uuid
import zipfile
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from casefile import accounts, anchoring, clock, mail, matters, portability
from casefile.deadlines import bulletin, calendar_feed, reminders, schedule
from casefile.models.evidence import Capture, CaptureState
from casefile.models.ledger import AuditEntry, Dispatch, Exhibit, Letter, OutgoingMail
from casefile.models.matter import Matter, PartyRole, TeamFunction
from casefile.models.people import Person, Role
from casefile.models.procedure import DeadlineKind
from tests.deadlines.conftest import add_deadline

from .hostile import counts
from .test_forms import closed_values

pytestmark = pytest.mark.slow

WORD = "Zébulonzygote"
FORMULA = f'=HYPERLINK("https://mal.example/","{WORD}")'
OUTSIDERS = ("stranger", "partner", "assistant", "administrator", "guest", "lapsed_guest", "lapsed_lawyer", "walled")


@pytest.fixture
def secret(database, passing):
    """Fill a dossier with the word, let some places in it lapse and wall a member of its team."""
    with database.transaction() as session:
        lawyer = session.get(Person, passing["lawyer"].id)
        matter = matters.open_matter(session, lawyer, title=FORMULA, territory="metropole", summary=WORD)
        for name in ("lapsed_guest", "lapsed_lawyer"):
            person, until = session.get(Person, passing[name].id), clock.now() - timedelta(minutes=1)
            matters.join_team(session, lawyer, matter, person, TeamFunction.READER, until=until)
        walled = session.get(Person, passing["walled"].id)
        matters.join_team(session, lawyer, matter, walled, TeamFunction.MEMBER)
        matters.raise_wall(session, lawyer, matter, walled, WORD)
        party = matters.add_party(session, lawyer, matter, PartyRole.CLIENT, name=WORD, email=f"{WORD}@x.fr")
        publication = matters.add_publication(
            session, lawyer, matter, title=FORMULA, platform="x", url=f"https://x.example/{WORD}", shown_author=WORD
        )
        matters.add_note(session, lawyer, matter, WORD)
        capture = Capture(
            matter_id=matter.id,
            publication_id=publication.id,
            requested_by_id=lawyer.id,
            state=CaptureState.SEALED,
            origin="upload",
            provenance="C",
            text=WORD,
            file_name=f"{WORD}.pdf",
            manifest_sha256="0" * 64,
            sealed_at=clock.now(),
        )
        letter = Letter(
            matter_id=matter.id,
            letter_type="notification_dsa",
            title=FORMULA,
            dated_on=clock.today(),
            written_by_id=lawyer.id,
            facts={"client": WORD},
        )
        session.add_all([capture, letter])
        session.flush()
        dispatch = Dispatch(
            letter_id=letter.id,
            matter_id=matter.id,
            channel="lrar",
            recipient=FORMULA,
            sent_on=clock.today(),
            sent_by_id=lawyer.id,
        )
        exhibit = Exhibit(
            matter_id=matter.id, number=1, title=FORMULA, sha256="0" * 64, media_type="application/pdf", pages=1
        )
        session.add_all([dispatch, exhibit])
        session.flush()
        deadline = schedule_task(session, lawyer, matter)
    return {
        "matter_id": matter.id,
        "party_id": party.id,
        "publication_id": publication.id,
        "capture_id": capture.id,
        "letter_id": letter.id,
        "dispatch_id": dispatch.id,
        "exhibit_id": exhibit.id,
        "deadline_id": deadline.id,
    }


def schedule_task(session, lawyer, matter):
    deadline = add_deadline(
        session, matter, lawyer, clock.today() + timedelta(days=2), kind=DeadlineKind.TASK, label="=1+1", rule_id=""
    )
    schedule.keep_next(session, matter.id)
    return deadline


def addresses(app, values, method):
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.endpoint not in {"static", "authentication.join", "authentication.logout"}:
            chosen = {name: values.get(name, uuid.uuid4()) for name in rule.arguments} | closed_values(rule)
            yield rule, adapter.build(rule.endpoint, chosen, method=method)


def text_of(answer):
    """Give what a person could read in an answer, whatever its form."""
    if answer.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return answer.get_data().decode("utf-8", "replace")


@pytest.mark.parametrize("name", OUTSIDERS)
def test_nothing_that_an_outsider_can_open_holds_the_word(app, as_person, secret, name):
    browser = as_person(name)
    opened = [(path, browser.client.get(path)) for _rule, path in addresses(app, secret, "GET")]
    assert [path for path, answer in opened if WORD in text_of(answer)] == []
    # A tool's address asks for a token before it looks at anything: the same 401 for every dossier, real or not.
    told = {path: 401 if path.startswith("/api/") else 404 for path, _ in opened if str(secret["matter_id"]) in path}
    assert [path for path, answer in opened if answer.status_code != told.get(path, answer.status_code)] == []
    found = browser.client.get("/recherche?q=zebulonzygote")
    assert WORD not in found.text


def test_children_of_a_hidden_dossier_are_not_reached_through_an_open_one(app, as_person, database, secret, people):
    """The stranger opens their own dossier and swaps each child in its addresses for one of the hidden dossier."""
    app.config["WTF_CSRF_ENABLED"] = False
    with database.transaction() as session:
        stranger = session.get(Person, people["stranger"].id)
        mine = matters.open_matter(session, stranger, title="À moi", territory="metropole")
    browser, swapped = as_person("stranger"), {**secret, "matter_id": mine.id}
    wrong = []
    for method in ("GET", "POST"):
        for rule, path in addresses(app, swapped, method):
            if "matter_id" in rule.arguments and len(rule.arguments - closed_values(rule).keys()) > 1:
                before = counts(database)
                answer = browser.client.open(path, method=method, data={"title": "x", "version": "1"})
                children = (rule.arguments & swapped.keys()) - {"matter_id"}
                if WORD in text_of(answer) or (children and answer.status_code < 400):
                    wrong.append(f"{method} {rule.rule}: {answer.status_code}")
                after = counts(database)
                if method == "POST" and {n for n in after if after[n] != before[n]} - {"audit_entry"}:
                    wrong.append(f"POST {rule.rule} stored something")
    assert wrong == []


def test_no_cell_of_any_exported_sheet_acts(app, as_person, secret):
    browser, sheets = as_person("lawyer"), []
    for rule, path in addresses(app, secret, "GET"):
        answer = browser.client.get(path)
        if answer.mimetype == "text/csv":
            sheets.append(rule.endpoint)
            rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";")
            rows = [*rows, *csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))]
            cells = [cell for row in rows for cell in row]
            assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == [], path
        elif "spreadsheetml" in answer.mimetype:
            sheets.append(rule.endpoint)
            book = load_workbook(io.BytesIO(answer.data))
            kinds = [cell.data_type for page in book for row in page.iter_rows() for cell in row]
            assert "f" not in kinds, path
    assert {"agenda.export", "directory.export", "notifications.export"} <= set(sheets)


def test_no_message_carries_the_word_in_any_header_or_to_an_outsider(app, database, settings, secret, people):
    morning = clock.now().replace(hour=6, minute=40)
    with clock.frozen(morning):
        reminders.tick(database, settings, morning)
        with database.transaction() as session:
            bulletin.write(session, settings, morning)
        anchoring.work(database, settings, morning)
        mail.deliver(database, settings, morning)
    with database.reader() as session:
        sent = session.scalars(select(OutgoingMail)).all()
        assert sent
        for message in sent:
            wire = mail.as_message(message, settings.mail_from, morning)
            assert WORD not in "".join(f"{name}{value}" for name, value in wire.items())
            if message.recipient_id != people["lawyer"].id:
                assert WORD not in message.text + message.html


def test_calendars_carry_references_only_even_for_the_lawyer(database, secret, people):
    with database.reader() as session:
        feed = calendar_feed.feed_of(session, session.get(Person, people["lawyer"].id), clock.now()).decode()
        reference = session.get(Matter, secret["matter_id"]).reference
    unfolded = feed.replace("\r\n ", "")
    assert reference in unfolded
    assert WORD not in unfolded


def test_errors_and_logs_hold_neither_the_word_nor_a_trace(app, as_person, secret, caplog, monkeypatch, database):
    browser = as_person("lawyer")

    def explode(*_arguments, **_values):
        raise RuntimeError(WORD)

    with caplog.at_level(logging.DEBUG):
        for _rule, path in addresses(app, secret, "GET"):
            browser.client.get(path)
        monkeypatch.setattr("casefile.web.matters.synthesis_of", explode)
        failed = browser.client.get(f"/dossiers/{secret['matter_id']}")
    assert failed.status_code == 500
    assert WORD not in failed.text
    assert "Traceback" not in failed.text
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert WORD not in logged
    with database.reader() as session:
        assert not [row for row in session.scalars(select(AuditEntry)) if WORD in str(row.facts)]


def test_the_exported_data_of_one_dossier_hold_nothing_of_another(database, storage, matter, secret):
    target = io.BytesIO()
    with database.reader() as session:
        portability.write(session, storage, matter.id, target)
    with zipfile.ZipFile(target) as archive:
        assert all(WORD.encode() not in archive.read(name) for name in archive.namelist())


def test_an_invitation_in_a_hostile_address_adds_no_header(database, people):
    with database.transaction() as session:
        person = Person(email="x@y.fr\r\nBcc: voleur@mal.example", full_name="A\r\nBcc: b@c.d", role=Role.LAWYER)
        session.add(person)
        session.flush()
        mail.queue(session, person, "<1@x>", "glass", {"reference": "a\r\nBcc: v@m.fr", "partner": "p",
                                                            "until": "u", "url": "http://x"})  # fmt: skip
        row = session.scalars(select(OutgoingMail).where(OutgoingMail.message_id == "<1@x>")).one()
        assert "\n" not in row.subject
        with pytest.raises(ValueError, match="not an e-mail address"):
            mail.as_message(row, "casefile@localhost", clock.now())
        assert accounts.digest("x") != accounts.digest("y")
