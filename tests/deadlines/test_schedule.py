"""Dates on the calendar: opened from the law, superseded and never overwritten, settled by an act."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casefile import audit, clock
from casefile.deadlines import limitation, procedural, settlement, work
from casefile.deadlines.triggers import current_trigger
from casefile.errors import InvalidInput, Refused
from casefile.models.evidence import DateKind, Publication
from casefile.models.ledger import AuditEntry
from casefile.models.matter import Matter
from casefile.models.people import Person, Role
from casefile.models.procedure import (
    Acknowledgement,
    ControlState,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Regularity,
    Reminder,
    ReminderState,
    TriggerEvent,
)
from tests.deadlines.conftest import MORNING, add_person

LIBEL = "diffamation_publique_particulier"
INSULT = "injure_publique_particulier"


@pytest.fixture
def desk(session, office):
    """Give a session, the people in it, and a review published on 1 October 2026, at a frozen clock."""
    with clock.frozen(MORNING):
        matter = session.get(Matter, office.matter.id)
        publication = Publication(
            matter_id=matter.id,
            title="Avis à une étoile",
            platform="google",
            date_kind=DateKind.EXACT,
            published_on=date(2026, 10, 1),
            date_proof="Identifiant de l'avis",
        )
        session.add(publication)
        session.flush()
        yield session, session.get(Person, office.anne.id), matter, publication


def pending(session, deadline):
    rows = session.scalars(select(Reminder.state).where(Reminder.deadline_id == deadline.id))
    return [state for state in rows if state is ReminderState.DUE]


def actions(session):
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_a_qualified_content_gets_its_limitation_with_trace_reminders_and_control(desk):
    session, anne, matter, publication = desk
    deadline = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    assert deadline.prudent_on == date(2026, 12, 31)
    assert deadline.prudent_on <= deadline.admitted_on
    assert deadline.last_useful_day < deadline.prudent_on
    assert deadline.trace
    assert all({"text", "source"} <= set(line) for line in deadline.trace)
    assert deadline.control_state is ControlState.AWAITED
    assert deadline.is_critical
    assert not deadline.is_provisional
    assert len(pending(session, deadline)) == 7  # J-45 is already past: it goes at once
    session.refresh(matter)
    assert matter.next_prudent_on == deadline.prudent_on
    assert actions(session) == ["trigger.entered", "deadline.entered"]


def test_the_dossier_s_own_version_does_not_move_with_its_deadlines(desk):
    session, anne, matter, publication = desk
    before = matter.version
    limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    session.refresh(matter)
    assert matter.version == before


def test_recomputing_the_same_facts_changes_nothing(desk):
    session, anne, matter, publication = desk
    first = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    again = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Encore")
    assert again is first
    assert actions(session) == ["trigger.entered", "deadline.entered"]


def test_a_corrected_date_supersedes_voids_and_keeps_both_visible(desk):
    session, anne, matter, publication = desk
    old = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    publication.published_on = date(2026, 9, 20)
    [new] = limitation.correct_trigger(session, anne, matter, publication, "L'identifiant donne le 20 septembre")
    assert new.prudent_on == date(2026, 12, 19)
    assert new.supersedes_id == old.id
    assert old.state is DeadlineState.SUPERSEDED
    assert old.superseded_reason == "L'identifiant donne le 20 septembre"
    assert old.prudent_on == date(2026, 12, 31)
    assert pending(session, old) == []
    assert pending(session, new)
    session.refresh(matter)
    assert matter.next_prudent_on == new.prudent_on
    assert new.facts["uid"] == old.facts["uid"]
    assert new.control_state is ControlState.AWAITED
    triggers = list(session.scalars(select(TriggerEvent).order_by(TriggerEvent.created_at)))
    assert [one.occurred_on for one in triggers] == [date(2026, 10, 1), date(2026, 9, 20)]
    assert current_trigger(session, publication).supersedes_id == triggers[0].id
    assert "trigger.corrected" in actions(session)
    assert list(audit.verify(session)) == []


def test_an_unknown_date_is_undetermined_and_never_starts_from_the_discovery(desk):
    session, anne, matter, publication = desk
    publication.date_kind, publication.published_on = DateKind.UNKNOWN, None
    publication.discovered_on = date(2026, 11, 6)
    deadline = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    assert (deadline.prudent_on, deadline.status) == (None, "undetermined")
    assert deadline.facts["evidence_needed"]
    assert pending(session, deadline) == []


def test_a_relative_date_may_already_have_run_out(desk):
    session, anne, matter, publication = desk
    publication.date_kind, publication.published_on = DateKind.RELATIVE, None
    publication.relative_text, publication.relative_seen_on = "il y a 3 mois", date(2026, 11, 6)
    publication.date_proof = ""
    deadline = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    assert deadline.prudent_on < clock.today()
    assert deadline.is_provisional
    assert [row.stage for row in session.scalars(select(Reminder))] == ["J"]


def test_a_proved_act_renews_and_a_formal_notice_does_not(desk):
    session, anne, matter, publication = desk
    first = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    notice, [same] = limitation.record_act(
        session, anne, matter, "mise_en_demeure", date(2026, 11, 1), publication=publication, is_proved=True
    )
    assert same.prudent_on == first.prudent_on
    shown = next(act for act in same.facts["acts"] if act["type"] == notice.act_type)
    assert not shown["interrupts"]
    assert shown["why"]
    act, [moved] = limitation.record_act(
        session, anne, matter, "citation_directe", date(2026, 11, 20), publication=publication, is_proved=True
    )
    assert moved.prudent_on > first.prudent_on
    [back] = limitation.withdraw_act(session, anne, matter, act, "Saisi dans le mauvais dossier")
    assert back.prudent_on == first.prudent_on


def test_an_unproved_act_leaves_the_prudent_date(desk):
    session, anne, matter, publication = desk
    first = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    _, [after] = limitation.record_act(
        session, anne, matter, "citation_directe", date(2026, 11, 20), regularity=Regularity.REGULAR
    )
    assert after.prudent_on == first.prudent_on
    assert after.admitted_on > first.admitted_on


@pytest.mark.parametrize(
    ("act_type", "day", "field"),
    [("n_existe_pas", date(2026, 11, 1), "act_type"), ("citation_directe", date(2026, 12, 1), "done_on")],
)
def test_an_unknown_or_future_act_is_refused_beside_its_field(desk, act_type, day, field):
    session, anne, matter, _ = desk
    with pytest.raises(InvalidInput) as caught:
        limitation.record_act(session, anne, matter, act_type, day)
    assert caught.value.field == field


def test_an_event_opens_every_limit_the_law_hangs_on_it_provisional_without_proof(desk):
    session, anne, matter, _ = desk
    from casefile.law import procedure

    event = next(iter(procedure.events()))
    found = procedural.open_procedural(session, anne, matter, event, date(2026, 11, 20))
    assert found
    for deadline in found:
        assert deadline.is_provisional
        assert deadline.prudent_on <= deadline.admitted_on
        assert deadline.rule_id
        assert deadline.trace


def test_every_event_of_the_law_can_be_recorded(desk):
    session, anne, matter, _ = desk
    from casefile.law import procedure

    for event in procedure.events():
        procedural.open_procedural(session, anne, matter, event, date(2026, 11, 20), proof="Récépissé")
    rows = list(session.scalars(select(Deadline)))
    assert len(rows) > len(procedure.events()) / 2
    assert not any(row.is_provisional for row in rows)


def test_a_legal_date_never_moves_by_hand_and_a_task_does(desk):
    session, anne, matter, publication = desk
    legal = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    with pytest.raises(Refused, match="ne se déplace pas"):
        work.move(session, anne, legal, date(2027, 1, 10))
    task = work.open_task(session, anne, matter, "Relire les pièces", date(2026, 12, 1))
    moved = work.move(session, anne, task, date(2026, 12, 10))
    assert task.state is DeadlineState.SUPERSEDED
    assert moved.prudent_on == date(2026, 12, 10)
    assert moved.facts["uid"] == task.facts["uid"]
    assert moved.facts["sequence"] >= 1
    assert pending(session, task) == []


def test_moving_a_hearing_needs_its_reason(desk):
    session, anne, matter, _ = desk
    hearing = work.open_work(session, anne, matter, DeadlineKind.HEARING, "Audience", on=date(2026, 12, 1), at="14:00")
    with pytest.raises(InvalidInput, match="audience"):
        work.move(session, anne, hearing, date(2026, 12, 10))
    assert work.move(session, anne, hearing, date(2026, 12, 10), "Renvoi").facts["at"] == "14:00"


def test_done_needs_its_proof_and_ends_the_reminders(desk):
    session, anne, matter, publication = desk
    deadline = limitation.recompute_limitation(session, anne, matter, publication, LIBEL, reason="Qualification")
    with pytest.raises(InvalidInput) as caught:
        settlement.mark_done(session, anne, deadline, "  ")
    assert caught.value.field == "proof"
    settlement.mark_done(session, anne, deadline, "Citation délivrée le 20/11, acte n° 12")
    assert deadline.state is DeadlineState.DONE
    assert pending(session, deadline) == []
    session.refresh(matter)
    assert matter.next_prudent_on is None
    with pytest.raises(Refused, match="déjà traitée"):
        settlement.mark_done(session, anne, deadline, "encore une fois")
    settlement.reopen(session, anne, deadline, "Acte nul")
    assert pending(session, deadline)


def test_only_a_lawyer_waives_and_with_a_reason(desk):
    session, anne, matter, _ = desk
    task = work.open_task(session, anne, matter, "Relancer", date(2026, 12, 1))
    secretary = add_person(session, "Sam", Role.ASSISTANT)
    with pytest.raises(Refused, match="avocat"):
        settlement.waive(session, secretary, task, "inutile")
    with pytest.raises(InvalidInput):
        settlement.waive(session, anne, task, "")
    settlement.waive(session, anne, task, "Le client renonce par écrit")
    assert task.state is DeadlineState.WAIVED


def test_delegating_moves_the_reminders_to_come_and_only_within_the_team(desk, office):
    session, anne, matter, _ = desk
    task = work.open_task(session, anne, matter, "Relancer", date(2026, 12, 1))
    with pytest.raises(InvalidInput, match="équipe"):
        settlement.delegate(session, anne, task, session.get(Person, office.walled.id))
    bruno = session.get(Person, office.bruno.id)
    settlement.delegate(session, anne, task, bruno)
    due = list(session.scalars(select(Reminder).where(Reminder.state == ReminderState.DUE)))
    assert {row.recipient_id for row in due} == {bruno.id}
    assert session.scalar(select(Acknowledgement.act)) == "delegated"


def test_a_person_outside_the_team_cannot_be_made_responsible(desk, office):
    session, anne, matter, _ = desk
    with pytest.raises(InvalidInput, match="équipe"):
        work.open_work(
            session,
            anne,
            matter,
            DeadlineKind.TASK,
            "x",
            on=date(2026, 12, 1),
            responsible=session.get(Person, office.walled.id),
        )
