"""What turns the pages red: a silent worker, a missing bulletin, a message given up; and how each goes away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import audit, clock, mail
from casefile.deadlines import alarm, heartbeat, nightly, pulse
from casefile.errors import InvalidInput, Refused
from casefile.models.ledger import MailState, OutgoingMail
from casefile.models.matter import TeamMember
from casefile.models.people import Person
from tests.deadlines.conftest import MORNING

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def codes(database, now):
    with database.reader() as session:
        return {one.code for one in alarm.trouble(session, now)}


def began(session, instant):
    """Write the first line of the trail: work began here at this instant."""
    with clock.frozen(instant):
        audit.record(session, None, "firm.opened")


def live(database, settings, now, **options):
    with clock.frozen(now):
        with database.transaction() as session:
            heartbeat.beat(session, now)
        return nightly.run(database, settings, now, {"sheets": lambda *_: 0}, **options)


def test_a_morning_without_bulletin_is_an_alarm(database, office, settings):
    with database.transaction() as session:
        began(session, MORNING)
    live(database, settings, MORNING)
    assert codes(database, MORNING) == set()
    tomorrow = MORNING + DAY  # 08:05 in Paris: the bulletin was owed at 07:30
    with database.transaction() as session:
        heartbeat.beat(session, tomorrow)
    assert {"bulletin_missing", "nightly_missing"} <= codes(database, tomorrow)
    live(database, settings, tomorrow)
    assert codes(database, tomorrow) == {"mail_stuck"}, "nothing sends yesterday's messages in this test"


def test_an_installation_of_this_night_has_missed_nothing(database, office, settings):
    night = MORNING.replace(hour=1)  # 02:00 in Paris
    with database.transaction() as session:
        began(session, night)
        heartbeat.beat(session, night)
    assert codes(database, night) == set()
    assert codes(database, night + 4 * MINUTE) == set()
    with database.transaction() as session:
        heartbeat.beat(session, night + 31 * MINUTE)
    assert codes(database, night + 31 * MINUTE) == {"nightly_missing"}, "a worker that beats and does nothing else"
    live(database, settings, night + 31 * MINUTE)
    assert codes(database, night + 31 * MINUTE) == set()


def test_one_daily_task_that_fails_does_not_keep_the_bulletin_from_leaving(database, office, settings, monkeypatch):
    def breaks(*_):
        raise ValueError("broken")

    with database.transaction() as session:
        began(session, MORNING - DAY)
    monkeypatch.setitem(nightly.WORK, "silence", breaks)
    with pytest.raises(ExceptionGroup):
        live(database, settings, MORNING)
    with database.reader() as session:
        assert {one.sent_at for one in pulse.bulletins(session, MORNING)} == {None}
        assert [one.state for one in pulse.bulletins(session, MORNING)] == [MailState.QUEUED] * 3
        assert [one.name for one in pulse.tasks(session, MORNING) if one.is_missing] == [alarm.TASK_NAMES["silence"]]
    assert "nightly_missing" in codes(database, MORNING)


@pytest.fixture
def abandoned(database, office):
    """Give the id of a message of the dossier that was given up."""
    with database.transaction() as session:
        facts = {"day": "x", "lines": [], "late": 0, "today": 0, "troubles": [], "agenda_url": "/"}
        facts |= {"stands_in": [], "silent": [], "to_control": 0}
        anne = session.get(Person, office.anne.id)
        mail.queue(session, anne, "<a@b>", "bulletin", facts, matter_id=office.matter.id)
        message = session.scalars(select(OutgoingMail).where(OutgoingMail.message_id == "<a@b>")).one()
        message.state = MailState.FAILED
        return message.id


def test_a_message_given_up_is_dismissed_with_a_reason_and_no_longer_alarms(database, office, abandoned):
    assert "mail_failed" in codes(database, MORNING)
    with database.transaction() as session:
        anne, message = session.get(Person, office.anne.id), session.get(OutgoingMail, abandoned)
        with pytest.raises(InvalidInput):
            pulse.dismiss(session, anne, message, " ")
        pulse.dismiss(session, anne, message, "appelée à 9 h 10")
    assert "mail_failed" not in codes(database, MORNING)
    with database.transaction() as session, pytest.raises(Refused):
        pulse.retry(session, session.get(Person, office.anne.id), session.get(OutgoingMail, abandoned))


def test_the_subject_of_a_dossier_one_does_not_see_is_not_shown(database, office, abandoned):
    with database.transaction() as session:
        session.delete(session.scalar(select(TeamMember).where(TeamMember.person_id == office.bruno.id)))
    with database.reader() as session:
        anne, bruno = session.get(Person, office.anne.id), session.get(Person, office.bruno.id)
        assert [readable for _, _, readable in pulse.given_up(session, anne)] == [True]
        assert [readable for _, _, readable in pulse.given_up(session, bruno)] == [False]


def test_a_message_that_waits_too_long_is_an_alarm(database, office, abandoned):
    with database.transaction() as session:
        message = session.get(OutgoingMail, abandoned)
        message.state, message.created_at = MailState.QUEUED, MORNING
    assert "mail_stuck" not in codes(database, MORNING + 10 * MINUTE)
    assert "mail_stuck" in codes(database, MORNING + 16 * MINUTE)
