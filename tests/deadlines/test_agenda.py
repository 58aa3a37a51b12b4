"""The agenda: days as typed, what each may see, the feed in a calendar library, the spreadsheet."""

from __future__ import annotations

import contextlib
import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import icalendar
import openpyxl
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from casefile import clock
from casefile.deadlines import agenda, calendar_feed, settlement, spreadsheet, work
from casefile.deadlines.typed_day import read_day
from casefile.errors import InvalidInput, NotFound
from casefile.models.matter import Matter
from casefile.models.people import Person, PersonState
from casefile.models.procedure import DeadlineKind
from tests.deadlines.conftest import MORNING, add_deadline, add_matter

TODAY = MORNING.date()  # Monday 23 November 2026


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12/03", date(2027, 3, 12)),
        ("23/11", date(2026, 11, 23)),
        ("24/11", date(2026, 11, 24)),
        ("22/11", date(2027, 11, 22)),
        ("29/02", date(2028, 2, 29)),
        ("12/03/28", date(2028, 3, 12)),
        ("12.3.2027", date(2027, 3, 12)),
        ("2027-03-12", date(2027, 3, 12)),
        ("demain", date(2026, 11, 24)),
        ("Après-demain", date(2026, 11, 25)),
        ("aujourd’hui", TODAY),
        ("hier", date(2026, 11, 22)),
        ("+15j", date(2026, 12, 8)),
        ("+ 2 semaines", date(2026, 12, 7)),
        ("dans 3 mois", date(2027, 2, 23)),
        ("+1a", date(2027, 11, 23)),
        ("lundi", date(2026, 11, 30)),
        ("vendredi prochain", date(2026, 11, 27)),
        ("1er décembre", date(2026, 12, 1)),
        ("5 janvier 2028", date(2028, 1, 5)),
    ],
)
def test_typing_a_day_is_enough(typed, expected):
    assert read_day(typed, TODAY) == expected


@pytest.mark.parametrize(
    "typed", ["", "31/02/2027", "32/01", "bientôt", "+9999a", "0/0", "12/03/0001", "=1+1", "12/13"]
)
def test_a_day_that_is_not_understood_is_refused_with_examples(typed):
    with pytest.raises(InvalidInput, match="12/03") as caught:
        read_day(typed, TODAY)
    assert caught.value.field == "on"


@given(st.text(max_size=20))
def test_no_typed_text_breaks_the_reader(typed):
    with contextlib.suppress(InvalidInput):
        assert read_day(typed, TODAY).year >= 1881


@pytest.fixture
def desk(session, office):
    with clock.frozen(MORNING):
        people = [session.get(Person, one.id) for one in (office.anne, office.bruno, office.walled)]
        yield session, *people, session.get(Matter, office.matter.id)


def test_the_agenda_filters_by_person_kind_dossier_and_criticality(desk):
    session, anne, bruno, _, matter = desk
    other = add_matter(session, 2, anne)
    legal = add_deadline(session, matter, anne, TODAY)
    task = work.open_work(session, anne, matter, DeadlineKind.TASK, "Relire", on=TODAY, responsible=bruno)
    far = add_deadline(session, other, anne, TODAY + timedelta(days=40))
    ask = lambda **wanted: [one.id for one in agenda.entries(session, anne, agenda.Wanted(**wanted))]  # noqa: E731
    assert set(ask()) == {legal.id, task.id, far.id}
    assert ask(begins=TODAY, ends=TODAY, critical_only=True) == [legal.id]
    assert ask(responsible_id=bruno.id) == [task.id]
    assert ask(kinds=[DeadlineKind.TASK]) == [task.id]
    assert ask(matter_id=other.id) == [far.id]
    settlement.mark_done(session, anne, legal, "Récépissé")
    assert legal.id not in ask()
    assert legal.id in ask(settled_too=True)


