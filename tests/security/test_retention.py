"""What is kept and for how long: traces go by themselves, dossiers are proposed, a hold keeps all; the register."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from casefile import accounts, clock, mail, matters, retention
from casefile.documents import processing_register
from casefile.errors import InvalidInput
from casefile.evidence import erasure
from casefile.models.ledger import AuditEntry, MailState, OutgoingMail
from casefile.models.matter import Matter
from casefile.models.people import Firm, Invitation, LoginSession, Person, Role

GLASS = {"reference": "2026/0001", "partner": "X", "until": "demain", "url": "http://x"}


@pytest.fixture
def traces(app, database, people, matter):
    """Leave a session, an invitation, and a sent message of this dossier and one of none."""
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        accounts.start_session(session, lawyer, complete=True, user_agent="", address="")
        accounts.invite(session, lawyer, Role.LAWYER, "a@b.fr")
        for number, subject in enumerate((matter.id, None)):
            mail.queue(session, lawyer, f"<{number}@x>", "glass", GLASS, matter_id=subject)
            message = session.scalars(select(OutgoingMail).where(OutgoingMail.message_id == f"<{number}@x>")).one()
            message.state = MailState.SENT
    return matter


def left(session):
    return tuple(session.scalar(select(func.count()).select_from(m)) for m in (LoginSession, Invitation, OutgoingMail))


def closed(session, people, matter):
    row = session.get(Matter, matter.id)
    matters.close(session, session.get(Person, people["lawyer"].id), row, clock.today())
    return row


def test_traces_go_when_their_time_comes_and_not_before(database, people, traces):
    now = clock.now()
    with database.transaction() as session:
        assert set(retention.sweep(session, now).values()) == {0}
        assert set(retention.sweep(session, now + timedelta(days=300)).values()) == {0}
        done = retention.sweep(session, now + timedelta(days=400))
        assert done == {"sessions": 1, "invitations": 1, "messages": 0}
        done = retention.sweep(session, now + timedelta(days=3 * 366 + 2))
        assert done["messages"] == 1  # the dossier is open: its message stays
        assert left(session) == (0, 0, 1)
        notes = session.scalars(select(AuditEntry.facts).where(AuditEntry.action == "retention.swept")).all()
        assert notes == [
            {"sessions": 1, "invitations": 1, "messages": 0},
            {"sessions": 0, "invitations": 0, "messages": 1},
        ]


def test_a_hold_keeps_the_messages_of_a_closed_dossier(database, people, traces):
    later = clock.now() + timedelta(days=3 * 366 + 2)
    with database.transaction() as session:
        row, lawyer = closed(session, people, traces), session.get(Person, people["lawyer"].id)
        erasure.place_hold(session, lawyer, row, "expertise en cours")
        assert retention.sweep(session, later)["messages"] == 1
        erasure.lift_hold(session, lawyer, row)
        assert retention.sweep(session, later)["messages"] == 1
        assert left(session)[2] == 0


def test_a_closed_dossier_is_proposed_to_its_own_team_only_and_a_hold_is_said(database, people, traces):
    with database.transaction() as session:
        row, lawyer = closed(session, people, traces), session.get(Person, people["lawyer"].id)
        row.closed_on = date(2020, 1, 31)
        session.flush()
        assert [(one.matter.id, one.held) for one in retention.due(session, lawyer)] == [(traces.id, False)]
        erasure.place_hold(session, lawyer, row, "expertise en cours")
        assert [one.held for one in retention.due(session, lawyer)] == [True]
        for name in ("stranger", "partner", "administrator", "walled"):
            assert retention.due(session, session.get(Person, people[name].id)) == []


def test_the_firm_chooses_within_limits_and_the_register_says_it(as_person, database, people):
    browser = as_person("partner")
    page = browser.get("/cabinet/registre")
    assert "5 ans." in page.text
    refused = browser.post("/cabinet/registre", {"matter": "3", "message": "36", "session": "12"})
    assert refused.status_code == 400
    assert browser.post("/cabinet/registre", {"matter": "126", "message": "24", "session": "6"}).status_code == 303
    assert "10 ans et 6 mois" in browser.get("/cabinet/registre").text
    with database.reader() as session:
        assert session.scalar(select(AuditEntry.facts).where(AuditEntry.action == "firm.retention_set")) == {
            "matter": 126,
            "message": 24,
            "session": 6,
        }


def test_a_time_that_is_too_short_is_refused_below_the_form_too(database, app, people):
    with database.transaction() as session:
        partner, firm = session.get(Person, people["partner"].id), session.get(Firm, 1)
        with pytest.raises(InvalidInput):
            retention.choose(session, partner, firm, {"matter": 1})


def test_the_printed_register_holds_what_article_30_asks_and_names_nobody(as_person, matter, settings, app):
    answer = as_person("partner").get("/cabinet/registre/registre.pdf")
    assert answer.mimetype == "application/pdf"
    words = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.data)).pages)
    for asked in (
        "Cabinet Aubry",
        "Finalité",
        "Personnes",
        "Données",
        "Destinataires",
        "Durée",
        "transferts",
        "sécurité",
    ):
        assert asked in words
    assert "Lemaire" not in words
    assert "à relire" in words


def test_each_outside_service_that_is_set_is_named(settings):
    firm = Firm(id=1, name="Cabinet", address="1 rue X", email="c@x.fr", phone="", settings={})
    outside = processing_register.register(
        firm,
        dataclasses.replace(
            settings,
            smtp_url="smtp://moi:secret@courrier.example:587",
            tsa=("qualifiee,https://tsa.example/t,qualified",),
            storage_url="s3://seau/x?endpoint=https://objets.example&region=fr",
            oidc_issuer="https://identite.example",
        ),
    ).outside
    text = " ".join(outside)
    for host in ("courrier.example", "tsa.example", "objets.example", "identite.example"):
        assert host in text
    assert "secret" not in text
    assert processing_register.register(firm, settings).controller == ("Cabinet", "1 rue X", "c@x.fr")
