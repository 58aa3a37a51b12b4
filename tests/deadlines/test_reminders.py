"""The tick: sends once, digests, escalates, never tells a walled person, says when it cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casefile import audit, clock
from casefile.deadlines import absences, alarm, heartbeat, ladder, reminders
from casefile.models.ledger import AuditEntry, MailState, OutgoingMail
from casefile.models.matter import TeamMember, WallEntry
from casefile.models.people import Firm, Person, PersonState
from casefile.models.procedure import Acknowledgement, DeadlineKind, DeadlineState, Reminder, ReminderState
from tests.deadlines.conftest import MORNING, add_deadline, add_matter

DAY = timedelta(days=1)


def tick(database, settings, now=MORNING):
    with clock.frozen(now):
        return reminders.tick(database, settings, now)


def due_in(database, office, days, count=1, **values):
    """Hang the ladders of deadlines that end in so many days, and give the ids of those deadlines."""
    with database.transaction() as session:
        found = [
            add_deadline(session, office.matter, office.anne, MORNING.date() + days * DAY, **values)
            for _ in range(count)
        ]
        for one in found:
            ladder.hang(session, one, MORNING)
        return [one.id for one in found]


def mails(database):
    with database.reader() as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at)))


def states(database):
    with database.reader() as session:
        rows = session.execute(select(Reminder.state, func.count()).group_by(Reminder.state))
        return {row[0].value: row[1] for row in rows}


def test_a_due_reminder_goes_once_with_its_message_id(database, office, posted, mailbox):
    due_in(database, office, 7)
    assert tick(database, posted).sent == 1
    assert tick(database, posted).sent == 0
    [envelope] = mailbox.messages
    assert envelope.rcpt_tos == ["anne@cabinet.fr"]
    [mail] = mails(database)
    assert mailbox.identifiers == [mail.message_id]
    assert mail.state is MailState.SENT
    assert states(database) == {"sent": 1, "due": 3}


def test_no_client_name_leaves_in_a_reminder(database, office, posted, mailbox):
    due_in(database, office, 7, kind=DeadlineKind.TASK, label="Rappeler Madame Sentinelle", is_critical=False)
    due_in(database, office, 7)
    tick(database, posted, MORNING + 7 * DAY)
    assert mailbox.messages
    for envelope, mail in zip(mailbox.messages, mails(database), strict=True):
        assert "2026/0001" in mail.subject or "échéances" in mail.subject
        assert b"Sentinelle" not in envelope.content
        assert "Sentinelle" not in mail.text + mail.html + mail.subject


def test_the_message_says_the_day_the_distance_and_what_to_do(database, office, posted):
    due_in(database, office, 8)
    tick(database, posted)
    tick(database, posted, MORNING + DAY)
    _, mail = [one for one in mails(database) if one.recipient_id == office.anne.id]
    assert mail.subject == "[Casefile] 2026/0001\u00a0: prescription, dans 7 jours (mardi 1er décembre 2026)"
    assert "Prescription de trois mois" in mail.text
    assert "faite (avec sa preuve)" in mail.text
    assert "mardi 1er décembre 2026" in mail.html


def test_many_due_for_one_person_make_one_digest(database, office, posted, mailbox):
    due_in(database, office, 7, count=6)
    summary = tick(database, posted)
    assert (summary.digests, summary.sent, len(mailbox.messages)) == (1, 1, 1)
    assert states(database)["sent"] == 6


def test_a_worker_off_for_a_day_sends_one_digest(database, office, posted, mailbox):
    due_in(database, office, 3, count=2)
    tick(database, posted)
    assert len(mailbox.messages) == 2
    due_in(database, office, 4)
    tick(database, posted, MORNING + 2 * DAY)  # nothing ran on the day between
    assert [one.rcpt_tos[0] for one in mailbox.messages].count("anne@cabinet.fr") == 3
    assert sum("échéances" in one.subject for one in mails(database)) == 1


def test_a_clock_set_back_sends_nothing_twice_and_blocks_nothing(database, office, posted, mailbox):
    due_in(database, office, 7)
    tick(database, posted, MORNING + 30 * DAY)
    sent = len(mailbox.messages)
    due_in(database, office, 1)
    tick(database, posted)
    assert len(mailbox.messages) == sent + 1
    with database.reader() as session:
        last = alarm.signs(session, MORNING).last()
    assert not heartbeat.is_silent(last, MORNING)
    assert heartbeat.is_silent(last, MORNING - DAY)


def test_a_lease_from_a_clock_set_back_binds_nobody(database, office, posted, mailbox):
    due_in(database, office, 7)
    reminders.compose(database, posted, MORNING, reminders.Summary())
    with database.transaction() as session:
        session.scalar(select(OutgoingMail)).next_attempt_at = MORNING + 30 * DAY
    tick(database, posted)
    assert len(mailbox.messages) == 1


def test_superseded_between_writing_and_sending_nothing_goes(database, office, posted, mailbox):
    [deadline_id] = due_in(database, office, 7)
    reminders.compose(database, posted, MORNING, reminders.Summary())
    with database.transaction() as session:
        found = session.get(reminders.Deadline, deadline_id)
        found.state = DeadlineState.SUPERSEDED
        ladder.void(session, found)
    assert tick(database, posted).dropped == 1
    assert mailbox.messages == []
    assert mails(database)[0].state is MailState.VOID


def test_a_settled_deadline_sends_nothing_more(database, office, posted, mailbox):
    [deadline_id] = due_in(database, office, 7)
    with database.transaction() as session:
        session.get(reminders.Deadline, deadline_id).state = DeadlineState.DONE
    assert tick(database, posted).voided == 1
    assert mailbox.messages == []


def test_an_unanswered_reminder_goes_to_the_deputy_then_to_the_partner(database, office, posted, mailbox):
    with database.transaction() as session:
        anne = session.merge(office.anne)
        bruno = session.merge(office.bruno)
        anne.deputy_id, bruno.deputy_id = bruno.id, None
        matter = add_matter(session, 2, bruno, anne)
        ladder.hang(session, add_deadline(session, matter, bruno, MORNING.date() + 7 * DAY), MORNING)
    to = lambda: [one.rcpt_tos[0].split("@")[0] for one in mailbox.messages]  # noqa: E731
    tick(database, posted)
    tick(database, posted, MORNING + timedelta(hours=23))
    assert to() == ["bruno"]
    tick(database, posted, MORNING + timedelta(hours=25))
    assert to() == ["bruno", "anne"]
    tick(database, posted, MORNING + timedelta(hours=49))
    tick(database, posted, MORNING + timedelta(hours=50))
    assert to() == ["bruno", "anne", "anne"]


def test_an_act_stops_the_escalation(database, office, posted, mailbox):
    [deadline_id] = due_in(database, office, 7)
    tick(database, posted)
    with database.transaction() as session:
        session.add(
            Acknowledgement(
                deadline_id=deadline_id,
                person_id=office.anne.id,
                act="delegated",
                created_at=MORNING + timedelta(hours=1),
            )
        )
    tick(database, posted, MORNING + timedelta(hours=60))
    assert [one.rcpt_tos for one in mailbox.messages] == [["anne@cabinet.fr"]]


def test_the_firm_chooses_how_long_to_wait(database, office, posted, mailbox):
    with database.transaction() as session:
        firm = session.get(Firm, 1)
        firm.settings["escalation"] = {"deputy_hours": 1}
    due_in(database, office, 7)
    tick(database, posted)
    tick(database, posted, MORNING + timedelta(hours=2))
    assert [one.rcpt_tos[0] for one in mailbox.messages] == ["anne@cabinet.fr", "bruno@cabinet.fr"]


def test_a_walled_deputy_is_never_told(database, office, posted, mailbox):
    due_in(database, office, 7)
    with database.transaction() as session:
        for person in (office.bruno, office.walled):
            session.add(
                WallEntry(
                    matter_id=office.matter.id, person_id=person.id, reason="conflit", raised_by_id=office.anne.id
                )
            )
    for hours in (0, 25, 49):
        tick(database, posted, MORNING + timedelta(hours=hours))
    assert {one.rcpt_tos[0] for one in mailbox.messages} == {"anne@cabinet.fr"}


def test_a_partner_outside_the_team_learns_only_the_reference(database, office, posted, mailbox):
    with database.transaction() as session:
        session.delete(session.scalar(select(TeamMember).where(TeamMember.person_id == office.anne.id)))
        session.get(Person, office.anne.id).state = PersonState.DISABLED
        ladder.hang(session, add_deadline(session, office.matter, office.bruno, MORNING.date() + 7 * DAY), MORNING)
    tick(database, posted)
    tick(database, posted, MORNING + timedelta(hours=49))
    told = [mail for mail in mails(database) if mail.recipient_id == office.walled.id]
    assert len(told) == 1
    assert "2026/0001" in told[0].text
    assert "trois mois" not in told[0].text
    assert str(office.matter.id) not in told[0].text


def test_a_responsible_who_left_passes_the_reminder_on(database, office, posted, mailbox):
    due_in(database, office, 7)
    with database.transaction() as session:
        session.get(Person, office.anne.id).state = PersonState.DISABLED
    tick(database, posted)
    assert [one.rcpt_tos[0] for one in mailbox.messages] == ["bruno@cabinet.fr"]


def test_an_absent_responsible_and_the_deputy_are_both_told(database, office, posted, mailbox):
    due_in(database, office, 7)
    with database.transaction() as session:
        anne = session.get(Person, office.anne.id)
        absences.plan(session, anne, anne, MORNING.date(), MORNING.date() + DAY)
    tick(database, posted)
    assert sorted(one.rcpt_tos[0] for one in mailbox.messages) == ["anne@cabinet.fr", "bruno@cabinet.fr"]


def test_without_a_server_the_message_is_kept_readable_in_a_file(database, office, settings):
    due_in(database, office, 7)
    assert tick(database, settings).kept == 1
    [mail] = mails(database)
    [file] = (settings.data_dir / "outbox").glob("*.eml")
    assert mail.message_id.encode() in file.read_bytes()
    assert states(database)["sent"] == 1


def test_every_sending_is_in_the_trail(database, office, posted):
    due_in(database, office, 7)
    tick(database, posted)
    with database.reader() as session:
        assert session.scalar(select(AuditEntry.action)) == "reminder.sent"
        assert list(audit.verify(session)) == []


def test_a_silent_worker_and_a_stuck_reminder_make_the_banner_red(database, office, posted):
    due_in(database, office, 7)
    late = MORNING + timedelta(minutes=20)
    with database.reader() as session:
        assert {one.code for one in alarm.trouble(session, late)} == {"worker_silent", "reminders_stuck"}
    tick(database, posted, late)
    with database.reader() as session:
        assert alarm.trouble(session, late) == []
        later = late + timedelta(minutes=6)
        assert {one.code for one in alarm.trouble(session, later)} == {"worker_silent"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_tick_works_the_same_on_both_databases(both, count, mailbox):
    import dataclasses

    settings, database = both
    from tests.deadlines.conftest import Office, add_person

    with database.transaction() as session:
        anne = add_person(session, "Anne")
        matter = add_matter(session, 1, anne)
    due_in(database, Office(anne, anne, anne, matter), 7, count=count)
    settings = dataclasses.replace(settings, smtp_url=mailbox.url)
    assert tick(database, settings).sent == count
    assert tick(database, settings).sent == 0
    assert states(database)["sent"] == count
    assert len(set(mailbox.identifiers)) == count


def test_a_given_up_message_can_be_sent_again_under_the_same_identifier(database, office, posted, mailbox):
    due_in(database, office, 7)
    reminders.compose(database, posted, MORNING, reminders.Summary())
    with database.transaction() as session:
        mail = session.scalar(select(OutgoingMail))
        mail.state = MailState.FAILED
        session.scalar(select(Reminder).where(Reminder.state == ReminderState.QUEUED)).state = ReminderState.FAILED
    with database.reader() as session:
        assert "mail_failed" in {one.code for one in alarm.trouble(session, MORNING)}
    with database.transaction() as session:
        reminders.send_again(session, session.get(Person, office.anne.id), session.scalar(select(OutgoingMail)))
    tick(database, posted)
    assert mailbox.identifiers == [mail.message_id]
    assert states(database)["sent"] == 1


def test_a_mailbox_that_refuses_does_not_keep_the_deputy_from_being_told(database, office, posted, mailbox):
    async def refuses_anne(_server, envelope):
        return "550 No such mailbox" if envelope.rcpt_tos == ["anne@cabinet.fr"] else None

    mailbox.trouble = refuses_anne
    due_in(database, office, 1)
    tick(database, posted)
    assert mailbox.messages == []
    tick(database, posted, MORNING + timedelta(hours=3))
    assert [one.rcpt_tos for one in mailbox.messages] == [["bruno@cabinet.fr"]]


def test_what_ends_a_right_climbs_whether_or_not_it_was_called_critical(database, office, posted, mailbox):
    due_in(database, office, 7, kind=DeadlineKind.RETENTION, is_critical=False)
    tick(database, posted)
    tick(database, posted, MORNING + timedelta(hours=25))
    assert {one.rcpt_tos[0] for one in mailbox.messages} == {"anne@cabinet.fr", "bruno@cabinet.fr"}


def test_a_task_climbs_only_once_its_day_has_come(database, office, posted, mailbox):
    due_in(database, office, 1, kind=DeadlineKind.TASK, is_critical=False, rule_id="", label="Relire")
    tick(database, posted)
    tick(database, posted, MORNING + timedelta(hours=25))
    assert {one.rcpt_tos[0] for one in mailbox.messages} == {"anne@cabinet.fr"}
    tick(database, posted, MORNING + timedelta(hours=50))
    assert {one.rcpt_tos[0] for one in mailbox.messages} == {"anne@cabinet.fr", "bruno@cabinet.fr"}
