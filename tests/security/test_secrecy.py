"""Guests, exceptional access and the access journal: who enters besides the team, who looked, who is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from casefile import accounts, audit, clock, guests, matters
from casefile.errors import Refused
from casefile.models.ledger import AuditEntry, OutgoingMail
from casefile.models.matter import Matter, TeamFunction, TeamMember
from casefile.models.people import Person, Role
from tests.web.conftest import PASSWORD, Browser, sign_in

REASON = "Le responsable est hospitalisé et la prescription tombe demain."


def day_fields(day, name="until"):
    return {f"{name}-jour": str(day.day), f"{name}-mois": str(day.month), f"{name}-annee": str(day.year)}


def invite(browser, matter, email="cliente@dehors.example", days=30):
    data = {"email": email, **day_fields(clock.today() + timedelta(days=days))}
    return browser.post(f"/dossiers/{matter.id}/externes", data)


def entries(database, action):
    with database.reader() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


def break_in(browser, matter, reason=REASON):
    return browser.post("/acces-exceptionnel", {"reference": matter.reference, "reason": reason})


def test_a_guest_comes_by_invitation_reads_one_dossier_and_leaves_on_the_day(app, as_person, database, matter):
    page = invite(as_person("lawyer"), matter)
    link = re.search(r'id="lien">[^<]*(/invitation/[^<]+)<', page.text)[1]
    browser = Browser(app)
    data = {"full_name": "Claire Martin", "password": PASSWORD, "repeated": PASSWORD}
    assert browser.post(link, data).status_code == 303
    secret = re.search(r'id="cle">([A-Z2-7]+)<', browser.get("/connexion/second-facteur").text)[1]
    assert browser.post("/connexion/second-facteur", {"code": pyotp.TOTP(secret).now()}).status_code == 200
    assert browser.get(f"/dossiers/{matter.id}").status_code == 200
    assert browser.get(f"/dossiers/{matter.id}/chronologie").status_code == 200
    for path in ("modifier", "externes", "journal"):
        assert browser.get(f"/dossiers/{matter.id}/{path}").status_code == 404
    assert browser.get("/dossiers/nouveau").status_code == 404
    assert Browser(app).get(link).status_code == 404
    with database.reader() as session:
        guest = session.scalar(select(Person).where(Person.role == Role.GUEST))
    with clock.frozen(clock.now() + timedelta(days=32)):
        late = sign_in(app, database, guest)
        assert late.get(f"/dossiers/{matter.id}").status_code == 404
        assert matter.reference not in late.get("/dossiers").text


def test_a_guest_sees_nothing_of_other_dossiers(as_person, passing, database):
    with database.transaction() as session:
        lawyer = session.get(Person, passing["lawyer"].id)
        other = matters.open_matter(session, lawyer, title="Zébulonzygote", territory="metropole")
    browser = as_person("guest")
    assert browser.get(f"/dossiers/{other.id}").status_code == 404
    for path in ("/", "/?vue=cabinet", "/dossiers", "/recherche?q=Zebulonzygote", "/delais", "/messages"):
        assert "Zébulonzygote</" not in browser.get(path).text
    assert browser.get("/annuaire").status_code == 404


@pytest.mark.parametrize("days", [-1, 0, 181, 4000])
def test_an_access_without_a_near_end_is_refused(as_person, database, matter, days):
    assert invite(as_person("lawyer"), matter, days=days).status_code == 400
    assert entries(database, "guest.invited") == []


def test_a_member_of_the_firm_is_no_guest(as_person, database, matter, people):
    answer = invite(as_person("lawyer"), matter, email=people["stranger"].email)
    assert answer.status_code == 400
    assert as_person("stranger").get(f"/dossiers/{matter.id}").status_code == 404


def test_no_verb_gives_a_guest_more_than_reading_or_for_ever(database, passing, matter):
    with database.writer() as session:
        lawyer, guest = (session.get(Person, passing[name].id) for name in ("lawyer", "guest"))
        dossier = session.get(Matter, matter.id)
        for function, until in ((TeamFunction.READER, None), (TeamFunction.MEMBER, clock.now() + timedelta(1))):
            with pytest.raises(Refused):
                matters.join_team(session, lawyer, dossier, guest, function, until=until)


def test_a_known_guest_gets_the_second_dossier_at_once(as_person, passing, database, matter):
    browser = as_person("lapsed_guest")
    assert browser.get(f"/dossiers/{matter.id}").status_code == 404
    assert invite(as_person("lawyer"), matter, email="lapsed_guest@dehors.example").status_code == 303
    assert browser.get(f"/dossiers/{matter.id}").status_code == 200
    with database.reader() as session:
        assert len(guests.guests_of(session, matter)) == 2


def test_a_view_is_noted_once_an_hour_for_each_person(as_person, database, matter):
    lawyer, reader = as_person("lawyer"), as_person("reader")
    for browser in (lawyer, lawyer, reader):
        assert browser.get(f"/dossiers/{matter.id}").status_code == 200
    lawyer.get(f"/dossiers/{matter.id}/chronologie")
    assert len(entries(database, "matter.viewed")) == 2
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        lawyer.get(f"/dossiers/{matter.id}")
    assert len(entries(database, "matter.viewed")) == 3
    with database.reader() as session:
        assert list(audit.verify(session)) == []


def test_a_refused_view_is_not_noted(as_person, database, matter):
    assert as_person("stranger").get(f"/dossiers/{matter.id}").status_code == 404
    assert entries(database, "matter.viewed") == []


def test_the_journal_is_for_the_responsible_and_the_partners_of_the_team(as_person, database, matter, people):
    path = f"/dossiers/{matter.id}/journal"
    as_person("reader").get(f"/dossiers/{matter.id}")
    shown = as_person("lawyer").get(path)
    assert "Personne Reader" in shown.text
    assert "A consulté le dossier" in shown.text
    with database.transaction() as session:
        lawyer, dossier = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for name in ("stranger", "partner"):
            person = session.get(Person, people[name].id)
            matters.join_team(session, lawyer, dossier, person, TeamFunction.MEMBER)
    assert as_person("stranger").get(path).status_code == 404
    assert as_person("partner").get(path).status_code == 200


def test_a_partner_breaks_the_glass_for_a_day_and_the_responsible_is_told(as_person, database, matter, people):
    partner = as_person("partner")
    assert partner.get(f"/dossiers/{matter.id}").status_code == 404
    assert break_in(partner, matter).headers["Location"] == f"/dossiers/{matter.id}"
    assert partner.get(f"/dossiers/{matter.id}").status_code == 200
    assert partner.get(f"/dossiers/{matter.id}/modifier").status_code == 404
    with database.reader() as session:
        mail = session.scalars(select(OutgoingMail)).one()
        assert mail.recipient_id == people["lawyer"].id
        assert "Lemaire" not in mail.subject + mail.text + mail.html
    journal = as_person("lawyer").get(f"/dossiers/{matter.id}/journal").text
    assert "A ouvert un accès exceptionnel" in journal
    assert "hospitalisé" in as_person("lawyer").get(f"/dossiers/{matter.id}/chronologie").text
    with clock.frozen(clock.now() + timedelta(hours=24, minutes=1)):
        accounts_browser = as_person("partner")
        assert accounts_browser.get(f"/dossiers/{matter.id}").status_code == 404


def test_the_glass_does_not_break_through_a_wall(as_person, database, matter, people):
    with database.transaction() as session:
        lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
        matters.raise_wall(session, lawyer, session.get(Matter, matter.id), partner, "conflit d'intérêts")
    walled = break_in(as_person("partner"), matter)
    unknown = as_person("partner").post("/acces-exceptionnel", {"reference": "2026/9999", "reason": REASON})
    assert walled.status_code == unknown.status_code == 400
    forget = re.compile(r'name="csrf_token" value="[^"]*"|20\d\d/\d{4}')
    assert forget.sub("", walled.text) == forget.sub("", unknown.text)
    with database.reader() as session:
        assert session.scalars(select(OutgoingMail)).all() == []


@pytest.mark.parametrize("reason", ["", "urgent", " " * 40])
def test_without_a_real_reason_the_glass_holds(as_person, database, matter, people, reason):
    assert break_in(as_person("partner"), matter, reason).status_code == 400
    with database.reader() as session:
        query = select(TeamMember).where(TeamMember.person_id == people["partner"].id)
        assert session.scalars(query).all() == []


@pytest.mark.parametrize("name", ["lawyer", "assistant", "administrator"])
def test_only_partners_find_the_glass(as_person, name):
    assert as_person(name).get("/acces-exceptionnel").status_code == 404


def test_a_stale_session_breaks_no_glass(as_person, matter):
    browser = as_person("partner")
    with clock.frozen(clock.now() + accounts.FRESH_LIMIT + timedelta(minutes=1)):
        assert break_in(browser, matter).headers["Location"].startswith("/compte/confirmation")
        assert browser.get(f"/dossiers/{matter.id}").status_code == 404


@pytest.mark.parametrize("name", ["guest", "lawyer", "partner", "assistant", "administrator"])
def test_the_bar_offers_only_pages_that_open(as_person, passing, name):
    browser = as_person(name)
    bar = re.search(r'<nav aria-label="Navigation principale">(.*?)</nav>', browser.get("/compte").text)[1]
    links = re.findall(r'href="([^"]+)"', bar)
    assert links
    assert [path for path in links if browser.get(path).status_code != 200] == []
    assert ("/cabinet/personnes" in links) is (name == "administrator")
