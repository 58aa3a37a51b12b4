"""Mail: a server that refuses, is slow or cuts loses nothing; headers cannot be forged; secrets stay off the wire."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import mail, smtp
from casefile.errors import UnsafeConfiguration
from casefile.models.ledger import MailState, OutgoingMail
from casefile.models.people import Person
from tests.deadlines.conftest import MORNING, add_person

LINE = {
    "reference": "2026/0001",
    "kind": "prescription",
    "label": "Prescription",
    "stage": "J-7",
    "day": "lundi 30 novembre 2026",
    "distance": "dans 7 jours",
    "days_left": 7,
    "last_useful": "",
    "provisional": False,
    "escalated": False,
    "to_partner": False,
    "url": "http://localhost/",
}


def post(database, count=1, **person):
    with database.transaction() as session:
        anne = session.scalar(select(Person)) or add_person(session, "Anne")
        for name, value in person.items():
            setattr(anne, name, value)
        for number in range(count):
            mail.queue(session, anne, mail.message_id("test", number), "reminder", {"line": LINE})


def rows(database):
    with database.reader() as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at)))


async def refuses(_server, _envelope):
    return "451 Try later"


async def is_slow(_server, _envelope):
    await asyncio.sleep(3)


async def cuts(server, _envelope):
    server.transport.close()
    return "421 Gone"


async def takes_then_cuts(server, _envelope):
    server.transport.close()  # after the message was kept, before its « 250 » leaves


@pytest.mark.parametrize("trouble", [refuses, is_slow, cuts])
def test_a_server_in_trouble_loses_nothing(database, posted, mailbox, trouble):
    post(database, 2)
    mailbox.trouble = trouble
    assert mail.deliver(database, posted, MORNING).retried == 2
    assert {one.state for one in rows(database)} == {MailState.QUEUED}
    mailbox.trouble = None
    assert mail.deliver(database, posted, MORNING + timedelta(seconds=30)).sent == 0, "the back-off is respected"
    assert mail.deliver(database, posted, MORNING + timedelta(minutes=2)).sent == 2
    assert set(mailbox.identifiers) == {one.message_id for one in rows(database)}


def test_a_server_that_took_the_message_and_cut_gets_the_same_identifier_again(database, posted, mailbox):
    post(database)
    mailbox.trouble = takes_then_cuts
    mail.deliver(database, posted, MORNING)
    mailbox.trouble = None
    mail.deliver(database, posted, MORNING + timedelta(minutes=2))
    assert len(mailbox.identifiers) == 2
    assert len(set(mailbox.identifiers)) == 1


def test_no_server_at_all_costs_one_try_per_round_then_everything_goes(database, posted, mailbox):
    post(database, 25)
    mailbox.stop()
    round_one = mail.deliver(database, posted, MORNING)
    assert round_one.sent == 0
    assert round_one.retried == mail.BATCH, "the round stops after the first batch"
    assert {one.state for one in rows(database)} == {MailState.QUEUED}


def test_after_the_ceiling_the_message_is_given_up_aloud(database, posted, mailbox):
    post(database)
    mailbox.trouble = refuses
    now = MORNING
    for _ in range(mail.MAX_ATTEMPTS):
        mail.deliver(database, posted, now)
        now += mail.LONGEST_WAIT + timedelta(minutes=1)
    [row] = rows(database)
    assert row.state is MailState.FAILED
    assert "451" in row.last_error
    assert now - MORNING >= timedelta(hours=24), "a server down for a day loses nothing"


def test_a_killed_sender_leaves_a_lease_that_ends(database, posted, mailbox):
    post(database)
    mail._claim(mail._Round(database, posted, MORNING, mail.Hooks()), mail.LEASE)  # claimed, then killed
    assert mail.deliver(database, posted, MORNING + timedelta(minutes=1)).sent == 0
    assert mail.deliver(database, posted, MORNING + mail.LEASE + timedelta(seconds=1)).sent == 1


@pytest.mark.parametrize("address", ["a@b.fr\r\nBcc: x@y.fr", "a@b.fr, c@d.fr", "<a@b.fr>", "anne"])
def test_a_hostile_address_is_refused_and_shown(database, posted, mailbox, address):
    post(database, email=address)
    assert mail.deliver(database, posted, MORNING).failed == 1
    assert mailbox.messages == []
    assert "not an e-mail address" in rows(database)[0].last_error


@pytest.mark.parametrize("label", ["Délai\r\nBcc: x@y.fr", "a\nb", "x\u2028y", "\x00"])
def test_no_value_can_add_a_header(label):
    subject, _, _ = mail.render("reminder", {"line": {**LINE, "reference": label}})
    assert mail.CONTROL.search(subject) is None
    row = OutgoingMail(message_id="<a@b>", recipient_address="a@b.fr", subject=label, text="x\n", html="")
    assert mail.as_message(row, "c@d.fr", MORNING)["Bcc"] is None


def test_markup_in_a_value_is_escaped_in_the_html():
    _, text, html = mail.render("reminder", {"line": {**LINE, "label": "<script>alert(1)</script>{{7*7}}"}})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "{{7*7}}" in text


def test_queueing_the_same_identifier_twice_keeps_one_row(database):
    post(database)
    post(database)
    assert len(rows(database)) == 1


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.com"])
def test_a_malformed_server_address_is_said_in_french(url):
    with pytest.raises(UnsafeConfiguration, match="CASEFILE_SMTP_URL"):
        smtp.Line(url)


def test_a_password_never_leaves_over_a_line_in_clear(database, posted, mailbox):
    post(database)
    clear = dataclasses.replace(posted, smtp_url=mailbox.url.replace("smtp://", "smtp://anne:secret@"))
    assert mail.deliver(database, clear, MORNING).retried == 1
    assert "chiffrement" in rows(database)[0].last_error


def test_a_long_round_leases_from_the_present_and_not_from_its_beginning(database, posted, mailbox):
    post(database)
    work = mail._Round(database, posted, MORNING, mail.Hooks(), began=mail.time.monotonic() - 600)
    mail._claim(work, mail.LEASE)
    [row] = rows(database)
    assert row.next_attempt_at >= MORNING + timedelta(seconds=600) + mail.LEASE
