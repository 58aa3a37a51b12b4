"""The ladder: the right instants, nights of changing hour, late entries, editing, voiding."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casefile.deadlines import ladder, reminder_settings
from casefile.deadlines.escalation import Patience
from casefile.errors import InvalidInput
from casefile.models.people import Firm
from casefile.models.procedure import DeadlineKind, Reminder, ReminderState
from tests.deadlines.conftest import MORNING, add_deadline


def stages(session, deadline):
    rows = session.scalars(select(Reminder).where(Reminder.deadline_id == deadline.id).order_by(Reminder.due_at))
    return [(row.stage, row.due_at, row.state) for row in rows]


def test_a_three_month_limitation_owes_seven_reminders_at_eight_in_paris(session, office):
    deadline = add_deadline(session, office.matter, office.anne, date(2027, 2, 23))
    ladder.hang(session, deadline, MORNING)
    session.flush()
    assert [(stage, due.isoformat()) for stage, due, _ in stages(session, deadline)] == [
        ("J-45", "2027-01-09T07:00:00+00:00"),
        ("J-30", "2027-01-24T07:00:00+00:00"),
        ("J-14", "2027-02-09T07:00:00+00:00"),
        ("J-7", "2027-02-16T07:00:00+00:00"),
        ("J-3", "2027-02-20T07:00:00+00:00"),
        ("J-1", "2027-02-22T07:00:00+00:00"),
        ("J", "2027-02-23T07:00:00+00:00"),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 27), "2027-03-27T07:00:00+00:00"),  # the day before spring forward
        (date(2027, 3, 28), "2027-03-28T06:00:00+00:00"),  # the night of 28 March 2027 has no 02:30
        (date(2026, 10, 24), "2026-10-24T06:00:00+00:00"),
        (date(2026, 10, 25), "2026-10-25T07:00:00+00:00"),  # the night of 25 October 2026 has 02:30 twice
    ],
)
def test_eight_o_clock_is_on_the_wall_whatever_the_night_did(day, expected):
    assert ladder.due_instant(day, 0, ladder.zone_of("metropole")).astimezone(UTC).isoformat() == expected


@pytest.mark.parametrize(
    ("territory", "expected"),
    [
        ("la_reunion", "2026-12-01T04:00"),  # its own morning comes before Paris's
        ("nouvelle_caledonie", "2026-11-30T21:00"),
        ("martinique", "2026-12-01T07:00"),  # Paris's comes first
        ("polynesie", "2026-12-01T07:00"),  # at eight in Papeete it is evening in Paris
        ("alsace_moselle", "2026-12-01T07:00"),
    ],
)
def test_a_court_overseas_is_reminded_at_the_earlier_of_the_two_clocks(territory, expected):
    due = ladder.due_instant(date(2026, 12, 1), 0, ladder.zone_of(territory)).astimezone(UTC)
    assert due.isoformat().startswith(expected)


def test_steps_already_past_give_one_reminder_at_once(session, office):
    deadline = add_deadline(session, office.matter, office.anne, date(2026, 12, 3))
    ladder.hang(session, deadline, MORNING)
    session.flush()
    assert [stage for stage, _, _ in stages(session, deadline)] == ["J-14", "J-7", "J-3", "J-1", "J"]
    assert stages(session, deadline)[0][1] <= MORNING


def test_a_date_already_past_still_owes_its_alarm(session, office):
    deadline = add_deadline(session, office.matter, office.anne, MORNING.date() - timedelta(days=20))
    ladder.hang(session, deadline, MORNING)
    session.flush()
    assert [stage for stage, _, _ in stages(session, deadline)] == ["J"]


def test_an_undetermined_date_owes_nothing(session, office):
    deadline = add_deadline(session, office.matter, office.anne, None)
    assert ladder.hang(session, deadline, MORNING) == []


def test_hanging_twice_writes_nothing_more(session, office):
    deadline = add_deadline(session, office.matter, office.anne, date(2027, 2, 23))
    ladder.hang(session, deadline, MORNING)
    assert ladder.hang(session, deadline, MORNING) == []


def test_voiding_cancels_what_is_not_sent_and_keeps_what_is(session, office):
    deadline = add_deadline(session, office.matter, office.anne, date(2027, 2, 23))
    first, *_ = ladder.hang(session, deadline, MORNING)
    first.state = ReminderState.SENT
    assert ladder.void(session, deadline) == 6
    session.expire_all()
    states = [state for _, _, state in stages(session, deadline)]
    assert states == [ReminderState.SENT] + [ReminderState.VOID] * 6


def test_a_firm_edits_its_ladder_but_cannot_silence_a_limitation(session, office):
    firm = session.get(Firm, 1)
    ladder.edit_steps(firm, DeadlineKind.LIMITATION, [60, 7, 1, 0])
    session.flush()
    session.refresh(firm)
    assert ladder.steps_for(firm, DeadlineKind.LIMITATION) == (60, 7, 1, 0)
    with pytest.raises(InvalidInput, match="J-7, J-1"):
        ladder.edit_steps(firm, DeadlineKind.LIMITATION, [60])
    with pytest.raises(InvalidInput):
        ladder.edit_steps(firm, DeadlineKind.TASK, [-1])


def test_the_same_facts_give_the_same_message_id(session, office):
    deadline = add_deadline(session, office.matter, office.anne, date(2027, 2, 23))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    one = ladder.owe(session, deadline, office.anne.id, "J", now)
    session.flush()
    session.delete(one)
    session.flush()
    again = ladder.owe(session, deadline, office.anne.id, "J", now)
    other = ladder.owe(session, deadline, office.bruno.id, "J", now)
    assert again.message_id == one.message_id != other.message_id


def test_a_changed_ladder_moves_the_steps_to_come_of_what_runs_and_no_other(session, office):
    running = add_deadline(session, office.matter, office.anne, date(2027, 2, 23))
    near = add_deadline(session, office.matter, office.anne, date(2026, 11, 30))
    task = add_deadline(session, office.matter, office.anne, date(2027, 2, 23), kind=DeadlineKind.TASK)
    for one in (running, near, task):
        ladder.hang(session, one, MORNING)
    firm, times = session.get(Firm, 1), Patience(deputy_hours=12, partner_hours=24)
    ladders = {DeadlineKind.LIMITATION: [60, 7, 1, 0], DeadlineKind.TASK: [1, 0]}
    moved = reminder_settings.change(session, office.anne, firm, ladders, times, now=MORNING)
    due = [stage for stage, _, state in stages(session, running) if state is ReminderState.DUE]
    assert due == ["J-60", "J-7", "J-1", "J"]
    assert [stage for stage, _, state in stages(session, near) if state is ReminderState.DUE] == ["J-7", "J-1", "J"]
    assert len(stages(session, task)) == 2
    assert moved == 5 + 1, "four steps void and one more for the far one; J-3 void for the near one"
    assert Patience.of(firm).hours(10) == (12, 24)
    again = {DeadlineKind.LIMITATION: ladder.LONG}
    reminder_settings.change(session, office.anne, firm, again, times, now=MORNING)
    due = [stage for stage, _, state in stages(session, running) if state is ReminderState.DUE]
    assert due == ["J-45", "J-30", "J-14", "J-7", "J-3", "J-1", "J"], "the void ones wake, the message ids are theirs"


@pytest.mark.parametrize(
    "times",
    [Patience(partner_hours=1), Patience(deputy_hours=0), Patience(from_days=2), Patience(urgent_partner_hours=500)],
)
def test_times_out_of_order_are_refused(session, office, times):
    with pytest.raises(InvalidInput):
        reminder_settings.change(session, office.anne, session.get(Firm, 1), {}, times, now=MORNING)