def test_a_stranger_sees_nothing_in_agenda_load_or_feed(desk):
    session, anne, _, walled, matter = desk
    add_deadline(session, matter, anne, TODAY)
    add_deadline(session, matter, anne, TODAY - timedelta(days=3))
    assert agenda.entries(session, walled, agenda.Wanted()) == []
    assert agenda.overdue(session, walled, TODAY) == []
    assert agenda.workload(session, walled, TODAY, 4) == {}
    assert b"BEGIN:VEVENT" not in calendar_feed.feed_of(session, walled, MORNING)
    assert len(agenda.overdue(session, anne, TODAY)) == 1
    assert agenda.workload(session, anne, TODAY, 4) == {"Anne": [1, 0, 0, 0]}


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("jour", (TODAY, TODAY)),
        ("semaine", (date(2026, 11, 23), date(2026, 11, 29))),
        ("mois", (date(2026, 11, 1), date(2026, 11, 30))),
    ],
)
def test_each_view_spans_its_days(view, expected):
    assert agenda.span(view, TODAY) == expected
    assert agenda.span("mois", date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


def events(session, person):
    feed = icalendar.Calendar.from_ical(calendar_feed.feed_of(session, person, clock.now()))
    return {str(one["UID"]): one for one in feed.walk("VEVENT")}


def test_the_feed_is_read_by_a_calendar_library_and_names_no_client(desk):
    session, anne, _, _, matter = desk
    add_deadline(session, matter, anne, TODAY + timedelta(days=9))
    work.open_work(session, anne, matter, DeadlineKind.HEARING, "Audience Sentinelle", on=date(2027, 7, 1), at="14:00")
    legal, hearing = events(session, anne).values()
    assert legal["SUMMARY"] == "2026/0001 · Prescription de trois mois"
    assert legal.decoded("DTSTART") == TODAY + timedelta(days=9), "a whole day, on every clock"
    assert hearing["SUMMARY"] == "2026/0001 · Audience"
    assert hearing.decoded("DTSTART") == datetime.fromisoformat("2027-07-01T12:00:00+00:00")
    assert [len(one.walk("VALARM")) for one in (legal, hearing)] == [3, 4]
    assert b"Sentinelle" not in calendar_feed.feed_of(session, anne, MORNING)


def test_the_feed_is_read_the_same_by_an_independent_client_library(desk):
    session, anne, _, _, matter = desk
    add_deadline(session, matter, anne, TODAY + timedelta(days=9))
    work.open_work(session, anne, matter, DeadlineKind.HEARING, "Audience", on=date(2027, 7, 1), at="14:00")
    dropped = work.open_task(session, anne, matter, "Relire", TODAY + timedelta(days=2))
    settlement.waive(session, anne, dropped, "Sans objet")
    read = vobject.readOne(calendar_feed.feed_of(session, anne, MORNING).decode())
    assert read.validate(raiseException=True)
    assert {str(one.uid.value) for one in read.vevent_list} == set(events(session, anne))
    ends = {str(one.summary.value): one.dtstart.value for one in read.vevent_list}
    assert ends["2026/0001 · Prescription de trois mois"] == TODAY + timedelta(days=9)
    assert ends["2026/0001 · Audience"] == datetime.fromisoformat("2027-07-01T12:00:00+00:00")
    assert [str(one.status.value) for one in read.vevent_list if hasattr(one, "status")].count("CANCELLED") == 1


def test_a_moved_entry_keeps_its_uid_and_its_sequence_grows(desk):
    session, anne, _, _, matter = desk
    task = work.open_task(session, anne, matter, "Relire", TODAY)
    [(uid, first)] = events(session, anne).items()
    task = work.move(session, anne, task, TODAY + timedelta(days=1))
    [(same, second)] = events(session, anne).items()
    task = work.move(session, anne, task, TODAY)
    third = events(session, anne)[uid]
    assert same == uid
    assert int(first["SEQUENCE"]) < int(second["SEQUENCE"]) < int(third["SEQUENCE"])
    assert third.decoded("DTSTART") == TODAY
    settlement.waive(session, anne, task, "Sans objet")
    last = events(session, anne)[uid]
    assert last["STATUS"] == "CANCELLED"
    assert int(last["SEQUENCE"]) > int(third["SEQUENCE"])
    assert last.walk("VALARM") == []


def test_the_secret_address_opens_until_it_is_replaced_revoked_or_the_person_leaves(desk):
    session, anne, _, _, matter = desk
    add_deadline(session, matter, anne, TODAY)
    first = calendar_feed.new_feed_token(session, anne)
    assert b"2026/0001" in calendar_feed.feed_for(session, first)
    second = calendar_feed.new_feed_token(session, anne)
    for dead in (first, "", "x"):
        with pytest.raises(NotFound):
            calendar_feed.feed_for(session, dead)
    assert anne.calendar_token_digest != second, "only its digest is kept"
    anne.state = PersonState.DISABLED
    session.flush()
    with pytest.raises(NotFound):
        calendar_feed.feed_for(session, second)
    anne.state = PersonState.ACTIVE
    calendar_feed.revoke_feed_token(session, anne)
    with pytest.raises(NotFound):
        calendar_feed.feed_for(session, second)


@pytest.mark.parametrize("label", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", 'a";b', "é"])
def test_no_cell_of_the_spreadsheet_is_a_formula(desk, label):
    session, anne, _, _, matter = desk
    add_deadline(session, matter, anne, TODAY, label=label)
    content = spreadsheet.as_csv(agenda.entries(session, anne, agenda.Wanted()))
    assert content.startswith(b"\xef\xbb\xbf")
    [_, row] = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert row[0] == "2026/0001"
    assert row[2].removeprefix("'") == label
    assert not any(cell.startswith(spreadsheet.FORMULA) for cell in row)


@pytest.mark.parametrize("at", ["25:00", "14h", "14:60", "1\u0664:00"])
def test_an_hour_that_is_none_is_refused(desk, at):
    session, anne, _, _, matter = desk
    with pytest.raises(InvalidInput, match="14:30"):
        work.open_work(session, anne, matter, DeadlineKind.HEARING, "Audience", on=TODAY, at=at)


@pytest.mark.parametrize("label", ["=1+1", "+33 1 23", "@SOMME(A1)", "-2", "\tx", '=HYPERLINK("http://x")', "a\x0bb"])
def test_no_cell_of_the_workbook_is_a_formula_and_dates_are_dates(desk, label):
    session, anne, _, _, matter = desk
    add_deadline(session, matter, anne, TODAY, label=label, last_useful_day=TODAY - timedelta(days=2))
    content = spreadsheet.as_xlsx(agenda.entries(session, anne, agenda.Wanted()))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[1]] == [name for name, _ in spreadsheet.COLUMNS]
    assert {cell.data_type for cell in sheet[2]} <= {"s", "d", "n"}
    assert sheet["C2"].data_type == "s"
    assert sheet["C2"].value.strip() in {label.strip(), "a b"}
    assert sheet["F2"].value.date() == TODAY
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("day", "alarms"),
    [
        # The Sunday of the change of hour, in October and in March: eight o'clock on the wall each time.
        (date(2026, 10, 25), ["2026-10-18T06:00", "2026-10-24T06:00", "2026-10-25T07:00"]),
        (date(2027, 3, 28), ["2027-03-21T07:00", "2027-03-27T07:00", "2027-03-28T06:00"]),
    ],
)
def test_alarms_ring_at_eight_whatever_the_night_did(desk, day, alarms):
    session, anne, _, _, matter = desk
    add_deadline(session, matter, anne, day)
    with clock.frozen(datetime(2026, 10, 1, tzinfo=UTC)):
        [event] = events(session, anne).values()
    assert [f"{one.decoded('TRIGGER'):%Y-%m-%dT%H:%M}" for one in event.walk("VALARM")] == alarms
    assert all(one["TRIGGER"].params["VALUE"] == "DATE-TIME" for one in event.walk("VALARM"))


def test_a_hearing_rings_an_hour_before_on_its_court_s_clock(desk):
    session, anne, bruno, _, _ = desk
    matter = add_matter(session, 7, anne, bruno, territory="martinique")
    work.open_work(session, anne, matter, DeadlineKind.HEARING, "Audience", on=date(2027, 2, 3), at="09:00")
    [event] = events(session, anne).values()
    assert event.decoded("DTSTART") == datetime(2027, 2, 3, 13, 0, tzinfo=UTC)
    *_, last = event.walk("VALARM")
    assert last.decoded("TRIGGER") == datetime(2027, 2, 3, 12, 0, tzinfo=UTC)


def test_the_last_useful_day_stands_in_the_agenda_and_in_the_feed(desk):
    session, anne, _, _, matter = desk
    row = add_deadline(session, matter, anne, TODAY + timedelta(days=9), last_useful_day=TODAY + timedelta(days=3))
    week = agenda.Wanted(begins=TODAY, ends=TODAY + timedelta(days=5))
    assert agenda.useful_days(session, anne, week) == [row]
    assert agenda.entries(session, anne, week) == []
    [event] = events(session, anne).values()
    assert event["DESCRIPTION"].startswith("Dernier jour utile")
