"""The first page of the day: urgent first, filtered by the address, nothing of another's dossiers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casefile import clock, matters
from casefile.models.client import ClientDelivery, IntakeLink
from casefile.models.desk import DeskDeadline
from casefile.models.ledger import Heartbeat
from casefile.models.people import Person
from casefile.models.procedure import (
    Acknowledgement,
    ControlState,
    Deadline,
    DeadlineKind,
    Reminder,
    ReminderState,
)
from casefile.web.open_deadlines import group_number
from casefile.web.urgency import Group, urgency_of

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday(frozen_clock):
    assert frozen_clock.date() == MONDAY


@pytest.fixture
def add(database, matter, people):
    def make(label, prudent, **facts):
        with database.transaction() as session:
            row = Deadline(
                matter_id=facts.pop("matter_id", matter.id),
                responsible_id=facts.pop("responsible_id", people["lawyer"].id),
                kind=facts.pop("kind", DeadlineKind.LIMITATION),
                label=label,
                starts_on=MONDAY - timedelta(days=80),
                prudent_on=prudent,
                admitted_on=prudent + timedelta(days=1) if prudent else None,
                last_useful_day=facts.pop("last_useful_day", prudent - timedelta(days=6) if prudent else None),
                **facts,
            )
            session.add(row)
            session.flush()
            session.expunge(row)
        return row

    return make


def test_the_database_and_the_page_judge_urgency_alike(database, add):
    near = [MONDAY + timedelta(days=days) for days in (-8, -1, 0, 1, 7, 8, 30, 31, 400)]
    for prudent in (None, *near):
        for useful in (None, *near):
            add("x", prudent, last_useful_day=useful)
    days = {"today": MONDAY, "week": MONDAY + timedelta(days=7), "month": MONDAY + timedelta(days=30)}
    with database.reader() as session:
        someone = select(DeskDeadline.person_id).limit(1).scalar_subquery()
        copied = select(Deadline, group_number()).join(DeskDeadline, DeskDeadline.deadline_id == Deadline.id)
        rows = session.execute(copied.where(DeskDeadline.person_id == someone), days).all()
    assert len(rows) == 100
    for row, number in rows:
        judged = urgency_of(row.prudent_on, row.last_useful_day, row.admitted_on, MONDAY)
        assert list(Group)[number] is judged.group, (row.prudent_on, row.last_useful_day)


def home(browser, query=""):
    return browser.get(f"/{query}").text


def test_deadlines_stand_in_groups_the_most_urgent_first(as_person, add):
    add("Ensuite un", date(2027, 9, 1))
    add("Critique un", date(2026, 12, 2), last_useful_day=date(2026, 11, 26))
    add("Sans date", None)
    add("Passée", date(2026, 11, 20))
    page = home(as_person("lawyer"))
    places = [page.index(label) for label in ("Sans date", "Passée", "Critique un", "Ensuite un")]
    assert places == sorted(places)
    assert "3\u00a0jours utiles" in page
    assert "Établir la date" in page


def test_working_days_leave_the_week_end_out(as_person, add):
    add("Lundi prochain", date(2026, 12, 4), last_useful_day=date(2026, 11, 30))
    assert "5\u00a0jours utiles" in home(as_person("lawyer"))


def test_the_filters_are_in_the_address(as_person, add):
    add("Prescription A", date(2026, 12, 2), control_state=ControlState.AWAITED)
    add("Conservation B", date(2027, 9, 1), kind=DeadlineKind.RETENTION)
    browser = as_person("lawyer")
    assert "Conservation B" not in home(browser, "?nature=limitation")
    assert "Prescription A" not in home(browser, "?etat=ensuite")
    assert "Conservation B" not in home(browser, "?controle=attendu")
    assert "Prescription A" in home(browser, "?nature=n-importe-quoi")


def test_mine_are_those_i_answer_for(as_person, add, matter, people):
    add("Pour un autre", date(2026, 12, 2))
    reader = as_person("reader")
    assert "Pour un autre" not in home(reader)
    assert "Pour un autre" in home(reader, "?vue=cabinet")


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_another_s_deadlines_are_nowhere(as_person, add, matter, name):
    add("Sentinelle", date(2026, 12, 2))
    page = home(as_person(name), "?vue=cabinet")
    assert "Sentinelle" not in page
    assert matter.reference not in page


def test_a_reminder_waits_until_somebody_takes_it_up(as_person, add, database, people):
    row = add("Rappelée", date(2026, 12, 2))
    sent = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    with database.transaction() as session:
        session.add(
            Reminder(
                deadline_id=row.id, recipient_id=people["lawyer"].id, stage="J-7", due_at=sent, sent_at=sent,
                state=ReminderState.SENT, message_id="<1@casefile>",
            )
        )  # fmt: skip
    browser = as_person("lawyer")
    assert "Rien n’attend de prise en charge" not in home(browser)
    with database.transaction() as session:
        session.add(Acknowledgement(deadline_id=row.id, person_id=people["lawyer"].id, act="done"))
    assert "Rien n’attend de prise en charge" in home(browser)


def test_a_dossier_without_deadline_nor_reason_is_told(as_person, matter):
    page = home(as_person("lawyer"))
    assert "Dossiers sans délai" in page
    assert matter.reference in page


def test_a_worker_that_stopped_is_told(as_person, matter, database, frozen_clock):
    with database.transaction() as session:
        session.add(Heartbeat(name="worker", beat_at=frozen_clock - timedelta(hours=2)))
    assert "Rappels arrêtés" in home(as_person("lawyer"))


def test_the_number_of_queries_does_not_grow(as_person, add, database, people):
    from sqlalchemy import event

    browser, seen = as_person("lawyer"), []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    add("Une", date(2026, 12, 2))
    home(browser)
    few = len(seen)
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        others = [matters.open_matter(session, lawyer, title=f"D{n}", territory="metropole").id for n in range(10)]
    for matter_id in others:
        add("Autre", date(2026, 12, 2), matter_id=matter_id)
    seen.clear()
    home(browser)
    assert len(seen) <= few


def test_the_clocks_of_one_dossier_are_gathered_until_they_are_asked_for(as_person, add):
    for number in range(4):
        add(f"Données {number}", MONDAY + timedelta(days=40 + number), kind=DeadlineKind.RETENTION)
    add("Critique un", date(2026, 12, 2), last_useful_day=date(2026, 11, 26))
    browser = as_person("lawyer")
    page = home(browser)
    assert "Données 0" in page
    assert "et 3\u00a0autres données du dossier à conserver" in page
    assert "Données 1" not in page
    assert "Critique un" in page
    asked = home(browser, "?nature=retention")
    assert all(f"Données {number}" in asked for number in range(4))


def test_two_clocks_are_not_many(as_person, add):
    add("Données 0", MONDAY + timedelta(days=40), kind=DeadlineKind.RETENTION)
    add("Données 1", MONDAY + timedelta(days=41), kind=DeadlineKind.RETENTION)
    page = home(as_person("lawyer"))
    assert "Données 0" in page
    assert "Données 1" in page


def test_what_clients_handed_in_is_counted_for_the_team_only(as_person, database, matter, people):
    with database.transaction() as session:
        link = IntakeLink(
            matter_id=matter.id, made_by_id=people["lawyer"].id, token_digest="0" * 64, expires_at=clock.now()
        )
        session.add(link)
        session.flush()
        session.add_all(ClientDelivery(matter_id=matter.id, link_id=link.id, told="Récit") for _ in range(2))
    assert "2\u00a0remises de clients à verser" in home(as_person("lawyer"))
    assert "2\u00a0remises" in as_person("lawyer").get("/remises").text
    for name in ("reader", "stranger", "walled"):
        assert "à verser" not in home(as_person(name))
        assert matter.reference not in as_person("stranger").get("/remises").text
