"""The verbs of identification on real rows: clocks that move, reminders that follow, several contents, one author."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casefile import audit, clock, conflicts, matters
from casefile.deadlines import limitation
from casefile.errors import InvalidInput, Refused
from casefile.identification import answers, author, procedure, situation
from casefile.law.thresholds import Access
from casefile.models.evidence import DateKind, Publication
from casefile.models.matter import Matter, PartyRole
from casefile.models.people import Person, Role
from casefile.models.procedure import (
    Deadline,
    DeadlineKind,
    DeadlineState,
    Reminder,
    ReminderState,
    StepState,
    TriggerEvent,
)
from tests.web.procedure_ground import DEFAMATION, HARASSMENT

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def lawyer(session):
    person = Person(email="a@b.fr", full_name="Claire Aubry", role=Role.LAWYER)
    session.add(person)
    session.flush()
    return person


@pytest.fixture
def matter(session, lawyer) -> Matter:
    return matters.open_matter(session, lawyer, title="A c/ X", territory="metropole")


@pytest.fixture
def content(session, lawyer, matter, monkeypatch):
    """Make a content whose retained qualification is given, the questionnaire being another capability's subject."""
    retained: dict[object, str] = {}

    def make(qualification: str = DEFAMATION, **facts) -> Publication:
        dated = {"date_kind": DateKind.EXACT, "published_on": date(2026, 9, 3)}
        known = {"title": "Avis", "platform": "google_maps", "shown_author": "M NP", **dated, **facts}
        publication = matters.add_publication(session, lawyer, matter, **known)
        retained[publication.id] = qualification
        return publication

    def grounds(_session, publication):
        return [situation.Ground(publication, retained[publication.id], {})]

    monkeypatch.setattr(situation, "grounds", grounds)
    monkeypatch.setattr(procedure, "grounds", grounds)
    return make


def clocks(session, publication, state=DeadlineState.OPEN):
    rows = session.scalars(
        select(Deadline).where(
            Deadline.publication_id == publication.id,
            Deadline.kind == DeadlineKind.RETENTION,
            Deadline.state == state,
        )
    )
    return {row.facts["data"]: row for row in rows}


def steps(session, lawyer, matter, publication):
    return {step.code: step for step in procedure.prepare(session, lawyer, matter, publication)}


def test_a_clock_that_moves_supersedes_the_old_one_and_voids_its_reminders(session, lawyer, matter, content):
    publication = content()
    steps(session, lawyer, matter, publication)
    before = clocks(session, publication)["account"]
    assert before.admitted_on is None
    procedure.record_event(session, lawyer, matter, publication, "account_closed", on=date(2026, 11, 1))
    after = clocks(session, publication)["account"]
    assert (after.supersedes_id, after.prudent_on) == (before.id, date(2027, 11, 1))
    states = set(session.scalars(select(Reminder.state).where(Reminder.deadline_id == before.id)))
    assert states == {ReminderState.VOID}
    assert list(audit.verify(session)) == []


def test_a_datum_already_lost_owes_no_reminder(session, lawyer, matter, content):
    publication = content(published_on=date(2025, 9, 3))
    procedure.refresh(session, lawyer, matter, publication, "essai")
    assert "technical" not in clocks(session, publication)
    assert "identity" in clocks(session, publication)


def test_nothing_changes_when_nothing_happened(session, lawyer, matter, content):
    publication = content()
    steps(session, lawyer, matter, publication)
    before = {row.id for row in session.scalars(select(Deadline))}
    assert procedure.refresh(session, lawyer, matter, publication, "rien") == []
    assert {row.id for row in session.scalars(select(Deadline))} == before


def test_a_civil_fault_alone_opens_no_identification(session, lawyer, matter, content):
    found = steps(session, lawyer, matter, content("denigrement"))
    assert found["S09"].state is StepState.SKIPPED
    assert found["S07"].state is StepState.PLANNED
    with pytest.raises(Refused):
        procedure.take_up(session, lawyer, matter, found["S09"])


