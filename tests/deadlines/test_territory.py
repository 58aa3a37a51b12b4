"""A dossier that goes to another court: nobody who was about to be told is forgotten, nobody is told twice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from casefile import clock
from casefile.deadlines import escalation, ladder, reminders, territory
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import DeadlineKind, Reminder, ReminderState
from tests.deadlines.conftest import MORNING, add_deadline

A_DAY_LATER = MORNING + timedelta(hours=25)
UNANSWERED = f"J-7 {escalation.DEPUTY}"


def tick(database, settings, now):
    with clock.frozen(now):
        return reminders.tick(database, settings, now)


def hearing_told(database, office, settings):
    """A hearing in seven days, of which Anne was told and that she left unanswered."""
    with database.transaction() as session:
        day = MORNING.date() + timedelta(days=7)
        hearing = add_deadline(session, office.matter, office.anne, day, kind=DeadlineKind.HEARING)
        ladder.hang(session, hearing, MORNING)
    tick(database, settings, MORNING)


def change_of_court(database, office):
    with clock.frozen(A_DAY_LATER), database.transaction() as session:
        matter = session.get(Matter, office.matter.id)
        matter.territory = "la_reunion"
        session.flush()
        territory.follow(session, session.get(Person, office.anne.id), matter)


def deputy(database):
    with database.reader() as session:
        row = session.scalar(select(Reminder).where(Reminder.stage == UNANSWERED))
        return row and row.state


def told(mailbox):
    return [one.rcpt_tos[0] for one in mailbox.messages]


def test_the_deputy_about_to_be_told_is_told_after_a_change_of_court(database, office, posted, mailbox):
    hearing_told(database, office, posted)
    with clock.frozen(A_DAY_LATER), database.transaction() as session:
        assert escalation.escalate(session, A_DAY_LATER) == 1
    assert deputy(database) is ReminderState.DUE
    change_of_court(database, office)
    assert deputy(database) is ReminderState.VOID
    tick(database, posted, A_DAY_LATER)
    assert told(mailbox) == ["anne@cabinet.fr", "bruno@cabinet.fr"]
    tick(database, posted, A_DAY_LATER)
    assert told(mailbox) == ["anne@cabinet.fr", "bruno@cabinet.fr"]


def test_a_message_already_written_to_the_deputy_leaves_after_a_change_of_court(database, office, posted, mailbox):
    hearing_told(database, office, posted)
    with clock.frozen(A_DAY_LATER):
        with database.transaction() as session:
            escalation.escalate(session, A_DAY_LATER)
        reminders.compose(database, posted, A_DAY_LATER, reminders.Summary())
    assert deputy(database) is ReminderState.QUEUED
    change_of_court(database, office)
    for minutes in (0, 5, 10):
        tick(database, posted, A_DAY_LATER + timedelta(minutes=minutes))
    assert told(mailbox) == ["anne@cabinet.fr", "bruno@cabinet.fr"]
    assert deputy(database) is ReminderState.SENT


def test_what_was_answered_is_owed_to_nobody_and_the_next_steps_follow_the_new_hour(database, office, posted, mailbox):
    hearing_told(database, office, posted)
    change_of_court(database, office)
    with database.reader() as session:
        rows = session.scalars(select(Reminder).order_by(Reminder.due_at)).all()
        assert [(row.stage, row.state) for row in rows] == [
            ("J-7", ReminderState.SENT),
            ("J-1", ReminderState.DUE),
            ("J", ReminderState.DUE),
        ]
        # Eight in the morning in Saint-Denis is five in Paris in winter.
        assert [row.due_at.hour for row in rows[1:]] == [4, 4]
    assert told(mailbox) == ["anne@cabinet.fr"]