def test_the_two_thresholds_are_two_fields(session, matter, content):
    for qualification, expected in ((DEFAMATION, Access.CLOSED), (HARASSMENT, Access.OPEN)):
        ground = situation.Ground(content(qualification), qualification, {})
        assert situation.step_facts(session, matter, ground).criminal is expected


def test_two_contents_keep_their_own_steps_and_share_an_author(session, lawyer, matter, content):
    first, second = content(), content(shown_author="N P")
    steps(session, lawyer, matter, first)
    steps(session, lawyer, matter, second)
    assert len(procedure.steps_of(session, matter)) == 2 * len(procedure.steps_of(session, matter, first))
    found = author.identify(
        session, lawyer, matter, [first, second], on=clock.today(), facts={"name": "Roux"}, proof="pièce n° 7"
    )
    assert first.author_party_id == second.author_party_id == found.party.id
    assert found.conflicts == 0


def test_two_authors_of_one_dossier_never_take_each_other_s_name(session, lawyer, matter, content):
    first, second, third = content(), content(shown_author="Zorro"), content(shown_author="N P")
    unknown = matters.add_party(session, lawyer, matter, PartyRole.AUTHOR, is_identified=False)
    for one in (first, second, third):
        one.author_party_id = unknown.id
    session.flush()
    facts = {"on": clock.today(), "proof": "pièce n° 7"}
    roux = author.identify(session, lawyer, matter, [first], facts={"name": "Roux"}, **facts).party
    noir = author.identify(session, lawyer, matter, [second], facts={"name": "Noir"}, **facts).party
    again = author.identify(session, lawyer, matter, [third], facts={"name": "Blanc"}, **facts).party
    assert [roux.name, noir.name, again.name] == ["Roux", "Noir", "Blanc"]
    assert len({roux.id, noir.id, again.id}) == 3
    assert author.identify(session, lawyer, matter, [third], facts={"name": "blanc"}, **facts).party.id == again.id


def test_an_author_who_is_a_client_elsewhere_is_a_conflict(session, lawyer, matter, content):
    other = matters.open_matter(session, lawyer, title="Roux", territory="metropole")
    matters.add_party(session, lawyer, other, PartyRole.CLIENT, name="Rôux", first_names="Jean")
    facts = {"name": "ROUX", "first_names": "jean"}
    found = author.identify(session, lawyer, matter, [content()], on=clock.today(), facts=facts, proof="pièce")
    assert found.conflicts == 1
    [match] = conflicts.of_matter(session, lawyer, matter)
    assert {match.matter_id, match.other_matter_id} == {matter.id, other.id}


@pytest.mark.parametrize("given", ["2026-09-03 12:05:22 UTC", "2026-09-03T12:05:22Z", "2026-09-03T14:05:22+02:00"])
def test_an_instant_in_universal_time_is_kept_whatever_its_writing(session, lawyer, matter, content, given):
    publication = content()
    limitation.recompute_limitation(session, lawyer, matter, publication, DEFAMATION, reason="retenue")
    found = steps(session, lawyer, matter, publication)
    procedure.begin(session, lawyer, matter, found["S10"], clock.today())
    details = {"address": "2001:db8::1", "port": None, "at": given}
    done = answers.record_answer(
        session, lawyer, matter, found["S10"], answers.CONNECTION, on=clock.today(), details=details
    )
    assert answers.answers_to(found["S10"])[0]["connected_at"] == "2026-09-03T12:05:22+00:00"
    assert done.warnings == ()
    assert "S13" in done.moved


def test_an_order_dated_after_the_data_it_gave_is_refused(session, lawyer, matter, content):
    publication = content()
    steps(session, lawyer, matter, publication)
    procedure.record_event(session, lawyer, matter, publication, "data_received", on=date(2026, 11, 10))
    with pytest.raises(InvalidInput, match="précède"):
        procedure.record_event(session, lawyer, matter, publication, "order_made", on=date(2026, 11, 12))


def test_an_event_said_twice_is_written_once(session, lawyer, matter, content):
    publication = content()
    for _ in range(2):
        procedure.record_event(session, lawyer, matter, publication, "refusal", on=date(2026, 11, 10), proof="x")
    assert len(session.scalars(select(TriggerEvent)).all()) == 1
